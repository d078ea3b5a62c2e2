//! The properties the model promises, over inputs of any kind.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::tests::scored;
use super::*;
use crate::handoffs::facts::cases::*;
use crate::handoffs::facts::{self, AppointmentStatus, Entity, ProspectStatus};
use crate::properties::matching;

fn any_entity() -> impl Strategy<Value = Entity> {
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
    (kind, value, status, 0_i32..=100, -50_i64..0, 0_u128..1000).prop_map(
        |(kind, value, status, confidence, at, n)| Entity {
            confidence,
            at: now() + hours(at),
            ..entity(n, kind, &value, status)
        },
    )
}

/// Any inputs at all, well-formed or not.
pub(crate) fn any_inputs() -> impl Strategy<Value = Inputs> {
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
    let entities = prop::collection::vec(any_entity(), 0..8);
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
