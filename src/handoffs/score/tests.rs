//! The edges of each part of the score.

use rust_decimal::Decimal;

use super::*;
use crate::handoffs::facts::cases::*;
use crate::handoffs::facts::{self, AiConfidence, AppointmentStatus, ProspectStatus};
use crate::properties::matching;

pub(super) fn scored(inputs: &Inputs) -> Score {
    let facts = facts::resolve(inputs);
    let wishes = facts.wishes(inputs, false);
    let matched = match &inputs.property {
        Some(property) => Some(matching::score(&wishes, property)),
        None => matching::best(&facts.wishes(inputs, true), &inputs.candidates, None),
    };
    score(inputs, &facts, &Timing::of(inputs), matched.as_ref())
}

fn parts(s: &Score) -> [i32; 7] {
    [
        s.budget,
        s.timeline,
        s.need,
        s.authority,
        s.engagement,
        s.penalty,
        s.total,
    ]
}

#[test]
fn worked_cases_part_by_part() {
    assert_eq!(parts(&scored(&case_a())), [25, 20, 20, 10, 20, 0, 95]);
    assert_eq!(parts(&scored(&case_b())), [0, 0, 8, 5, 0, -10, 3]);
    assert_eq!(parts(&scored(&case_c())), [14, 12, 14, 5, 16, 0, 61]);
    assert_eq!(parts(&scored(&case_d())), parts(&scored(&case_c())));
}

#[test]
fn points_of_each_part_are_those_of_its_evidence() {
    for inputs in [case_a(), case_b(), case_c(), nobody()] {
        let s = scored(&inputs);
        for (about, points) in [
            ("budget", s.budget),
            ("timeline", s.timeline),
            ("need", s.need),
            ("authority", s.authority),
            ("engagement", s.engagement),
            ("penalty", s.penalty),
        ] {
            let evidence = s.evidence.iter().filter(|e| e.about == about);
            assert_eq!(
                evidence.filter_map(|e| e.points).sum::<i32>(),
                points,
                "{about}"
            );
        }
    }
}

#[test]
fn nothing_known_scores_the_unknown_decider_only() {
    let s = scored(&nobody());
    assert_eq!(parts(&s), [0, 0, 0, 5, 0, 0, 5]);
    assert_eq!(
        (s.grade, s.temperature, s.confidence),
        (Grade::D, Temperature::Cold, 0)
    );
}

#[test]
fn budget_fit_at_its_limits() {
    for (budget, price, points, fit) in [
        ("max AED 1M", "AED 1,000,000", 20, BudgetFit::Full),
        ("max AED 1M", "AED 1,000,001", 17, BudgetFit::SlightlyOver),
        ("max AED 1M", "AED 1,100,000", 17, BudgetFit::SlightlyOver),
        ("max AED 1M", "AED 1,100,001", 14, BudgetFit::Over),
        ("max AED 1M", "AED 1,200,000", 14, BudgetFit::Over),
        ("max AED 1M", "AED 1,200,001", 12, BudgetFit::FarOver),
        ("max AED 1M", "AED 900k - 2M", 20, BudgetFit::Full),
        ("from AED 1M", "AED 5M", 20, BudgetFit::Full),
        ("max USD 1M", "AED 900k", 16, BudgetFit::Incomparable),
        ("max 1M", "AED 900k", 20, BudgetFit::Full),
        ("max AED 1M", "on request", 16, BudgetFit::Incomparable),
        ("plenty", "AED 900k", 5, BudgetFit::Unknown),
    ] {
        let mut inputs = nobody();
        inputs.prospect.budget = Some(budget.into());
        let mut property = villa();
        property.price_range = price.into();
        inputs.property = Some(property);
        let s = scored(&inputs);
        assert_eq!((s.budget, s.fit), (points, fit), "{budget} against {price}");
    }
    let mut inputs = nobody();
    inputs.prospect.budget = Some("1M".into());
    assert_eq!(scored(&inputs).budget, 16);
}

#[test]
fn a_fresh_rate_table_makes_currencies_comparable() {
    let mut inputs = nobody();
    inputs.prospect.budget = Some("USD 500k".into());
    inputs.property = Some(villa());
    assert_eq!(scored(&inputs).fit, BudgetFit::Incomparable);
    let mut rates = crate::handoffs::money::Rates {
        as_of: jiff::civil::date(2026, 7, 27),
        values: vec![
            ("USD".into(), Decimal::new(367, 2)),
            ("AED".into(), Decimal::ONE),
        ],
    };
    inputs.rates = Some(rates.clone());
    assert_eq!(scored(&inputs).fit, BudgetFit::Full);
    rates.as_of = jiff::civil::date(2026, 7, 26);
    inputs.rates = Some(rates);
    assert_eq!(scored(&inputs).fit, BudgetFit::Incomparable);
}

