//! What comes from outside: paths, query strings and bodies, read strictly.
//!
//! Keys may be camelCase or snake_case; an unknown one is refused with the
//! nearest known one, since a silent typo returns everything or loses a value.

mod amount;
mod ask;
mod body;
mod conditional;
mod declare;
mod description;
mod json;
mod list;
mod lists;
mod masked;
mod path;
pub mod phone;
mod text;
mod unasked;
mod why;
mod words;
mod zone;

use serde_json::{Map, Value};

pub use amount::Amount;
pub use ask::{Ask, NoBody};
pub use body::{
    Change, Field, Mode, New, Rules, Writable, column_type, header_text, push_column, read_field,
};
pub use conditional::IfNoneMatch;
pub use description::Description;
pub use json::JsonObject;
pub use list::{Filter, List, Sort, read_parameter};
pub(crate) use list::{describe_header, describe_query};
pub use lists::Distinct;
pub use masked::refuse_masked;
pub use path::Id;
pub use text::{Country, Currency, Line, Link, Note, Picture, Prose, Words};
pub use unasked::Unasked;
pub use why::Why;
pub use words::Channel;
pub use zone::Zone;

use crate::{catalogue, error::Problem};

/// `assignedTo` → `assigned_to`; a snake_case name stays as it is.
pub fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
            snake.push(letter.to_ascii_lowercase());
        } else {
            snake.push(letter);
        }
    }
    snake
}

/// Renames the keys of an object to snake_case; two spellings of one key are a
/// problem.
fn snake_keys(object: Map<String, Value>, known: &[&str]) -> Result<Map<String, Value>, Problem> {
    let mut renamed = Map::with_capacity(object.len());
    for (key, value) in object {
        let snake = snake_case(&key);
        let snake = meant(&snake, known).map_or(snake, str::to_owned);
        if renamed.insert(snake, value).is_some() {
            return Err(Problem::worded(&key, catalogue::reasons::GIVEN_TWICE));
        }
    }
    Ok(renamed)
}

/// The member of `known` that `name`, in snake_case, stands for. Where a word
/// begins with a digit, camelCase does not say so: `maxPer24h` is
/// `max_per_24h`.
fn meant<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let letters = |name: &str| name.replace('_', "");
    let exact = known.iter().find(|member| **member == name);
    exact
        .or_else(|| known.iter().find(|member| letters(member) == letters(name)))
        .copied()
}

/// The problem of a name that nothing here is called.
fn unknown<'a>(name: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Problem {
    Problem::worded(name, catalogue::unknown_name(name, known))
}

#[cfg(test)]
mod tests {
    use super::{meant, snake_case};

    #[test]
    fn digits_begin_words_unseen() {
        let known = ["max_per_24h", "phone_e164"];
        assert_eq!(meant("max_per24h", &known), Some("max_per_24h"));
        assert_eq!(meant("phone_e164", &known), Some("phone_e164"));
        assert_eq!(meant("max_per_7d", &known), None);
    }

    #[test]
    fn both_spellings_meet() {
        assert_eq!(snake_case("assignedTo"), "assigned_to");
        assert_eq!(snake_case("assigned_to"), "assigned_to");
        assert_eq!(snake_case("id"), "id");
    }
}
