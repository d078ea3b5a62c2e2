//! `/appointments`, and what is ahead on the first page.

use askama::Template;
use axum::response::Html;

use super::{
    sql,
    types::{Appointment, AppointmentFilter, AppointmentStatus},
};
use crate::{
    catalogue::pages::Words,
    console::{
        Asked, Badge, Cell, Column, Frame, Glyph, ListView, Section, Table, Tone, Visitor, page,
    },
    db::Tally,
    error::Error,
    input::List,
};

#[derive(Template)]
#[template(path = "appointments/list.html")]
struct AppointmentsPage {
    frame: Frame,
    list: ListView,
    upcoming: bool,
}

/// Shows the appointments that the person may see, from today on unless
/// another order or span is asked for.
pub async fn list(
    visitor: Visitor,
    mut asked: Asked<AppointmentFilter>,
) -> Result<Html<String>, Error> {
    let span = (asked.list.filter.from, asked.list.filter.to);
    let upcoming = span == (None, None) && !asked.list.is_sorted();
    if upcoming {
        asked.list.filter.from = Some(visitor.clock().start_of_today());
    }
    let rows = sql::list(&visitor, &asked.list).await?;
    let (all, word) = (AppointmentStatus::ALL, AppointmentStatus::word);
    let words = visitor.words();
    let say = &words.appointments;
    let filters = asked.filters(words).choice("status", say.status, all, word);
    let list = asked.view(
        filters.done(),
        &rows,
        (say.caption, say.empty),
        columns(words),
        |row| cells(&visitor, row),
    );
    page(&AppointmentsPage {
        frame: visitor.frame(Section::Calendar),
        list,
        upcoming,
    })
}

/// The next appointments.
///
/// # Errors
/// 401 when the session has ended, 503 when the database is away.
pub async fn next(visitor: &Visitor) -> Result<Table, Error> {
    let mut list: List<AppointmentFilter> = List::read("limit=8")?;
    list.filter.status = Some(AppointmentStatus::Scheduled);
    list.filter.from = Some(visitor.clock().now());
    let rows = sql::list(visitor, &list).await?;
    let cells = rows.data.iter().map(|row| ahead(visitor, row)).collect();
    let words = visitor.words();
    let say = &words.appointments;
    let columns = [
        say.person, say.begins, say.kind, say.home, say.place, say.rep,
    ];
    Ok(Table::new(
        words,
        say.next,
        columns.map(Column::plain).to_vec(),
        cells,
        say.nothing_ahead,
    ))
}

fn columns(words: &Words) -> Vec<Column> {
    let say = &words.appointments;
    vec![
        Column::sortable(say.person, "prospect_name"),
        Column::sortable(say.begins, "scheduled_date"),
        Column::plain(say.kind),
        Column::plain(say.home),
        Column::plain(say.place),
        Column::sortable(say.rep, "assigned_rep_name"),
        Column::sortable(say.status, "status"),
    ]
}

fn cells(visitor: &Visitor, row: &Appointment) -> Vec<Cell> {
    let mut cells = ahead(visitor, row);
    cells.push(Cell::Badge(status(visitor.words(), row.status)));
    cells
}

/// All that there is to say of an appointment ahead.
fn ahead(visitor: &Visitor, row: &Appointment) -> Vec<Cell> {
    vec![
        Cell::noted(&row.prospect_name, row.notes.clone()),
        Cell::time(visitor.clock(), Some(row.scheduled_date)),
        Cell::text(Some(visitor.words().label(row.kind.word()))),
        Cell::text(row.property_name.as_ref()),
        Cell::text(Some(&row.location)),
        Cell::text(Some(&row.assigned_rep_name)),
    ]
}

/// What became of an appointment as a label.
fn status(words: &Words, status: AppointmentStatus) -> Badge {
    let (tone, glyph) = match status {
        AppointmentStatus::Scheduled => (Tone::Blue, Glyph::Calendar),
        AppointmentStatus::Completed => (Tone::Green, Glyph::Tick),
        AppointmentStatus::NoShow => (Tone::Red, Glyph::Chair),
        AppointmentStatus::Rescheduled => (Tone::Violet, Glyph::ArrowBent),
        AppointmentStatus::Cancelled => (Tone::Neutral, Glyph::CalendarStruck),
    };
    Badge::new(tone, glyph, words.label(status.word()))
}

/// Counts the appointments that the person may see by their status.
///
/// # Errors
/// 401 when the session has ended, 503 when the database is away.
pub async fn count_by_status(visitor: &Visitor) -> Result<Tally, Error> {
    sql::count_by_status(visitor).await
}
