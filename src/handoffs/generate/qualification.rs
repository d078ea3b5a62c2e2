//! `qualification_score`: the contract's keys, the parts of the score, and the evidence of all.

use serde::Serialize;
use serde_json::Value;

use crate::handoffs::facts::{Source, SourceKind};
use crate::handoffs::generate::{Draft, RiskFlag, needs::Need, risks::Risk};
use crate::handoffs::priority::PriorityRule;
use crate::handoffs::score::{BUDGET_MAX, Evidence, Grade, INTENT_MAX, RE_BANT_1, Temperature};
use crate::properties::matching::names::half_up;

/// How soon the prospect wants to move.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Urgency {
    /// Within 3 months.
    High,
    /// Within 6 months.
    Medium,
    /// Later, or unknown.
    Low,
}

/// `qualification_score` as it is stored: the contract's keys, the parts, the evidence.
#[derive(Serialize)]
struct Qualification<'a> {
    #[serde(rename = "intentScore")]
    intent_score: u8,
    #[serde(rename = "budgetFitScore")]
    budget_fit_score: u8,
    urgency: Urgency,
    #[serde(rename = "propertyMatchConfidence")]
    property_match_confidence: u8,
    #[serde(rename = "riskFlags")]
    risk_flags: Vec<RiskFlag>,
    #[serde(rename = "overallScore")]
    overall_score: i32,
    model_version: &'static str,
    total: i32,
    grade: Grade,
    temperature: Temperature,
    confidence: f64,
    budget: i32,
    timeline: i32,
    need: i32,
    authority: i32,
    engagement: i32,
    penalty: i32,
    evidence: Vec<&'a Evidence>,
}

/// Points as a percentage of the most there can be, rounded half up.
fn percent(points: i32, most: i32) -> u8 {
    let number = |n: i32| usize::try_from(n).unwrap_or(0);
    half_up(number(points) * 100, number(most))
}

/// The object as it is stored.
pub(super) fn qualification(
    draft: &Draft,
    rule: PriorityRule,
    needs: &[Need],
    risks: &[Risk],
) -> Value {
    let score = draft.score;
    let priority = [priority_evidence(draft, rule)];
    let qualification = Qualification {
        intent_score: percent(score.need + score.authority + score.engagement, INTENT_MAX),
        budget_fit_score: percent(score.budget, BUDGET_MAX),
        urgency: match draft.facts.timeline.as_ref().map(|t| t.value) {
            Some(..=3) => Urgency::High,
            Some(4..=6) => Urgency::Medium,
            _ => Urgency::Low,
        },
        property_match_confidence: draft.matched.map_or(0, |m| m.score),
        risk_flags: risks.iter().map(|r| r.flag).collect(),
        overall_score: score.total,
        model_version: RE_BANT_1.version,
        total: score.total,
        grade: score.grade,
        temperature: score.temperature,
        confidence: f64::from(score.confidence) / 100.0,
        budget: score.budget,
        timeline: score.timeline,
        need: score.need,
        authority: score.authority,
        engagement: score.engagement,
        penalty: score.penalty,
        evidence: score
            .evidence
            .iter()
            .chain(needs.iter().flat_map(|n| &n.evidence))
            .chain(risks.iter().map(|r| &r.evidence))
            .chain(&priority)
            .collect(),
    };
    // Plain numbers and strings always serialise; the empty object keeps the column's check.
    serde_json::to_value(qualification).unwrap_or_else(|_| Value::Object(Default::default()))
}

/// Why the package has its priority: the fact that the rule looked at.
fn priority_evidence(draft: &Draft, rule: PriorityRule) -> Evidence {
    let human = || draft.facts.human_request.clone();
    let appointment = draft.inputs.appointment.as_ref();
    let conversation = draft.inputs.spoken();
    let source =
        match rule {
            PriorityRule::HumanRequest => human(),
            PriorityRule::Recovery => draft.facts.complaint.clone().or_else(|| {
                conversation.map(|c| Source::column("conversations", "sentiment", c.id))
            }),
            PriorityRule::StartsSoon => {
                appointment.map(|a| Source::column("appointments", "scheduled_date", a.id))
            }
            PriorityRule::ReadyBuyer => draft.facts.timeline.as_ref().map(|t| t.source.clone()),
            PriorityRule::Lost => Some(Source::column(
                "prospects",
                "status",
                draft.inputs.prospect.id,
            )),
            PriorityRule::TopScore | PriorityRule::Cold | PriorityRule::Default => None,
        };
    let computed = || {
        let table = "handoff_packages";
        Source::of(SourceKind::Rule, table, "qualification_score", None)
    };
    Evidence {
        about: "priority",
        rule: rule.as_str().to_owned(),
        value: draft.priority.as_str().to_owned(),
        points: None,
        source: source.unwrap_or_else(computed),
    }
}
