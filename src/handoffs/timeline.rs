//! Reads when a person wants to move, as a number of months from now.
//!
//! Source of the rules: the scoring model, "Timeline parser". A range counts with its upper end,
//! so of several times in one text the longest wins.
//!
//! Where the model is silent:
//! * an open end ("6+ months", "more than a year") counts one month more than its number;
//! * a quarter lasts until its last month; a quarter without a year that has passed is next
//!   year's, one with a year that has passed is unknown;
//! * "this year" and "end of the year" last until December, "next year" until its December;
//! * a negated word ("not now") says nothing.

use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;

/// What "just looking" and everything longer counts as, in months.
pub const BROWSING: u16 = 99;

const NOW: &[&str] = &[
    "now",
    "asap",
    "immediately",
    "immediate",
    "urgent",
    "urgently",
    "today",
    "tomorrow",
];
const NOW_PHRASES: &[&[&str]] = &[
    &["this", "month"],
    &["this", "week"],
    &["right", "away"],
    &["straight", "away"],
    &["as", "soon", "as", "possible"],
];
const BROWSING_PHRASES: &[&[&str]] = &[
    &["just", "looking"],
    &["only", "looking"],
    &["browsing"],
    &["no", "rush"],
    &["no", "hurry"],
    &["not", "in", "a", "hurry"],
    &["not", "in", "a", "rush"],
    &["window", "shopping"],
];
const NUMBERS: &[(&str, f64)] = &[
    ("a", 1.0),
    ("an", 1.0),
    ("one", 1.0),
    ("two", 2.0),
    ("couple", 2.0),
    ("three", 3.0),
    ("few", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("eleven", 11.0),
    ("twelve", 12.0),
    ("half", 0.5),
];
const ORDINALS: &[(&str, i32)] = &[
    ("first", 1),
    ("1st", 1),
    ("second", 2),
    ("2nd", 2),
    ("third", 3),
    ("3rd", 3),
    ("fourth", 4),
    ("4th", 4),
    ("q1", 1),
    ("q2", 2),
    ("q3", 3),
    ("q4", 4),
];

/// Months from `today` until the person wants to move: 0 now, 99 ([`BROWSING`]) no date in mind,
/// never more than 99. `None` where the text says nothing readable.
pub fn parse(text: &str, today: Date) -> Option<u16> {
    let words = words(text);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut longest = None;
    for at in 0..words.len() {
        let rest = &words[at..];
        let months = browsing(rest)
            .or_else(|| if negated(&words, at) { None } else { now(rest) })
            // Before the counted ones: "next year" is no "next" plus a year.
            .or_else(|| calendar(rest, today))
            .or_else(|| counted(&words, at));
        longest = longest.max(months);
    }
    longest
}

/// Small letters, digits and signs, one piece each: "6+ months" is `6`, `+`, `months`.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last = ' ';
    for c in text.nfkc().flat_map(char::to_lowercase).take(500) {
        let c = match c {
            '\u{0660}'..='\u{0669}' => char::from(b'0' + (c as u32 - 0x0660) as u8),
            '\u{06F0}'..='\u{06F9}' => char::from(b'0' + (c as u32 - 0x06F0) as u8),
            '\u{066B}' => '.',
            '\u{2010}'..='\u{2015}' => '-',
            c => c,
        };
        // "q3", "3rd" and "2w" stay together or come apart where digits turn into letters:
        // quarters and ordinals are put together again below.
        let joins = (c.is_alphabetic() && last.is_alphabetic())
            || ((c.is_ascii_digit() || c == '.') && last.is_ascii_digit())
            || (c.is_ascii_digit() && last == '.');
        match words.last_mut() {
            Some(word) if joins => word.push(c),
            _ if c.is_alphanumeric() || matches!(c, '+' | '-' | '>' | '<') => {
                words.push(c.to_string());
            }
            _ => {}
        }
        last = c;
    }
    rejoin(words)
}

/// "q" + "3" and "3" + "rd" are one word.
fn rejoin(words: Vec<String>) -> Vec<String> {
    let mut joined: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        let word = word.trim_end_matches('.').to_owned();
        match joined.last_mut() {
            Some(last) if last == "q" && matches!(word.as_str(), "1" | "2" | "3" | "4") => {
                last.push_str(&word);
            }
            Some(last)
                if matches!(word.as_str(), "st" | "nd" | "rd" | "th")
                    && last.parse::<u8>().is_ok() =>
            {
                last.push_str(&word);
            }
            _ => joined.push(word),
        }
    }
    joined
}

fn starts_with(rest: &[&str], phrase: &[&str]) -> bool {
    rest.len() >= phrase.len() && rest.iter().zip(phrase).all(|(a, b)| a == b)
}

