//! Reads amounts of money as people write them ("AED 1.5-2M", "up to 900,000", "٢٫٥ مليون درهم").
//!
//! Source of the rules: the scoring model, "Resolving facts". Amounts are exact decimals; nothing
//! here panics, whatever the text. What cannot be read is kept as text and earns less in the
//! score than a number does.
//!
//! Where the model is silent:
//! * zero, negative amounts and amounts beyond `NUMERIC(14,2)` are unreadable;
//! * "2M-1M" is read as 1M-2M; a suffix on the first number alone counts for the second too, if
//!   that is below 1000 ("1.5M-2");
//! * a text with words this parser does not know is read only where the number carries a currency
//!   or a suffix ("AED 2M for a villa" is an amount, "2 bedrooms" is not);
//! * two currencies in one text make it unreadable, except that a code wins over `$` or `£`, which
//!   many currencies share;
//! * an amount without a currency is taken to be in the currency it is compared with.

mod lex;

use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;
use serde_json::Value;

use lex::Token;

/// The largest readable amount (exclusive): what the columns `NUMERIC(14,2)` can hold.
const LIMIT: Decimal = Decimal::from_parts(3_567_587_328, 232, 0, false, 0); // 1e12

/// How old a rate table may be, in days, before amounts in different currencies stop being
/// compared (the scoring model, "Money parser").
pub const RATES_MAX_AGE_DAYS: i32 = 7;

/// An amount or a range of amounts, in whole currency units with at most two decimals.
///
/// At least one of `min` and `max` is set, and `min <= max` where both are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    /// Lower end; `None` where only an upper limit was given.
    pub min: Option<Decimal>,
    /// Upper end; `None` where only a lower limit was given.
    pub max: Option<Decimal>,
    /// ISO 4217 code, upper case; `None` where the text names no currency.
    pub currency: Option<String>,
}

/// What a budget or a price turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amount {
    /// Readable (`numeric = true` in the scoring model).
    Numeric(Money),
    /// Not readable; the words, trimmed (`numeric = false`).
    Text(String),
}

impl Amount {
    /// The numbers, if it has any.
    pub fn money(&self) -> Option<&Money> {
        match self {
            Amount::Numeric(money) => Some(money),
            Amount::Text(_) => None,
        }
    }
}

/// Values of one unit of each currency in some common base, as of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rates {
    /// The day the table is of; older than [`RATES_MAX_AGE_DAYS`] it is not used. It enters the
    /// hash of the inputs only as that yes or no.
    #[serde(skip)]
    pub as_of: Date,
    /// (ISO 4217 code, value of one unit in the base); the order does not matter.
    #[serde(serialize_with = "rates_as_text")]
    pub values: Vec<(String, Decimal)>,
}

/// Decimals as text: a float would make the hash depend on how they round.
fn rates_as_text<S: serde::Serializer>(
    values: &[(String, Decimal)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut rows: Vec<(&str, String)> = values
        .iter()
        .map(|(code, value)| (code.as_str(), value.normalize().to_string()))
        .collect();
    rows.sort();
    rows.serialize(serializer)
}

impl Rates {
    /// Whether the table may be used on `today`: not older than seven days, not from the future.
    pub fn usable_on(&self, today: Date) -> bool {
        let age = (today - self.as_of).get_days();
        (0..=RATES_MAX_AGE_DAYS).contains(&age)
    }

    fn value_of(&self, code: &str) -> Option<Decimal> {
        self.values
            .iter()
            .find(|(c, v)| c == code && *v > Decimal::ZERO)
            .map(|(_, v)| *v)
    }

    fn convert(&self, amount: Decimal, from: &str, to: &str) -> Option<Decimal> {
        amount
            .checked_mul(self.value_of(from)?)?
            .checked_div(self.value_of(to)?)
            .map(cents)
    }
}

impl Money {
    /// From numeric columns; `None` if neither end is a positive amount. Ends in the wrong order
    /// are swapped.
    pub fn from_columns(
        min: Option<Decimal>,
        max: Option<Decimal>,
        currency: Option<&str>,
    ) -> Option<Money> {
        let positive = |d: &Decimal| *d > Decimal::ZERO && *d < LIMIT;
        let (min, max) = match (min.filter(positive), max.filter(positive)) {
            (None, None) => return None,
            (Some(a), Some(b)) if a > b => (Some(b), Some(a)),
            ends => ends,
        };
        let currency = currency
            .map(|c| c.trim().to_ascii_uppercase())
            .filter(|c| c.len() == 3);
        Some(Money { min, max, currency })
    }

    /// The cheapest it can be: the lower end, or the only end there is.
    pub fn low(&self) -> Option<Decimal> {
        self.min.or(self.max)
    }

    /// The dearest it can be: the upper end, or the only end there is.
    pub fn high(&self) -> Option<Decimal> {
        self.max.or(self.min)
    }

    /// The middle of the range, or the only end there is.
    pub fn midpoint(&self) -> Option<Decimal> {
        match (self.min, self.max) {
            (Some(a), Some(b)) => Some(a.saturating_add(b) / Decimal::TWO),
            (one, other) => one.or(other),
        }
    }

    /// The same amount expressed in `to`, for a comparison with an amount in that currency.
    ///
    /// A missing currency on either side is taken to be the other's. Different currencies are
    /// compared only through `rates`; without them the answer is `None` ("unknown fit").
    pub fn in_currency(&self, to: Option<&str>, rates: Option<&Rates>) -> Option<Money> {
        let (Some(from), Some(to)) = (self.currency.as_deref(), to) else {
            return Some(self.clone());
        };
        if from == to {
            return Some(self.clone());
        }
        let rates = rates?;
        let convert = |end: Option<Decimal>| match end {
            Some(amount) => rates.convert(amount, from, to).map(Some),
            None => Some(None),
        };
        Some(Money {
            min: convert(self.min)?,
            max: convert(self.max)?,
            currency: Some(to.to_owned()),
        })
    }
}

fn cents(amount: Decimal) -> Decimal {
    amount
        .round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
        .normalize()
}

/// Reads a text. `None` for a blank one, else an amount or the unreadable words.
pub fn parse(text: &str) -> Option<Amount> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return None;
    }
    Some(match read(trimmed) {
        Some(money) => Amount::Numeric(money),
        None => Amount::Text(trimmed.to_owned()),
    })
}

