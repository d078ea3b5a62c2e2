//! Splits an amount's text into tokens: numbers with their suffixes, currencies, limits.

use rust_decimal::Decimal;
use unicode_normalization::UnicodeNormalization;

/// One meaningful piece of the text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token {
    /// A number and the factor of its suffix (1e3, 1e6, 1e9 …).
    Number {
        value: Decimal,
        suffix: Option<Decimal>,
    },
    Range,
    AtMost,
    AtLeast,
    /// A currency that was named.
    Code(&'static str),
    /// A currency that a shared symbol (`$`, `£`) suggests.
    Symbol(&'static str),
    /// A word that means nothing here.
    Unknown,
}

/// Longer texts are prose, not amounts.
const MAX_CHARS: usize = 200;

/// Codes that are read in any case, and the names and abbreviations people use for them.
const CURRENCY_WORDS: &[(&str, &str)] = &[
    ("aed", "AED"),
    ("dhs", "AED"),
    ("dh", "AED"),
    ("derham", "AED"),
    ("derhams", "AED"),
    ("dirham", "AED"),
    ("dirhams", "AED"),
    ("درهم", "AED"),
    ("دراهم", "AED"),
    ("sar", "SAR"),
    ("sr", "SAR"),
    ("riyal", "SAR"),
    ("riyals", "SAR"),
    ("ريال", "SAR"),
    ("egp", "EGP"),
    ("جنيه", "EGP"),
    ("usd", "USD"),
    ("dollar", "USD"),
    ("dollars", "USD"),
    ("us$", "USD"),
    ("دولار", "USD"),
    ("eur", "EUR"),
    ("euro", "EUR"),
    ("euros", "EUR"),
    ("يورو", "EUR"),
    ("gbp", "GBP"),
    ("pound", "GBP"),
    ("pounds", "GBP"),
    ("sterling", "GBP"),
    ("a$", "AUD"),
    ("c$", "CAD"),
    ("ca$", "CAD"),
    ("s$", "SGD"),
    ("hk$", "HKD"),
    ("nz$", "NZD"),
];

/// Further ISO 4217 codes, read only in capitals because in small letters some are words.
const CODES: &[&str] = &[
    "AUD", "BDT", "BGN", "BHD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "DZD", "HKD", "HUF",
    "IDR", "ILS", "INR", "IQD", "JOD", "JPY", "KES", "KRW", "KWD", "LBP", "LKR", "MAD", "MXN",
    "MYR", "NGN", "NOK", "NZD", "OMR", "PHP", "PKR", "PLN", "QAR", "RON", "RUB", "SEK", "SGD",
    "SYP", "THB", "TND", "TRY", "UAH", "VND", "YER", "ZAR",
];

/// Suffixes and the power of ten they stand for.
const SUFFIXES: &[(&str, u32)] = &[
    ("k", 3),
    ("thousand", 3),
    ("الف", 3),
    ("ألف", 3),
    ("m", 6),
    ("mn", 6),
    ("mln", 6),
    ("mio", 6),
    ("million", 6),
    ("millions", 6),
    ("مليون", 6),
    ("b", 9),
    ("bn", 9),
    ("billion", 9),
    ("مليار", 9),
    ("lakh", 5),
    ("lakhs", 5),
    ("crore", 7),
    ("crores", 7),
];

/// Limits and ranges in words; the longest phrase that fits wins.
const PHRASES: &[(&[&str], Token)] = &[
    (&["no", "more", "than"], Token::AtMost),
    (&["not", "more", "than"], Token::AtMost),
    (&["no", "less", "than"], Token::AtLeast),
    (&["not", "less", "than"], Token::AtLeast),
    (&["up", "to"], Token::AtMost),
    (&["at", "most"], Token::AtMost),
    (&["less", "than"], Token::AtMost),
    (&["not", "over"], Token::AtMost),
    (&["not", "above"], Token::AtMost),
    (&["not", "under"], Token::AtLeast),
    (&["not", "below"], Token::AtLeast),
    (&["at", "least"], Token::AtLeast),
    (&["more", "than"], Token::AtLeast),
    (&["starting", "from"], Token::AtLeast),
    (&["starting", "at"], Token::AtLeast),
    (&["under"], Token::AtMost),
    (&["upto"], Token::AtMost),
    (&["max"], Token::AtMost),
    (&["maximum"], Token::AtMost),
    (&["below"], Token::AtMost),
    (&["from"], Token::AtLeast),
    (&["over"], Token::AtLeast),
    (&["above"], Token::AtLeast),
    (&["min"], Token::AtLeast),
    (&["minimum"], Token::AtLeast),
    (&["to"], Token::Range),
    (&["and"], Token::Range),
];

/// Words that add nothing to an amount.
const FILLERS: &[&str] = &[
    "a",
    "about",
    "an",
    "annually",
    "approx",
    "approximately",
    "around",
    "asking",
    "between",
    "budget",
    "ca",
    "cash",
    "circa",
    "is",
    "maybe",
    "month",
    "monthly",
    "my",
    "of",
    "only",
    "our",
    "per",
    "price",
    "roughly",
    "the",
    "total",
    "year",
    "yearly",
];

/// A raw piece: a word, a number, or a sign.
enum Piece {
    Word(String),
    Number(String),
    Sign(char),
}

/// The tokens of a text; `None` where it cannot be an amount.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    if text.chars().count() > MAX_CHARS {
        return None;
    }
    let pieces = pieces(&text.nfkc().filter_map(fold).collect::<Vec<char>>());
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        at += 1;
        match piece {
            Piece::Number(digits) => {
                let (suffix, more, used) = tail(&pieces[at..])?;
                let value = number(digits, suffix.is_some())?;
                tokens.push(Token::Number { value, suffix });
                tokens.extend(more);
                at += used;
            }
            Piece::Sign(sign) => tokens.extend(sign_token(*sign)),
            Piece::Word(_) => {
                let (token, used) = word_token(&pieces[at - 1..]);
                tokens.extend(token);
                at += used - 1;
            }
        }
    }
    Some(tokens)
}

