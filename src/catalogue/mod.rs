//! Every sentence that a person reads, in one place.
//!
//! Errors are found by their stable code; constraints of the database by their
//! name; the words of the pages by their field in [`pages::Words`]; reasons that
//! hold a value are functions.
//!
//! Two kinds of words stand elsewhere. What the command line says to whoever
//! runs the program is beside what it is about (`verbs`, `config`, `postgres`).
//! What the agent writes into a handoff is data that is stored with it, and is
//! in `handoffs::phrases`.

pub mod auth;
pub mod conditions;
mod constraints;
mod errors;
pub mod hours;
pub mod imports;
pub mod pages;
pub mod phone;
pub mod reasons;
pub mod segment;
pub mod verbs;

use uuid::Uuid;

pub use auth::auth_sentence;
pub use constraints::{code_of_constraint, field_of_check, field_of_reference, sentence_of_check};

/// The sentence for a code. An unknown code is a defect that a test finds; the
/// caller still gets an honest sentence.
pub fn sentence(code: &str) -> &'static str {
    errors::SENTENCES
        .iter()
        .find(|(known, _)| *known == code)
        .map_or("The request was refused.", |(_, sentence)| sentence)
}

/// The catalogue's own copy of a code that came from the database.
pub fn known(code: &str) -> Option<&'static str> {
    errors::SENTENCES
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(known, _)| *known)
}

/// The member of `known` nearest to `word`, if one is near enough to be meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// 404 for an appointment that a package was asked of.
pub fn no_appointment(id: Uuid) -> String {
    format!("Appointment not found: {id}")
}

/// 404 for a conversation that a package was asked of.
pub fn no_conversation(id: Uuid) -> String {
    format!("Conversation not found: {id}")
}

/// What is wrong with the one field that is.
pub fn about(field: &str, reason: &str) -> String {
    format!("{field}: {reason}")
}

/// Says that a key or parameter is unknown and which one is near.
pub fn unknown_name<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(word, known.clone()) {
        Some(near) => format!("is not known here; did you mean `{near}`?"),
        None => {
            let all: Vec<&str> = known.into_iter().collect();
            format!("is not known here; known are {}", all.join(", "))
        }
    }
}
