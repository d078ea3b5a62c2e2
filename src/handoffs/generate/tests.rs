//! The edges of each field of a package.

use super::*;
use crate::handoffs::facts::cases::*;
use crate::handoffs::facts::{
    AiConfidence, Consent, ConsentStatus, EntityStatus, ProspectStatus, Sentiment, Suppression,
};
use crate::properties::matching::{Candidate, PropertyType};

fn package(inputs: &Inputs) -> Package {
    generate(inputs).unwrap()
}

fn consent(channel: Option<Channel>, status: ConsentStatus) -> Consent {
    Consent {
        channel,
        purpose: "informational".into(),
        status,
        captured_at: now() - hours(100),
        expires_at: None,
    }
}

#[test]
fn refusals() {
    let mut erased = case_e();
    erased.prospect.erased = true;
    assert_eq!(generate(&erased).unwrap_err(), Refusal::Erased);
    let mut closed = case_a();
    closed.prospect.status = ProspectStatus::Closed;
    assert_eq!(generate(&closed).unwrap_err(), Refusal::Closed);

    let mut each = case_a();
    each.suppressions = vec![Suppression {
        channel: Some(Channel::Phone),
    }];
    assert!(generate(&each).is_ok());
    each.suppressions.push(Suppression {
        channel: Some(Channel::Sms),
    });
    assert_eq!(generate(&each).unwrap_err(), Refusal::Suppressed);
    each.prospect.email = Some("s@example.com".into());
    let p = package(&each);
    assert_eq!(p.suggested_follow_up_channel, Some(Channel::Email));

    let mut wrong = case_c();
    wrong.conversation.as_mut().unwrap().outcome = "wrong_number".into();
    assert_eq!(generate(&wrong).unwrap_err(), Refusal::ContactInvalid);
    wrong.prospect.whatsapp = Some("+971 50 123 4567".into());
    assert_eq!(generate(&wrong).unwrap_err(), Refusal::ContactInvalid);
    wrong.prospect.whatsapp = Some("+971509999999".into());
    let p = package(&wrong);
    assert!(p.risk_flags.contains(&RiskFlag::ContactInvalid));
    assert_eq!(p.suggested_follow_up_channel, Some(Channel::Whatsapp));

    let mut spoken = case_c();
    spoken.conversation.as_mut().unwrap().outcome = "opted_out".into();
    assert_eq!(generate(&spoken).unwrap_err(), Refusal::Suppressed);
}

#[test]
fn channels_by_preference_source_and_fallback() {
    let mut inputs = case_a();
    inputs.prospect.whatsapp = Some("+971501234567".into());
    inputs.prospect.email = Some("s@example.com".into());
    assert_eq!(
        package(&inputs).suggested_follow_up_channel,
        Some(Channel::Whatsapp)
    );
    inputs.prospect.preferred_channel = Some(Channel::Email);
    assert_eq!(
        package(&inputs).suggested_follow_up_channel,
        Some(Channel::Email)
    );
    inputs.closed_today = vec![Channel::Email];
    assert_eq!(
        package(&inputs).suggested_follow_up_channel,
        Some(Channel::Whatsapp)
    );
    inputs.consents = vec![consent(Some(Channel::Whatsapp), ConsentStatus::Withdrawn)];
    assert_eq!(
        package(&inputs).suggested_follow_up_channel,
        Some(Channel::Phone)
    );
    inputs.consents = vec![consent(None, ConsentStatus::Denied)];
    let p = package(&inputs);
    assert_eq!(p.suggested_follow_up_channel, None);
    assert!(p.next_steps.last().unwrap().contains("Obtain consent"));
}

#[test]
fn the_newest_unexpired_consent_counts() {
    let flagged = |consents: Vec<Consent>| {
        let mut inputs = case_a();
        inputs.consents = consents;
        package(&inputs)
            .risk_flags
            .contains(&RiskFlag::NoContactConsent)
    };
    let granted = consent(Some(Channel::Phone), ConsentStatus::Granted);
    assert!(!flagged(vec![granted.clone()]));
    assert!(!flagged(vec![consent(None, ConsentStatus::Granted)]));
    let expired = Consent {
        expires_at: Some(now()),
        ..granted.clone()
    };
    assert!(flagged(vec![expired]));
    let later = Consent {
        captured_at: now(),
        ..consent(Some(Channel::Phone), ConsentStatus::Withdrawn)
    };
    assert!(flagged(vec![granted.clone(), later.clone()]) && flagged(vec![later, granted.clone()]));
    let other = Consent {
        purpose: "recording".into(),
        ..granted
    };
    assert!(flagged(vec![other]));
}

