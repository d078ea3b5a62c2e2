//! Whom a campaign is for, for programs: the shape of `segment_filter`.
//!
//! An object of keys that must all hold; a list of values is any of them. The
//! database evaluates it (`doorstep.campaign_segment`); here it is made sure,
//! when it is saved, that it can be understood.

use std::error::Error as StdError;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::{Map, Value};
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};

use crate::{
    catalogue::{self, reasons, segment as say},
    error::Problem,
    input::{Channel, JsonObject, snake_case},
    properties::PropertyType,
    prospects::{ProspectSource, ProspectStatus, Purpose},
};

/// Values of a key at most.
const MOST: usize = 100;

/// What a key takes.
enum Kind {
    /// Words of a closed list.
    Word(fn() -> Vec<&'static str>),
    /// Any text.
    Text,
    /// A number, not negative.
    Number,
    /// A row's key.
    Key,
    /// True or false.
    Flag,
    /// A moment.
    Moment,
}

/// Every key, and what it takes.
const KEYS: &[(&str, Kind)] = &[
    (
        "status",
        Kind::Word(|| ProspectStatus::ALL.iter().map(|it| it.word()).collect()),
    ),
    ("city", Kind::Text),
    ("country", Kind::Text),
    ("region", Kind::Text),
    ("language", Kind::Text),
    (
        "purpose",
        Kind::Word(|| Purpose::ALL.iter().map(|it| it.word()).collect()),
    ),
    (
        "source",
        Kind::Word(|| ProspectSource::ALL.iter().map(|it| it.word()).collect()),
    ),
    (
        "preferred_channel",
        Kind::Word(|| Channel::ALL.iter().map(|it| it.word()).collect()),
    ),
    (
        "wanted_types",
        Kind::Word(|| PropertyType::ALL.iter().map(|it| it.word()).collect()),
    ),
    ("budget_min", Kind::Number),
    ("budget_max", Kind::Number),
    ("budget_currency", Kind::Text),
    ("timeline_months_max", Kind::Number),
    ("assigned", Kind::Flag),
    ("assigned_to", Kind::Key),
    ("team_id", Kind::Key),
    ("created_after", Kind::Moment),
    ("created_before", Kind::Moment),
    ("last_contact_before", Kind::Moment),
];

/// The filter of a segment, its keys in snake_case.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentFilter(JsonObject);

impl<'de> Deserialize<'de> for SegmentFilter {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut renamed = Map::new();
        for (key, value) in Map::<String, Value>::deserialize(from)? {
            if renamed.insert(snake_case(&key), value).is_some() {
                return Err(de::Error::custom(say::named_twice(&key)));
            }
        }
        Ok(Self(JsonObject(renamed)))
    }
}

impl SegmentFilter {
    /// What is wrong with it; a problem names its place, such as
    /// `segment_filter.city`.
    pub fn problems(&self) -> Vec<Problem> {
        let entries = self.0.0.iter();
        entries
            .filter_map(|(key, value)| {
                let reason = match KEYS.iter().find(|(known, _)| known == key) {
                    None => catalogue::unknown_name(key, KEYS.iter().map(|(known, _)| *known)),
                    Some((_, kind)) => kind.wrong(value)?,
                };
                Some(Problem::worded(&format!("segment_filter.{key}"), reason))
            })
            .collect()
    }
}

