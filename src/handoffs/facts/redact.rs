//! Takes card, bank and identity numbers out of text that goes into a package.
//!
//! The scoring model, "Text fields". Telephone numbers stay: the package is there to call people.
//! Redacted are: 13 or more digits in a row (single blanks and hyphens between them do not count),
//! except a number of up to 15 digits that begins with `+` or `00`; groups of 3-2-4 digits;
//! account numbers of two letters and at least 13 letters and digits; and any word with six or more
//! digits that follows a word like "passport" or "ID" within three words.

use crate::handoffs::phrases::REDACTED;

const ID_WORDS: &[&str] = &[
    "passport",
    "id",
    "iqama",
    "ssn",
    "emirates",
    "national",
    "licence",
    "license",
    "هوية",
    "الهوية",
    "جواز",
    "pasaporte",
    "passeport",
    "ausweis",
    "iban",
    "card",
    "account",
];

/// The text without such numbers.
pub fn redact(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut clean = String::with_capacity(text.len());
    // How many more words the last identity word reaches.
    let mut reach = 0_u8;
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        if !c.is_alphanumeric() {
            clean.push(c);
            at += 1;
            continue;
        }
        let word_end = end_of(&chars, at, |c| c == '-');
        let run_end = end_of_digits(&chars, at);
        let word = &chars[at..word_end];
        let end = if run_end > at && is_long_number(&chars, at, run_end) {
            run_end.max(word_end)
        } else if is_account(word) || is_security_number(word) || (reach > 0 && digits(word) >= 6) {
            word_end
        } else {
            let plain: String = word.iter().flat_map(|c| c.to_lowercase()).collect();
            reach = match ID_WORDS.contains(&plain.as_str()) {
                true => 3,
                false => reach.saturating_sub(1),
            };
            // "id-1234567": the number after the hyphen is a word of its own.
            let end = if digits(word) == 0 {
                end_of(&chars, at, |_| false)
            } else {
                word_end
            };
            clean.extend(&chars[at..end]);
            at = end;
            continue;
        };
        clean.push_str(REDACTED);
        reach = 0;
        at = end;
    }
    clean
}

fn digits(word: &[char]) -> usize {
    word.iter().filter(|c| c.is_numeric()).count()
}

/// The end of the word that starts at `at`; `joins` says which signs may stand inside.
fn end_of(chars: &[char], at: usize, joins: impl Fn(char) -> bool) -> usize {
    let inner = |i: usize| chars.get(i).is_some_and(|c| c.is_alphanumeric());
    let mut end = at;
    while inner(end) || (chars.get(end).is_some_and(|c| joins(*c)) && inner(end + 1)) {
        end += 1;
    }
    end
}

/// The end of the digits that start at `at`, over single blanks and hyphens.
fn end_of_digits(chars: &[char], at: usize) -> usize {
    let digit = |i: usize| chars.get(i).is_some_and(|c| c.is_numeric());
    let mut end = at;
    while digit(end) || (end > at && matches!(chars.get(end), Some(' ' | '-')) && digit(end + 1)) {
        end += 1;
    }
    end
}

fn is_long_number(chars: &[char], start: usize, end: usize) -> bool {
    let count = digits(&chars[start..end]);
    let plus = start > 0 && chars.get(start - 1) == Some(&'+');
    let telephone = (plus || chars[start..end].starts_with(&['0', '0'])) && count <= 15;
    count >= 13 && !telephone
}

/// Two letters, two digits, and at least eleven letters or digits more: an IBAN.
fn is_account(word: &[char]) -> bool {
    word.len() >= 15
        && word.iter().all(|c| c.is_ascii_alphanumeric())
        && word[..2].iter().all(char::is_ascii_alphabetic)
        && word[2..4].iter().all(char::is_ascii_digit)
        && digits(word) >= 8
}

/// Digits grouped 3-2-4.
fn is_security_number(word: &[char]) -> bool {
    word.len() == 11
        && word.iter().enumerate().all(|(at, c)| match at {
            3 | 6 => *c == '-',
            _ => c.is_numeric(),
        })
}