#[test]
fn steps_are_six_and_consent_is_never_dropped() {
    let mut inputs = nobody();
    inputs.property = Some(villa());
    inputs.appointment = Some(appointment(AppointmentStatus::Scheduled, 12));
    inputs.entities = vec![
        detected(1, "human_request", "a person"),
        detected(2, "objection", "service charges"),
    ];
    inputs.candidates = vec![Candidate {
        id: id(21),
        name: "Marina Villa".into(),
        ..villa()
    }];
    let steps = package(&inputs).next_steps;
    assert_eq!(steps.len(), 6);
    assert_eq!(steps[2], "Send location and access details");
    assert_eq!(steps[4], "Confirm the budget range and show Marina Villa");
    assert!(steps[5].starts_with("Obtain consent"));
    inputs.consents = vec![consent(None, ConsentStatus::Granted)];
    assert_eq!(package(&inputs).next_steps[5], "Ask for the move date");
}

#[test]
fn nothing_to_do_logs_a_follow_up() {
    let mut inputs = nobody();
    inputs.prospect.budget = Some("1M".into());
    inputs.prospect.timeline = Some("6 months".into());
    inputs.entities = vec![detected(1, "financing", "in process")];
    inputs.consents = vec![consent(None, ConsentStatus::Granted)];
    assert_eq!(
        package(&inputs).next_steps,
        ["Log the next follow-up in 7 days"]
    );
}

#[test]
fn a_fitting_viewing_leads_to_an_offer() {
    let mut inputs = case_a();
    inputs.appointment = Some(appointment(AppointmentStatus::Completed, -3));
    let offer = |inputs: &Inputs| {
        package(inputs)
            .next_steps
            .iter()
            .any(|s| s.contains("offer"))
    };
    assert!(offer(&inputs));
    inputs.prospect.budget = Some("AED 1.7M".into());
    assert!(!offer(&inputs));
}

#[test]
fn suggestions_start_with_the_appointments_property() {
    let other = |n: u128| Candidate {
        id: id(50 + n),
        name: format!("Home {n}"),
        ..villa()
    };
    let mut inputs = case_c();
    inputs.candidates = (0..8).map(other).collect();
    inputs.candidates.push(inputs.property.clone().unwrap());
    let p = package(&inputs);
    assert_eq!(
        p.suggested_properties,
        ["Palm Villa", "Home 0", "Home 1", "Home 2", "Home 3"]
    );
    inputs.property.as_mut().unwrap().status = PropertyStatus::Sold;
    inputs
        .candidates
        .iter_mut()
        .for_each(|c| c.status = PropertyStatus::Sold);
    let p = package(&inputs);
    assert!(p.suggested_properties.is_empty() && p.risk_flags.contains(&RiskFlag::NoMatch));
}

#[test]
fn without_a_property_the_best_candidate_counts() {
    let mut inputs = case_a();
    inputs.property = None;
    inputs.candidates = vec![villa()];
    let p = package(&inputs);
    assert_eq!(p.qualification_score["propertyMatchConfidence"], 100);
    // Fit with nothing to compare is 4 instead of 8.
    assert_eq!(p.total, 91);
    inputs.candidates.clear();
    assert_eq!(package(&inputs).total, 83);
}

#[test]
fn implied_facts_guide_suggestions_but_are_no_needs() {
    let mut inputs = case_b();
    let flat = Candidate {
        id: id(60),
        name: "Flat".into(),
        home_type: PropertyType::Apartment,
        bedrooms: 1,
        ..villa()
    };
    let twin = Candidate {
        id: id(61),
        name: "Twin".into(),
        ..villa()
    };
    inputs.candidates = vec![flat, twin];
    let p = package(&inputs);
    assert_eq!(p.suggested_properties, ["Palm Villa", "Twin"]);
    assert_eq!((p.total, p.detected_needs.len()), (3, 1));
}

