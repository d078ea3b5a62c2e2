//! The dialogues as conversations that have ended, with what was said, heard
//! and done in them.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, civil::Date};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    homes::Home,
    moment::{Moment, after, seconds_of},
    prospects::{Prospect, city},
    seed::{id, roll},
    source::{Dialogue, Source, Turn},
};

/// The day that the dialogues call today.
const TODAY: Date = Date::constant(2019, 3, 1);

/// The places of the homes of a name and a city.
type Named<'a> = BTreeMap<(&'a str, &'a str), Vec<usize>>;

/// A conversation as the rest of the demo needs it.
#[derive(Clone, Debug)]
pub(super) struct Talk {
    /// Also the number of its prospect.
    pub(super) number: usize,
    pub(super) id: Uuid,
    pub(super) live: Uuid,
    pub(super) started: Timestamp,
    pub(super) ended: Timestamp,
    pub(super) outcome: &'static str,
    /// The number of the campaign that it belongs to.
    pub(super) campaign: Option<usize>,
    /// The home that was settled on, by its place among the homes.
    pub(super) home: Option<usize>,
    /// Days from the conversation to the visit that was booked.
    pub(super) visit_in: Option<i64>,
    said: Vec<Timestamp>,
}

/// Every dialogue as a conversation of the prospect of its number.
pub(super) fn talks(
    source: &Source,
    homes: &[Home],
    people: &mut [Prospect],
    moment: &Moment,
) -> Vec<Talk> {
    let by_name = by_name(homes);
    let mut talks = Vec::new();
    for (number, (dialogue, it)) in source.dialogues.iter().zip(people).enumerate() {
        let started = moment.at_work("talk", number, roll("talk day", number, 24));
        let talk = talk(number, dialogue, it, (started, homes, &by_name));
        it.created = match talk.campaign {
            Some(_) => after(
                started,
                -seconds_of(86_400 + roll("before", number, 800_000)),
            ),
            None => after(started, -seconds_of(30 + roll("before", number, 3_000))),
        };
        it.answered = Some(talk.started);
        it.last_contact = Some(talk.ended);
        it.status = status(&talk);
        talks.push(talk);
    }
    talks
}

fn talk(
    number: usize,
    dialogue: &Dialogue,
    it: &Prospect,
    (started, homes, by_name): (Timestamp, &[Home], &Named<'_>),
) -> Talk {
    let mut at = started;
    let pace = if it.channel == "phone" { 1 } else { 5 };
    let said: Vec<Timestamp> = dialogue
        .turns
        .iter()
        .map(|turn| {
            at = after(at, seconds_of((3 + turn.text.len() / 12) * pace));
            at
        })
        .collect();
    let place = city(dialogue.wish("area").unwrap_or_default(), homes);
    let named = dialogue.wish("property_name").unwrap_or_default();
    let homes_there = by_name.get(&(named, place.as_str()));
    let home = homes_there.and_then(|found| {
        let right = |home: &&usize| {
            homes
                .get(**home)
                .is_some_and(|it_is| it_is.bedrooms == it.bedrooms)
        };
        found.iter().find(right).or(found.first()).copied()
    });
    let visit = dialogue.visit().and_then(|day| day.parse::<Date>().ok());
    Talk {
        number,
        id: id("conversation", number),
        live: id("live conversation", number),
        started,
        ended: after(at, SignedDuration::from_secs(5)),
        outcome: outcome(number, dialogue.booked),
        campaign: match (roll("of campaign", number, 5), it.team) {
            (0 | 1, team @ 0..=1) => Some(team),
            _ => None,
        },
        home,
        visit_in: visit.map(|day| i64::from((day - TODAY).get_days())),
        said,
    }
}

fn by_name(homes: &[Home]) -> Named<'_> {
    let mut found: Named<'_> = BTreeMap::new();
    let shown = homes.iter().enumerate().filter(|(_, home)| home.available);
    for (place, home) in shown {
        let key = (home.name.as_str(), home.city.as_str());
        found.entry(key).or_default().push(place);
    }
    found
}

fn outcome(number: usize, booked: bool) -> &'static str {
    match (booked, roll("outcome", number, 20)) {
        (true, _) => "appointment_booked",
        (false, 0..=7) => "qualified",
        (false, 8..=11) => "connected",
        (false, 12..=13) => "callback_requested",
        (false, 14..=15) => "handoff_requested",
        (false, 16) => "transferred",
        (false, _) => "not_interested",
    }
}