/// Arabic-Indic digits and signs to ASCII; invisible direction marks away.
fn fold(c: char) -> Option<char> {
    Some(match c {
        '\u{0660}'..='\u{0669}' => char::from(b'0' + (c as u32 - 0x0660) as u8),
        '\u{06F0}'..='\u{06F9}' => char::from(b'0' + (c as u32 - 0x06F0) as u8),
        '\u{066B}' => '.',
        '\u{066C}' => ',',
        '\u{2019}' => '\'',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2066}'..='\u{2069}'
        | '\u{FEFF}' => {
            return None;
        }
        c if c.is_whitespace() => ' ',
        c => c,
    })
}

fn pieces(chars: &[char]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let digit_next = chars.get(at + 1).is_some_and(char::is_ascii_digit);
        if c.is_ascii_digit() || (c == '.' && digit_next) {
            let end = number_end(chars, at);
            pieces.push(Piece::Number(chars[at..end].iter().collect()));
            at = end;
        } else if c.is_alphabetic() {
            let mut end = at;
            while chars.get(end).is_some_and(|c| c.is_alphabetic()) {
                end += 1;
            }
            if chars.get(end) == Some(&'$') {
                end += 1;
            }
            pieces.push(Piece::Word(chars[at..end].iter().collect()));
            at = end;
        } else {
            if c != ' ' {
                pieces.push(Piece::Sign(c));
            }
            at += 1;
        }
    }
    pieces
}

/// Where the number that starts at `start` ends: digits, separators between digits, and single
/// spaces before groups of exactly three digits.
fn number_end(chars: &[char], start: usize) -> usize {
    let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let mut at = start + 1;
    loop {
        match chars.get(at) {
            Some(c) if c.is_ascii_digit() => at += 1,
            Some('.' | ',' | '\'') if digit(at + 1) => at += 1,
            Some(' ') if (1..=3).all(|n| digit(at + n)) && !digit(at + 4) => at += 1,
            _ => return at,
        }
    }
}

/// Suffix factor, the currency written onto it, and how many pieces they took.
type Tail = (Option<Decimal>, Option<Token>, usize);

