//! Makes the handoff package: everything a representative needs to act, from what is stored.
//!
//! One pure function, [`generate`]: no I/O, no clock of its own, no randomness, no locale; the same
//! inputs give the same bytes. Source of the rules: the scoring model, "Handoff generation". The
//! parts stand in the files below this one, in the order of the package's fields.
//!
//! Where the model is silent:
//! * of several reasons the most pressing is given: what was asked for by the caller, complaint,
//!   the request for a person, the appointment's state, low confidence, high intent (a total of at
//!   least 60); where none applies the reason is `follow_up`;
//! * the target property is that of the appointment; a sold one, or one that is offered the other
//!   way (sale, rent), is not matched, and the best candidate takes its place;
//! * `propertyMatchConfidence` is 0 where there is nothing to match;
//! * a channel with a refused or withdrawn consent is not suggested.

mod context;
mod hash;
mod needs;
mod qualification;
mod reach;
mod risks;
mod steps;
mod summary;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::handoffs::deadlines;
use crate::handoffs::facts::{self, AppointmentStatus, Channel, Facts, Inputs};
use crate::handoffs::phrases;
use crate::handoffs::priority::{self, Priority, PriorityRule, Timing};
use crate::handoffs::score::{self, RE_BANT_1, Score};
use crate::properties::matching::{self, Match, PropertyStatus, words};

pub use risks::RiskFlag;

/// The most suggestions of a package.
const MAX_SUGGESTIONS: usize = 5;
/// The confidence of the agent, in percent, below which a person is asked to take over.
const LOW_CONFIDENCE_BELOW: u32 = 50;
/// The total from which a prospect shows high intent (grade B).
const HIGH_INTENT_FROM: i32 = 60;

words! {
    /// Why the package is made.
    ReasonCode {
        /// The appointment is to come.
        ViewingScheduled = "viewing_scheduled",
        /// The appointment took place.
        ViewingCompletedFollowUp = "viewing_completed_follow_up",
        /// The appointment was missed.
        ViewingNoShowRecovery = "viewing_no_show_recovery",
        /// The appointment was moved.
        ViewingRescheduled = "viewing_rescheduled",
        /// The prospect asked for a person.
        HumanRequested = "human_requested",
        /// The agent is not sure enough.
        AiLowConfidence = "ai_low_confidence",
        /// The prospect is ready.
        HighIntent = "high_intent",
        /// The prospect complained.
        Complaint = "complaint",
        /// None of the others.
        FollowUp = "follow_up",
    }
}

words! {
    /// Why no package is made; answered with 422 and this code.
    Refusal {
        /// The prospect's data has been erased.
        Erased = "erased",
        /// The prospect's status is closed.
        Closed = "closed",
        /// The prospect has opted out of every channel.
        Suppressed = "suppressed",
        /// The only address is wrong.
        ContactInvalid = "contact_invalid",
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(phrases::refusal(*self))
    }
}

impl std::error::Error for Refusal {}

/// The fields of a package that are worked out; names, ids and contact fields are copied from the
/// rows by the statement that stores it.
#[derive(Debug, Clone, Serialize)]
pub struct Package {
    /// `priority`.
    pub priority: Priority,
    /// Which rule gave the priority.
    pub priority_rule: PriorityRule,
    /// The code that `reason` begins with.
    pub reason_code: ReasonCode,
    /// `reason`: the code, a colon, and a sentence.
    pub reason: String,
    /// `summary`, at most 1,000 characters, one line per topic.
    pub summary: String,
    /// `detected_needs`, at most 10.
    pub detected_needs: Vec<String>,
    /// `suggested_properties`: names, at most 5.
    pub suggested_properties: Vec<String>,
    /// `suggested_property_ids`, in the same order.
    pub suggested_property_ids: Vec<Uuid>,
    /// The scores of the suggestions, in the same order.
    pub matches: Vec<Match>,
    /// `qualification_score`.
    pub qualification_score: Value,
    /// The flags that stand in `qualification_score.riskFlags`.
    pub risk_flags: Vec<RiskFlag>,
    /// `conversation_context`; empty where nothing was said.
    pub conversation_context: String,
    /// `next_steps`, at most 6.
    pub next_steps: Vec<String>,
    /// `source_channel`.
    pub source_channel: Channel,
    /// `suggested_follow_up_channel`.
    pub suggested_follow_up_channel: Option<Channel>,
    /// `claim_due_at`.
    pub claim_due_at: Timestamp,
    /// `expires_at`.
    pub expires_at: Timestamp,
    /// `model_version`.
    pub model_version: &'static str,
    /// `inputs_hash`: 64 hexadecimal digits.
    pub inputs_hash: String,
    /// Total (0–100) of the score; the same as `overallScore`.
    pub total: i32,
    /// Grade, for the prospect's row.
    pub grade: score::Grade,
    /// Temperature, for the prospect's row.
    pub temperature: score::Temperature,
}

/// The package while it is being made: what the parts below read.
struct Draft<'a> {
    inputs: &'a Inputs,
    facts: &'a Facts,
    timing: Timing,
    score: &'a Score,
    priority: Priority,
    /// The match of the target property, or of the best candidate.
    matched: Option<&'a Match>,
    /// Suggestions, best first, the appointment's property before all.
    suggestions: &'a [Match],
    reach: reach::Reach<'a>,
    follow_up: Option<Channel>,
    claim_due_at: Timestamp,
}

