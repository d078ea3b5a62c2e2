//! Columns that the caller sees masked.

use crate::error::{Error, Problem};

/// Refuses filters and sorts by what the caller sees masked: the order and the
/// count of rows would give the values away.
///
/// # Errors
/// 400 that names each of `named` which is among `masked`.
pub fn refuse_masked(named: &[&'static str], masked: &[&str]) -> Result<(), Error> {
    let hidden = named.iter().filter(|name| masked.contains(name));
    let problems: Vec<Problem> = hidden
        .map(|name| Problem::new(name, "masked_column"))
        .collect();
    match problems.is_empty() {
        true => Ok(()),
        false => Err(Error::all_invalid(problems)),
    }
}
