//! Appointments: the visits that the dialogues book, and some of others.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    homes::Home,
    moment::{Moment, ZONE, after, minutes_of},
    prospects::Prospect,
    seed::{id, roll},
    talks::Talk,
};

/// An appointment as the rest of the demo needs it.
#[derive(Clone, Debug)]
pub(super) struct Visit {
    pub(super) id: Uuid,
    /// The number of its prospect.
    pub(super) prospect: usize,
    pub(super) conversation: Option<Uuid>,
    pub(super) rep: Uuid,
    pub(super) starts: Timestamp,
    pub(super) status: &'static str,
}

/// The appointments and their rows; the successors of those that were moved
/// stand apart, since they come after.
#[derive(Debug, Default)]
pub(super) struct Visits {
    pub(super) all: Vec<Visit>,
    pub(super) rows: Vec<Value>,
    pub(super) successors: Vec<Value>,
    taken: BTreeSet<(Uuid, Timestamp)>,
}

/// Books them, and lets the prospects come as far as their visits brought them.
pub(super) fn visits(
    talks: &[Talk],
    people: &mut [Prospect],
    homes: &[Home],
    moment: &Moment,
) -> Visits {
    let mut visits = Visits::default();
    for it in people {
        let talk = talks.get(it.number);
        let day = match talk {
            Some(talk) => talk.visit_in.map(|days| moment.day_of(talk.started) + days),
            None => day_of_others(it),
        };
        let (Some(day), Some(rep)) = (day, it.owner) else {
            continue;
        };
        let settled = talk.and_then(|talk| homes.get(talk.home?));
        let Some(home) = settled.or_else(|| fitting(it, homes)) else {
            continue;
        };
        let earliest = talk.map_or(it.created, |talk| after(talk.ended, minutes_of(30)));
        let starts = visits.slot(rep, home.id, day, earliest, moment);
        let status = status(it, talk.is_some(), starts, moment);
        visits.add(it, talk, (home, rep, starts, status), moment);
        if talk.is_some() {
            it.status = match (status, it.number % 3) {
                ("completed", 0) => "closed",
                ("cancelled", _) => "qualified",
                ("no_show", _) => "contacted",
                _ => "appointment_set",
            };
        }
    }
    visits
}

fn day_of_others(it: &Prospect) -> Option<i64> {
    let day = i64::try_from(1 + roll("visit day", it.number, 14)).ok()?;
    match it.status {
        "appointment_set" => Some(day),
        "closed" => Some(-day),
        _ => None,
    }
}

fn fitting<'a>(it: &Prospect, homes: &'a [Home]) -> Option<&'a Home> {
    let there: Vec<&Home> = homes
        .iter()
        .filter(|home| home.available && home.to_let != it.buys && home.city == it.city)
        .collect();
    there.get(roll("visited", it.number, there.len())).copied()
}

fn status(it: &Prospect, speaks: bool, starts: Timestamp, moment: &Moment) -> &'static str {
    let over = after(starts, minutes_of(60)) < moment.now();
    match (over, roll("visit", it.number, 20)) {
        (true, _) if !speaks => "completed",
        (true, 0..=10) => "completed",
        (true, 11..=13) => "no_show",
        (true, 14..=15) | (false, 19) => "cancelled",
        (true, _) => "rescheduled",
        (false, 18) if speaks => "rescheduled",
        (false, _) => "scheduled",
    }
}

impl Visits {
    /// The first free full hour of the rep and the home on a day or after it.
    fn slot(
        &mut self,
        rep: Uuid,
        home: Uuid,
        day: i64,
        earliest: Timestamp,
        moment: &Moment,
    ) -> Timestamp {
        let first = 9 + roll("hour", self.rows.len(), 9);
        let hours =
            (day..day + 30).flat_map(|day| (0..9).map(move |step| (day, 9 + (first + step) % 9)));
        let mut free = hours.map(|(day, hour)| moment.on(day, hour * 60));
        let at = free.find(|at| {
            *at > earliest
                && !self.taken.contains(&(rep, *at))
                && !self.taken.contains(&(home, *at))
        });
        let at = at.unwrap_or_else(|| moment.on(day + 40, first * 60));
        self.taken.extend([(rep, at), (home, at)]);
        at
    }

    fn add(
        &mut self,
        it: &Prospect,
        talk: Option<&Talk>,
        (home, rep, starts, status): (&Home, Uuid, Timestamp, &'static str),
        moment: &Moment,
    ) {
        let visit = Visit {
            id: id("appointment", it.number),
            prospect: it.number,
            conversation: talk.map(|talk| talk.id),
            rep,
            starts,
            status,
        };
        self.rows.push(row(it, home, &visit, None));
        if status == "rescheduled" {
            let days = moment.day_of(starts) + 3;
            let starts = self.slot(rep, home.id, days, starts, moment);
            let over = after(starts, minutes_of(60)) < moment.now();
            let moved = Visit {
                id: id("appointment moved", it.number),
                starts,
                status: if over { "completed" } else { "scheduled" },
                ..visit.clone()
            };
            self.successors.push(row(it, home, &moved, Some(visit.id)));
            self.all.push(moved);
        }
        self.all.push(visit);
    }
}

fn row(it: &Prospect, home: &Home, visit: &Visit, moved_from: Option<Uuid>) -> Value {
    let place = format!("{}, CA", home.city);
    let booked = it.last_contact.unwrap_or(it.created);
    json!({
        "id": visit.id,
        "prospect_id": it.id,
        "property_id": home.id,
        "assigned_rep_id": visit.rep,
        "scheduled_date": visit.starts,
        "ends_at": after(visit.starts, minutes_of(60)),
        "location": match &home.address {
            Some(address) => format!("{address}, {place}"),
            None => place,
        },
        "status": visit.status,
        "notes": match visit.status {
            "completed" => Some("Liked the light; wants to think about the price."),
            "no_show" => Some("Nobody came and nobody called."),
            _ => None,
        },
        "source_channel": it.channel,
        "kind": if it.number.is_multiple_of(17) { "virtual_tour" } else { "viewing" },
        "shared": false,
        "timezone": ZONE,
        "conversation_id": visit.conversation,
        "rescheduled_from_id": moved_from,
        "ical_sequence": 0,
        "buffer_minutes": 0,
        "method": if it.number.is_multiple_of(17) { "virtual" } else { "in_person" },
        "cancel_reason": (visit.status == "cancelled").then_some("The prospect has other plans."),
        "no_show_party": (visit.status == "no_show").then_some("prospect"),
        "created_at": booked.min(visit.starts),
    })
}
