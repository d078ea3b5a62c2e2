//! `/tasks`, and what is to be done next on the first page.

use askama::Template;
use axum::response::Html;

use super::{
    sql,
    types::{Task, TaskFilter, TaskSource},
};
use crate::{
    catalogue::pages::Words,
    console::{
        Asked, Badge, Cell, Column, Frame, Glyph, ListView, Section, Table, Tone, Visitor, page,
    },
    error::Error,
    input::List,
    users::{self, Names},
};

#[derive(Template)]
#[template(path = "tasks/list.html")]
struct TasksPage {
    frame: Frame,
    list: ListView,
}

/// Shows the tasks that the person may see.
pub async fn list(visitor: Visitor, asked: Asked<TaskFilter>) -> Result<Html<String>, Error> {
    let rows = sql::list(&visitor, &asked.list).await?;
    let people = rows.data.iter().filter_map(|row| row.assignee);
    let names = users::names(&visitor, people).await?;
    let words = visitor.words();
    let say = &words.tasks;
    let filters = asked
        .filters(words)
        .choice("source", say.source, TaskSource::ALL, TaskSource::word)
        .done();
    let named = (say.caption, say.empty);
    let list = asked.view(filters, &rows, named, columns(words), |row| {
        cells(&visitor, &names, row)
    });
    page(&TasksPage {
        frame: visitor.frame(Section::Tasks),
        list,
    })
}

/// What the person himself is to do next.
///
/// # Errors
/// 401 when the session has ended, 503 when the database is away.
pub async fn next(visitor: &Visitor) -> Result<Table, Error> {
    let mut list: List<TaskFilter> = List::read("done=false&limit=8")?;
    list.filter.assignee = visitor.user_id();
    let rows = sql::list(visitor, &list).await?;
    let words = visitor.words();
    let say = &words.tasks;
    let cells = rows.data.iter().map(|row| {
        vec![
            Cell::noted(&row.title, row.notes.clone()),
            Cell::text(Some(&row.prospect_name)),
            due(visitor, row),
        ]
    });
    let columns = [say.title, say.person, say.due];
    Ok(Table::new(
        words,
        say.next,
        columns.map(Column::plain).to_vec(),
        cells.collect(),
        say.nothing_to_do,
    ))
}

fn columns(words: &Words) -> Vec<Column> {
    let say = &words.tasks;
    vec![
        Column::sortable(say.title, "title"),
        Column::sortable(say.person, "prospect_name"),
        Column::sortable(say.due, "due_at"),
        Column::plain(say.assignee),
        Column::sortable(say.state, "done"),
        Column::plain(say.source),
    ]
}

fn cells(visitor: &Visitor, names: &Names, row: &Task) -> Vec<Cell> {
    let words = visitor.words();
    let say = &words.tasks;
    vec![
        Cell::noted(&row.title, row.notes.clone()),
        Cell::text(Some(&row.prospect_name)),
        due(visitor, row),
        match row.assignee {
            Some(_) => Cell::text(Some(names.of(words, row.assignee, ""))),
            None => Cell::Nothing,
        },
        Cell::Badge(match row.done {
            true => Badge::new(Tone::Green, Glyph::Tick, say.done),
            false => Badge::new(Tone::Blue, Glyph::Ring, say.open),
        }),
        Cell::text(Some(words.label(row.source.word()))),
    ]
}

/// Until when, and whether that has passed.
fn due(visitor: &Visitor, row: &Task) -> Cell {
    let clock = visitor.clock();
    let late = !row.done && row.due_at < clock.now();
    Cell::Time {
        moment: clock.say(row.due_at),
        badge: late.then(|| Badge::new(Tone::Red, Glyph::ClockStruck, visitor.words().tasks.late)),
    }
}
