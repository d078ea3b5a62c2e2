//! Handoff packages: made by the program's own generator at earlier moments,
//! and what became of them.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    moment::{Moment, after, minutes_of},
    prospects::Prospect,
    seed::{id, pick, roll},
    talks::Talk,
    visits::Visit,
};
use crate::handoffs::Earlier;

/// Packages of appointments and of conversations at the most.
const OF_EACH: usize = 40;

/// A package to be made, and what becomes of it.
#[derive(Clone, Debug)]
pub(super) struct Package {
    pub(super) of: Earlier,
    status: &'static str,
    by: Option<Uuid>,
    number: usize,
}

/// What there is to be made.
pub(super) fn packages(
    visits: &[Visit],
    talks: &[Talk],
    people: &[Prospect],
    moment: &Moment,
) -> Vec<Package> {
    let mut all = Vec::new();
    for status in ["scheduled", "completed", "no_show"] {
        let of = visits
            .iter()
            .filter(|visit| visit.status == status && visit.conversation.is_some());
        all.extend(
            of.take(OF_EACH / 3)
                .filter_map(|visit| of_visit(visit, people, moment)),
        );
    }
    let asked = talks.iter().filter(|talk| {
        matches!(
            talk.outcome,
            "handoff_requested" | "transferred" | "qualified"
        )
    });
    all.extend(
        asked
            .take(OF_EACH)
            .filter_map(|talk| of_talk(talk, people, moment)),
    );
    all
}

fn of_visit(visit: &Visit, people: &[Prospect], moment: &Moment) -> Option<Package> {
    let it = people
        .get(visit.prospect)
        .filter(|it| it.status != "closed")?;
    let past = after(visit.starts, minutes_of(70));
    let booked = it.last_contact.unwrap_or(it.created);
    let (at, status) = match (visit.status, it.number % 3) {
        ("scheduled", 0) => (booked, "claimed"),
        ("scheduled", _) => (
            booked.max(moment.ago(60 + roll("package", it.number, 600))),
            "pending",
        ),
        ("completed", _) => (past, "completed"),
        (_, 0) => (past, "claimed"),
        _ => (past, "expired"),
    };
    Some(package(
        it,
        visit.conversation?,
        Some(visit.id),
        at.min(moment.ago(5)),
        status,
    ))
}

fn of_talk(talk: &Talk, people: &[Prospect], moment: &Moment) -> Option<Package> {
    let it = people.get(talk.number)?;
    let at = after(talk.ended, minutes_of(1));
    let (at, status) = match roll("package of talk", talk.number, 6) {
        0 => (at, "claimed"),
        1..=2 => (at, "completed"),
        3 => (at, "expired"),
        _ => (
            at.max(moment.ago(10 + roll("package", talk.number, 300))),
            "pending",
        ),
    };
    Some(package(it, talk.id, None, at.min(moment.ago(5)), status))
}

fn package(
    it: &Prospect,
    conversation: Uuid,
    appointment: Option<Uuid>,
    at: jiff::Timestamp,
    status: &'static str,
) -> Package {
    Package {
        of: Earlier {
            id: id("package", it.number),
            prospect_id: it.id,
            conversation_id: conversation,
            appointment_id: appointment,
            at,
        },
        status,
        by: matches!(status, "claimed" | "completed")
            .then_some(it.owner)
            .flatten(),
        number: it.number,
    }
}

fn claimed_at(package: &Package) -> jiff::Timestamp {
    let minutes = 1 + roll("claimed", package.number, 20);
    after(package.of.at, minutes_of(minutes))
}

/// Whoever took one called soon after.
pub(super) fn contacts(packages: &[Package]) -> Vec<Value> {
    let rows = packages.iter().filter_map(|package| {
        let by = package.by?;
        let minutes = 1 + roll("called", package.number, 4);
        let at = after(claimed_at(package), minutes_of(minutes));
        Some(json!({
            "id": id("activity", package.number),
            "prospect_id": package.of.prospect_id,
            "kind": "call",
            "body": "Talked about what comes next.",
            "happened_at": at,
            "actor": by,
            "created_at": at,
        }))
    });
    rows.collect()
}

/// When each was made, and who took those that were taken.
pub(super) fn claims(packages: &[Package]) -> Vec<Value> {
    let rows = packages.iter().map(|package| {
        let status = match (package.by, package.status) {
            (Some(_), _) => "claimed",
            (None, "expired") => "expired",
            (None, _) => "pending",
        };
        let at = claimed_at(package);
        json!({
            "id": package.of.id,
            "status": status,
            "claimed_by": package.by,
            "claimed_at": package.by.map(|_| at),
            "created_at": package.of.at,
        })
    });
    rows.collect()
}

/// What came of those that are done.
pub(super) fn completions(packages: &[Package]) -> Vec<Value> {
    let outcomes = ["contacted", "booked", "won", "unreachable", "lost"];
    let done = packages
        .iter()
        .filter(|it| it.status == "completed" && it.by.is_some());
    done.map(|package| {
        json!({
            "id": package.of.id,
            "completed_at": after(package.of.at, minutes_of(40 + roll("done", package.number, 90))),
            "completion_outcome": pick("came of it", package.number, &outcomes),
        })
    })
    .collect()
}

/// The key of the score that each package carries.
pub(super) fn scores(packages: &[Package]) -> Vec<Value> {
    let rows = packages.iter().map(|package| {
        json!({"id": id("score", package.number), "package_id": package.of.id, "created_at": package.of.at})
    });
    rows.collect()
}