fn negated(words: &[&str], at: usize) -> bool {
    at > 0 && matches!(words[at - 1], "not" | "no" | "never")
}

fn browsing(rest: &[&str]) -> Option<u16> {
    BROWSING_PHRASES
        .iter()
        .any(|phrase| starts_with(rest, phrase))
        .then_some(BROWSING)
}

fn now(rest: &[&str]) -> Option<u16> {
    let first = rest.first()?;
    (NOW.contains(first) || NOW_PHRASES.iter().any(|phrase| starts_with(rest, phrase))).then_some(0)
}

fn amount(word: &str) -> Option<f64> {
    let named = NUMBERS
        .iter()
        .find(|(name, _)| *name == word)
        .map(|(_, n)| *n);
    named.or_else(|| {
        let digits = word.starts_with(|c: char| c.is_ascii_digit());
        digits.then(|| word.parse().ok()).flatten()
    })
}

/// Months in `n` of a unit, rounded up; the unit's own rounding is the model's (weeks by four,
/// days by thirty).
fn in_months(n: f64, unit: &str) -> Option<u16> {
    let months = match unit {
        "d" | "day" | "days" => n / 30.0,
        "w" | "wk" | "wks" | "week" | "weeks" => n / 4.0,
        "m" | "mo" | "mos" | "mth" | "mths" | "month" | "months" => n,
        "y" | "yr" | "yrs" | "year" | "years" => n * 12.0,
        _ => return None,
    };
    // As f64 to u16 saturates and a unit needs a finite number, no value can overflow.
    Some((months.ceil() as u16).min(BROWSING))
}

/// A number at `at` with the unit that follows it, also across a range ("3-1 months") and with
/// little words between ("half a year", "couple of weeks", "next month").
fn counted(words: &[&str], at: usize) -> Option<u16> {
    let rest = &words[at..];
    if let ["next", unit, ..] = rest {
        return in_months(1.0, unit);
    }
    // In "half a year" the number is the half, not the "a".
    if at > 0 && words[at - 1] == "half" {
        return None;
    }
    let mut n = amount(rest.first()?)?;
    let mut open = at > 0 && opens(words, at - 1);
    let mut at = 1;
    while let Some(&word) = rest.get(at) {
        if let Some(months) = in_months(n, word) {
            open |= rest.get(at + 1) == Some(&"+");
            let months = if open {
                months.saturating_add(1)
            } else {
                months
            };
            return Some(months.min(BROWSING));
        }
        match word {
            "+" => open = true,
            "-" | "to" | "or" | "and" | "of" | "plus" => {}
            "a" | "an" => {}
            _ => n = n.max(amount(word)?),
        }
        at += 1;
    }
    None
}

/// Whether the word before a number leaves its end open ("over 6 months", "at least 6 months").
fn opens(words: &[&str], last: usize) -> bool {
    match words[last] {
        "over" | "after" | "beyond" | ">" => true,
        "than" => last > 0 && matches!(words[last - 1], "more" | "longer" | "later"),
        "least" => last > 0 && words[last - 1] == "at",
        _ => false,
    }
}

/// Quarters and years by name, relative to `today`.
fn calendar(rest: &[&str], today: Date) -> Option<u16> {
    let this = i32::from(today.year()) * 12 + i32::from(today.month());
    let quarter_end = |year: i32, quarter: i32| year * 12 + quarter * 3;
    let year = i32::from(today.year());
    let current = (i32::from(today.month()) + 2) / 3;
    let end = match rest {
        ["this", "quarter", ..] => quarter_end(year, current),
        ["next", "quarter", ..] => quarter_end(year, current + 1),
        ["this", "year", ..] | ["end", "of", "year", ..] | ["end", "of", "the", "year", ..] => {
            year * 12 + 12
        }
        ["next", "year", ..] => (year + 1) * 12 + 12,
        [name, tail @ ..] => {
            let (_, quarter) = ORDINALS.iter().find(|(word, _)| word == name)?;
            let tail = match tail {
                ["quarter", tail @ ..] => tail,
                // "first" and "3rd" alone are no quarters, "q3" is.
                _ if !name.starts_with('q') => return None,
                _ => tail,
            };
            let tail = tail.strip_prefix(&["of"]).unwrap_or(tail);
            let named = tail.first().and_then(|word| word.parse().ok());
            match named.filter(|year| (2000..=2999).contains(year)) {
                Some(named) => quarter_end(named, *quarter),
                None if *quarter < current => quarter_end(year + 1, *quarter),
                None => quarter_end(year, *quarter),
            }
        }
        [] => return None,
    };
    let months = u16::try_from(end - this).ok()?;
    Some(months.min(BROWSING))
}

#[cfg(test)]
mod tests;
