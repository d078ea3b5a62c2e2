//! `/prospects`.

use askama::Template;
use axum::response::Html;

use super::{
    sql,
    types::{Prospect, ProspectFilter, ProspectStatus},
};
use crate::{
    catalogue::pages::Words,
    console::{Asked, Badge, Cell, Column, Frame, Glyph, ListView, Section, Tone, Visitor, page},
    db::Tally,
    error::Error,
    users::{self, Names},
};

#[derive(Template)]
#[template(path = "prospects/list.html")]
struct ProspectsPage {
    frame: Frame,
    list: ListView,
}

/// Shows the people that the person may see.
pub async fn list(visitor: Visitor, asked: Asked<ProspectFilter>) -> Result<Html<String>, Error> {
    let rows = sql::list(&visitor.read(), Some(visitor.person()), &asked.list).await?;
    let owners = rows.data.iter().filter_map(|row| row.assigned_to);
    let names = users::names(&visitor, owners).await?;
    let words = visitor.words();
    let say = &words.prospects;
    let filters = asked
        .filters(words)
        .search("q", say.search)
        .text("city", say.city)
        .choice(
            "status",
            say.status,
            ProspectStatus::ALL,
            ProspectStatus::word,
        )
        .done();
    let columns = vec![
        Column::sortable(say.name, "name"),
        Column::sortable(say.status, "status"),
        Column::sortable(say.budget, "budget_max"),
        Column::sortable(say.city, "city"),
        Column::plain(say.timeline),
        Column::plain(say.owner),
        Column::sortable(say.last_contact, "last_contact"),
        Column::plain(say.source),
        Column::sortable(say.entered, "created_at"),
    ];
    let named = (say.caption, say.empty);
    let list = asked.view(filters, &rows, named, columns, |row| {
        cells(&visitor, &names, row)
    });
    page(&ProspectsPage {
        frame: visitor.frame(Section::Prospects),
        list,
    })
}

fn cells(visitor: &Visitor, names: &Names, row: &Prospect) -> Vec<Cell> {
    let words = visitor.words();
    let reach = [&row.phone, &row.whatsapp, &row.email];
    let reach = reach.into_iter().flatten().next().cloned();
    vec![
        Cell::noted(&row.name, reach),
        Cell::Badge(status(words, row.status)),
        Cell::text(row.budget.as_ref()),
        Cell::text(row.city.as_ref()),
        Cell::text(row.timeline.as_ref()),
        Cell::text(Some(names.of(
            words,
            row.assigned_to,
            words.prospects.in_the_pool,
        ))),
        Cell::time(visitor.clock(), row.last_contact),
        Cell::text(row.source.map(|source| words.label(source.word()))),
        Cell::time(visitor.clock(), Some(row.created_at)),
    ]
}

/// How far a person has come as a label: a ring that fills.
fn status(words: &Words, status: ProspectStatus) -> Badge {
    let (tone, glyph) = match status {
        ProspectStatus::New => (Tone::Blue, Glyph::Ring),
        ProspectStatus::Contacted => (Tone::Blue, Glyph::RingQuarter),
        ProspectStatus::Qualified => (Tone::Teal, Glyph::RingHalf),
        ProspectStatus::AppointmentSet => (Tone::Violet, Glyph::RingMost),
        ProspectStatus::Closed => (Tone::Green, Glyph::RingFull),
        ProspectStatus::Lost => (Tone::Neutral, Glyph::RingStroke),
    };
    Badge::new(tone, glyph, words.label(status.word()))
}

/// Counts the people that the person may see by their status.
///
/// # Errors
/// 401 when the session has ended, 503 when the database is away.
pub async fn count_by_status(visitor: &Visitor) -> Result<Tally, Error> {
    sql::count_by_status(&visitor.read(), Some(visitor.person())).await
}
