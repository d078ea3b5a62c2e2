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
    let (inputs, facts) = (draft.inputs, draft.facts);
    let prospect = inputs.prospect.id;
    let conversation = inputs.spoken();
    let spoken = |column: &str, holds: bool| {
        let conversation = conversation.filter(|_| holds)?;
        Some(Source::column("conversations", column, conversation.id))
    };
    let absent = |column: &str| Source::absent("prospects", column, Some(prospect));
    let outcome = conversation.map_or("", |c| c.outcome.as_str());
    let annoyed = conversation.is_some_and(|c| c.sentiment == Some(Sentiment::Negative));
    let missed = inputs
        .appointment
        .as_ref()
        .filter(|a| a.status == AppointmentStatus::NoShow)
        .map(|a| a.id);
    let over = inputs.property.as_ref().filter(|_| draft.score.fit.is_over());
    let words = facts.budget.as_ref().map(|b| b.source.clone());
    let flags = [
        (
            RiskFlag::PreviousNoShow,
            (no_shows(inputs) > 0)
                .then(|| Source::of(SourceKind::Column, "appointments", "status", missed)),
        ),
        (RiskFlag::NotInterested, spoken("outcome", outcome == "not_interested")),
        (
            RiskFlag::OverBudget,
            over.map(|p| Source::column("properties", "price_range", p.id)),
        ),
        (
            RiskFlag::BudgetUnknown,
            facts.money().is_none().then(|| words.unwrap_or_else(|| absent("budget"))),
        ),
        (RiskFlag::TimelineUnknown, facts.timeline.is_none().then(|| absent("timeline"))),
        (
            RiskFlag::NoMatch,
            no_match(draft).then(|| Source::rule("match", inputs.property.as_ref().map(|p| p.id))),
        ),
        (RiskFlag::LowAiConfidence, spoken("ai_confidence", draft.low_confidence())),
        (RiskFlag::NegativeSentiment, spoken("sentiment", annoyed)),
        (RiskFlag::Complaint, facts.complaint.clone()),
        (
            RiskFlag::NoContactConsent,
            draft
                .reach
                .lacks_consent(draft.follow_up)
                .map(|channel| Source::absent("consents", channel.as_str(), None)),
        ),
        (
            RiskFlag::ContactInvalid,
            spoken("outcome", draft.reach.wrong_address().is_some()),
        ),
        (
            RiskFlag::DuplicateSuspected,
            inputs
                .prospect
                .duplicate_suspected
                .then(|| Source::column("prospects", "id", prospect)),
        ),
    ];
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
    flags.into_iter().filter_map(risk).collect()
}

/// No suggestion reaches the score that is worth showing.
fn no_match(draft: &Draft) -> bool {
    !draft.suggestions.iter().any(|m| m.score >= WEIGHTS.keep)
}
