//! `/handoffs`, and who waits on the first page.

use askama::Template;
use axum::response::Html;

use super::{
    sql,
    types::{Handoff, HandoffFilter, HandoffPriority, HandoffStatus},
};
use crate::{
    catalogue::pages::Words,
    console::{
        Asked, Badge, Cell, Column, Frame, Glyph, ListView, Section, Table, Tone, Visitor, page,
    },
    db::Tally,
    error::Error,
    input::List,
    users::{self, Names},
};

#[derive(Template)]
#[template(path = "handoffs/list.html")]
struct HandoffsPage {
    frame: Frame,
    list: ListView,
}

/// Shows the packages that the person may see.
pub async fn list(visitor: Visitor, asked: Asked<HandoffFilter>) -> Result<Html<String>, Error> {
    let rows = sql::list(&visitor, &asked.list).await?;
    let names = holders(&visitor, &rows.data).await?;
    let words = visitor.words();
    let say = &words.handoffs;
    let filters = asked
        .filters(words)
        .choice(
            "status",
            say.status,
            HandoffStatus::ALL,
            HandoffStatus::word,
        )
        .choice(
            "priority",
            say.priority,
            HandoffPriority::ALL,
            HandoffPriority::word,
        )
        .done();
    let named = (say.caption, say.empty);
    let list = asked.view(filters, &rows, named, columns(words), |row| {
        cells(&visitor, &names, row)
    });
    page(&HandoffsPage {
        frame: visitor.frame(Section::Handoffs),
        list,
    })
}

/// Who waits, whoever is due first on top.
///
/// # Errors
/// 401 when the session has ended, 503 when the database is away.
pub async fn waiting(visitor: &Visitor) -> Result<Table, Error> {
    let list = List::read("status=pending&sort=claim_due_at&limit=8")?;
    let rows = sql::list(visitor, &list).await?;
    let words = visitor.words();
    let say = &words.handoffs;
    let cells = rows.data.iter().map(|row| {
        vec![
            person(row),
            Cell::Badge(priority(words, row.priority)),
            due(visitor, row),
            Cell::text(Some(words.label(row.source_channel.word()))),
            Cell::time(visitor.clock(), Some(row.timestamp)),
        ]
    });
    let columns = [
        say.person,
        say.priority,
        say.claim_by,
        say.channel,
        say.made,
    ];
    Ok(Table::new(
        words,
        say.waiting,
        columns.map(Column::plain).to_vec(),
        cells.collect(),
        say.nobody_waits,
    ))
}

async fn holders(visitor: &Visitor, rows: &[Handoff]) -> Result<Names, Error> {
    users::names(visitor, rows.iter().filter_map(|row| row.claimed_by)).await
}

fn columns(words: &Words) -> Vec<Column> {
    let say = &words.handoffs;
    vec![
        Column::sortable(say.person, "prospect_name"),
        Column::sortable(say.priority, "priority"),
        Column::sortable(say.status, "status"),
        Column::sortable(say.claim_by, "claim_due_at"),
        Column::plain(say.channel),
        Column::plain(say.holder),
        Column::sortable(say.made, "timestamp"),
    ]
}

/// Who it is, and why a person is wanted.
fn person(row: &Handoff) -> Cell {
    Cell::noted(&row.prospect_name, Some(sentence(&row.reason).to_owned()))
}

fn cells(visitor: &Visitor, names: &Names, row: &Handoff) -> Vec<Cell> {
    let words = visitor.words();
    vec![
        person(row),
        Cell::Badge(priority(words, row.priority)),
        Cell::Badge(status(words, row.status)),
        due(visitor, row),
        Cell::text(Some(words.label(row.source_channel.word()))),
        match row.claimed_by {
            Some(_) => Cell::text(Some(names.of(words, row.claimed_by, ""))),
            None => Cell::Nothing,
        },
        Cell::time(visitor.clock(), Some(row.timestamp)),
    ]
}

/// A reason is a code, a colon and a sentence; people read the sentence.
fn sentence(reason: &str) -> &str {
    match reason.split_once(": ") {
        Some((code, sentence)) if !code.contains(' ') => sentence,
        _ => reason,
    }
}

/// Until when it should be claimed, as long as that is still open.
fn due(visitor: &Visitor, row: &Handoff) -> Cell {
    let (HandoffStatus::Pending, Some(due)) = (row.status, row.claim_due_at) else {
        return Cell::Nothing;
    };
    let clock = visitor.clock();
    let late = visitor.words().handoffs.late;
    Cell::Time {
        moment: clock.say(due),
        badge: (due < clock.now()).then(|| Badge::new(Tone::Red, Glyph::ClockStruck, late)),
    }
}

fn priority(words: &Words, priority: HandoffPriority) -> Badge {
    let (tone, glyph) = match priority {
        HandoffPriority::High => (Tone::Danger, Glyph::Triangle),
        HandoffPriority::Medium => (Tone::Amber, Glyph::Diamond),
        HandoffPriority::Low => (Tone::Blue, Glyph::TriangleDown),
    };
    Badge::new(tone, glyph, words.label(priority.word()))
}

fn status(words: &Words, status: HandoffStatus) -> Badge {
    let (tone, glyph) = match status {
        HandoffStatus::Pending => (Tone::Neutral, Glyph::Hourglass),
        HandoffStatus::Claimed => (Tone::Teal, Glyph::Hand),
        HandoffStatus::Completed => (Tone::Green, Glyph::Tick),
        HandoffStatus::Expired => (Tone::Red, Glyph::ClockStruck),
    };
    Badge::new(tone, glyph, words.label(status.word()))
}

/// Counts the packages that the person may see by their status.
///
/// # Errors
/// 401 when the session has ended, 503 when the database is away.
pub async fn count_by_status(visitor: &Visitor) -> Result<Tally, Error> {
    sql::count_by_status(visitor).await
}
