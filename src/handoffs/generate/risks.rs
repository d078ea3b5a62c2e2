//! Risk flags: what a representative should know before he calls, each with its source.
//!
//! The contract, "qualification_score"; the flags stand in the contract's order.

use crate::handoffs::facts::{AppointmentStatus, Sentiment, Source, SourceKind};
use crate::handoffs::generate::Draft;
use crate::handoffs::score::{Evidence, no_shows};
use crate::properties::matching::{WEIGHTS, words};

words! {
    /// A member of `qualification_score.riskFlags`.
    RiskFlag {
        /// The prospect has missed an appointment.
        PreviousNoShow = "previous_no_show",
        /// The last conversation ended with "not interested".
        NotInterested = "not_interested",
        /// The target property is over the budget.
        OverBudget = "over_budget",
        /// No readable budget.
        BudgetUnknown = "budget_unknown",
        /// No readable timeline.
        TimelineUnknown = "timeline_unknown",
        /// No property is worth suggesting.
        NoMatch = "no_match",
        /// The agent was less than half sure.
        LowAiConfidence = "low_ai_confidence",
        /// The prospect was annoyed.
        NegativeSentiment = "negative_sentiment",
        /// The prospect complained.
        Complaint = "complaint",
        /// No consent on record for the channel to be used.
        NoContactConsent = "no_contact_consent",
        /// One of the addresses is wrong.
        ContactInvalid = "contact_invalid",
        /// There may be a second record of the same person.
        DuplicateSuspected = "duplicate_suspected",
    }
}

/// A flag with its reason.
pub(super) struct Risk {
    pub flag: RiskFlag,
    pub evidence: Evidence,
}

/// The flags that apply.
pub(super) fn risks(draft: &Draft) -> Vec<Risk> {
    let risk = |(flag, source): (RiskFlag, Option<Source>)| {
        let evidence = Evidence {
            about: "risk_flag",
            rule: flag.as_str().to_owned(),
            value: String::new(),
            points: None,
            source: source?,
        };
        Some(Risk { flag, evidence })
    };
    let mut risks: Vec<Risk> = wish_flags(draft)
        .into_iter()
        .chain(person_flags(draft))
        .filter_map(risk)
        .collect();
    // The members of the enumeration stand in the contract's order.
    risks.sort_by_key(|risk| risk.flag);
    risks
}

/// What is wrong with the wishes and the stock.
fn wish_flags(draft: &Draft) -> [(RiskFlag, Option<Source>); 4] {
    let (inputs, facts) = (draft.inputs, draft.facts);
    let absent = |column: &str| Source::absent("prospects", column, Some(inputs.prospect.id));
    let property = inputs.property.as_ref().map(|p| p.id);
    let over = property.filter(|_| draft.score.fit.is_over());
    let words = || facts.budget.as_ref().map(|b| b.source.clone());
    let no_budget = facts.money().is_none();
    [
        (
            RiskFlag::OverBudget,
            over.map(|id| Source::column("properties", "price_range", id)),
        ),
        (
            RiskFlag::BudgetUnknown,
            no_budget.then(|| words().unwrap_or_else(|| absent("budget"))),
        ),
        (
            RiskFlag::TimelineUnknown,
            facts.timeline.is_none().then(|| absent("timeline")),
        ),
        (
            RiskFlag::NoMatch,
            no_match(draft).then(|| Source::rule("match", property)),
        ),
    ]
}

/// What the dealings with the person so far warn of.
fn person_flags(draft: &Draft) -> [(RiskFlag, Option<Source>); 8] {
    let inputs = draft.inputs;
    let conversation = inputs.spoken();
    let spoken = |column: &str, holds: bool| {
        let conversation = conversation.filter(|_| holds)?;
        Some(Source::column("conversations", column, conversation.id))
    };
    let missed = inputs
        .appointment
        .as_ref()
        .filter(|a| a.status == AppointmentStatus::NoShow);
    let no_show = Source::of(
        SourceKind::Column,
        "appointments",
        "status",
        missed.map(|a| a.id),
    );
    let refused = conversation.is_some_and(|c| c.outcome == "not_interested");
    let annoyed = conversation.is_some_and(|c| c.sentiment == Some(Sentiment::Negative));
    let consent = draft.reach.lacks_consent(draft.follow_up);
    let wrong = draft.reach.wrong_address().is_some();
    let twice = inputs.prospect.duplicate_suspected;
    [
        (
            RiskFlag::PreviousNoShow,
            (no_shows(inputs) > 0).then_some(no_show),
        ),
        (RiskFlag::NotInterested, spoken("outcome", refused)),
        (
            RiskFlag::LowAiConfidence,
            spoken("ai_confidence", draft.low_confidence()),
        ),
        (RiskFlag::NegativeSentiment, spoken("sentiment", annoyed)),
        (RiskFlag::Complaint, draft.facts.complaint.clone()),
        (
            RiskFlag::NoContactConsent,
            consent.map(|channel| Source::absent("consents", channel.as_str(), None)),
        ),
        (RiskFlag::ContactInvalid, spoken("outcome", wrong)),
        (
            RiskFlag::DuplicateSuspected,
            twice.then(|| Source::column("prospects", "id", inputs.prospect.id)),
        ),
    ]
}

/// No suggestion reaches the score that is worth showing.
fn no_match(draft: &Draft) -> bool {
    !draft.suggestions.iter().any(|m| m.score >= WEIGHTS.keep)
}