#[test]
fn timeline_ladder() {
    for (months, points) in [
        (0, 25),
        (1, 25),
        (2, 20),
        (3, 20),
        (4, 12),
        (6, 12),
        (7, 6),
        (12, 6),
        (13, 2),
        (99, 2),
    ] {
        let mut inputs = nobody();
        inputs.prospect.timeline_months_max = Some(months);
        assert_eq!(scored(&inputs).timeline, points, "{months}");
    }
    let mut inputs = nobody();
    inputs.prospect.timeline = Some("when the time comes".into());
    assert_eq!(scored(&inputs).timeline, 0);
}

#[test]
fn authority_financing_and_engagement_words() {
    for (word, points) in [
        ("sole", 10),
        ("joint, partner engaged", 8),
        ("joint", 6),
        ("someone else", 2),
        ("hm", 5),
    ] {
        let mut inputs = nobody();
        inputs.entities = vec![detected(1, "decision_maker", word)];
        assert_eq!(scored(&inputs).authority, points, "{word}");
    }
    for (word, points) in [
        ("cash", 5),
        ("Pre-approved", 5),
        ("in process", 2),
        ("no", 0),
        ("hm", 0),
    ] {
        let mut inputs = nobody();
        inputs.entities = vec![detected(1, "financing", word)];
        assert_eq!(scored(&inputs).budget, points, "{word}");
    }
    for (outcome, points) in [
        ("qualified", 6),
        ("appointment_booked", 6),
        ("connected", 4),
        ("callback_requested", 4),
        ("handoff_requested", 4),
        ("voicemail", 0),
        ("not_interested", 0),
    ] {
        let mut inputs = nobody();
        let mut c = conversation(outcome, facts::Sentiment::Negative, 0);
        c.sentiment = None;
        inputs.conversation = Some(c);
        assert_eq!(scored(&inputs).engagement, points, "{outcome}");
    }
    for (messages, seconds, points) in [
        (10, 0, 2),
        (9, 0, 1),
        (4, 0, 1),
        (3, 0, 0),
        (0, 180, 2),
        (0, 179, 1),
        (3, 59, 0),
    ] {
        let mut inputs = nobody();
        let mut c = conversation("voicemail", facts::Sentiment::Negative, messages);
        c.duration = seconds;
        inputs.conversation = Some(c);
        assert_eq!(scored(&inputs).engagement, points, "{messages} {seconds}");
    }
}

#[test]
fn a_past_scheduled_appointment_is_no_engagement() {
    use AppointmentStatus as S;
    for (status, hours, points) in [
        (S::Scheduled, 1, 10),
        (S::Scheduled, 0, 0),
        (S::Scheduled, -1, 0),
        (S::Completed, -1, 10),
        (S::Rescheduled, 5, 6),
        (S::Cancelled, 5, 0),
        (S::NoShow, -5, 0),
    ] {
        let mut inputs = nobody();
        inputs.appointment = Some(appointment(status, hours));
        assert_eq!(scored(&inputs).engagement, points, "{status:?} {hours}");
    }
}

#[test]
fn penalties_have_a_floor() {
    let mut inputs = nobody();
    inputs.prospect.no_shows = 1;
    assert_eq!(scored(&inputs).penalty, -10);
    inputs.prospect.no_shows = 7;
    assert_eq!(scored(&inputs).penalty, -20);
    inputs.prospect.status = ProspectStatus::Lost;
    inputs.conversation = Some(conversation(
        "not_interested",
        facts::Sentiment::Negative,
        0,
    ));
    let s = scored(&inputs);
    assert_eq!((s.penalty, s.total), (-40, 0));
    let mut inputs = nobody();
    inputs.appointment = Some(appointment(AppointmentStatus::NoShow, -1));
    inputs.appointment.as_mut().unwrap().no_show_by_rep = true;
    assert_eq!(scored(&inputs).penalty, 0);
}

#[test]
fn confidence_is_the_known_share_times_the_agents() {
    let mut inputs = case_a();
    assert_eq!(scored(&inputs).confidence, 100);
    inputs.conversation.as_mut().unwrap().ai_confidence = Some(AiConfidence::Medium);
    assert_eq!(scored(&inputs).confidence, 70);
    inputs.prospect.timeline = None;
    assert_eq!(scored(&inputs).confidence, 56);
    inputs.conversation.as_mut().unwrap().ai_confidence = None;
    assert_eq!(scored(&inputs).confidence, 80);
}

#[test]
fn a_placeholder_counts_as_no_conversation() {
    let mut inputs = case_b();
    let without = scored(&inputs);
    let mut placeholder = conversation("placeholder", facts::Sentiment::Positive, 50);
    placeholder.is_placeholder = true;
    inputs.conversation = Some(placeholder);
    assert_eq!(scored(&inputs), without);
}
