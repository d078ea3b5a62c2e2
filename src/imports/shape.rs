//! What a sorted row becomes: the values of its columns, judged by the same
//! types as the API's bodies.

mod conversations;
mod phone;
mod properties;
mod prospects;
mod users;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::{
    headings::{Facts, Mapping},
    read::Raw,
    types::ImportKind,
    value,
};
use crate::{
    db::Parameter,
    error::Problem,
    input::{Mode, Writable},
};

pub use conversations::MESSAGE_COLUMNS;

/// What a row needs besides its cells.
#[derive(Clone, Copy, Debug, Default)]
pub struct Habits {
    /// The day from which plans such as "next spring" are counted.
    pub today: jiff::civil::Date,
}

/// A row ready for the database.
pub struct Shaped {
    /// Its columns.
    pub columns: Vec<(&'static str, Parameter)>,
    /// What it is known by; no two rows of a batch share one.
    pub keys: Vec<String>,
    /// Rows that hang off it: a conversation's messages.
    pub messages: Vec<Vec<Parameter>>,
}

/// The columns that a kind of row may fill, without the line.
pub fn columns(kind: ImportKind) -> &'static [&'static str] {
    match kind {
        ImportKind::Properties => properties::COLUMNS,
        ImportKind::Prospects => prospects::COLUMNS,
        ImportKind::Users => users::COLUMNS,
        ImportKind::Conversations => conversations::COLUMNS,
    }
}

/// Makes a row ready.
///
/// # Errors
/// Each heading (or column) and what is wrong with it.
pub fn shape(
    kind: ImportKind,
    raw: &Raw,
    mapping: &Mapping,
    habits: &Habits,
) -> Result<Shaped, Vec<(String, String)>> {
    let mut facts = mapping.sort(&raw.cells);
    if !facts.problems.is_empty() {
        return Err(facts.problems);
    }
    match kind {
        ImportKind::Properties => properties::shape(raw, facts),
        ImportKind::Prospects => prospects::shape(facts, habits.today),
        ImportKind::Users => users::shape(facts),
        ImportKind::Conversations => conversations::shape(&mut facts),
    }
}

/// Reads the values as a body of the API would be.
fn body<B: Writable>(facts: Facts) -> Result<B, Vec<(String, String)>> {
    let named = |problem: Problem| {
        let origin = facts.origins.get(problem.field.as_str()).cloned();
        (origin.unwrap_or(problem.field), problem.reason)
    };
    let mut object = facts.values;
    object.retain(|key, _| B::KEYS.contains(&key.as_str()));
    let body = match B::read(object, Mode::Create) {
        Ok(body) => body,
        Err(problems) => return Err(problems.into_iter().map(named).collect()),
    };
    let problems = body.problems(Mode::Create);
    match problems.is_empty() {
        true => Ok(body),
        false => Err(problems.into_iter().map(named).collect()),
    }
}

/// What has been found wrong so far, if anything.
fn judged(facts: &mut Facts) -> Result<(), Vec<(String, String)>> {
    match facts.problems.is_empty() {
        true => Ok(()),
        false => Err(std::mem::take(&mut facts.problems)),
    }
}

/// First and last name where there is no whole one.
fn whole_name(facts: &mut Facts) {
    let parts = ["first_name", "last_name"].map(|part| facts.take_text(part));
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if !parts.is_empty() {
        facts.fill("name", || Value::String(parts.join(" ")));
    }
}

/// A key for a row that has none: the same cells give the same key.
fn key_of(cells: &Map<String, Value>) -> String {
    let mut hash = Sha256::new();
    for (heading, cell) in cells {
        if !value::is_empty(cell) && !heading.trim_start_matches('_').starts_with("import") {
            hash.update(format!("{heading}\u{1f}{}\u{1e}", value::text(cell)));
        }
    }
    let digest = hash.finalize();
    let hex: String = digest[..12]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("content:{hex}")
}
