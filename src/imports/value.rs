//! From a cell to a value: what people and programs write for a number, a day,
//! a yes.

use crate::catalogue::imports as words;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rust_decimal::Decimal;
use serde_json::{Number, Value, json};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Text.
    Text,
    /// One of a list of words, `snake_case`.
    Word,
    /// A code in capitals, such as EUR.
    Code,
    /// A whole number.
    Whole,
    /// A decimal.
    Decimal,
    /// A number of degrees.
    Degrees,
    /// Several words.
    List,
    /// A day.
    Day,
    /// A moment.
    Moment,
    /// Yes or no.
    Flag,
    /// As it is.
    Any,
}

/// A cell's value in JSON as the API takes it; `None` for an empty cell.
///
/// # Errors
/// What would be right, as a sentence.
pub fn read(shape: Shape, cell: &Value) -> Result<Option<Value>, String> {
    if is_empty(cell) {
        return Ok(None);
    }
    let value = match shape {
        Shape::Any => Some(cell.clone()),
        Shape::Text => Some(Value::String(text(cell))),
        Shape::Word => Some(Value::String(word(&text(cell)))),
        Shape::Code => Some(Value::String(text(cell).to_uppercase())),
        Shape::Whole => whole(cell).map(Value::from),
        Shape::Decimal => decimal(cell).and_then(number),
        Shape::Degrees => degrees(cell),
        Shape::List => Some(json!(list(cell))),
        Shape::Day => day(cell).map(|day| Value::String(day.to_string())),
        Shape::Moment => moment(cell).map(|moment| Value::String(moment.to_string())),
        Shape::Flag => flag(cell).map(Value::Bool),
    };
    value.map(Some).ok_or_else(|| wanted(shape).to_owned())
}

fn wanted(shape: Shape) -> &'static str {
    match shape {
        Shape::Whole => words::MUST_BE_WHOLE_NUMBER,
        Shape::Decimal | Shape::Degrees => words::MUST_BE_NUMBER,
        Shape::Day => words::MUST_BE_DAY_SUCH_AS_2026,
        Shape::Moment => words::MUST_BE_MOMENT_SUCH_AS_2026,
        Shape::Flag => words::MUST_BE_YES_NO,
        _ => words::IS_NOT_VALUE_CAN_STAND_HERE,
    }
}

/// Whether a cell says nothing.
pub fn is_empty(cell: &Value) -> bool {
    match cell {
        Value::Null => true,
        Value::String(text) => {
            let text = text.trim();
            text.is_empty() || matches!(text, "NULL" | "null" | "NA" | "N/A" | "n/a" | "-")
        }
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// A cell as text.
pub fn text(cell: &Value) -> String {
    match cell {
        Value::String(text) => text.trim().to_owned(),
        Value::Array(_) => list(cell).join(", "),
        other => other.to_string(),
    }
}

/// `Multi_Family` and `Multi-Family` → `multi_family`; `inboundCall` stays one
/// word, since names of people and firms are written so as well.
pub fn word(text: &str) -> String {
    let text = text.trim().to_lowercase();
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("_")
}

/// A whole number; `3.0` is one.
pub fn whole(cell: &Value) -> Option<i64> {
    let decimal = decimal(cell)?;
    decimal
        .is_integer()
        .then(|| decimal.trunc().to_string().parse().ok())
        .flatten()
}

/// A decimal in any usual spelling: `1,234.56`, `1.234,56`, `1 234,56`,
/// `1234.5`. Three digits after the only separator are thousands, unless a zero
/// stands before it.
pub fn decimal(cell: &Value) -> Option<Decimal> {
    let written = match cell {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    if let Ok(plain) = written.parse::<Decimal>()
        && !thousands(&written, '.')
    {
        return Some(plain);
    }
    if let Ok(plain) = Decimal::from_scientific(&written) {
        return Some(plain);
    }
    let bare: String = written
        .chars()
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, '\'' | '’'))
        .collect();
    let (point, comma) = (bare.rfind('.'), bare.rfind(','));
    let plain = match (point, comma) {
        (Some(point), Some(comma)) if point > comma => bare.replace(',', ""),
        (Some(_), Some(_)) => bare.replace('.', "").replace(',', "."),
        (None, Some(_)) if thousands(&bare, ',') => bare.replace(',', ""),
        (None, Some(_)) => bare.replace(',', "."),
        (Some(_), None) if thousands(&bare, '.') => bare.replace('.', ""),
        _ => bare,
    };
    plain.parse().ok()
}

/// Whether each `separator` is followed by three digits and none stands behind
/// a lone zero.
fn thousands(written: &str, separator: char) -> bool {
    let mut parts = written.split(separator);
    let head = parts.next().unwrap_or_default();
    let mut groups = 0;
    let all = parts.all(|part| {
        groups += 1;
        part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit())
    });
    let head = head.trim_start_matches(['-', '+']);
    all && groups > 0 && (1..=3).contains(&head.len()) && head != "0"
}

/// A number in JSON.
pub fn number(decimal: Decimal) -> Option<Value> {
    let decimal = decimal.normalize();
    if decimal.is_integer()
        && let Ok(whole) = decimal.to_string().parse::<i64>()
    {
        return Some(Value::from(whole));
    }
    let float = decimal.to_string().parse().ok()?;
    Number::from_f64(float).map(Value::Number)
}

/// Degrees are never grouped by thousands: `39.501` is not 39501.
fn degrees(cell: &Value) -> Option<Value> {
    let written = text(cell).replace(',', ".");
    let degrees: f64 = written.parse().ok()?;
    Number::from_f64(degrees).map(Value::Number)
}

