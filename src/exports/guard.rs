//! Cells that a spreadsheet would take for formulas.
//!
//! Source of the rule: OWASP, "CSV Injection". A cell that begins with one of
//! the signs is written with an apostrophe before it, which spreadsheets hide
//! and an import takes away again. Plain numbers stay as they are, telephone
//! numbers do not: as a number they would lose their plus.

use std::borrow::Cow;

/// Whether a spreadsheet may run a cell.
fn is_formula(cell: &str) -> bool {
    let begins = |letter: char| {
        matches!(
            letter,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
        )
    };
    let mut letters = cell.chars();
    let Some(first) = letters.next() else {
        return false;
    };
    let inner = cell.trim_start().chars().next().unwrap_or(first);
    (begins(first) || begins(inner)) && !is_negative_number(cell)
}

/// `-0.39`, but not `-1+1`.
fn is_negative_number(cell: &str) -> bool {
    let Some(digits) = cell.strip_prefix('-') else {
        return false;
    };
    digits.starts_with(|digit: char| digit.is_ascii_digit())
        && digits.ends_with(|digit: char| digit.is_ascii_digit())
        && digits.bytes().filter(|byte| *byte == b'.').count() <= 1
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// A cell that is only text. One that begins with apostrophes before such a
/// sign gets one more, so that taking one away gives the cell again.
pub fn guarded(cell: &str) -> Cow<'_, str> {
    match is_formula(cell.trim_start_matches('\'')) {
        true => Cow::Owned(format!("'{cell}")),
        false => Cow::Borrowed(cell),
    }
}

/// What [`guarded`] was given.
pub fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_formula(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_guarded_and_come_back() {
        for cell in [
            "=HYPERLINK(\"http://x\")",
            "+351912345678",
            "-1+1",
            "@SUM(A1)",
            "\t=1",
            "  =1",
            "'=1",
            "''=1",
            "＝1",
        ] {
            assert_eq!(guarded(cell), format!("'{cell}"));
            assert_eq!(unguarded(&guarded(cell)), cell);
        }
        for cell in ["", "Ana", "-0.393538", "12", "'s-Hertogenbosch", "a=b", "'"] {
            assert_eq!(guarded(cell), cell);
            assert_eq!(unguarded(cell), cell);
        }
    }
}
