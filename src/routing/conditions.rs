//! Whether the conditions of a rule can be understood.
//!
//! Two forms are taken: a list of `{field, operator, value}` of which all must
//! hold, and a tree of `{all: […]}`, `{any: […]}`, `{not: …}` with leaves
//! `{field, op, value}` (the routing rules of the domain). Nothing in them is
//! ever executed. A problem names its place, such as `conditions.all[1].op`.

pub mod holds;

use serde_json::{Map, Value};

use crate::{
    catalogue::{self, conditions as say, reasons},
    error::Problem,
};

/// How deep a tree may be; a leaf alone is one deep.
pub const DEEPEST: usize = 8;
/// How many nodes a tree may have.
pub const MOST_NODES: usize = 200;
/// How many values a list in a leaf may have.
const MOST_VALUES: usize = 200;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
}
use Kind::{Number, Text};

/// Fields of the list form.
const BASE_FIELDS: &[(&str, Kind)] = &[
    ("city", Text),
    ("budget", Number),
    ("propertyType", Text),
    ("language", Text),
    ("urgency", Text),
    ("channel", Text),
];

/// Operators of the list form.
const BASE_OPERATORS: &[&str] = &["equals", "contains", "greaterThan", "lessThan"];

/// Fields of the tree form; those of a prospect also go without `prospect.`.
const TREE_FIELDS: &[(&str, Kind)] = &[
    ("prospect.city", Text),
    ("prospect.country", Text),
    ("prospect.source", Text),
    ("prospect.status", Text),
    ("prospect.language", Text),
    ("prospect.budget_max", Number),
    ("prospect.timeline_months_max", Number),
    ("prospect.preferred_channel", Text),
    ("country", Text),
    ("source", Text),
    ("status", Text),
    ("language", Text),
    ("budget_max", Number),
    ("timeline_months_max", Number),
    ("preferred_channel", Text),
    ("city", Text),
    ("score.total", Number),
    ("score.grade", Text),
    ("handoff.priority", Text),
    ("property.type", Text),
    ("property.city", Text),
    ("property.price", Number),
    ("campaign_id", Text),
    ("local_hour", Number),
    ("weekday", Number),
];

/// Operators of the tree form.
const TREE_OPERATORS: &[&str] = &[
    "eq",
    "ne",
    "in",
    "not_in",
    "lt",
    "lte",
    "gt",
    "gte",
    "between",
    "contains",
    "overlaps",
    "starts_with",
    "exists",
    "within_hours",
];

/// What is wrong with the conditions of a rule; nothing if they can be
/// understood.
pub fn problems(conditions: &Value) -> Vec<Problem> {
    let mut check = Check::default();
    match conditions {
        Value::Array(list) => check.list(list),
        Value::Object(tree) => check.node(tree, "conditions", 1),
        _ => check.refuse("conditions", say::NEITHER),
    }
    check.problems
}

#[derive(Default)]
struct Check {
    problems: Vec<Problem>,
    nodes: usize,
}

impl Check {
    fn refuse(&mut self, place: &str, reason: impl Into<String>) {
        self.problems.push(Problem::worded(place, reason));
    }

    fn list(&mut self, list: &[Value]) {
        if list.len() > MOST_NODES {
            return self.refuse("conditions", say::too_many(MOST_NODES));
        }
        for (index, leaf) in list.iter().enumerate() {
            let place = format!("conditions[{index}]");
            match leaf {
                Value::Object(leaf) => self.base_leaf(leaf, &place),
                _ => self.refuse(&place, say::NOT_A_CONDITION),
            }
        }
    }

    fn base_leaf(&mut self, leaf: &Map<String, Value>, place: &str) {
        if !self.keys(leaf, &["field", "operator", "value"], place) {
            return;
        }
        let field = self.known(leaf, "field", place, BASE_FIELDS.iter().map(|f| f.0));
        let operator = self.known(leaf, "operator", place, BASE_OPERATORS.iter().copied());
        let (Some(field), Some(operator)) = (field, operator) else {
            return;
        };
        let compares = matches!(operator, "greaterThan" | "lessThan");
        let is_number = kind(BASE_FIELDS, field) == Number;
        let fits = match leaf.get("value") {
            Some(Value::Number(_)) => is_number || operator == "equals",
            Some(Value::String(text)) if compares => text.trim().parse::<f64>().is_ok(),
            Some(Value::String(text)) => !text.trim().is_empty(),
            _ => false,
        };
        if compares && !is_number {
            let reason = say::needs_number(operator, field);
            self.refuse(&format!("{place}.operator"), reason);
        } else if !fits {
            let wanted = if compares {
                say::A_NUMBER
            } else {
                say::A_TEXT_OR_NUMBER
            };
            self.refuse(&format!("{place}.value"), reasons::must_be(wanted));
        }
    }