#[test]
fn reasons_by_urgency() {
    let mut inputs = case_c();
    inputs.conversation.as_mut().unwrap().ai_confidence = Some(AiConfidence::Low);
    assert_eq!(
        package(&inputs).reason_code,
        ReasonCode::ViewingCompletedFollowUp
    );
    inputs.appointment = None;
    let p = package(&inputs);
    assert_eq!(p.reason_code, ReasonCode::AiLowConfidence);
    assert!(p.risk_flags.contains(&RiskFlag::LowAiConfidence));
    inputs.conversation = None;
    assert_eq!(package(&inputs).reason_code, ReasonCode::FollowUp);
    inputs.entities = vec![detected(1, "complaint", "never again")];
    assert_eq!(package(&inputs).reason_code, ReasonCode::Complaint);
    inputs.requested_reason = Some(ReasonCode::HighIntent);
    assert_eq!(package(&inputs).reason_code, ReasonCode::HighIntent);
    let mut ready = case_a();
    ready.appointment = None;
    assert_eq!(package(&ready).reason_code, ReasonCode::HighIntent);
    let mut past = case_c();
    past.appointment = Some(appointment(AppointmentStatus::Scheduled, -3));
    assert!(package(&past).reason.contains("not recorded yet"));
}

#[test]
fn each_need_flag_and_part_has_evidence() {
    let p = package(&case_d());
    let evidence = p.qualification_score["evidence"].as_array().unwrap();
    let about = |what: &str, rule: &str| {
        evidence
            .iter()
            .any(|e| e["about"] == what && e["rule"] == rule && e["source"]["table"].is_string())
    };
    assert!(
        p.detected_needs
            .iter()
            .all(|need| about("detected_need", need))
    );
    assert!(
        p.risk_flags
            .iter()
            .all(|flag| about("risk_flag", flag.as_str()))
    );
    for part in ["budget", "timeline", "need", "authority", "engagement"] {
        assert!(evidence.iter().any(|e| e["about"] == part), "{part}");
    }
    let human = evidence.iter().find(|e| e["about"] == "priority").unwrap();
    assert_eq!(human["source"]["span_start"], 3);
    let p = package(&case_a());
    let evidence = p.qualification_score["evidence"].as_array().unwrap();
    let pool = evidence
        .iter()
        .find(|e| e["rule"] == "Feature: pool")
        .unwrap();
    assert_eq!(pool["source"]["message_id"], id(203).to_string());
}

#[test]
fn fair_housing_leaves_no_trace_in_the_package() {
    let plain = package(&case_a());
    let mut inputs = case_a();
    inputs.prospect.wanted_features = vec!["close to a church".into()];
    inputs.entities.extend([
        confirmed(80, "feature", "kosher kitchen"),
        confirmed(81, "household", "pregnant wife"),
        confirmed(82, "objection", "too many immigrants"),
        confirmed(83, "area", "Muslim area"),
        confirmed(84, "religion", "hindu"),
        confirmed(85, "health", "asthma"),
    ]);
    let p = package(&inputs);
    let text = serde_json::to_string(&p).unwrap().to_lowercase();
    for word in [
        "kosher",
        "pregnant",
        "immigrant",
        "muslim",
        "hindu",
        "asthma",
        "church",
    ] {
        assert!(!text.contains(word), "{word}");
    }
    assert_eq!((p.total, p.matches), (plain.total, plain.matches));
}

#[test]
fn the_hash_knows_state_not_the_minute() {
    let hash = |inputs: &Inputs| package(inputs).inputs_hash;
    let base = case_c();
    let mut later = base.clone();
    later.now += jiff::SignedDuration::from_mins(59);
    assert_eq!(hash(&later), hash(&base));
    let mut shifted = base.clone();
    shifted.entities.push(detected(5, "intent", "buy"));
    assert_ne!(hash(&shifted), hash(&base));
    let mut soon = case_a();
    soon.now += hours(2);
    assert_ne!(hash(&soon), hash(&case_a()));
    let mut equal = base.clone();
    equal.prospect.budget_max = Some("1500000.00".parse().unwrap());
    let mut same = base;
    same.prospect.budget_max = Some("1500000".parse().unwrap());
    assert_eq!(hash(&equal), hash(&same));
}

#[test]
fn sentiment_and_lost_flags() {
    let mut inputs = case_c();
    inputs.prospect.status = ProspectStatus::Lost;
    inputs.prospect.duplicate_suspected = true;
    let c = inputs.conversation.as_mut().unwrap();
    (c.outcome, c.sentiment) = ("not_interested".into(), Some(Sentiment::Negative));
    inputs.entities = vec![entity(1, "complaint", "bad", EntityStatus::Confirmed)];
    let p = package(&inputs);
    assert_eq!(
        (p.priority, p.priority_rule),
        (Priority::Low, PriorityRule::Lost)
    );
    for flag in [
        RiskFlag::NotInterested,
        RiskFlag::NegativeSentiment,
        RiskFlag::Complaint,
        RiskFlag::DuplicateSuspected,
        RiskFlag::OverBudget,
    ] {
        assert!(p.risk_flags.contains(&flag), "{flag:?}");
    }
}
