//! Telephone numbers from outside.

use crate::catalogue::phone;

/// What is wrong with a telephone number that cannot be dialled from anywhere,
/// and what would be right; nothing where it can be.
///
/// The database keeps the number as it was said beside its E.164 form (function
/// `doorstep.e164`), by which duplicates are found: spaces, dots, dashes and
/// brackets do not matter, and a leading 00 stands for +.
pub fn problem(said: &str) -> Option<String> {
    let bare: String = said
        .chars()
        .filter(|letter| !letter.is_whitespace() && !SEPARATORS.contains(letter))
        .collect();
    let bare = match bare.strip_prefix("00") {
        Some(rest) => format!("+{rest}"),
        None => bare,
    };
    let Some(digits) = bare.strip_prefix('+') else {
        let national = !bare.is_empty() && bare.chars().all(is_digit);
        return Some(match national {
            true => phone::no_country(),
            false => phone::no_number(),
        });
    };
    if let Some(letter) = digits.chars().find(|letter| !is_digit(*letter)) {
        return Some(phone::character(letter));
    }
    match (digits.chars().count(), digits.starts_with(['0', '٠'])) {
        (_, true) => Some(phone::zero()),
        (7..=15, false) => None,
        _ => Some(phone::length()),
    }
}

const SEPARATORS: [char; 12] = [
    '.', '(', ')', '[', ']', '-', '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}',
    '\u{2015}',
];

fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit() || ('٠'..='٩').contains(&letter)
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn what_can_be_dialled_from_anywhere_is_right() {
        for said in [
            "+34 600 111 222",
            "0034600111222",
            "+1 (408) 555-0100",
            "+44 7700 900.123",
            "+٣٤٦٠٠١١١٢٢٢",
        ] {
            assert_eq!(problem(said), None, "{said}");
        }
    }

    #[test]
    fn what_cannot_is_told_what_would_be() {
        for (said, reason) in [
            ("600 111 222", "has no country code"),
            ("call me", "is not a telephone number"),
            ("+34 600 CALL", "must not hold 'C'"),
            ("+0600111222", "begins with 0"),
            ("+34 1", "7 to 15 digits"),
        ] {
            let told = problem(said).unwrap_or_default();
            assert!(told.contains(reason) && told.contains("+34 600"), "{told}");
        }
    }
}