    fn node(&mut self, node: &Map<String, Value>, place: &str, depth: usize) {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            if self.nodes == MOST_NODES + 1 {
                self.refuse(place, say::too_large(self.nodes, MOST_NODES));
            }
            return;
        }
        if depth > DEEPEST {
            return self.refuse(place, say::too_deep(DEEPEST));
        }
        let branch = ["all", "any", "not"]
            .into_iter()
            .find(|key| node.contains_key(*key));
        let Some(branch) = branch else {
            return self.leaf(node, place);
        };
        if !self.keys(node, &[branch], place) {
            return;
        }
        let below = format!("{place}.{branch}");
        match node.get(branch) {
            Some(Value::Object(child)) if branch == "not" => self.node(child, &below, depth + 1),
            Some(Value::Array(children)) if branch != "not" => {
                if children.is_empty() {
                    self.refuse(&below, reasons::EMPTY);
                }
                for (index, child) in children.iter().enumerate() {
                    let place = format!("{below}[{index}]");
                    match child {
                        Value::Object(child) => self.node(child, &place, depth + 1),
                        _ => self.refuse(&place, reasons::NOT_AN_OBJECT),
                    }
                }
            }
            _ if branch == "not" => self.refuse(&below, reasons::NOT_AN_OBJECT),
            _ => self.refuse(&below, reasons::NOT_A_LIST),
        }
    }

    fn leaf(&mut self, leaf: &Map<String, Value>, place: &str) {
        if !self.keys(leaf, &["field", "op", "value"], place) {
            return;
        }
        let field = self.known(leaf, "field", place, TREE_FIELDS.iter().map(|f| f.0));
        let op = self.known(leaf, "op", place, TREE_OPERATORS.iter().copied());
        if let (Some(field), Some(op)) = (field, op) {
            self.value(field, op, leaf.get("value").unwrap_or(&Value::Null), place);
        }
    }

    fn value(&mut self, field: &str, op: &str, value: &Value, place: &str) {
        let kind = kind(TREE_FIELDS, field);
        let numeric = matches!(op, "lt" | "lte" | "gt" | "gte" | "between");
        let textual = matches!(op, "contains" | "starts_with" | "overlaps");
        if op == "within_hours" && field != "local_hour" {
            let reason = say::HOURS_ALONE;
            return self.refuse(&format!("{place}.op"), reason);
        }
        if (numeric && kind == Text) || (textual && kind == Number) {
            let reason = say::cannot_ask(op, field);
            return self.refuse(&format!("{place}.op"), reason);
        }
        let one = |value: &Value| match kind {
            Text => value.as_str().is_some_and(|text| !text.trim().is_empty()),
            Number => value.is_number(),
        };
        let several = |value: &Value| {
            let list = value.as_array().filter(|list| !list.is_empty());
            list.is_some_and(|list| list.len() <= MOST_VALUES && list.iter().all(one))
        };
        let wanted = match op {
            "exists" if value.is_null() || value.is_boolean() => return,
            "exists" => say::A_FLAG,
            "in" | "not_in" | "overlaps" if several(value) => return,
            "in" | "not_in" | "overlaps" => say::VALUES,
            "between" if is_range(value, f64::MIN, f64::MAX, true) => return,
            "between" => say::A_RANGE,
            "within_hours" if is_range(value, 0.0, 24.0, false) => return,
            "within_hours" => say::HOURS,
            _ if one(value) => return,
            _ if kind == Text => say::A_TEXT,
            _ => say::A_NUMBER,
        };
        self.refuse(&format!("{place}.value"), reasons::must_be(wanted));
    }

    /// Whether the object has no key beside `known`.
    fn keys(&mut self, object: &Map<String, Value>, known: &[&str], place: &str) -> bool {
        let strangers: Vec<&String> = object
            .keys()
            .filter(|key| !known.contains(&key.as_str()))
            .collect();
        for key in &strangers {
            let reason = catalogue::unknown_name(key, known.iter().copied());
            self.refuse(&format!("{place}.{key}"), reason);
        }
        strangers.is_empty()
    }

    /// The word at `key`, if it is one of `known`.
    fn known<'a>(
        &mut self,
        leaf: &'a Map<String, Value>,
        key: &str,
        place: &str,
        known: impl Iterator<Item = &'static str> + Clone,
    ) -> Option<&'a str> {
        let place = format!("{place}.{key}");
        match leaf.get(key) {
            Some(Value::String(word)) if known.clone().any(|name| name == word) => {
                return Some(word);
            }
            Some(Value::String(word)) => {
                self.refuse(&place, catalogue::unknown_name(word, known));
            }
            Some(_) => self.refuse(&place, say::NOT_A_TEXT),
            None => self.refuse(&place, catalogue::sentence("required")),
        }
        None
    }
}

fn kind(fields: &[(&str, Kind)], field: &str) -> Kind {
    let known = fields.iter().find(|(name, _)| *name == field);
    known.map_or(Text, |(_, kind)| *kind)
}

fn is_range(value: &Value, least: f64, most: f64, ordered: bool) -> bool {
    let Some([from, to]) = value.as_array().map(Vec::as_slice) else {
        return false;
    };
    let (Some(from), Some(to)) = (from.as_f64(), to.as_f64()) else {
        return false;
    };
    let within = |number: f64| (least..=most).contains(&number);
    within(from) && within(to) && (!ordered || from <= to)
}

#[cfg(test)]
mod tests;
