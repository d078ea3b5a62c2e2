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

use rust_decimal::Decimal;
use serde::Serialize;

use crate::handoffs::facts::{
    AppointmentStatus, Authority, Facts, Financing, Inputs, ProspectStatus, Sentiment, Source,
    SourceKind,
};
use crate::handoffs::phrases;
use crate::handoffs::priority::Timing;
use crate::properties::matching::{Match, over_by_at_most, words};

/// All weights of one version of the model. Points, unless a unit is named.
#[derive(Debug, Clone, Copy)]
pub struct Weights {
    /// The version's name, stored with every score.
    pub version: &'static str,
    /// Budget known as a number; known as unreadable text.
    pub budget_known: [i32; 2],
    /// Target property within the budget; over by at most 10 %; by at most 20 %.
    pub budget_fit: [i32; 3],
    /// Nothing to compare a numeric budget with.
    pub budget_incomparable: i32,
    /// Cash or pre-approved; in process.
    pub financing: [i32; 2],
    /// (months at most, points), shortest first.
    pub timeline: [(u16, i32); 4],
    /// A longer timeline, or browsing.
    pub timeline_beyond: i32,
    /// Each known need; there are four of them.
    pub need_each: i32,
    /// (match score at least, points), highest first.
    pub need_match: [(u8, i32); 3],
    /// Sole; joint and engaged; joint; unknown; somebody else decides.
    pub authority: [i32; 5],
    /// Appointment to come or completed; rescheduled.
    pub appointment: [i32; 2],
    /// Conversation qualified or booked; connected, call-back or handoff asked for.
    pub outcome: [i32; 2],
    /// Sentiment positive; neutral or mixed.
    pub sentiment: [i32; 2],
    /// (messages at least, or seconds at least, points), deepest first.
    pub depth: [(i32, i32, i32); 2],
    /// For each no-show; at most for all of them.
    pub no_show: [i32; 2],
    /// The prospect is lost.
    pub lost: i32,
    /// The conversation ended with "not interested".
    pub not_interested: i32,
    /// The least that all penalties together can be.
    pub penalty_floor: i32,
    /// Totals from which the grade is A, B, C.
    pub grades: [i32; 3],
    /// Totals from which the temperature is hot, warm.
    pub temperatures: [i32; 2],
}

/// Version 1 of the model (the scoring model, "Score").
pub const RE_BANT_1: Weights = Weights {
    version: "re-bant-1",
    budget_known: [12, 5],
    budget_fit: [8, 5, 2],
    budget_incomparable: 4,
    financing: [5, 2],
    timeline: [(1, 25), (3, 20), (6, 12), (12, 6)],
    timeline_beyond: 2,
    need_each: 3,
    need_match: [(80, 8), (60, 5), (40, 2)],
    authority: [10, 8, 6, 5, 2],
    appointment: [10, 6],
    outcome: [6, 4],
    sentiment: [2, 1],
    depth: [(10, 180, 2), (4, 60, 1)],
    no_show: [-10, -20],
    lost: -20,
    not_interested: -20,
    penalty_floor: -40,
    grades: [80, 60, 40],
    temperatures: [80, 50],
};

/// The most that the budget part can give, in points.
pub const BUDGET_MAX: i32 = 25;
/// The most that need, authority and engagement can give together, in points.
pub const INTENT_MAX: i32 = 50;

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

/// Points being added up for one part.
struct Part<'a> {
    about: &'static str,
    points: i32,
    evidence: &'a mut Vec<Evidence>,
}

