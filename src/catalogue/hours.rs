//! What is wrong with working hours.

/// A key that is no day of the week.
pub const NOT_A_WEEKDAY: &str = "must be an ISO weekday from 1, Monday, to 7";
/// A shift that is none.
pub const NOT_A_SHIFT: &str = "must be two times such as [\"09:00\", \"18:00\"], the end after the start, or 00:00 for the end of the day";

/// A day that is no list of shifts, or too long a one.
pub fn not_shifts(most: usize) -> String {
    format!("must be a list of {most} shifts at most, such as [[\"09:00\", \"18:00\"]]")
}