/// The members of a list: JSON, or text with `;`, `|` or `,` between them.
pub fn list(cell: &Value) -> Vec<String> {
    let members: Vec<String> = match cell {
        Value::Array(items) => items.iter().map(text).collect(),
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| flag(value) == Some(true))
            .map(|(name, _)| name.clone())
            .collect(),
        Value::String(written) => {
            let written = written.trim();
            if let Ok(items) = serde_json::from_str::<Vec<String>>(written) {
                items
            } else {
                let separators = [';', '|', ','];
                let separator = separators.into_iter().find(|it| written.contains(*it));
                let parts = written.split(separator.unwrap_or(';'));
                parts.map(str::to_owned).collect()
            }
        }
        other => vec![other.to_string()],
    };
    let trimmed = members.iter().map(|member| member.trim());
    let kept = trimmed.filter(|member| !member.is_empty());
    kept.map(str::to_owned).collect()
}

/// Yes or no, in a few languages.
pub fn flag(cell: &Value) -> Option<bool> {
    if let Value::Bool(flag) = cell {
        return Some(*flag);
    }
    let written = text(cell).to_lowercase();
    match written.as_str() {
        "1" | "1.0" | "true" | "t" | "yes" | "y" | "x" | "sí" | "si" | "sim" | "ja" | "oui"
        | "on" => Some(true),
        "0" | "0.0" | "false" | "f" | "no" | "n" | "não" | "nao" | "nein" | "non" | "off" => {
            Some(false)
        }
        _ => None,
    }
}

/// A day: ISO 8601, `31.3.2026`, `20260331`, or a month `202603`, which is its
/// first day. Days with slashes are read only where they can mean one thing.
pub fn day(cell: &Value) -> Option<Date> {
    let written = text(cell);
    let date = written.split(['T', ' ']).next().unwrap_or_default();
    if let Ok(day) = date.parse::<Date>()
        && date.contains('-')
    {
        return Some(day);
    }
    if date.bytes().all(|byte| byte.is_ascii_digit()) {
        let part = |from: usize, to: usize| date.get(from..to)?.parse::<i16>().ok();
        let day = match date.len() {
            8 => part(6, 8)?,
            6 => 1,
            _ => return None,
        };
        return Date::new(
            part(0, 4)?,
            part(4, 6)?.try_into().ok()?,
            day.try_into().ok()?,
        )
        .ok();
    }
    let separator = ['.', '/'].into_iter().find(|it| date.contains(*it))?;
    let parts: Vec<i16> = date
        .split(separator)
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let [first, second, year] = parts[..] else {
        return None;
    };
    let (day, month) = match separator {
        '.' => (first, second),
        _ if first > 12 => (first, second),
        _ if second > 12 => (second, first),
        _ if first == second => (first, second),
        _ => return None,
    };
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// A moment: ISO 8601 with a zone, or a day, which is its beginning in UTC;
/// seconds or milliseconds since 1970 where the number is large enough.
pub fn moment(cell: &Value) -> Option<Timestamp> {
    let written = text(cell);
    if let Ok(moment) = written.parse::<Timestamp>() {
        return Some(moment);
    }
    if let Ok(local) = written.parse::<jiff::civil::DateTime>()
        && written.len() > 10
    {
        return local.to_zoned(TimeZone::UTC).ok().map(|it| it.timestamp());
    }
    if let Ok(number) = written.parse::<i64>() {
        match number {
            100_000_000_000.. => return Timestamp::from_millisecond(number).ok(),
            100_000_000.. => return Timestamp::from_second(number).ok(),
            _ => {}
        }
    }
    let day = day(cell)?;
    day.to_zoned(TimeZone::UTC).ok().map(|it| it.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_usual_spellings() {
        for (written, meant) in [
            ("1234.56", "1234.56"),
            ("1,234.56", "1234.56"),
            ("1.234,56", "1234.56"),
            ("1 234,5", "1234.5"),
            ("1.234", "1234"),
            ("0.125", "0.125"),
            ("111000.0", "111000.0"),
            ("12,5", "12.5"),
            ("1,234,567", "1234567"),
            ("-3", "-3"),
        ] {
            let meant: Decimal = meant.parse().expect("a decimal");
            assert_eq!(decimal(&json!(written)), Some(meant), "{written}");
        }
        assert_eq!(decimal(&json!("3 rooms")), None);
        assert_eq!(whole(&json!("2.0")), Some(2));
        assert_eq!(whole(&json!(2.5)), None);
        assert_eq!(
            read(Shape::Degrees, &json!("39.501")),
            Ok(Some(json!(39.501)))
        );
    }

    #[test]
    fn days_mean_one_thing_or_nothing() {
        let day_of = |written: &str| day(&json!(written)).map(|day| day.to_string());
        assert_eq!(day_of("2026-03-31").as_deref(), Some("2026-03-31"));
        assert_eq!(day_of("31.3.2026").as_deref(), Some("2026-03-31"));
        assert_eq!(day_of("201812").as_deref(), Some("2018-12-01"));
        assert_eq!(day_of("3/31/2026").as_deref(), Some("2026-03-31"));
        assert_eq!(day_of("3/4/2026"), None);
        assert_eq!(
            moment(&json!("2026-03-31 10:00")).map(|it| it.to_string()),
            Some("2026-03-31T10:00:00Z".into())
        );
    }

    #[test]
    fn lists_and_flags() {
        assert_eq!(list(&json!("pool; garden")), ["pool", "garden"]);
        assert_eq!(list(&json!("[\"a; b\",\"c\"]")), ["a; b", "c"]);
        assert_eq!(list(&json!(["Pool", " "])), ["Pool"]);
        assert_eq!(flag(&json!("Sí")), Some(true));
        assert_eq!(flag(&json!("perhaps")), None);
    }
}
