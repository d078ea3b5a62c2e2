//! How facts are resolved, and what never becomes one.

use rust_decimal::Decimal;
use serde_json::json;

use super::cases::*;
use super::*;
use crate::handoffs::money;

fn place(inputs: &Inputs) -> Option<String> {
    resolve(inputs).place.map(|p| p.value)
}

#[test]
fn precedence_is_confirmed_typed_detected_implied() {
    let mut inputs = nobody();
    assert_eq!(place(&inputs), None);
    inputs.property = Some(villa());
    let implied = resolve(&inputs).place.unwrap();
    assert_eq!((implied.value.as_str(), implied.stated()), ("Dubai", false));
    inputs.entities.push(detected(1, "area", "Ajman"));
    assert_eq!(place(&inputs).as_deref(), Some("Ajman"));
    inputs.prospect.city = Some("Sharjah".into());
    assert_eq!(place(&inputs).as_deref(), Some("Sharjah"));
    inputs.entities.push(confirmed(2, "area", "Abu Dhabi"));
    assert_eq!(place(&inputs).as_deref(), Some("Abu Dhabi"));
}

#[test]
fn detected_counts_from_sixty_and_the_newest_wins() {
    let mut inputs = nobody();
    let mut old = detected(1, "area", "Old");
    old.at = now() - hours(9);
    old.confidence = 100;
    let mut new = detected(2, "area", "New");
    new.confidence = 60;
    let mut unsure = detected(3, "area", "Unsure");
    unsure.confidence = 59;
    unsure.at = now();
    inputs.entities = vec![old, new.clone(), unsure];
    assert_eq!(place(&inputs).as_deref(), Some("New"));
    let mut surer = detected(4, "area", "Surer");
    surer.confidence = 61;
    inputs.entities.push(surer);
    assert_eq!(place(&inputs).as_deref(), Some("Surer"));
    let mut lower_id = detected(0, "area", "Lower");
    lower_id.confidence = 61;
    inputs.entities.push(lower_id);
    assert_eq!(place(&inputs).as_deref(), Some("Lower"));
}

#[test]
fn rejected_and_superseded_are_ignored() {
    let mut inputs = nobody();
    inputs.entities = vec![
        entity(1, "area", "A", EntityStatus::Rejected),
        entity(2, "area", "B", EntityStatus::Superseded),
    ];
    assert_eq!(place(&inputs), None);
}

#[test]
fn budget_is_never_implied_and_numeric_columns_come_first() {
    let mut inputs = nobody();
    inputs.property = Some(villa());
    assert_eq!(resolve(&inputs).budget, None);
    inputs.prospect.budget = Some("whatever it takes".into());
    let words = resolve(&inputs).budget.unwrap();
    assert_eq!(words.value, Amount::Text("whatever it takes".into()));
    assert_eq!(
        (words.source.span_start, words.source.span_end),
        (Some(0), Some(17))
    );
    inputs.prospect.budget_max = Some(Decimal::from(900_000));
    let facts = resolve(&inputs);
    assert_eq!(facts.money().unwrap().max, Some(Decimal::from(900_000)));
    assert_eq!(facts.budget.unwrap().source.column, "budget_max");
}

#[test]
fn a_currency_said_on_its_own_completes_the_budget() {
    let mut inputs = nobody();
    inputs.prospect.budget = Some("1.5M".into());
    inputs.entities = vec![detected(1, "currency", "dirham")];
    assert_eq!(
        resolve(&inputs).money().unwrap().currency.as_deref(),
        Some("AED")
    );
    inputs.prospect.budget_currency = Some("omr".into());
    assert_eq!(
        resolve(&inputs).money().unwrap().currency.as_deref(),
        Some("OMR")
    );
}

#[test]
fn normalized_values_are_read_first() {
    let mut inputs = nobody();
    let mut budget = detected(1, "budget", "one and a half to two");
    budget.normalized = Some(json!({"min": 1_500_000, "max": 2_000_000, "currency": "AED"}));
    let mut months = detected(2, "timeline", "soonish");
    months.normalized = Some(json!({"months": 2}));
    let mut rooms = detected(3, "bedrooms", "a few");
    rooms.normalized = Some(json!({"min": 3, "max": 4}));
    let mut kind = detected(4, "property_type", "something");
    kind.normalized = Some(json!({"value": "flat"}));
    inputs.entities = vec![budget, months, rooms, kind];
    let facts = resolve(&inputs);
    assert_eq!(
        facts.money().cloned(),
        money::parse("AED 1.5-2M").unwrap().money().cloned()
    );
    assert_eq!(facts.timeline.unwrap().value, 2);
    assert_eq!(
        facts.bedrooms.unwrap().value,
        Bedrooms {
            min: Some(3),
            max: Some(4)
        }
    );
    assert_eq!(facts.types.unwrap().value, vec![PropertyType::Apartment]);
}

#[test]
fn bedrooms_are_read_in_all_forms() {
    for (text, min, max) in [
        ("4", Some(4), Some(4)),
        ("4 bedrooms", Some(4), Some(4)),
        ("4BR", Some(4), Some(4)),
        ("3-4", Some(3), Some(4)),
        ("4 to 3", Some(3), Some(4)),
        ("4+", Some(4), None),
        ("at least 3", Some(3), None),
        ("up to 3", None, Some(3)),
        ("Studio", Some(0), Some(0)),
        ("٣", None, None),
        ("many", None, None),
        ("99999999", None, None),
        ("1 2 3", None, None),
        ("500", None, None),
    ] {
        let read = vocabulary::bedrooms_text(text).map_or((None, None), |b| (b.min, b.max));
        // `fold` brings Arabic digits no further; the agent's normalized value does.
        assert_eq!(read, (min, max), "{text}");
    }
}

