//! The people of the desk and their teams.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    moment::{Moment, ZONE},
    seed::{id, roll},
};

/// What the three teams are called.
pub(super) const TEAMS: [&str; 3] = [
    "South Bay rentals",
    "East and North Bay rentals",
    "Sacramento sales",
];
pub(super) const SOUTH_BAY: usize = 0;
pub(super) const EAST_AND_NORTH: usize = 1;
pub(super) const SACRAMENTO: usize = 2;

/// The reps of each team, by their number among the people.
pub(super) const REPS: [[usize; 3]; 3] = [[0, 6, 7], [8, 9, 10], [11, 12, 13]];
/// Who leads each team.
pub(super) const LEADERS: [usize; 3] = [1, 14, 15];
/// Who runs campaigns beside the leaders.
pub(super) const OPERATIONS: usize = 5;

/// Everybody: address, name, role and status. The first six may sign in.
const CREW: [(&str, &str, &str, &str); 22] = [
    ("rep@demo.example", "Rosa Rep", "sales_rep", "active"),
    (
        "manager@demo.example",
        "Manuel Manager",
        "sales_manager",
        "active",
    ),
    ("admin@demo.example", "Ada Admin", "admin", "active"),
    (
        "qa@demo.example",
        "Quentin Quality",
        "qa_supervisor",
        "active",
    ),
    (
        "compliance@demo.example",
        "Clara Compliance",
        "compliance_officer",
        "active",
    ),
    (
        "operations@demo.example",
        "Omar Operations",
        "operations",
        "active",
    ),
    ("ben@demo.example", "Ben Ortega", "sales_rep", "active"),
    ("cleo@demo.example", "Cleo Tran", "sales_rep", "active"),
    ("dara@demo.example", "Dara Quinn", "sales_rep", "active"),
    ("eli@demo.example", "Eli Novak", "sales_rep", "active"),
    ("farah@demo.example", "Farah Aziz", "sales_rep", "active"),
    ("gus@demo.example", "Gus Lindholm", "sales_rep", "active"),
    ("hana@demo.example", "Hana Sato", "sales_rep", "active"),
    ("ines@demo.example", "Ines Prado", "sales_rep", "active"),
    (
        "nadia@demo.example",
        "Nadia Brooks",
        "sales_manager",
        "active",
    ),
    (
        "sam@demo.example",
        "Sam Whitaker",
        "sales_manager",
        "active",
    ),
    (
        "tess@demo.example",
        "Tess Moreno",
        "qa_supervisor",
        "active",
    ),
    (
        "uma@demo.example",
        "Uma Patel",
        "compliance_officer",
        "active",
    ),
    ("vera@demo.example", "Vera Cole", "operations", "active"),
    ("wes@demo.example", "Wes Grant", "admin", "active"),
    ("xena@demo.example", "Xena Park", "sales_rep", "inactive"),
    (
        "yannick@demo.example",
        "Yannick Bell",
        "sales_rep",
        "deactivated",
    ),
];

/// The keys of the people, whichever they have in this database.
#[derive(Clone, Debug)]
pub(super) struct Crew(BTreeMap<usize, Uuid>);

impl Crew {
    /// Made of the keys and addresses that the database has.
    pub(super) fn of(there: &[(Uuid, String)]) -> Self {
        let known = CREW.iter().enumerate().filter_map(|(number, person)| {
            let found = there.iter().find(|(_, email)| email == person.0)?;
            Some((number, found.0))
        });
        Self(known.collect())
    }

    /// The key of a person by his number.
    pub(super) fn id(&self, number: usize) -> Uuid {
        let known = self.0.get(&number).copied();
        known.unwrap_or_else(|| id("person", number))
    }

    /// One of the reps of a team.
    pub(super) fn rep(&self, team: usize, number: usize) -> Uuid {
        let reps = REPS.get(team).unwrap_or(&REPS[SOUTH_BAY]);
        self.id(reps.get(number % reps.len()).copied().unwrap_or(0))
    }
}

/// The key of a team.
pub(super) fn team(number: usize) -> Uuid {
    id("team", number)
}

pub(super) fn emails() -> Vec<String> {
    CREW.iter().map(|person| person.0.to_owned()).collect()
}

/// What sign-in knows of those who have no password and cannot sign in.
pub(super) fn sign_ups(moment: &Moment) -> Vec<Value> {
    let from = super::people::may_sign_in;
    let rows = CREW.iter().enumerate().filter(|(_, it)| !from(it.0));
    rows.map(|(number, (email, name, _, _))| {
        json!({
            "instance_id": Uuid::nil(),
            "id": id("person", number),
            "aud": "authenticated",
            "role": "authenticated",
            "email": email,
            "email_confirmed_at": moment.ago(200 * 24 * 60),
            "created_at": moment.ago(200 * 24 * 60),
            "updated_at": moment.ago(200 * 24 * 60),
            "raw_app_meta_data": {"provider": "email", "providers": ["email"], "demo": true},
            "raw_user_meta_data": {"name": name},
        })
    })
    .collect()
}

pub(super) fn teams(moment: &Moment) -> Vec<Value> {
    let rows = TEAMS.iter().enumerate().map(|(number, name)| {
        json!({"id": team(number), "name": name, "created_at": moment.ago(200 * 24 * 60)})
    });
    rows.collect()
}

pub(super) fn memberships(crew: &Crew, moment: &Moment) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut join = |team_number: usize, person: usize, leads: bool| {
        rows.push(json!({
            "id": id("membership", team_number * 100 + person),
            "team_id": team(team_number),
            "user_id": crew.id(person),
            "is_lead": leads,
            "created_at": moment.ago(200 * 24 * 60),
        }));
    };
    for (team_number, reps) in REPS.iter().enumerate() {
        for rep in reps {
            join(team_number, *rep, false);
        }
    }
    for (team_number, leader) in LEADERS.iter().enumerate() {
        join(team_number, *leader, true);
    }
    rows
}

/// What the desk knows of everybody.
pub(super) fn profiles(crew: &Crew, moment: &Moment) -> Vec<Value> {
    let week: serde_json::Map<String, Value> = (1..=5)
        .map(|day: u8| (day.to_string(), json!([["09:00", "18:00"]])))
        .collect();
    let rows = CREW.iter().enumerate();
    rows.map(|(number, (_, _, role, status))| {
        json!({
            "id": crew.id(number),
            "role": role,
            "status": if *status == "active" { "active" } else { "inactive" },
            "deactivated_at": (*status == "deactivated").then(|| moment.ago(9 * 24 * 60)),
            "availability": match (*status, number % 5) {
                ("active", 0..=2) => "online",
                ("active", 3) => "away",
                _ => "offline",
            },
            "timezone": ZONE,
            "languages": if number.is_multiple_of(3) { json!(["en", "es"]) } else { json!(["en"]) },
            "working_hours": week,
            "max_open_leads": 300,
            "last_active": (*status == "active").then(|| moment.ago(roll("seen", number, 600))),
        })
    })
    .collect()
}
