//! Campaigns, their runs, the leads in them, and the attempts to reach those.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    crew::{Crew, EAST_AND_NORTH, LEADERS, OPERATIONS, SACRAMENTO, SOUTH_BAY, team},
    leads::Leads,
    moment::{Moment, ZONE, after, minutes_of},
    prospects::Prospect,
    seed::id,
    talks::Talk,
};

/// A campaign: name, segment, status, channels, team, days since its start.
pub(super) struct Plan {
    pub(super) name: &'static str,
    pub(super) segment: &'static str,
    pub(super) status: &'static str,
    pub(super) channels: &'static [&'static str],
    pub(super) team: usize,
    pub(super) days: usize,
    /// The statuses of its runs; the leads are in the last.
    pub(super) runs: &'static [&'static str],
}

pub(super) const PLANS: [Plan; 6] = [
    Plan {
        name: "South Bay spring rentals",
        segment: "Renters of the South Bay",
        status: "active",
        channels: &["phone", "whatsapp"],
        team: SOUTH_BAY,
        days: 25,
        runs: &["running"],
    },
    Plan {
        name: "East Bay commuters",
        segment: "Renters of the East and North Bay",
        status: "active",
        channels: &["whatsapp", "sms"],
        team: EAST_AND_NORTH,
        days: 26,
        runs: &["draining"],
    },
    Plan {
        name: "Sacramento first homes",
        segment: "Buyers around Sacramento",
        status: "paused",
        channels: &["phone", "sms"],
        team: SACRAMENTO,
        days: 18,
        runs: &["paused"],
    },
    Plan {
        name: "Winter follow-up",
        segment: "Renters who went quiet",
        status: "completed",
        channels: &["phone", "email"],
        team: EAST_AND_NORTH,
        days: 70,
        runs: &["cancelled", "failed", "completed"],
    },
    Plan {
        name: "Open house invitations",
        segment: "Buyers around Sacramento",
        status: "completed",
        channels: &["email", "sms"],
        team: SACRAMENTO,
        days: 45,
        runs: &["completed"],
    },
    Plan {
        name: "Summer relocations",
        segment: "People who come for a new job",
        status: "draft",
        channels: &["email"],
        team: SOUTH_BAY,
        days: 2,
        runs: &[],
    },
];
/// Leads of a run at the most.
pub(super) const LEADS: usize = 120;

/// The key of a campaign.
pub(super) fn key(number: usize) -> Uuid {
    id("campaign", number)
}

pub(super) fn run(campaign: usize, run: usize) -> Uuid {
    id("campaign run", campaign * 10 + run)
}

/// The rows of the campaigns.
pub(super) fn rows(crew: &Crew, moment: &Moment) -> Vec<Value> {
    let rows = PLANS.iter().enumerate().map(|(number, plan)| {
        let by = match number % 2 {
            0 => LEADERS.get(plan.team).copied().unwrap_or(OPERATIONS),
            _ => OPERATIONS,
        };
        let created = moment.ago((plan.days + 2) * 24 * 60);
        json!({
            "id": key(number),
            "name": plan.name,
            "segment": plan.segment,
            "status": plan.status,
            "channels": plan.channels,
            "channel_order": plan.channels,
            "created_by": crew.id(by),
            "goal": "A viewing",
            "objective_type": "marketing",
            "window_start": "09:00",
            "window_end": "19:00",
            "window_days": [1, 2, 3, 4, 5, 6],
            "fallback_timezone": ZONE,
            "starts_at": moment.on(-days(plan.days), 9 * 60),
            "team_id": team(plan.team),
            "created_at": created,
        })
    });
    rows.collect()
}

pub(super) fn days(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(0)
}

/// The rows of the runs, whose numbers are counted from what happened.
pub(super) fn runs(
    leads: &Leads,
    talks: &[Talk],
    people: &[Prospect],
    crew: &Crew,
    moment: &Moment,
) -> Vec<Value> {
    let mut rows = Vec::new();
    for (campaign, plan) in PLANS.iter().enumerate() {
        for (number, status) in plan.runs.iter().enumerate() {
            let id = run(campaign, number);
            let in_it = leads
                .rows
                .iter()
                .filter(|row| row["campaign_run_id"] == json!(id))
                .count();
            let tried = leads.attempts.iter().filter(|it| it.campaign == campaign);
            let tried = tried.map(|it| (it.channel, it.outcome));
            let spoken = talks.iter().filter(|talk| talk.campaign == Some(campaign));
            let spoken =
                spoken.filter_map(|talk| Some((people.get(talk.number)?.channel, talk.outcome)));
            let all: Vec<_> = tried.chain(spoken).filter(|_| in_it > 0).collect();
            let started = moment.on(-days(plan.days), 9 * 60 + number * 60);
            let over = matches!(*status, "completed" | "cancelled" | "failed");
            let ended = after(
                started,
                minutes_of(if in_it > 0 { 9 * 24 * 60 } else { 30 }),
            );
            rows.push(json!({
                "id": id,
                "campaign_id": key(campaign),
                "status": status,
                "metrics": metrics(in_it, &all),
                "run_no": number + 1,
                "started_by": crew.id(OPERATIONS),
                "started_at": started,
                "paused_at": (*status == "paused").then(|| moment.ago(2 * 24 * 60)),
                "completed_at": over.then_some(ended),
                "error": (*status == "failed").then_some("the telephony provider could not be reached"),
                "created_at": started,
            }));
        }
    }
    rows
}

fn connected(outcome: &str) -> bool {
    matches!(
        outcome,
        "connected"
            | "qualified"
            | "not_interested"
            | "responded"
            | "callback_requested"
            | "appointment_booked"
            | "handoff_requested"
            | "transferred"
            | "language_barrier"
            | "opted_out"
    )
}

fn metrics(leads: usize, all: &[(&str, &str)]) -> Value {
    let count = |fits: &dyn Fn(&str, &str) -> bool| {
        all.iter()
            .filter(|(channel, outcome)| fits(channel, outcome))
            .count()
    };
    let reached = count(&|_, outcome| connected(outcome));
    let countable = count(&|_, outcome| !matches!(outcome, "invalid_number" | "failed"));
    let rate = (reached * 10_000 + countable / 2)
        .checked_div(countable)
        .unwrap_or(0);
    let of = |channel: &'static str| {
        let tried = count(&|by, _| by == channel);
        (
            tried,
            count(&|by, outcome| by == channel && connected(outcome)),
        )
    };
    let (calls, answered) = of("phone");
    let ((chats, chatted), (texts, texted)) = (of("whatsapp"), of("sms"));
    let opened = count(&|by, outcome| by == "email" && matches!(outcome, "opened" | "clicked"));
    json!({
        "totalLeads": leads,
        "contacted": all.len(),
        "connected": reached,
        "voicemails": count(&|_, outcome| outcome == "voicemail"),
        "noAnswers": count(&|_, outcome| outcome == "no_answer"),
        "booked": count(&|_, outcome| outcome == "appointment_booked"),
        "connectRate": f64::from(u32::try_from(rate).unwrap_or(0)) / 100.0,
        "byChannel": {
            "phone": {"contacted": calls, "connected": answered},
            "whatsapp": {"sent": chats, "responded": chatted},
            "sms": {"sent": texts, "responded": texted},
            "email": {"sent": of("email").0, "opened": opened},
        },
    })
}
