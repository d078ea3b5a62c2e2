//! How urgent a package is. Until when it is to be claimed: [`super::deadlines`].
//!
//! Source of the rules: the scoring model, "Priority". The first rule that applies decides.
//! Durations are wall-clock.

use serde::Serialize;

use crate::handoffs::facts::{AppointmentStatus, Facts, Inputs, ProspectStatus, Sentiment};
use crate::handoffs::generate::ReasonCode;
use crate::handoffs::score::Score;
use crate::properties::matching::words;

words! {
    /// `handoff_packages.priority`.
    Priority {
        /// Within five minutes.
        High = "high",
        /// Within an hour of work.
        Medium = "medium",
        /// Within 24 hours of work.
        Low = "low",
    }
}

words! {
    /// Which rule gave the priority.
    PriorityRule {
        /// The total is at least 80.
        TopScore = "top_score",
        /// The prospect asked for a person.
        HumanRequest = "human_request",
        /// A handoff was suggested with negative sentiment or a complaint.
        Recovery = "recovery",
        /// A warm prospect's appointment starts within 48 hours.
        StartsSoon = "starts_soon",
        /// Money and time are both there.
        ReadyBuyer = "ready_buyer",
        /// The prospect is lost.
        Lost = "lost",
        /// Cold, and no appointment within 14 days.
        Cold = "cold",
        /// None of the others.
        Default = "default",
    }
}

/// What the clock says about the appointment: the only form in which time enters the rules, and
/// so the hash of the inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Timing {
    /// Hours until the appointment starts, rounded up; negative once it has started.
    pub hours_to_start: Option<i64>,
    /// The start is still to come.
    pub upcoming: bool,
    /// It comes within 48 hours.
    pub within_48_hours: bool,
    /// It comes in less than 24 hours.
    pub under_24_hours: bool,
    /// The start is at most 14 days away, before or after.
    pub within_14_days: bool,
}

impl Timing {
    /// Works it out from the clock in `inputs`.
    pub fn of(inputs: &Inputs) -> Timing {
        const HOUR: i64 = 3600;
        let seconds = inputs.appointment.as_ref().map(|a| {
            let left = a.starts_at.duration_since(inputs.now);
            // Part of a second still to go counts as one: "has started" must not come early.
            left.as_secs() + i64::from(left.subsec_nanos() > 0)
        });
        let ahead = seconds.filter(|s| *s > 0);
        Timing {
            hours_to_start: seconds.map(|s| s.div_euclid(HOUR) + i64::from(s.rem_euclid(HOUR) > 0)),
            upcoming: ahead.is_some(),
            within_48_hours: ahead.is_some_and(|s| s <= 48 * HOUR),
            under_24_hours: ahead.is_some_and(|s| s < 24 * HOUR),
            within_14_days: seconds.is_some_and(|s| s.abs() <= 14 * 24 * HOUR),
        }
    }
}

/// The priority and the rule that gave it.
pub fn priority(
    inputs: &Inputs,
    facts: &Facts,
    timing: &Timing,
    score: &Score,
) -> (Priority, PriorityRule) {
    use AppointmentStatus::{Completed, NoShow, Scheduled};
    let asked = |code| inputs.requested_reason == Some(code);
    let status = inputs.appointment.as_ref().map(|a| a.status);
    let recovery = inputs.spoken().is_some_and(|c| {
        let annoyed = c.sentiment == Some(Sentiment::Negative);
        let complained = facts.complaint.is_some() || asked(ReasonCode::Complaint);
        c.handoff_suggested && (annoyed || complained)
    });
    let months = facts.timeline.as_ref().map(|t| t.value);
    let held = matches!(status, Some(Scheduled | NoShow | Completed)) && timing.within_14_days;
    if score.total >= 80 {
        (Priority::High, PriorityRule::TopScore)
    } else if facts.human_request.is_some() || asked(ReasonCode::HumanRequested) {
        (Priority::High, PriorityRule::HumanRequest)
    } else if recovery {
        (Priority::High, PriorityRule::Recovery)
    } else if status == Some(Scheduled) && timing.within_48_hours && score.total >= 50 {
        (Priority::High, PriorityRule::StartsSoon)
    } else if months.is_some_and(|m| m <= 1) && score.budget >= 20 {
        (Priority::High, PriorityRule::ReadyBuyer)
    } else if inputs.prospect.status == ProspectStatus::Lost {
        (Priority::Low, PriorityRule::Lost)
    } else if score.total < 40 && !held {
        (Priority::Low, PriorityRule::Cold)
    } else {
        (Priority::Medium, PriorityRule::Default)
    }
}

#[cfg(test)]
mod tests;
