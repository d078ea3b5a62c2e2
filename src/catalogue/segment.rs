//! Why a campaign's segment cannot be understood.

/// A key of words.
pub const NOT_TEXT: &str = "must be a text or a list of texts";
/// A key of rows.
pub const NOT_A_KEY: &str = "must be a UUID or a list of them";
/// A key of numbers.
pub const NOT_A_NUMBER: &str = "must be a number from 0 up";
/// A key of moments.
pub const NOT_A_TIME: &str = "must be a time such as 2026-03-01T09:00:00Z";

/// A key in two spellings.
pub fn named_twice(key: &str) -> String {
    format!("names {key} twice")
}

/// No value, or more than are looked for.
pub fn values(most: usize) -> String {
    format!("must have 1 to {most} values")
}