impl Kind {
    /// What would be right, where the value is not.
    fn wrong(&self, value: &Value) -> Option<String> {
        let listed = match value {
            Value::Array(all) => all.as_slice(),
            one => std::slice::from_ref(one),
        };
        if listed.is_empty() || listed.len() > MOST {
            return Some(say::values(MOST));
        }
        match self {
            Self::Word(words) => {
                let words = words();
                let known = |it: &Value| it.as_str().is_some_and(|it| words.contains(&it));
                (!listed.iter().all(known)).then(|| reasons::one_of(&words))
            }
            Self::Text => {
                let text = |it: &Value| it.as_str().is_some_and(is_line);
                (!listed.iter().all(text)).then(|| say::NOT_TEXT.to_owned())
            }
            Self::Key => {
                let key = |it: &Value| {
                    it.as_str()
                        .is_some_and(|it| it.parse::<uuid::Uuid>().is_ok())
                };
                (!listed.iter().all(key)).then(|| say::NOT_A_KEY.to_owned())
            }
            Self::Number => {
                let number = value.as_f64().filter(|it| (0.0..1e12).contains(it));
                number.is_none().then(|| say::NOT_A_NUMBER.to_owned())
            }
            Self::Flag => (!value.is_boolean()).then(|| reasons::NOT_A_FLAG.to_owned()),
            Self::Moment => {
                let moment = value.as_str().map(str::parse::<jiff::Timestamp>);
                let known = matches!(moment, Some(Ok(_)));
                (!known).then(|| say::NOT_A_TIME.to_owned())
            }
        }
    }
}

fn is_line(text: &str) -> bool {
    text.parse::<crate::input::Line>().is_ok()
}

impl Serialize for SegmentFilter {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

impl JsonSchema for SegmentFilter {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SegmentFilter".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let keys = KEYS.iter().map(|(key, kind)| {
            let one = match kind {
                Kind::Word(words) => serde_json::json!({ "enum": words() }),
                Kind::Text => serde_json::json!({ "type": "string" }),
                Kind::Key => serde_json::json!({ "type": "string", "format": "uuid" }),
                Kind::Number => serde_json::json!({ "type": "number", "minimum": 0 }),
                Kind::Flag => serde_json::json!({ "type": "boolean" }),
                Kind::Moment => serde_json::json!({ "type": "string", "format": "date-time" }),
            };
            let schema = match kind {
                Kind::Number | Kind::Flag | Kind::Moment => one,
                _ => serde_json::json!({ "anyOf": [one, { "type": "array", "items": one }] }),
            };
            ((*key).to_owned(), schema)
        });
        let keys: Map<String, Value> = keys.collect();
        json_schema!({
            "type": "object", "properties": keys, "additionalProperties": false,
            "examples": [{ "status": ["new", "contacted"], "city": "Dubai", "budget_min": 500000 }]
        })
    }
}

impl ToSql for SegmentFilter {
    fn to_sql(
        &self,
        sql_type: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        self.0.to_sql(sql_type, out)
    }

    fn accepts(sql_type: &Type) -> bool {
        <JsonObject as ToSql>::accepts(sql_type)
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problems(filter: Value) -> Vec<String> {
        let filter: SegmentFilter = serde_json::from_value(filter).unwrap();
        let problems = filter.problems().into_iter();
        problems.map(|problem| problem.field).collect()
    }

    #[test]
    fn what_is_understood_passes() {
        let none: Vec<String> = Vec::new();
        assert_eq!(problems(json!({})), none);
        let filter = json!({
            "status": ["new", "contacted"], "city": "Dubai", "budgetMin": 500000,
            "wantedTypes": "villa", "assigned": false, "createdAfter": "2026-01-01T00:00:00Z",
            "team_id": "00000000-0000-4000-8000-000000000000",
        });
        assert_eq!(problems(filter), none);
    }

    #[test]
    fn what_is_not_names_its_place() {
        for (filter, place) in [
            (json!({ "citi": "Dubai" }), "citi"),
            (json!({ "status": "fresh" }), "status"),
            (json!({ "status": [] }), "status"),
            (json!({ "city": 7 }), "city"),
            (json!({ "city": null }), "city"),
            (json!({ "budget_min": "much" }), "budget_min"),
            (json!({ "budget_min": -1 }), "budget_min"),
            (json!({ "assigned": "yes" }), "assigned"),
            (json!({ "assigned_to": "me" }), "assigned_to"),
            (json!({ "created_after": "today" }), "created_after"),
        ] {
            assert_eq!(problems(filter), [format!("segment_filter.{place}")]);
        }
    }
}
