//! `/properties`.

use askama::Template;
use axum::response::Html;

use super::{
    sql,
    types::{Offer, Property, PropertyFilter, PropertyStatus, PropertyType},
};
use crate::{
    catalogue::console::{NO_PROPERTIES, label},
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
    let filters = asked
        .filters()
        .search("q", "Search")
        .text("city", "City")
        .choice("type", "Type", PropertyType::ALL, PropertyType::word)
        .choice(
            "status",
            "Status",
            PropertyStatus::ALL,
            PropertyStatus::word,
        )
        .done();
    let columns = vec![
        Column::sortable("Name", "name"),
        Column::sortable("City", "city"),
        Column::plain("Type"),
        Column::sortable("Beds", "bedrooms").number(),
        Column::sortable("Price", "list_price_low"),
        Column::plain("Offer"),
        Column::plain("Status"),
        Column::sortable("Changed", "updated_at"),
    ];
    let list = asked.view(
        filters,
        &rows,
        ("Properties", NO_PROPERTIES),
        columns,
        |home| row(&visitor, home),
    );
    page(&PropertiesPage {
        frame: visitor.frame(Section::Properties),
        list,
    })
}

fn row(visitor: &Visitor, home: &Property) -> Vec<Cell> {
    vec![
        Cell::noted(&home.name, Some(home.features.join(", "))),
        Cell::text(Some(&home.city)),
        Cell::text(Some(label(home.r#type.word()))),
        Cell::number(home.bedrooms),
        Cell::text(Some(&home.price_range)),
        Cell::text(Some(offer(home.offer))),
        Cell::Badge(status(home.status)),
        Cell::time(visitor.clock(), Some(home.updated_at)),
    ]
}

fn offer(offer: Offer) -> &'static str {
    match offer {
        Offer::Sale => "For sale",
        Offer::Rent => "To rent",
    }
}

/// The state of a home as a label.
fn status(status: PropertyStatus) -> Badge {
    let (tone, glyph) = match status {
        PropertyStatus::Available => (Tone::Green, Glyph::House),
        PropertyStatus::Reserved => (Tone::Amber, Glyph::HouseHalf),
        PropertyStatus::Sold => (Tone::Neutral, Glyph::HouseFull),
    };
    Badge::new(tone, glyph, label(status.word()))
}

/// Counts the homes that the person may see by their status.
///
/// # Errors
/// 401 when the session has ended, 503 when the database is away.
pub async fn count_by_status(visitor: &Visitor) -> Result<Tally, Error> {
    sql::count_by_status(&visitor.read()).await
}
