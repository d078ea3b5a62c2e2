//! Who is in the runs of the campaigns, and the attempts to reach them.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    campaigns::{LEADS, PLANS, Plan, days, key, run},
    moment::{Moment, after, seconds_of},
    prospects::Prospect,
    seed::{id, pick, roll},
    talks::Talk,
};

/// An attempt to reach a lead that led to no conversation worth writing down.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) campaign: usize,
    pub(super) channel: &'static str,
    pub(super) outcome: &'static str,
    row: Value,
}

/// Leads and what was tried with them.
#[derive(Debug, Default)]
pub(super) struct Leads {
    pub(super) rows: Vec<Value>,
    pub(super) attempts: Vec<Attempt>,
}

impl Leads {
    /// The rows of the attempts, which are conversations.
    pub(super) fn conversations(&self) -> Vec<Value> {
        self.attempts
            .iter()
            .map(|attempt| attempt.row.clone())
            .collect()
    }
}

/// Who is in the runs, and how far each has come.
pub(super) fn leads(people: &[Prospect], talks: &[Talk], moment: &Moment) -> Leads {
    let mut leads = Leads::default();
    for (campaign, plan) in PLANS.iter().enumerate() {
        let Some(last) = plan.runs.len().checked_sub(1) else {
            continue;
        };
        let spoken = talks.iter().filter(|talk| talk.campaign == Some(campaign));
        for talk in spoken {
            if let Some(it) = people.get(talk.number) {
                leads.rows.push(lead(
                    it,
                    run(campaign, last),
                    &Step::spoken(talk, it.channel),
                    moment,
                ));
            }
        }
        let fits = |it: &&Prospect| {
            it.number >= talks.len() && it.team == plan.team && it.number % 5 == campaign % 5
        };
        for it in people.iter().filter(fits).take(LEADS) {
            let step = Step::of(plan, it);
            // Whom somebody has reached is not new any more.
            if it.status == "new" && step.outcome.is_some() {
                continue;
            }
            let started = moment.on(-days(plan.days), 10 * 60).max(it.created);
            if let Some(outcome) = step.outcome {
                let at = moment.between(started, 1 + roll("tried", it.number, 8), 10);
                leads
                    .attempts
                    .push(attempt(campaign, it, &step, outcome, at));
            }
            leads
                .rows
                .push(lead(it, run(campaign, last), &step, moment));
        }
    }
    leads
}

/// How far a lead has come.
struct Step {
    status: &'static str,
    channel: &'static str,
    attempts: usize,
    outcome: Option<&'static str>,
    skip: Option<&'static str>,
}

impl Step {
    fn spoken(talk: &Talk, channel: &'static str) -> Self {
        Self {
            status: "completed",
            channel,
            attempts: 1,
            outcome: Some(talk.outcome),
            skip: None,
        }
    }

    fn of(plan: &Plan, it: &Prospect) -> Self {
        let channel = pick("by", it.number, plan.channels).unwrap_or("phone");
        let call = channel == "phone";
        let going = plan.status != "completed";
        let (status, outcome) = match (roll("lead", it.number, 20), going, call) {
            (0..=5, true, _) => ("queued", None),
            (6..=7, true, _) => ("scheduled", None),
            (8, true, true) => ("dialing", None),
            (8, true, false) => ("sending", None),
            (9, true, true) => ("connected", Some("connected")),
            (9, true, false) => ("responded", Some("responded")),
            (10, true, false) => (
                "delivered",
                Some(if channel == "email" {
                    "opened"
                } else {
                    "responded"
                }),
            ),
            (10..=11, true, _) => (
                "waiting",
                Some(if call { "voicemail" } else { "no_answer" }),
            ),
            (12, _, _) => ("skipped", None),
            (13, _, _) => ("opted_out", Some("opted_out")),
            (14, _, _) => (
                "failed",
                Some(if call { "invalid_number" } else { "failed" }),
            ),
            (15, _, _) => ("cancelled", None),
            (16..=17, _, true) => (
                "exhausted",
                Some(if it.number.is_multiple_of(2) {
                    "no_answer"
                } else {
                    "busy"
                }),
            ),
            (16..=17, _, false) => ("exhausted", Some("no_answer")),
            (_, _, true) => ("completed", Some(called(it.number))),
            (_, _, false) if channel == "email" => (
                "completed",
                Some(if it.number.is_multiple_of(2) {
                    "clicked"
                } else {
                    "opened"
                }),
            ),
            (_, _, false) => ("completed", Some("responded")),
        };
        let reasons = [
            "no_consent",
            "suppressed",
            "no_address",
            "outside_window",
            "frequency_cap",
        ];
        Self {
            status,
            channel,
            attempts: match (status, outcome) {
                ("exhausted", _) => 3,
                ("waiting", _) => 2,
                ("dialing" | "sending", _) | (_, Some(_)) => 1,
                _ => 0,
            },
            outcome,
            skip: (status == "skipped")
                .then(|| pick("skip", it.number, &reasons).unwrap_or("no_consent")),
        }
    }
}

fn called(number: usize) -> &'static str {
    let outcomes = [
        "connected",
        "qualified",
        "not_interested",
        "callback_requested",
        "wrong_number",
        "language_barrier",
        "abandoned",
        "voicemail",
    ];
    pick("called", number, &outcomes).unwrap_or("connected")
}

fn lead(it: &Prospect, run: Uuid, step: &Step, moment: &Moment) -> Value {
    let next = matches!(step.status, "scheduled" | "waiting");
    json!({
        "id": id("lead", it.number),
        "campaign_run_id": run,
        "prospect_id": it.id,
        "channel": step.channel,
        "status": step.status,
        "attempts": step.attempts,
        "priority": it.number % 3,
        "next_attempt_at": next.then(|| moment.on(1, 9 * 60 + roll("next", it.number, 540))),
        "technical_failures": 0,
        "channels_tried": if step.attempts > 0 { json!({step.channel: step.attempts}) } else { json!({}) },
        "last_outcome": step.outcome,
        "skip_reason": step.skip,
        "lease_epoch": 0,
        "created_at": it.created,
    })
}

fn attempt(
    campaign: usize,
    it: &Prospect,
    step: &Step,
    outcome: &'static str,
    at: jiff::Timestamp,
) -> Attempt {
    let spoken = matches!(
        outcome,
        "connected" | "qualified" | "not_interested" | "callback_requested"
    );
    let seconds = match (step.channel, spoken) {
        ("phone", true) => 60 + roll("length", it.number, 300),
        ("phone", false) => 5 + roll("length", it.number, 25),
        _ => 0,
    };
    let ended = after(at, seconds_of(seconds)).max(at);
    let row = json!({
        "id": id("attempt", it.number),
        "prospect_id": it.id,
        "campaign_id": key(campaign),
        "timestamp": at,
        "duration": seconds,
        "channel": step.channel,
        "outcome": outcome,
        "sentiment": match outcome {
            "not_interested" | "opted_out" => Some("negative"),
            "qualified" => Some("positive"),
            "connected" | "responded" => Some("neutral"),
            _ => None,
        },
        "handoff_suggested": false,
        "direction": "outbound",
        "answered_by": match outcome {
            "voicemail" => "voicemail",
            "no_answer" | "busy" | "invalid_number" | "failed" => "unavailable",
            _ => "human",
        },
        "started_at": at,
        "ended_at": ended,
        "created_at": at,
    });
    Attempt {
        campaign,
        channel: step.channel,
        outcome,
        row,
    }
}