fn status(talk: &Talk) -> &'static str {
    match talk.outcome {
        "appointment_booked" => "appointment_set",
        "qualified" | "handoff_requested" | "transferred" => "qualified",
        "not_interested" => "lost",
        _ => "contacted",
    }
}

/// The rows of the conversations and of their live states.
pub(super) fn rows(source: &Source, talks: &[Talk], people: &[Prospect]) -> [Vec<Value>; 2] {
    let (mut ended, mut live) = (Vec::new(), Vec::new());
    for ((talk, it), dialogue) in talks.iter().zip(people).zip(&source.dialogues) {
        let seconds = talk.ended.as_second() - talk.started.as_second();
        let duration = if it.channel == "phone" { seconds } else { 0 };
        let sentiment = sentiment(talk);
        ended.push(json!({
            "id": talk.id,
            "prospect_id": it.id,
            "campaign_id": talk.campaign.map(super::campaigns::key),
            "timestamp": talk.started,
            "duration": duration,
            "channel": it.channel,
            "outcome": talk.outcome,
            "sentiment": sentiment,
            "transcript": transcript(dialogue),
            "ai_confidence": confidence(talk),
            "handoff_suggested": talk.outcome == "handoff_requested",
            "direction": if talk.campaign.is_some() { "outbound" } else { "inbound" },
            "answered_by": "human",
            "end_reason": "completed",
            "started_at": talk.started,
            "answered_at": talk.started,
            "ended_at": talk.ended,
            "recording_consent": if it.channel == "phone" { "announced" } else { "not_asked" },
            "language": "en",
            "created_at": talk.started,
        }));
        live.push(json!({
            "id": talk.live,
            "prospect_id": it.id,
            "channel": it.channel,
            "status": "ended",
            "duration": duration,
            "sentiment": sentiment,
            "started_at": talk.started,
            "ended_at": talk.ended,
            "conversation_id": talk.id,
            "controller": "none",
            "control_epoch": 1,
            "state": "ended",
            "last_inbound_at": talk.ended,
            "last_outbound_at": talk.ended,
            "ai_confidence_now": confidence(talk),
            "created_at": talk.started,
        }));
    }
    [ended, live]
}

fn sentiment(talk: &Talk) -> &'static str {
    match (talk.outcome, roll("sentiment", talk.number, 10)) {
        ("not_interested", 0..=4) => "negative",
        ("not_interested", _) | (_, 0) => "mixed",
        (_, 1..=4) => "neutral",
        _ => "positive",
    }
}

fn confidence(talk: &Talk) -> &'static str {
    match (talk.outcome, roll("confidence", talk.number, 10)) {
        ("handoff_requested", _) => "low",
        (_, 0..=2) => "medium",
        _ => "high",
    }
}

fn speaker(turn: &Turn) -> (&'static str, &'static str) {
    match turn.speaker.as_str() {
        "user" => ("prospect", "Prospect"),
        _ => ("agent", "Agent"),
    }
}

fn transcript(dialogue: &Dialogue) -> String {
    let lines = dialogue.turns.iter();
    let lines = lines.map(|turn| format!("{}: {}", speaker(turn).1, turn.text));
    lines.collect::<Vec<_>>().join("\n")
}

/// The key of the `turn`th message of a conversation.
fn message(talk: &Talk, turn: usize) -> Uuid {
    id("message", talk.number * 1000 + turn)
}

/// What was said, in order; the conversations in two halves, which can be stored
/// side by side.
pub(super) fn messages(source: &Source, talks: &[Talk]) -> [Vec<Value>; 2] {
    let [mut even, mut odd] = [Vec::new(), Vec::new()];
    for (talk, dialogue) in talks.iter().zip(&source.dialogues) {
        let rows = if talk.number.is_multiple_of(2) {
            &mut even
        } else {
            &mut odd
        };
        for (number, (turn, at)) in dialogue.turns.iter().zip(&talk.said).enumerate() {
            rows.push(json!({
                "id": message(talk, number),
                "live_conversation_id": talk.live,
                "timestamp": at,
                "speaker": speaker(turn).0,
                "message": turn.text,
                "type": "text",
                "visibility": "public",
                "language": "en",
                "is_final": true,
                "control_epoch": 1,
                "created_at": at,
            }));
        }
    }
    [even, odd]
}

