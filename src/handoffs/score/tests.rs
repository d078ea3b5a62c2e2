//! The edges of each part of the score, and the properties the model promises.

use proptest::prelude::*;

use super::*;
use crate::handoffs::facts::tests::*;
use crate::handoffs::facts::{self, AiConfidence, Entity};
use crate::properties::matching;

fn scored(inputs: &Inputs) -> Score {
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

/// Any inputs at all, well-formed or not.
pub(crate) fn any_inputs() -> impl Strategy<Value = Inputs> {
    let kind = prop::sample::select(vec![
        "budget",
        "currency",
        "timeline",
        "area",
        "property_type",
        "bedrooms",
        "feature",
        "financing",
        "decision_maker",
        "purpose",
        "objection",
        "household",
        "human_request",
        "complaint",
        "intent",
    ]);
    let value = prop_oneof![
        prop::sample::select(vec![
            "AED 1.5-2M",
            "USD 900k",
            "3 months",
            "now",
            "Dubai",
            "Abu Dhabi",
            "villa",
            "flat",
            "4",
            "2+",
            "pool",
            "gym",
            "cash",
            "in process",
            "sole",
            "joint",
            "rent",
            "too expensive",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,12}",
    ];
    let status = prop::sample::select(vec![
        facts::EntityStatus::Detected,
        facts::EntityStatus::Confirmed,
        facts::EntityStatus::Rejected,
    ]);
    let entity = (kind, value, status, 0_i32..=100, -50_i64..0, 0_u128..1000).prop_map(
        |(kind, value, status, confidence, at, n)| Entity {
            confidence,
            at: now() + hours(at),
            ..entity(n, kind, &value, status)
        },
    );
    let budget = prop::option::of(prop_oneof![
        Just("AED 1.5-2M".to_owned()),
        Just("up to 3M".to_owned()),
        "\\PC{0,12}",
    ]);
    let visit = prop::option::of((
        prop::sample::select(vec![
            AppointmentStatus::Scheduled,
            AppointmentStatus::Completed,
            AppointmentStatus::NoShow,
            AppointmentStatus::Rescheduled,
            AppointmentStatus::Cancelled,
        ]),
        -1000_i64..1000,
    ));
    let talk = prop::option::of((
        prop::sample::select(vec![
            "qualified",
            "connected",
            "not_interested",
            "voicemail",
            "placeholder",
            "wrong_number",
        ]),
        prop::sample::select(vec![facts::Sentiment::Positive, facts::Sentiment::Negative]),
        0_i32..30,
    ));
    let property = prop::option::of(any_property());
    let city = prop::option::of(prop::sample::select(vec!["Dubai", "Sharjah", "Oslo"]));
    let rest = (city, prop::option::of(0_i16..120), 0_i64..4, any::<bool>());
    let entities = prop::collection::vec(entity, 0..8);
    let stock = prop::collection::vec(any_property(), 0..6);
    (entities, budget, visit, talk, property, stock, rest).prop_map(
        |(entities, budget, appt, talk, property, stock, (city, months, missed, lost))| {
            let mut inputs = nobody();
            inputs.entities = entities;
            inputs.prospect.budget = budget;
            inputs.prospect.city = city.map(str::to_owned);
            inputs.prospect.timeline_months_max = months;
            inputs.prospect.no_shows = missed;
            if lost {
                inputs.prospect.status = ProspectStatus::Lost;
            }
            inputs.appointment = appt.map(|(status, hours)| appointment(status, hours));
            inputs.conversation = talk.map(|(o, s, n)| conversation(o, s, n));
            inputs.property = property;
            inputs.candidates = stock;
            inputs
        },
    )
}

fn any_property() -> impl Strategy<Value = matching::Candidate> {
    use matching::PropertyType::{Apartment, Penthouse, Townhouse, Villa};
    (
        0_u128..50,
        prop::sample::select(vec![Villa, Apartment, Penthouse, Townhouse]),
        prop::sample::select(vec!["Dubai", "Sharjah", "Oslo", ""]),
        0_i32..8,
        prop::option::of(1_i64..5_000_000),
        any::<bool>(),
    )
        .prop_map(
            |(n, home_type, city, bedrooms, price, pool)| matching::Candidate {
                id: id(1000 + n),
                home_type,
                city: city.into(),
                bedrooms,
                features: if pool { vec!["pool".into()] } else { vec![] },
                price_range: price.map_or("on request".into(), |p| format!("AED {p}")),
                ..villa()
            },
        )
}

/// Inputs whose entities cannot overrule what a test adds.
fn without(mut inputs: Inputs, kind: &str) -> Inputs {
    inputs.entities.retain(|e| e.entity_type != kind);
    inputs
}

proptest! {
    #[test]
    fn bounded(inputs in any_inputs()) {
        let s = scored(&inputs);
        prop_assert!((0..=100).contains(&s.total));
        prop_assert!((0..=BUDGET_MAX).contains(&s.budget) && (0..=25).contains(&s.timeline));
        prop_assert!((0..=20).contains(&s.need) && (2..=10).contains(&s.authority));
        prop_assert!((0..=20).contains(&s.engagement) && (-40..=0).contains(&s.penalty));
        prop_assert!(s.confidence <= 100);
    }

    #[test]
    fn order_of_entities_does_not_matter(inputs in any_inputs(), seed in any::<u64>()) {
        let mut shuffled = inputs.clone();
        let n = shuffled.entities.len().max(1);
        shuffled.entities.rotate_left((seed as usize) % n);
        if seed % 2 == 0 { shuffled.entities.reverse(); }
        shuffled.candidates.reverse();
        prop_assert_eq!(scored(&inputs), scored(&shuffled));
    }

    #[test]
    fn better_financing_never_lowers(inputs in any_inputs()) {
        let base = without(inputs, "financing");
        let with = |word: &str| {
            let mut inputs = base.clone();
            inputs.entities.push(confirmed(9999, "financing", word));
            scored(&inputs).total
        };
        let unknown = scored(&base).total;
        prop_assert!(unknown <= with("no") && with("no") <= with("in process"));
        prop_assert!(with("in process") <= with("pre-approved"));
        prop_assert_eq!(with("pre-approved"), with("cash"));
    }

    #[test]
    fn a_shorter_timeline_never_lowers(inputs in any_inputs(), a in 0_i16..120, b in 0_i16..120) {
        let base = without(inputs, "timeline");
        let with = |months: i16| {
            let mut inputs = base.clone();
            inputs.prospect.timeline_months_max = Some(months);
            scored(&inputs).total
        };
        prop_assert!(with(a.min(b)) >= with(a.max(b)));
    }

    /// The model itself grades a price below the wanted range down, so the price drops to the
    /// range's lower end at the least.
    #[test]
    fn a_price_drop_never_lowers(inputs in any_inputs(), a in 1_i64..5_000_000, b in 1_i64..5_000_000) {
        let base = inputs;
        let floor = facts::resolve(&base).money().and_then(|m| m.min).unwrap_or(Decimal::ONE);
        let with = |price: i64| {
            let mut inputs = base.clone();
            let price = Decimal::from(price).max(floor);
            inputs.property = Some(matching::Candidate { price_range: format!("AED {price}"), ..villa() });
            scored(&inputs).total
        };
        prop_assert!(with(a.min(b)) >= with(a.max(b)));
    }

    #[test]
    fn an_extra_known_need_never_lowers(inputs in any_inputs(), which in 0_usize..4, pick in 0_usize..2) {
        let (kind, values) = [
            ("property_type", ["villa", "flat"]), ("bedrooms", ["2", "7"]),
            ("area", ["Dubai", "Oslo"]), ("feature", ["pool", "wine cellar"]),
        ][which];
        let mut base = without(inputs, kind);
        base.prospect.city = base.prospect.city.filter(|_| kind != "area");
        // What the booked property implies guides suggestions, it is no need of the prospect's.
        let before = scored(&base).total;
        base.entities.push(confirmed(9999, kind, values[pick]));
        prop_assert!(scored(&base).total >= before, "{kind} {}", values[pick]);
    }

    #[test]
    fn an_unknown_budget_never_beats_an_affordable_one(inputs in any_inputs()) {
        let mut base = without(without(inputs, "budget"), "currency");
        base.prospect.budget = None;
        let unknown = scored(&base).total;
        base.prospect.budget = Some("up to AED 900,000,000".into());
        prop_assert!(scored(&base).total >= unknown);
    }

    #[test]
    fn a_missing_conversation_never_errs(inputs in any_inputs()) {
        let mut inputs = inputs;
        inputs.conversation = None;
        let s = scored(&inputs);
        prop_assert!((0..=100).contains(&s.total));
    }
}