#[test]
fn features_of_all_sources_are_one_set() {
    let mut inputs = nobody();
    inputs.prospect.wanted_features = vec!["Gym".into(), "Swimming Pool".into()];
    inputs.entities = vec![
        confirmed(1, "feature", "pool"),
        detected(2, "feature", "sea view"),
    ];
    let facts = resolve(&inputs);
    let names: Vec<&str> = facts.features.iter().map(|f| f.value.as_str()).collect();
    assert_eq!(names, ["gym", "pool", "sea view"]);
    assert_eq!(facts.features[1].source.kind, SourceKind::Entity);
}

#[test]
fn the_source_carries_the_words_position() {
    let mut inputs = nobody();
    inputs.entities = vec![confirmed(1, "area", "Dubai Marina")];
    let source = resolve(&inputs).place.unwrap().source;
    assert_eq!(source.id, Some(id(101)));
    assert_eq!(source.message_id, Some(id(201)));
    assert_eq!((source.span_start, source.span_end), (Some(3), Some(9)));
    assert_eq!(source.confidence, Some(90));
}

#[test]
fn fair_housing_nothing_about_the_person_becomes_a_fact() {
    let free = [
        "near a mosque",
        "kosher kitchen",
        "church nearby",
        "Hindu temple",
        "no Indians",
        "only Europeans",
        "no foreigners",
        "Arab neighbours",
        "wheelchair ramp",
        "close to the hospital because of my asthma",
        "space for my kids",
        "family-friendly",
        "my wife is pregnant",
        "good for elderly parents",
        "no children",
        "Chinese community",
        "prayer room",
        "accessible bathroom",
        "قريب من مسجد",
        "للعائلات",
        "gay friendly",
        "no black people",
        "single men upstairs",
        "old residents",
    ];
    for text in free {
        assert!(!protected::allows(text), "{text}");
    }
    let places = [
        "Jewish quarter area",
        "Muslim neighbourhood",
        "near a mosque",
        "Indian community",
        "Mosque",
        "an area without immigrants",
        "Christian families only",
    ];
    for text in places {
        assert!(!protected::allows_place(text), "{text}");
    }
    for text in [
        "pool",
        "sea view",
        "family room",
        "wine cellar",
        "pet friendly",
        "close to metro",
        "garden",
        "high service charges",
        "price too high",
        "open kitchen",
        "quiet street",
        "black marble",
        "single storey",
        "blackout blinds",
        "old building",
    ] {
        assert!(protected::allows(text), "{text}");
    }
    for text in [
        "Dubai",
        "Arabian Ranches",
        "Church Street",
        "Christchurch",
        "Indian Wells",
    ] {
        assert!(protected::allows_place(text), "{text}");
    }
}

#[test]
fn fair_housing_types_about_the_person_change_nothing() {
    let plain = resolve(&case_a());
    let mut inputs = case_a();
    for (n, kind) in [
        "household",
        "religion",
        "nationality",
        "health",
        "language",
        "motivation",
        "family",
    ]
    .iter()
    .enumerate()
    {
        inputs
            .entities
            .push(confirmed(50 + n as u128, kind, "pool villa Dubai"));
    }
    inputs
        .entities
        .push(confirmed(70, "feature", "near a mosque"));
    inputs
        .entities
        .push(confirmed(71, "objection", "too many foreigners here"));
    assert_eq!(resolve(&inputs), plain);
}

#[test]
fn an_opt_out_acts_from_fifty_unless_allowed_again() {
    let mut inputs = nobody();
    let mut spoken = detected(1, "opt_out", "do not call me");
    spoken.confidence = 49;
    inputs.entities = vec![spoken.clone()];
    assert!(resolve(&inputs).opt_out.is_none());
    spoken.confidence = 50;
    inputs.entities = vec![spoken];
    assert!(resolve(&inputs).opt_out.is_some());
    inputs.consents = vec![Consent {
        channel: None,
        purpose: "marketing".into(),
        status: ConsentStatus::Granted,
        captured_at: now(),
        expires_at: None,
    }];
    assert!(resolve(&inputs).opt_out.is_none());
}

#[test]
fn numbers_that_identify_somebody_are_redacted() {
    let clean = redact::redact;
    for (text, expected) in [
        ("card 4111 1111 1111 1111 ok", "card [redacted] ok"),
        ("4111-1111-1111-1111", "[redacted]"),
        ("784-1990-1234567-1", "[redacted]"),
        ("my ssn 078-05-1120", "my ssn [redacted]"),
        ("078-05-1120", "[redacted]"),
        ("AE070331234567890123456", "[redacted]"),
        ("passport no. N1234567.", "passport no. [redacted]."),
        ("Emirates ID is 12345678", "Emirates ID is [redacted]"),
        ("call +971 50 123 4567", "call +971 50 123 4567"),
        ("00971501234567", "00971501234567"),
        ("+4915112345678 at 15:00", "+4915112345678 at 15:00"),
        ("budget 1500000 to 2,000,000", "budget 1500000 to 2,000,000"),
        ("2026-08-03", "2026-08-03"),
        ("٤١١١١١١١١١١١١١١١", "[redacted]"),
        ("", ""),
    ] {
        assert_eq!(clean(text), expected, "{text}");
    }
}
