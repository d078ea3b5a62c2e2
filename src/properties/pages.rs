//! `/properties`.

use askama::Template;
use axum::response::Html;

use super::{
    sql,
    types::{Offer, Property, PropertyFilter, PropertyStatus, PropertyType},
};
use crate::{
    catalogue::pages::Words,
    console::{Asked, Badge, Cell, Column, Frame, Glyph, ListView, Section, Tone, Visitor, page},
    db::Tally,
    error::Error,
};

#[derive(Template)]
#[template(path = "properties/list.html")]
struct PropertiesPage {
    frame: Frame,
    list: ListView,
}

/// Shows the homes that the person may see.
pub async fn list(visitor: Visitor, asked: Asked<PropertyFilter>) -> Result<Html<String>, Error> {
    let rows = sql::list(&visitor.read(), &asked.list).await?;
    let words = visitor.words();
    let say = &words.properties;
    let filters = asked
        .filters(words)
        .search("q", say.search)
        .text("city", say.city)
        .choice("type", say.kind, PropertyType::ALL, PropertyType::word)
        .choice(
            "status",
            say.status,
            PropertyStatus::ALL,
            PropertyStatus::word,
        )
        .done();
    let columns = vec![
        Column::sortable(say.name, "name"),
        Column::sortable(say.city, "city"),
        Column::plain(say.kind),
        Column::sortable(say.beds, "bedrooms").number(),
        Column::sortable(say.price, "list_price_low"),
        Column::plain(say.offer),
        Column::plain(say.status),
        Column::sortable(say.changed, "updated_at"),
    ];
    let list = asked.view(filters, &rows, (say.caption, say.empty), columns, |home| {
        row(&visitor, home)
    });
    page(&PropertiesPage {
        frame: visitor.frame(Section::Properties),
        list,
    })
}

fn row(visitor: &Visitor, home: &Property) -> Vec<Cell> {
    let words = visitor.words();
    vec![
        Cell::noted(&home.name, Some(home.features.join(", "))),
        Cell::text(Some(&home.city)),
        Cell::text(Some(words.label(home.r#type.word()))),
        Cell::number(home.bedrooms),
        Cell::text(Some(&home.price_range)),
        Cell::text(Some(offer(words, home.offer))),
        Cell::Badge(status(words, home.status)),
        Cell::time(visitor.clock(), Some(home.updated_at)),
    ]
}

fn offer(words: &Words, offer: Offer) -> &'static str {
    match offer {
        Offer::Sale => words.properties.for_sale,
        Offer::Rent => words.properties.to_rent,
    }
}

/// The state of a home as a label.
fn status(words: &Words, status: PropertyStatus) -> Badge {
    let (tone, glyph) = match status {
        PropertyStatus::Available => (Tone::Green, Glyph::House),
        PropertyStatus::Reserved => (Tone::Amber, Glyph::HouseHalf),
        PropertyStatus::Sold => (Tone::Neutral, Glyph::HouseFull),
    };
    Badge::new(tone, glyph, words.label(status.word()))
}

/// Counts the homes that the person may see by their status.
///
/// # Errors
/// 401 when the session has ended, 503 when the database is away.
pub async fn count_by_status(visitor: &Visitor) -> Result<Tally, Error> {
    sql::count_by_status(&visitor.read()).await
}