/// What stands behind a number: a suffix, a currency written onto it ("2maed"), or neither.
fn tail(rest: &[Piece]) -> Option<Tail> {
    let Some(Piece::Word(word)) = rest.first() else {
        return Some((None, None, 0));
    };
    let lower = word.to_lowercase();
    if let Some(factor) = suffix(&lower) {
        return Some((Some(factor), None, 1));
    }
    for (name, _) in SUFFIXES {
        if let Some(code) = lower
            .strip_prefix(name)
            .and_then(|rest| currency(rest, rest))
        {
            return Some((suffix(name), Some(code), 1));
        }
    }
    Some((None, None, 0))
}

fn suffix(word: &str) -> Option<Decimal> {
    let (_, power) = SUFFIXES.iter().find(|(name, _)| *name == word)?;
    Some(Decimal::from(10_i64.pow(*power)))
}

fn currency(word: &str, lower: &str) -> Option<Token> {
    if let Some((_, code)) = CURRENCY_WORDS.iter().find(|(name, _)| *name == lower) {
        return Some(Token::Code(code));
    }
    CODES
        .iter()
        .find(|code| **code == word)
        .map(|code| Token::Code(code))
}

fn sign_token(sign: char) -> Option<Token> {
    match sign {
        '-' => Some(Token::Range),
        '<' | '≤' => Some(Token::AtMost),
        '>' | '≥' | '+' => Some(Token::AtLeast),
        '$' => Some(Token::Symbol("USD")),
        '€' => Some(Token::Code("EUR")),
        '£' => Some(Token::Symbol("GBP")),
        '.' | ',' | ';' | ':' | '(' | ')' | '!' | '?' | '~' | '*' | '=' | '"' | '\'' => None,
        _ => Some(Token::Unknown),
    }
}

/// The token of the word (or phrase) at the head of `pieces`, and how many pieces it took.
fn word_token(pieces: &[Piece]) -> (Option<Token>, usize) {
    let words: Vec<String> = pieces
        .iter()
        .take(3)
        .map_while(|p| match p {
            Piece::Word(word) => Some(word.to_lowercase()),
            _ => None,
        })
        .collect();
    for (phrase, token) in PHRASES {
        if words.len() >= phrase.len() && words.iter().zip(*phrase).all(|(a, b)| a == b) {
            return (Some(*token), phrase.len());
        }
    }
    let (Some(Piece::Word(word)), Some(lower)) = (pieces.first(), words.first()) else {
        return (None, 1);
    };
    if let Some(code) = currency(word, lower) {
        return (Some(code), 1);
    }
    if FILLERS.contains(&lower.as_str()) {
        return (None, 1);
    }
    (Some(Token::Unknown), 1)
}

/// A number's digits and separators as a value. Both separators present: the last one is the
/// decimal one. One kind: several times, or once before exactly three digits and without a suffix,
/// it separates thousands; else it is the decimal one.
fn number(digits: &str, has_suffix: bool) -> Option<Decimal> {
    let plain: String = digits
        .chars()
        .filter(|c| !matches!(c, ' ' | '\''))
        .collect();
    let (dots, commas) = (plain.matches('.').count(), plain.matches(',').count());
    let decimal = match (dots, commas) {
        (0, 0) => None,
        (1.., 1..) => {
            let last = plain.chars().rev().find(|c| matches!(c, '.' | ','))?;
            (plain.matches(last).count() == 1).then_some(Some(last))?
        }
        _ => {
            let separator = if dots > 0 { '.' } else { ',' };
            let behind = plain.rsplit(separator).next().map_or(0, str::len);
            match dots + commas {
                1 if behind == 3 && !has_suffix => None,
                1 => Some(separator),
                _ if behind == 3 => None,
                _ => return None,
            }
        }
    };
    let text: String = plain
        .chars()
        .filter_map(|c| match c {
            c if c.is_ascii_digit() => Some(c),
            c if Some(c) == decimal => Some('.'),
            _ => None,
        })
        .collect();
    if text.len() > 24 {
        return None;
    }
    let text = if text.starts_with('.') {
        format!("0{text}")
    } else {
        text
    };
    Decimal::from_str_exact(&text).ok()
}