impl Draft<'_> {
    /// The name of the appointment's property.
    fn property_name(&self) -> Option<&str> {
        let given = self.inputs.property.as_ref().map(|p| p.name.as_str());
        let copied = || self.inputs.appointment.as_ref()?.property_name.as_deref();
        given.or_else(copied).filter(|name| !name.trim().is_empty())
    }

    /// "viewing of Palm Villa", if there is an appointment.
    fn event(&self) -> Option<String> {
        let appointment = self.inputs.appointment.as_ref()?;
        Some(phrases::event(appointment.kind, self.property_name()))
    }

    /// The appointment's start in its zone.
    fn starts(&self) -> Option<String> {
        let appointment = self.inputs.appointment.as_ref()?;
        Some(phrases::local_time(
            appointment.starts_at,
            self.inputs.local_zone(),
        ))
    }

    /// The best suggestion that is not the appointment's property.
    fn alternative(&self) -> Option<&str> {
        let own = self.inputs.property.as_ref().map(|p| p.id);
        let other = self
            .suggestions
            .iter()
            .find(|m| Some(m.property_id) != own)?;
        Some(&other.name)
    }

    /// Whether the agent was less sure than it should be.
    fn low_confidence(&self) -> bool {
        let confidence = self.inputs.spoken().and_then(|c| c.ai_confidence);
        confidence.is_some_and(|c| c.percent() < LOW_CONFIDENCE_BELOW)
    }
}

/// Makes the package, or says why there is none.
pub fn generate(inputs: &Inputs) -> Result<Package, Refusal> {
    let facts = facts::resolve(inputs);
    let reach = reach::Reach::new(inputs);
    reach::refuse(inputs, &facts, &reach)?;

    let timing = Timing::of(inputs);
    let matched = matched(inputs, &facts);
    let suggestions = suggestions(inputs, &facts);
    let score = score::score(inputs, &facts, &timing, matched.as_ref());
    let (priority, rule) = priority::priority(inputs, &facts, &timing, &score);
    let source_channel = reach.source_channel();
    let draft = Draft {
        inputs,
        facts: &facts,
        timing,
        score: &score,
        priority,
        matched: matched.as_ref(),
        suggestions: &suggestions,
        follow_up: reach.follow_up(source_channel),
        reach,
        claim_due_at: deadlines::claim_due(priority, inputs.now, &inputs.calendar),
    };

    let needs = needs::needs(&draft);
    let risks = risks::risks(&draft);
    let reason_code = reason_code(&draft);
    let sentence = phrases::reason(
        reason_code,
        draft.event().as_deref(),
        draft.starts().as_deref(),
        timing.upcoming,
    );
    Ok(Package {
        priority,
        priority_rule: rule,
        reason_code,
        summary: summary::summary(&draft, &needs, &sentence),
        reason: format!("{}: {sentence}", reason_code.as_str()),
        detected_needs: needs.iter().map(|n| n.text.clone()).collect(),
        suggested_properties: suggestions.iter().map(|m| m.name.clone()).collect(),
        suggested_property_ids: suggestions.iter().map(|m| m.property_id).collect(),
        qualification_score: qualification::qualification(&draft, rule, &needs, &risks),
        risk_flags: risks.iter().map(|r| r.flag).collect(),
        conversation_context: context::context(inputs),
        next_steps: steps::steps(&draft),
        source_channel,
        suggested_follow_up_channel: draft.follow_up,
        claim_due_at: draft.claim_due_at,
        expires_at: deadlines::expires_at(priority, inputs.now, draft.claim_due_at),
        model_version: RE_BANT_1.version,
        inputs_hash: hash::inputs_hash(inputs, &draft),
        total: score.total,
        grade: score.grade,
        temperature: score.temperature,
        matches: suggestions,
    })
}

/// The match that counts for the need: of the target property, judged only by what the prospect
/// said himself, else of the best candidate.
fn matched(inputs: &Inputs, facts: &Facts) -> Option<Match> {
    let stated = facts.wishes(inputs, false);
    let target = inputs.property.as_ref().filter(|p| {
        p.status != PropertyStatus::Sold && stated.offer.is_none_or(|offer| offer == p.offer)
    });
    match target {
        Some(property) => Some(matching::score(&stated, property)),
        None => matching::best(&facts.wishes(inputs, true), &inputs.candidates, None),
    }
}

/// The appointment's property first if it is not sold, then the best others; at most five.
fn suggestions(inputs: &Inputs, facts: &Facts) -> Vec<Match> {
    let own = inputs.property.as_ref();
    let others = matching::rank(&facts.wishes(inputs, true), &inputs.candidates, None);
    own.filter(|p| p.status != PropertyStatus::Sold)
        .map(|p| matching::score(&facts.wishes(inputs, false), p))
        .into_iter()
        .chain(
            others
                .into_iter()
                .filter(|m| own.is_none_or(|p| p.id != m.property_id)),
        )
        .take(MAX_SUGGESTIONS)
        .collect()
}

fn reason_code(draft: &Draft) -> ReasonCode {
    if let Some(requested) = draft.inputs.requested_reason {
        return requested;
    }
    if draft.facts.complaint.is_some() {
        return ReasonCode::Complaint;
    }
    if draft.facts.human_request.is_some() {
        return ReasonCode::HumanRequested;
    }
    match draft.inputs.appointment.as_ref().map(|a| a.status) {
        Some(AppointmentStatus::Scheduled) => ReasonCode::ViewingScheduled,
        Some(AppointmentStatus::Completed) => ReasonCode::ViewingCompletedFollowUp,
        Some(AppointmentStatus::NoShow) => ReasonCode::ViewingNoShowRecovery,
        Some(AppointmentStatus::Rescheduled) => ReasonCode::ViewingRescheduled,
        _ if draft.low_confidence() => ReasonCode::AiLowConfidence,
        _ if draft.score.total >= HIGH_INTENT_FROM => ReasonCode::HighIntent,
        _ => ReasonCode::FollowUp,
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod texts;
#[cfg(test)]
mod worked;
