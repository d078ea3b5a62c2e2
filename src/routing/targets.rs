//! Among whom a rule chooses.
//!
//! Either a list of people, each a key or `{user_id, weight}`, in the order of
//! their turns; or `{team_id, users, managers}`: the reps of a team, managers
//! too if the rule says so, and further people.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    catalogue::{self, conditions as say, reasons},
    error::Problem,
};

/// People of one rule at most.
const MOST: usize = 200;

/// The targets of a rule. Without any it chooses among its own team's reps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// People by name, in the order of their turns, with their shares.
    pub users: Vec<(Uuid, u32)>,
    /// The members of a team.
    pub team_id: Option<Uuid>,
    /// Whether its managers count as well.
    pub managers: bool,
}

impl Targets {
    /// Reads what was saved; what cannot be read names nobody.
    pub fn read(value: Option<&Value>) -> Self {
        let mut targets = Self::default();
        match value {
            Some(Value::Array(people)) => {
                targets.users = people.iter().filter_map(person).collect()
            }
            Some(Value::Object(object)) => {
                let people = object.get("users").and_then(Value::as_array);
                targets.users = people.into_iter().flatten().filter_map(person).collect();
                targets.team_id = object.get("team_id").and_then(key);
                targets.managers = object.get("managers") == Some(&Value::Bool(true));
            }
            _ => {}
        }
        targets
    }

    /// Whether nobody is named.
    pub fn is_empty(&self) -> bool {
        self.users.is_empty() && self.team_id.is_none()
    }
}

fn key(value: &Value) -> Option<Uuid> {
    value.as_str()?.parse().ok()
}

fn person(value: &Value) -> Option<(Uuid, u32)> {
    match value {
        Value::Object(object) => {
            let weight = object.get("weight").map_or(Some(1), Value::as_u64)?;
            let weight = u32::try_from(weight)
                .ok()
                .filter(|w| (1..=1000).contains(w))?;
            Some((key(object.get("user_id")?)?, weight))
        }
        _ => Some((key(value)?, 1)),
    }
}

/// What is wrong with the targets of a rule, each with its place.
pub fn problems(value: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    match value {
        Value::Array(list) => people(list, "targets", &mut problems),
        Value::Object(object) => of_team(object, &mut problems),
        _ => problems.push(Problem::worded("targets", say::NEITHER_PEOPLE_NOR_TEAM)),
    }
    problems
}

fn of_team(object: &Map<String, Value>, problems: &mut Vec<Problem>) {
    for (name, value) in object {
        let place = format!("targets.{name}");
        match name.as_str() {
            "team_id" if key(value).is_none() => problems.push(Problem::new(&place, "id_not_uuid")),
            "managers" if !value.is_boolean() => {
                problems.push(Problem::worded(&place, reasons::NOT_A_FLAG));
            }
            "users" => match value.as_array() {
                Some(list) => people(list, &place, problems),
                None => problems.push(Problem::worded(&place, say::NOT_PEOPLE)),
            },
            "team_id" | "managers" => {}
            other => {
                let known = ["team_id", "users", "managers"].into_iter();
                problems.push(Problem::worded(
                    &place,
                    catalogue::unknown_name(other, known),
                ));
            }
        }
    }
}

fn people(list: &[Value], place: &str, problems: &mut Vec<Problem>) {
    if list.len() > MOST {
        return problems.push(Problem::worded(place, say::too_many_people(MOST)));
    }
    for (index, value) in list.iter().enumerate() {
        if person(value).is_none() {
            let place = format!("{place}[{index}]");
            let reason = say::NOT_A_PERSON;
            problems.push(Problem::worded(&place, reason));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const A: &str = "00000000-0000-4000-8000-00000000000a";

    #[test]
    fn each_form_is_read() {
        let id: Uuid = A.parse().unwrap();
        for (value, users, team) in [
            (
                json!([A, { "user_id": A, "weight": 3 }]),
                vec![(id, 1), (id, 3)],
                None,
            ),
            (
                json!({ "team_id": A, "users": [A] }),
                vec![(id, 1)],
                Some(id),
            ),
            (json!([]), vec![], None),
        ] {
            assert!(problems(&value).is_empty(), "{value}");
            let read = Targets::read(Some(&value));
            assert_eq!((read.users, read.team_id), (users, team));
        }
        assert!(Targets::read(None).is_empty());
    }

    #[test]
    fn a_mistake_is_named_with_its_place() {
        for (value, place) in [
            (json!("all"), "targets"),
            (json!([A, "x"]), "targets[1]"),
            (json!([{ "user_id": A, "weight": 0 }]), "targets[0]"),
            (json!({ "team": A }), "targets.team"),
            (json!({ "team_id": 3 }), "targets.team_id"),
            (json!({ "users": [1] }), "targets.users[0]"),
            (json!({ "managers": 1 }), "targets.managers"),
        ] {
            let places: Vec<_> = problems(&value).into_iter().map(|p| p.field).collect();
            assert_eq!(places, [place], "{value}");
        }
    }
}
