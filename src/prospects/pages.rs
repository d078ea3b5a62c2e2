//! `/prospects`.

use askama::Template;
use axum::response::Html;

use super::{
    sql,
    types::{Prospect, ProspectFilter, ProspectStatus},
};
use crate::{
    catalogue::console::{NO_PROSPECTS, label},
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
    let filters = asked
        .filters()
        .search("q", "Search")
        .text("city", "City")
        .choice(
            "status",
            "Status",
            ProspectStatus::ALL,
            ProspectStatus::word,
        )
        .done();
    let columns = vec![
        Column::sortable("Name", "name"),
        Column::sortable("Status", "status"),
        Column::sortable("Budget", "budget_max"),
        Column::sortable("City", "city"),
        Column::plain("Timeline"),
        Column::plain("Owner"),
        Column::sortable("Last contact", "last_contact"),
        Column::plain("Source"),
        Column::sortable("Entered", "created_at"),
    ];
    let words = ("Prospects", NO_PROSPECTS);
    let list = asked.view(filters, &rows, words, columns, |row| {
        cells(&visitor, &names, row)
    });
    page(&ProspectsPage {
        frame: visitor.frame(Section::Prospects),
        list,
    })
}

fn cells(visitor: &Visitor, names: &Names, row: &Prospect) -> Vec<Cell> {
    let reach = [&row.phone, &row.whatsapp, &row.email];
    let reach = reach.into_iter().flatten().next().cloned();
    vec![
        Cell::noted(&row.name, reach),
        Cell::Badge(status(row.status)),
        Cell::text(row.budget.as_ref()),
        Cell::text(row.city.as_ref()),
        Cell::text(row.timeline.as_ref()),
        Cell::text(Some(names.of(row.assigned_to, "In the pool"))),
        Cell::time(visitor.clock(), row.last_contact),
        Cell::text(row.source.map(|source| label(source.word()))),
        Cell::time(visitor.clock(), Some(row.created_at)),
    ]
}

/// How far a person has come as a label: a ring that fills.
fn status(status: ProspectStatus) -> Badge {
    let (tone, glyph) = match status {
        ProspectStatus::New => (Tone::Blue, Glyph::Ring),
        ProspectStatus::Contacted => (Tone::Blue, Glyph::RingQuarter),
        ProspectStatus::Qualified => (Tone::Teal, Glyph::RingHalf),
        ProspectStatus::AppointmentSet => (Tone::Violet, Glyph::RingMost),
        ProspectStatus::Closed => (Tone::Green, Glyph::RingFull),
        ProspectStatus::Lost => (Tone::Neutral, Glyph::RingStroke),
    };
    Badge::new(tone, glyph, label(status.word()))
}

/// Counts the people that the person may see by their status.
///
/// # Errors
/// 401 when the session has ended, 503 when the database is away.
pub async fn count_by_status(visitor: &Visitor) -> Result<Tally, Error> {
    sql::count_by_status(&visitor.read(), Some(visitor.person())).await
}
