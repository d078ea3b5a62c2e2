//! Whether the conditions of a rule hold for what is routed.
//!
//! Source: the routing rules of the domain, "Conditions". A leaf about something
//! that is not known is false, `ne` and `not_in` included; only `exists` asks for
//! that itself. Texts are compared without case and accents, cities in their one
//! spelling. What [`super::problems`] refuses never holds.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::properties::matching::names;

/// What is known of one thing.
#[derive(Clone, Debug, PartialEq)]
pub enum Held {
    /// One or several words.
    Words(Vec<String>),
    /// A number.
    Number(f64),
}

/// What is known of what is routed, by the field's name in the tree form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Subject(BTreeMap<&'static str, Held>);

impl Subject {
    /// Something said in words, if it is known.
    pub fn word(&mut self, field: &'static str, word: Option<String>) {
        self.words(field, word.into_iter().collect());
    }

    /// Something said in several words; none is not known.
    pub fn words(&mut self, field: &'static str, words: Vec<String>) {
        if !words.is_empty() {
            self.0.insert(field, Held::Words(words));
        }
    }

    /// A number, if it is known.
    pub fn number(&mut self, field: &'static str, number: Option<f64>) {
        if let Some(number) = number {
            self.0.insert(field, Held::Number(number));
        }
    }

    /// What is known under a field's name in either form.
    fn known(&self, field: &str) -> Option<&Held> {
        let name = match field {
            "budget" => "budget_max",
            "propertyType" => "property.type",
            "prospect.city" => "city",
            other => other.strip_prefix("prospect.").unwrap_or(other),
        };
        self.0.get(name)
    }
}

/// Whether they hold. An empty list holds for everything.
pub fn holds(conditions: &Value, subject: &Subject) -> bool {
    match conditions {
        Value::Array(list) => list.iter().all(|leaf| match leaf {
            Value::Object(leaf) => base_leaf(leaf, subject),
            _ => false,
        }),
        Value::Object(node) => tree(node, subject),
        _ => false,
    }
}

fn tree(node: &Map<String, Value>, subject: &Subject) -> bool {
    let holds = |child: &Value| child.as_object().is_some_and(|node| tree(node, subject));
    let children = |key: &str| node.get(key).and_then(Value::as_array);
    if let Some(all) = children("all") {
        all.iter().all(holds)
    } else if let Some(any) = children("any") {
        any.iter().any(holds)
    } else if let Some(not) = node.get("not") {
        not.is_object() && !holds(not)
    } else {
        let text = |key: &str| node.get(key).and_then(Value::as_str).unwrap_or_default();
        let value = node.get("value").unwrap_or(&Value::Null);
        leaf(text("field"), text("op"), value, subject)
    }
}

fn base_leaf(node: &Map<String, Value>, subject: &Subject) -> bool {
    let text = |key: &str| node.get(key).and_then(Value::as_str).unwrap_or_default();
    let value = node.get("value").unwrap_or(&Value::Null);
    let number = value
        .as_str()
        .and_then(|text| text.trim().parse::<f64>().ok())
        .map(Value::from);
    let field = text("field");
    match text("operator") {
        "greaterThan" => leaf(field, "gt", number.as_ref().unwrap_or(value), subject),
        "lessThan" => leaf(field, "lt", number.as_ref().unwrap_or(value), subject),
        "equals" if matches!(subject.known(field), Some(Held::Number(_))) => {
            leaf(field, "eq", number.as_ref().unwrap_or(value), subject)
        }
        "equals" => leaf(field, "eq", value, subject),
        "contains" => leaf(field, "contains", value, subject),
        _ => false,
    }
}

fn leaf(field: &str, op: &str, value: &Value, subject: &Subject) -> bool {
    let known = subject.known(field);
    if op == "exists" {
        return known.is_some() == value.as_bool().unwrap_or(true);
    }
    match known {
        None => false,
        Some(Held::Number(number)) => of_number(*number, op, value),
        Some(Held::Words(words)) => {
            let spelled: Vec<String> = words.iter().map(|word| spelled(field, word)).collect();
            of_words(field, &spelled, op, value)
        }
    }
}

