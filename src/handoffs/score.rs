//! The score of a prospect, 0–100: the deterministic model `re-bant-1`.
//!
//! Source of the rules: the scoring model, "Score". Budget, timeline, need, authority and
//! engagement are added, penalties taken away; every point names its rule and its source. The
//! weights stand in [`RE_BANT_1`] and (for the match) in `properties::matching::WEIGHTS`; a change
//! of either is a new version.
//!
//! Where the model is silent:
//! * a budget without an upper end is never exceeded;
//! * a budget counts as known (for confidence, risk flags and next steps) if it is a number;
//! * the property's price is its lower end, as in the match.

mod parts;
mod weights;

use serde::Serialize;

use crate::handoffs::facts::{Facts, Inputs, Source};
use crate::handoffs::priority::Timing;
use crate::properties::matching::{Match, words};

use parts::Part;
pub use parts::no_shows;
pub use weights::{BUDGET_MAX, INTENT_MAX, RE_BANT_1, Weights};

words! {
    /// A total as a school grade.
    Grade {
        /// At least 80.
        A = "A",
        /// At least 60.
        B = "B",
        /// At least 40.
        C = "C",
        /// Less.
        D = "D",
    }
}

words! {
    /// A total as a temperature.
    Temperature {
        /// At least 80.
        Hot = "hot",
        /// At least 50.
        Warm = "warm",
        /// Less.
        Cold = "cold",
    }
}

words! {
    /// How the target property's price lies to the budget.
    BudgetFit {
        /// Within it.
        Full = "full",
        /// Over it by at most 10 %.
        SlightlyOver = "over_10",
        /// Over it by at most 20 %.
        Over = "over_20",
        /// Over it by more.
        FarOver = "far_over",
        /// No target property or price, or another currency.
        Incomparable = "incomparable",
        /// The budget is no number.
        Unknown = "unknown",
    }
}

impl BudgetFit {
    /// Whether the price is over the budget.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::SlightlyOver | Self::Over | Self::FarOver)
    }
}

/// Why something in the package is as it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Evidence {
    /// What it supports: a part of the score, `detected_need`, `risk_flag` or `priority`.
    pub about: &'static str,
    /// The rule, the need or the flag.
    pub rule: String,
    /// The value that the rule saw.
    pub value: String,
    /// The points it gave, for parts of the score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<i32>,
    /// Where the value comes from.
    pub source: Source,
}

/// A score with its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// The sum of the parts, clamped to 0–100.
    pub total: i32,
    /// The total as a grade.
    pub grade: Grade,
    /// The total as a temperature.
    pub temperature: Temperature,
    /// How much of what the model asks for is known, in hundredths (0–100).
    pub confidence: u32,
    /// 0–25.
    pub budget: i32,
    /// 0–25.
    pub timeline: i32,
    /// 0–20.
    pub need: i32,
    /// 0–10.
    pub authority: i32,
    /// 0–20.
    pub engagement: i32,
    /// −40–0.
    pub penalty: i32,
    /// How the target property's price lies to the budget.
    pub fit: BudgetFit,
    /// Why, in the order of the parts.
    pub evidence: Vec<Evidence>,
}

/// Scores the facts. `matched` is the match of the target property, or of the best candidate
/// where there is no target.
pub fn score(inputs: &Inputs, facts: &Facts, timing: &Timing, matched: Option<&Match>) -> Score {
    let mut evidence = Vec::new();
    let mut part = |about, rule: &dyn Fn(&mut Part)| {
        let mut part = Part {
            about,
            points: 0,
            evidence: &mut evidence,
        };
        rule(&mut part);
        part.points
    };
    let fit = parts::budget_fit(inputs, facts);
    let budget = part("budget", &|p| parts::budget(p, inputs, facts, fit));
    let timeline = part("timeline", &|p| parts::timeline(p, inputs, facts));
    let need = part("need", &|p| parts::need(p, facts, matched));
    let authority = part("authority", &|p| parts::authority(p, facts));
    let engagement = part("engagement", &|p| parts::engagement(p, inputs, timing));
    let penalty = part("penalty", &|p| parts::penalty(p, inputs)).max(RE_BANT_1.penalty_floor);
    let total = (budget + timeline + need + authority + engagement + penalty).clamp(0, 100);
    let known = [
        facts.money().is_some(),
        facts.timeline.is_some(),
        parts::stated_needs(facts) > 0,
        facts.authority.is_some(),
        engagement > 0,
    ];
    let ai = inputs
        .spoken()
        .and_then(|c| c.ai_confidence)
        .map_or(100, |c| c.percent());
    let share: u32 = known.iter().map(|k| if *k { 20 } else { 0 }).sum();
    Score {
        total,
        grade: grade(total),
        temperature: temperature(total),
        confidence: (share * ai + 50) / 100,
        budget,
        timeline,
        need,
        authority,
        engagement,
        penalty,
        fit,
        evidence,
    }
}

/// The grade of a total.
pub fn grade(total: i32) -> Grade {
    let [a, b, c] = RE_BANT_1.grades;
    match total {
        t if t >= a => Grade::A,
        t if t >= b => Grade::B,
        t if t >= c => Grade::C,
        _ => Grade::D,
    }
}

/// The temperature of a total.
pub fn temperature(total: i32) -> Temperature {
    let [hot, warm] = RE_BANT_1.temperatures;
    match total {
        t if t >= hot => Temperature::Hot,
        t if t >= warm => Temperature::Warm,
        _ => Temperature::Cold,
    }
}

#[cfg(test)]
pub(crate) mod properties;
#[cfg(test)]
mod tests;