impl Part<'_> {
    fn add(&mut self, rule: &str, points: i32, value: impl ToString, source: &Source) {
        self.points += points;
        self.evidence.push(Evidence {
            about: self.about,
            rule: rule.to_owned(),
            value: value.to_string(),
            points: Some(points),
            source: source.clone(),
        });
    }
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
    let fit = budget_fit(inputs, facts);
    let budget = part("budget", &|p| budget(p, inputs, facts, fit));
    let timeline = part("timeline", &|p| timeline(p, inputs, facts));
    let need = part("need", &|p| need(p, facts, matched));
    let authority = part("authority", &|p| authority(p, facts));
    let engagement = part("engagement", &|p| engagement(p, inputs, timing));
    let penalty = part("penalty", &|p| penalty(p, inputs)).max(RE_BANT_1.penalty_floor);
    let total = (budget + timeline + need + authority + engagement + penalty).clamp(0, 100);
    let known = [
        facts.money().is_some(),
        facts.timeline.is_some(),
        stated_needs(facts) > 0,
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

fn budget_fit(inputs: &Inputs, facts: &Facts) -> BudgetFit {
    let Some(budget) = facts.money() else {
        return BudgetFit::Unknown;
    };
    let compared = inputs
        .property
        .as_ref()
        .and_then(|p| p.price())
        .and_then(|price| {
            let rates = inputs.fresh_rates();
            Some((
                price.low()?,
                budget.in_currency(price.currency.as_deref(), rates)?,
            ))
        });
    let Some((price, budget)) = compared else {
        return BudgetFit::Incomparable;
    };
    let max = budget.max.unwrap_or(Decimal::MAX);
    match () {
        () if price <= max => BudgetFit::Full,
        () if over_by_at_most(price, max, 10) => BudgetFit::SlightlyOver,
        () if over_by_at_most(price, max, 20) => BudgetFit::Over,
        () => BudgetFit::FarOver,
    }
}

fn budget(part: &mut Part, inputs: &Inputs, facts: &Facts, fit: BudgetFit) {
    let w = &RE_BANT_1;
    let [numeric, text] = w.budget_known;
    match &facts.budget {
        None => {
            let source = Source::absent("prospects", "budget", Some(inputs.prospect.id));
            part.add("knowledge", 0, "unknown", &source);
        }
        Some(known) => {
            let points = if facts.money().is_some() {
                numeric
            } else {
                text
            };
            part.add(
                "knowledge",
                points,
                phrases::amount(&known.value),
                &known.source,
            );
            let [full, slightly, over] = w.budget_fit;
            let points = match fit {
                BudgetFit::Full => full,
                BudgetFit::SlightlyOver => slightly,
                BudgetFit::Over => over,
                BudgetFit::Incomparable => w.budget_incomparable,
                BudgetFit::FarOver | BudgetFit::Unknown => 0,
            };
            let source = match &inputs.property {
                Some(property) => Source::column("properties", "price_range", property.id),
                None => Source::absent("properties", "price_range", None),
            };
            part.add("fit", points, fit.as_str(), &source);
        }
    }
    if let Some(financing) = &facts.financing {
        let [ready, in_process] = w.financing;
        let points = match financing.value {
            Financing::Cash | Financing::PreApproved => ready,
            Financing::InProcess => in_process,
            Financing::NotStarted => 0,
        };
        part.add(
            "financing",
            points,
            financing.value.as_str(),
            &financing.source,
        );
    }
}

fn timeline(part: &mut Part, inputs: &Inputs, facts: &Facts) {
    let w = &RE_BANT_1;
    match &facts.timeline {
        None => {
            let source = Source::absent("prospects", "timeline", Some(inputs.prospect.id));
            part.add("months", 0, "unknown", &source);
        }
        Some(known) => {
            let step = w.timeline.iter().find(|(months, _)| known.value <= *months);
            let points = step.map_or(w.timeline_beyond, |(_, points)| *points);
            part.add("months", points, known.value, &known.source);
        }
    }
}

/// The needs that were said: type, bedrooms, place, at least one feature.
fn stated_needs(facts: &Facts) -> usize {
    [
        facts.types.as_ref().is_some_and(|k| k.stated()),
        facts.bedrooms.as_ref().is_some_and(|k| k.stated()),
        facts.place.as_ref().is_some_and(|k| k.stated()),
        !facts.features.is_empty(),
    ]
    .iter()
    .filter(|known| **known)
    .count()
}

fn need(part: &mut Part, facts: &Facts, matched: Option<&Match>) {
    let w = &RE_BANT_1;
    let each = |source: &Source| match source.kind {
        SourceKind::Implied => 0,
        _ => w.need_each,
    };
    if let Some(types) = &facts.types {
        let value = phrases::types(&types.value);
        part.add("type", each(&types.source), value, &types.source);
    }
    if let Some(bedrooms) = &facts.bedrooms {
        let value = phrases::bedroom_range(bedrooms.value);
        part.add("bedrooms", each(&bedrooms.source), value, &bedrooms.source);
    }
    if let Some(place) = &facts.place {
        part.add("location", each(&place.source), &place.value, &place.source);
    }
    if let Some(feature) = facts.features.first() {
        part.add("feature", w.need_each, &feature.value, &feature.source);
    }
    if let Some(matched) = matched {
        let step = w
            .need_match
            .iter()
            .find(|(least, _)| matched.score >= *least);
        let points = step.map_or(0, |(_, points)| *points);
        let source = Source::rule("match", Some(matched.property_id));
        part.add("match", points, matched.score, &source);
    }
}

fn authority(part: &mut Part, facts: &Facts) {
    let [sole, engaged, joint, unknown, someone_else] = RE_BANT_1.authority;
    let Some(known) = &facts.authority else {
        let source = Source::absent("detected_entities", "decision_maker", None);
        return part.add("decider", unknown, "unknown", &source);
    };
    let points = match known.value {
        Authority::Sole => sole,
        Authority::JointEngaged => engaged,
        Authority::Joint => joint,
        Authority::SomeoneElse => someone_else,
    };
    part.add("decider", points, known.value.as_str(), &known.source);
}

fn engagement(part: &mut Part, inputs: &Inputs, timing: &Timing) {
    let w = &RE_BANT_1;
    if let Some(appointment) = &inputs.appointment {
        let [ahead, moved] = w.appointment;
        let points = match appointment.status {
            AppointmentStatus::Completed => ahead,
            AppointmentStatus::Scheduled if timing.upcoming => ahead,
            AppointmentStatus::Rescheduled => moved,
            _ => 0,
        };
        let source = Source::column("appointments", "status", appointment.id);
        part.add("appointment", points, appointment.status.as_str(), &source);
    }
    let Some(conversation) = inputs.spoken() else {
        return;
    };
    let column = |name| Source::column("conversations", name, conversation.id);
    let [strong, reached] = w.outcome;
    let points = match conversation.outcome.as_str() {
        "qualified" | "appointment_booked" => strong,
        "connected" | "callback_requested" | "handoff_requested" => reached,
        _ => 0,
    };
    part.add("outcome", points, &conversation.outcome, &column("outcome"));
    if let Some(sentiment) = conversation.sentiment {
        let [positive, even] = w.sentiment;
        let points = match sentiment {
            Sentiment::Positive => positive,
            Sentiment::Neutral | Sentiment::Mixed => even,
            Sentiment::Negative => 0,
        };
        part.add(
            "sentiment",
            points,
            sentiment.as_str(),
            &column("sentiment"),
        );
    }
    let (messages, seconds) = (conversation.message_count, conversation.duration);
    let deep = |(m, s, _): &&(i32, i32, i32)| messages >= *m || seconds >= *s;
    let points = w
        .depth
        .iter()
        .find(deep)
        .map_or(0, |(_, _, points)| *points);
    let value = format!("{messages} messages, {seconds} s");
    part.add("depth", points, value, &column("message_count"));
}

/// The prospect's no-shows: those on record, and the given appointment's own.
pub fn no_shows(inputs: &Inputs) -> i64 {
    let own = inputs
        .appointment
        .as_ref()
        .is_some_and(|a| a.status == AppointmentStatus::NoShow && !a.no_show_by_rep);
    inputs.prospect.no_shows.max(i64::from(own))
}

fn penalty(part: &mut Part, inputs: &Inputs) {
    let w = &RE_BANT_1;
    let prospect = inputs.prospect.id;
    let missed = no_shows(inputs);
    if missed > 0 {
        let [each, most] = w.no_show;
        let points = i64::from(each).saturating_mul(missed).max(i64::from(most));
        let source = match &inputs.appointment {
            Some(a) if a.status == AppointmentStatus::NoShow => {
                Source::column("appointments", "status", a.id)
            }
            _ => Source::of(SourceKind::Column, "appointments", "status", None),
        };
        part.add(
            "no_show",
            i32::try_from(points).unwrap_or(most),
            missed,
            &source,
        );
    }
    if inputs.prospect.status == ProspectStatus::Lost {
        part.add(
            "lost",
            w.lost,
            "lost",
            &Source::column("prospects", "status", prospect),
        );
    }
    if let Some(c) = inputs.spoken().filter(|c| c.outcome == "not_interested") {
        let source = Source::column("conversations", "outcome", c.id);
        part.add("not_interested", w.not_interested, &c.outcome, &source);
    }
}

#[cfg(test)]
pub(crate) mod tests;