/// What was heard: a wish that was said again stands for the one before.
pub(super) fn entities(source: &Source, talks: &[Talk], people: &[Prospect]) -> Vec<Value> {
    let mut rows = Vec::new();
    for ((talk, it), dialogue) in talks.iter().zip(people).zip(&source.dialogues) {
        let mut newest: BTreeMap<&str, usize> = BTreeMap::new();
        let first = rows.len();
        for (number, (turn, at)) in dialogue.turns.iter().zip(&talk.said).enumerate() {
            for heard in heard(turn) {
                let key = heard.slot;
                if let Some(before) = newest.insert(key, rows.len()) {
                    supersede(&mut rows, before);
                }
                rows.push(json!({
                    "id": id("entity", talk.number * 1000 + (rows.len() - first)),
                    "live_conversation_id": talk.live,
                    "type": heard.kind,
                    "value": heard.value,
                    "confidence": 70 + roll("heard", rows.len(), 30),
                    "message_id": message(talk, number),
                    "span_start": heard.span.map(|(start, _)| start),
                    "span_end": heard.span.map(|(_, end)| end),
                    "status": "detected",
                    "normalized": heard.canonical.map(|value| json!({"value": value})),
                    "confirmed_by": null,
                    "detector": "sgd-labels",
                    "detector_version": "1",
                    "created_at": at,
                }));
            }
        }
        judge(
            rows.get_mut(first..).unwrap_or_default(),
            talk.number,
            it.owner,
        );
    }
    rows
}

struct Heard<'a> {
    slot: &'a str,
    kind: &'static str,
    value: String,
    canonical: Option<&'a str>,
    span: Option<(i32, i32)>,
}

fn heard(turn: &Turn) -> Vec<Heard<'_>> {
    if turn.speaker != "user" {
        return Vec::new();
    }
    let told = turn
        .acts
        .iter()
        .filter(|act| matches!(act.act.as_str(), "INFORM" | "SELECT"));
    told.filter_map(|act| {
        let (slot, value) = (act.slot.as_deref()?, act.values.first()?);
        let (kind, value) = match (slot, value.as_str()) {
            ("area", _) => ("area", value.clone()),
            ("number_of_beds", _) => ("bedrooms", value.clone()),
            ("number_of_baths", _) => ("bathrooms", value.clone()),
            ("property_name", _) => ("property", value.clone()),
            ("visit_date", _) => ("visit_date", value.clone()),
            ("pets_allowed", "True") => ("feature", "pets allowed".to_owned()),
            ("furnished", "True") => ("feature", "furnished".to_owned()),
            _ => return None,
        };
        let span = turn.spans.iter().find(|span| span.slot == slot);
        Some(Heard {
            slot,
            kind,
            value,
            canonical: act.canonical.first().map(String::as_str),
            span: span.map(|span| (span.start, span.exclusive_end)),
        })
    })
    .collect()
}

fn supersede(rows: &mut [Value], number: usize) {
    if let Some(row) = rows.get_mut(number) {
        row["status"] = json!("superseded");
    }
}

/// Now and then a person has said whether it was heard rightly.
fn judge(rows: &mut [Value], number: usize, owner: Option<Uuid>) {
    let mut detected = rows.iter_mut().filter(|row| row["status"] == "detected");
    match (roll("judged", number, 6), detected.next()) {
        (0 | 1, Some(row)) => {
            row["status"] = json!("confirmed");
            row["confirmed_by"] = json!(owner);
        }
        (2, Some(row)) => row["status"] = json!("rejected"),
        _ => {}
    }
}

/// What the agent asked its systems for.
pub(super) fn actions(source: &Source, talks: &[Talk]) -> Vec<Value> {
    let mut rows = Vec::new();
    for (talk, dialogue) in talks.iter().zip(&source.dialogues) {
        let turns = dialogue.turns.iter().zip(&talk.said);
        let calls = turns.filter_map(|(turn, at)| Some((turn.call.as_ref()?, turn, at)));
        for (seq, (call, turn, at)) in calls.enumerate() {
            let booking = call.method == "ScheduleVisit";
            let found = turn.n_results.unwrap_or(0);
            rows.push(json!({
                "id": id("action", talk.number * 1000 + seq),
                "live_conversation_id": talk.live,
                "timestamp": at,
                "action": if booking { "Book a visit" } else { "Look for homes" },
                "details": if booking {
                    call.parameters.values().cloned().collect::<Vec<_>>().join(", ")
                } else {
                    format!("{found} homes found")
                },
                "status": if found > 0 { "completed" } else { "failed" },
                "seq": seq + 1,
                "action_type": if booking { "book_appointment" } else { "lookup_property" },
                "actor": "ai",
                "input": call.parameters,
                "output": {"results": found},
                "started_at": at,
                "finished_at": after(*at, seconds_of(1)),
                "latency_ms": 200 + roll("latency", rows.len(), 700),
                "created_at": at,
            }));
        }
    }
    rows
}