/// Reads a JSON value: a number, a text, or an object with `min`, `max`, `currency` (each a number
/// or a text). `None` where there is nothing to read.
pub fn parse_json(value: &Value) -> Option<Amount> {
    match value {
        Value::String(text) => parse(text),
        Value::Number(number) => {
            let text = number.to_string();
            let amount = decimal(&text).map(cents);
            Some(match Money::from_columns(amount, amount, None) {
                Some(money) => Amount::Numeric(money),
                None => Amount::Text(text),
            })
        }
        Value::Object(map) => {
            let end = |key: &str| match map.get(key)? {
                Value::Number(number) => decimal(&number.to_string()).map(cents),
                Value::String(text) => parse(text)?.money()?.high(),
                _ => None,
            };
            let currency = map.get("currency").and_then(Value::as_str);
            Money::from_columns(end("min"), end("max"), currency).map(Amount::Numeric)
        }
        _ => None,
    }
}

/// A JSON number as a decimal, also in scientific notation.
fn decimal(text: &str) -> Option<Decimal> {
    Decimal::from_str_exact(text)
        .or_else(|_| Decimal::from_scientific(text))
        .ok()
}

/// A number in the text, before a shared suffix is applied.
#[derive(Clone, Copy)]
struct Figure {
    value: Decimal,
    suffix: Option<Decimal>,
}

/// The shape of the text once currencies and filler words are taken out.
#[derive(Clone, Copy)]
enum Part {
    Figure(Figure),
    Range,
    AtMost,
    AtLeast,
}

fn read(text: &str) -> Option<Money> {
    let mut parts = Vec::new();
    let mut currency = Currency::default();
    let mut unknown_words = false;
    for token in lex::tokens(text)? {
        match token {
            Token::Number { value, suffix } => parts.push(Part::Figure(Figure { value, suffix })),
            Token::Range => parts.push(Part::Range),
            Token::AtMost => parts.push(Part::AtMost),
            Token::AtLeast => parts.push(Part::AtLeast),
            Token::Code(code) => currency.code(code)?,
            Token::Symbol(code) => currency.symbol(code)?,
            Token::Unknown => unknown_words = true,
        }
    }
    let has_suffix = parts
        .iter()
        .any(|p| matches!(p, Part::Figure(f) if f.suffix.is_some()));
    let currency = currency.resolve()?;
    if unknown_words && currency.is_none() && !has_suffix {
        return None;
    }
    let (min, max) = ends(&parts)?;
    let amount = |f: Figure| {
        let value = cents(f.value.checked_mul(f.suffix.unwrap_or(Decimal::ONE))?);
        (value > Decimal::ZERO && value < LIMIT).then_some(value)
    };
    let min = min.map(|f| amount(f).ok_or(())).transpose().ok()?;
    let max = max.map(|f| amount(f).ok_or(())).transpose().ok()?;
    Money::from_columns(min, max, currency)
}

/// The lower and the upper figure that the shape of the text stands for.
fn ends(parts: &[Part]) -> Option<(Option<Figure>, Option<Figure>)> {
    use Part::{AtLeast, AtMost, Figure as F, Range};
    Some(match *parts {
        [F(a)] => (Some(a), Some(a)),
        [AtMost, F(a)] | [F(a), AtMost] => (None, Some(a)),
        [AtLeast, F(a)] | [F(a), AtLeast] => (Some(a), None),
        [F(a), Range, F(b)]
        | [AtLeast, F(a), Range, F(b)]
        | [F(a), Range, AtMost, F(b)]
        | [AtLeast, F(a), AtMost, F(b)]
        | [F(a), AtLeast, F(b), AtMost] => share_suffix(a, b),
        [AtMost, F(b), AtLeast, F(a)] => share_suffix(a, b),
        _ => return None,
    })
}

/// "1.5-2M": a suffix on one number counts for the other too where that is below 1000.
fn share_suffix(mut a: Figure, mut b: Figure) -> (Option<Figure>, Option<Figure>) {
    let small = |f: &Figure| f.suffix.is_none() && f.value < Decimal::ONE_THOUSAND;
    if small(&a) {
        a.suffix = b.suffix;
    } else if small(&b) {
        b.suffix = a.suffix;
    }
    (Some(a), Some(b))
}

/// The currencies met in a text.
#[derive(Default)]
struct Currency {
    code: Option<&'static str>,
    symbol: Option<&'static str>,
}

impl Currency {
    fn code(&mut self, code: &'static str) -> Option<()> {
        (*self.code.get_or_insert(code) == code).then_some(())
    }

    fn symbol(&mut self, code: &'static str) -> Option<()> {
        (*self.symbol.get_or_insert(code) == code).then_some(())
    }

    /// `None` (outer) where code and symbol contradict each other.
    fn resolve(self) -> Option<Option<&'static str>> {
        match (self.code, self.symbol) {
            (Some(code), Some(symbol)) if code != symbol => {
                matches!(symbol, "USD" | "GBP").then_some(Some(code))
            }
            (code, symbol) => Some(code.or(symbol)),
        }
    }
}

#[cfg(test)]
mod tests;
