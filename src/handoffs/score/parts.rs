//! The six parts of the score, each with the evidence for its points.

use rust_decimal::Decimal;

use crate::handoffs::facts::{
    AppointmentStatus, Authority, Facts, Financing, Inputs, ProspectStatus, Sentiment, Source,
    SourceKind,
};
use crate::handoffs::phrases;
use crate::handoffs::priority::Timing;
use crate::handoffs::score::{BudgetFit, Evidence, RE_BANT_1};
use crate::properties::matching::{Match, over_by_at_most};

/// Points being added up for one part.
pub(super) struct Part<'a> {
    pub about: &'static str,
    pub points: i32,
    pub evidence: &'a mut Vec<Evidence>,
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

/// How the target property's price lies to the budget.
pub(super) fn budget_fit(inputs: &Inputs, facts: &Facts) -> BudgetFit {
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

/// Budget: knowledge, fit, financing.
pub(super) fn budget(part: &mut Part, inputs: &Inputs, facts: &Facts, fit: BudgetFit) {
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

/// Timeline: the ladder of months.
pub(super) fn timeline(part: &mut Part, inputs: &Inputs, facts: &Facts) {
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
pub(super) fn stated_needs(facts: &Facts) -> usize {
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

/// Need: four stated needs and the match.
pub(super) fn need(part: &mut Part, facts: &Facts, matched: Option<&Match>) {
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

/// Authority: who decides.
pub(super) fn authority(part: &mut Part, facts: &Facts) {
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

/// Engagement: appointment, outcome, sentiment, depth.
pub(super) fn engagement(part: &mut Part, inputs: &Inputs, timing: &Timing) {
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

/// Penalties; the caller applies the floor.
pub(super) fn penalty(part: &mut Part, inputs: &Inputs) {
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
