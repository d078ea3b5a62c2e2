//! Builders of inputs for the tests of all rules, and the worked cases of the scoring model.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::*;
use crate::properties::matching::{Candidate, PropertyStatus};
use crate::teams::calendar::Calendar;

/// 2026-08-03 12:00 UTC, a Monday.
pub(crate) fn now() -> Timestamp {
    "2026-08-03T12:00:00Z".parse().unwrap()
}

pub(crate) fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

pub(crate) fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// Four hours ahead of UTC, named.
pub(crate) fn dubai() -> TimeZone {
    TimeZone::get("Asia/Dubai").unwrap()
}

pub(crate) fn villa() -> Candidate {
    Candidate {
        id: id(20),
        name: "Palm Villa".into(),
        status: PropertyStatus::Available,
        offer: Offer::Sale,
        home_type: PropertyType::Villa,
        city: "Dubai".into(),
        region: None,
        district: None,
        bedrooms: 4,
        features: vec!["pool".into()],
        price_range: "AED 1.8M".into(),
        list_price_low: None,
        list_price_high: None,
        currency: None,
        on_market_date: None,
        reserved_for_prospect_id: None,
    }
}

pub(crate) fn entity(n: u128, entity_type: &str, value: &str, status: EntityStatus) -> Entity {
    Entity {
        id: id(100 + n),
        entity_type: entity_type.into(),
        value: value.into(),
        normalized: None,
        confidence: 90,
        status,
        message_id: Some(id(200 + n)),
        span_start: Some(3),
        span_end: Some(9),
        at: now() - hours(5),
    }
}

pub(crate) fn confirmed(n: u128, entity_type: &str, value: &str) -> Entity {
    entity(n, entity_type, value, EntityStatus::Confirmed)
}

pub(crate) fn detected(n: u128, entity_type: &str, value: &str) -> Entity {
    entity(n, entity_type, value, EntityStatus::Detected)
}

/// A prospect of whom nothing is known but a telephone number, and nothing else.
pub(crate) fn nobody() -> Inputs {
    Inputs {
        prospect: Prospect {
            id: id(1),
            name: "Sara Haddad".into(),
            email: None,
            phone: Some("+971501234567".into()),
            whatsapp: None,
            status: ProspectStatus::Contacted,
            preferred_channel: None,
            budget: None,
            budget_min: None,
            budget_max: None,
            budget_currency: None,
            timeline: None,
            timeline_months_max: None,
            city: None,
            region: None,
            purpose: None,
            wanted_types: vec![],
            wanted_bedrooms_min: None,
            wanted_bedrooms_max: None,
            wanted_features: vec![],
            must_haves: vec![],
            rejected_property_ids: vec![],
            no_shows: 0,
            erased: false,
            duplicate_suspected: false,
        },
        property: None,
        appointment: None,
        conversation: None,
        messages: vec![],
        entities: vec![],
        candidates: vec![],
        suppressions: vec![],
        consents: vec![],
        closed_today: vec![],
        requested_reason: None,
        rates: None,
        calendar: Calendar::always(),
        now: now(),
        zone: dubai(),
    }
}

pub(crate) fn appointment(status: AppointmentStatus, hours_from_now: i64) -> Appointment {
    Appointment {
        id: id(30),
        status,
        kind: AppointmentKind::Viewing,
        starts_at: now() + hours(hours_from_now),
        timezone: Some(dubai()),
        location: "Frond C 12".into(),
        property_name: None,
        source_channel: Some(Channel::Whatsapp),
        no_show_by_rep: false,
    }
}

pub(crate) fn conversation(outcome: &str, sentiment: Sentiment, messages: i32) -> Conversation {
    Conversation {
        id: id(40),
        channel: Channel::Phone,
        outcome: outcome.into(),
        sentiment: Some(sentiment),
        ai_confidence: Some(AiConfidence::High),
        handoff_suggested: false,
        message_count: messages,
        duration: 0,
        transcript: None,
        is_placeholder: false,
        at: now() - hours(5),
    }
}

/// Worked case A of the scoring model.
pub(crate) fn case_a() -> Inputs {
    let mut inputs = nobody();
    inputs.prospect.budget = Some("AED 1.5-2M".into());
    inputs.prospect.timeline = Some("1-3 months".into());
    inputs.prospect.city = Some("Dubai".into());
    inputs.entities = vec![
        confirmed(1, "property_type", "villa"),
        confirmed(2, "bedrooms", "4 bedrooms"),
        confirmed(3, "feature", "pool"),
        confirmed(4, "financing", "pre-approved"),
        confirmed(5, "decision_maker", "sole decider"),
    ];
    inputs.property = Some(villa());
    inputs.appointment = Some(appointment(AppointmentStatus::Scheduled, 24));
    inputs.conversation = Some(conversation("qualified", Sentiment::Positive, 14));
    inputs
}

/// Worked case B.
pub(crate) fn case_b() -> Inputs {
    let mut inputs = nobody();
    inputs.prospect.city = Some("Dubai".into());
    inputs.property = Some(villa());
    inputs.appointment = Some(appointment(AppointmentStatus::NoShow, -2));
    inputs
}

/// Worked case C.
pub(crate) fn case_c() -> Inputs {
    let mut inputs = nobody();
    inputs.prospect.budget = Some("max AED 1.5M".into());
    inputs.prospect.timeline = Some("6 months".into());
    inputs.prospect.city = Some("Dubai".into());
    inputs.prospect.wanted_types = vec!["villa".into()];
    inputs.prospect.wanted_bedrooms_min = Some(4);
    inputs.prospect.wanted_bedrooms_max = Some(4);
    let mut property = villa();
    property.price_range = "AED 1.7M".into();
    inputs.property = Some(property);
    inputs.appointment = Some(appointment(AppointmentStatus::Completed, -24));
    inputs.conversation = Some(conversation("connected", Sentiment::Neutral, 5));
    inputs
}

/// Worked case D.
pub(crate) fn case_d() -> Inputs {
    let mut inputs = case_c();
    inputs
        .entities
        .push(detected(9, "human_request", "can I talk to a person"));
    inputs
}

/// Worked case E.
pub(crate) fn case_e() -> Inputs {
    let mut inputs = case_a();
    inputs.suppressions = vec![Suppression { channel: None }];
    inputs
}