fn of_number(number: f64, op: &str, value: &Value) -> bool {
    let one = value.as_f64();
    let several = || value.as_array().into_iter().flatten();
    let pair = || match value.as_array().map(Vec::as_slice) {
        Some([from, to]) => from.as_f64().zip(to.as_f64()),
        _ => None,
    };
    let same = |other: &Value| other.as_f64() == Some(number);
    match op {
        "eq" => one == Some(number),
        "ne" => one.is_some_and(|one| one != number),
        "lt" => one.is_some_and(|one| number < one),
        "lte" => one.is_some_and(|one| number <= one),
        "gt" => one.is_some_and(|one| number > one),
        "gte" => one.is_some_and(|one| number >= one),
        "in" => several().any(same),
        "not_in" => !several().any(same),
        "between" => pair().is_some_and(|(from, to)| from <= number && number <= to),
        // From 22 to 6 is the night; from 9 to 9 the whole day.
        "within_hours" => pair().is_some_and(|(from, to)| match from < to {
            true => from <= number && number < to,
            false => number >= from || number < to,
        }),
        _ => false,
    }
}

fn of_words(field: &str, words: &[String], op: &str, value: &Value) -> bool {
    let one = value.as_str().map(|text| spelled(field, text));
    let several = || {
        let list = value.as_array().into_iter().flatten();
        list.filter_map(Value::as_str)
            .map(|text| spelled(field, text))
    };
    let has = |word: &String| words.contains(word);
    match op {
        "eq" => one.as_ref().is_some_and(has),
        "ne" => one.is_some_and(|one| !has(&one)),
        "in" | "overlaps" => several().any(|word| has(&word)),
        "not_in" => !several().any(|word| has(&word)),
        "contains" => one.is_some_and(|one| words.iter().any(|word| word.contains(&one))),
        "starts_with" => one.is_some_and(|one| words.iter().any(|word| word.starts_with(&one))),
        _ => false,
    }
}

/// A word in the spelling that it is compared in.
fn spelled(field: &str, word: &str) -> String {
    match field.ends_with("city") {
        true => names::place(word),
        false => names::fold(word),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn subject() -> Subject {
        let mut subject = Subject::default();
        subject.word("city", Some("دبي".into()));
        subject.word("language", Some("ar-AE".into()));
        subject.words("property.type", vec!["villa".into(), "townhouse".into()]);
        subject.number("budget_max", Some(2_000_000.0));
        subject.number("local_hour", Some(23.0));
        subject.word("status", None);
        subject
    }

    #[test]
    fn leaves_of_each_kind() {
        for (conditions, expected) in [
            (json!([]), true),
            (
                json!([{ "field": "city", "operator": "equals", "value": "Dubai" }]),
                true,
            ),
            (
                json!([{ "field": "budget", "operator": "greaterThan", "value": "1999999" }]),
                true,
            ),
            (
                json!([{ "field": "budget", "operator": "lessThan", "value": 2000000 }]),
                false,
            ),
            (
                json!([{ "field": "propertyType", "operator": "equals", "value": "Villa" }]),
                true,
            ),
            (
                json!([{ "field": "language", "operator": "contains", "value": "AR" }]),
                true,
            ),
            (
                json!({ "field": "prospect.city", "op": "in", "value": ["Oslo", "DXB"] }),
                true,
            ),
            (
                json!({ "field": "budget_max", "op": "between", "value": [1, 2_000_000] }),
                true,
            ),
            (
                json!({ "field": "local_hour", "op": "within_hours", "value": [22, 6] }),
                true,
            ),
            (
                json!({ "field": "local_hour", "op": "within_hours", "value": [6, 22] }),
                false,
            ),
            (
                json!({ "field": "status", "op": "ne", "value": "new" }),
                false,
            ),
            (
                json!({ "field": "status", "op": "not_in", "value": ["new"] }),
                false,
            ),
            (
                json!({ "field": "status", "op": "exists", "value": false }),
                true,
            ),
            (
                json!({ "not": { "field": "status", "op": "exists" } }),
                true,
            ),
            (
                json!({ "all": [
                { "field": "city", "op": "eq", "value": "dubai" },
                { "any": [
                    { "field": "status", "op": "eq", "value": "new" },
                    { "field": "property.type", "op": "overlaps", "value": ["townhouse"] },
                ] },
            ] }),
                true,
            ),
            (json!({ "field": "shoe", "op": "eq", "value": 1 }), false),
            (json!("city"), false),
        ] {
            assert_eq!(holds(&conditions, &subject()), expected, "{conditions}");
        }
    }

    proptest! {
        #[test]
        fn not_turns_it_round(hour in 0_u8..24, from in 0_u8..25, to in 0_u8..25) {
            let mut subject = Subject::default();
            subject.number("local_hour", Some(f64::from(hour)));
            let leaf = json!({ "field": "local_hour", "op": "within_hours", "value": [from, to] });
            let not = json!({ "not": leaf });
            prop_assert_ne!(holds(&leaf, &subject), holds(&not, &subject));
        }
    }
}
