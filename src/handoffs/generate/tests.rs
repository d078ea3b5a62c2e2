//! The worked cases as golden packages, the edges of each text field, and determinism.

use proptest::prelude::*;

use super::*;
use crate::handoffs::facts::tests::*;
use crate::handoffs::facts::{
    AiConfidence, Consent, ConsentStatus, EntityStatus, Message, ProspectStatus, Sentiment,
    Suppression,
};
use crate::handoffs::score::tests::any_inputs;
use crate::handoffs::score::{Grade, Temperature};
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
fn worked_case_a() {
    let p = package(&case_a());
    assert_eq!(
        (p.total, p.grade, p.temperature),
        (95, Grade::A, Temperature::Hot)
    );
    assert_eq!(
        (p.priority, p.priority_rule),
        (Priority::High, PriorityRule::TopScore)
    );
    assert_eq!(p.model_version, "re-bant-1");
    assert_eq!(
        p.reason,
        "viewing_scheduled: The viewing of Palm Villa is scheduled on \
         Tue 4 Aug 2026, 16:00 (Asia/Dubai)."
    );
    assert_eq!(
        p.summary,
        "Sara Haddad, high priority. The viewing of Palm Villa is scheduled on \
         Tue 4 Aug 2026, 16:00 (Asia/Dubai).\n\
         Appointment: viewing of Palm Villa, scheduled, Tue 4 Aug 2026, 16:00 (Asia/Dubai), \
         Frond C 12.\n\
         Looking for: 4-bedroom villa; Location: Dubai; Feature: pool; Financing: pre-approved.\n\
         Budget: AED 1,500,000-2,000,000; Timeline: within 3 months.\n\
         Last contact: phone, qualified, sentiment positive."
    );
    assert_eq!(
        p.detected_needs,
        [
            "4-bedroom villa",
            "Location: Dubai",
            "Budget: AED 1,500,000-2,000,000",
            "Timeline: within 3 months",
            "Feature: pool",
            "Financing: pre-approved",
        ]
    );
    assert_eq!(
        p.next_steps,
        [
            "Contact Sara Haddad by phone before Mon 3 Aug 2026, 16:05 (Asia/Dubai)",
            "Confirm the viewing of Palm Villa on Tue 4 Aug 2026, 16:00 (Asia/Dubai)",
            "Obtain consent to contact by phone before contacting",
        ]
    );
    let q = &p.qualification_score;
    assert_eq!(q["intentScore"], 100);
    assert_eq!(q["budgetFitScore"], 100);
    assert_eq!(q["urgency"], "high");
    assert_eq!(q["propertyMatchConfidence"], 100);
    assert_eq!(q["overallScore"], 95);
    assert_eq!(q["confidence"], 1.0);
    assert_eq!(q["riskFlags"], serde_json::json!(["no_contact_consent"]));
    assert_eq!(
        (p.suggested_properties.as_slice(), p.source_channel),
        (&["Palm Villa".to_owned()][..], Channel::Whatsapp)
    );
    assert_eq!(p.expires_at, now() + hours(24));
    assert_eq!(p.inputs_hash.len(), 64);
}

#[test]
fn worked_case_b() {
    let p = package(&case_b());
    assert_eq!(
        (p.total, p.grade, p.temperature),
        (3, Grade::D, Temperature::Cold)
    );
    assert_eq!(p.priority, Priority::Medium);
    assert_eq!(p.reason_code, ReasonCode::ViewingNoShowRecovery);
    assert_eq!(p.detected_needs, ["Location: Dubai"]);
    assert_eq!(p.qualification_score["propertyMatchConfidence"], 62);
    assert_eq!(p.qualification_score["intentScore"], 26);
    assert_eq!(p.qualification_score["urgency"], "low");
    assert_eq!(p.qualification_score["confidence"], 0.2);
    assert_eq!(
        p.risk_flags,
        [
            RiskFlag::PreviousNoShow,
            RiskFlag::BudgetUnknown,
            RiskFlag::TimelineUnknown,
            RiskFlag::NoContactConsent,
        ]
    );
    assert_eq!(p.conversation_context, "");
    assert_eq!(
        p.next_steps[0],
        "Contact Sara Haddad the same day and offer two new slots"
    );
}

#[test]
fn worked_case_c() {
    let p = package(&case_c());
    assert_eq!(
        (p.total, p.grade, p.temperature),
        (61, Grade::B, Temperature::Warm)
    );
    assert_eq!(p.priority, Priority::Medium);
    assert_eq!(p.reason_code, ReasonCode::ViewingCompletedFollowUp);
    assert_eq!(p.qualification_score["propertyMatchConfidence"], 71);
    assert_eq!(p.qualification_score["budgetFitScore"], 56);
    assert_eq!(p.qualification_score["intentScore"], 70);
    assert_eq!(p.qualification_score["urgency"], "medium");
    assert!(p.risk_flags.contains(&RiskFlag::OverBudget));
}

#[test]
fn worked_case_d() {
    let p = package(&case_d());
    assert_eq!((p.total, p.priority), (61, Priority::High));
    assert_eq!(p.priority_rule, PriorityRule::HumanRequest);
    assert_eq!(p.reason_code, ReasonCode::HumanRequested);
}

#[test]
fn worked_case_e() {
    assert_eq!(generate(&case_e()).unwrap_err(), Refusal::Suppressed);
    assert_eq!(Refusal::Suppressed.as_str(), "suppressed");
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

fn message(n: i64, text: &str, public: bool) -> Message {
    Message {
        id: id(9000 + n as u128),
        seq: n,
        speaker: "prospect".into(),
        message: text.into(),
        public,
    }
}

#[test]
fn context_is_the_last_public_words() {
    let mut inputs = case_c();
    inputs.conversation.as_mut().unwrap().transcript = Some("old words".into());
    inputs.entities = vec![
        detected(1, "area", "Dubai"),
        detected(2, "household", "two kids"),
    ];
    assert_eq!(
        package(&inputs).conversation_context,
        format!("Conversation {}\nDetected: area: Dubai\nold words", id(40))
    );
    inputs.messages = (0..30)
        .rev()
        .map(|n| message(n, &format!("words {n}"), n != 29))
        .collect();
    let context = package(&inputs).conversation_context;
    assert!(context.ends_with("Prospect: words 28") && !context.contains("words 29"));
    assert!(context.contains("words 9\n") && !context.contains("words 8\n"));
    inputs.messages = vec![message(1, "my card is 4111 1111 1111 1111", true)];
    assert!(
        package(&inputs)
            .conversation_context
            .ends_with("my card is [redacted]")
    );
    inputs.messages = vec![message(1, &"x ".repeat(9000), true)];
    assert!(package(&inputs).conversation_context.chars().count() < 4200);
    inputs.messages = (0..9)
        .map(|n| message(n, &"ä".repeat(1000), true))
        .collect();
    let context = package(&inputs).conversation_context;
    assert_eq!(context.matches("Prospect: ").count(), 3);
}

#[test]
fn the_summary_has_a_limit_and_no_holes() {
    let mut inputs = case_a();
    inputs.prospect.name = "N".repeat(3000);
    assert_eq!(package(&inputs).summary.chars().count(), 1000);
    let plain = package(&nobody()).summary;
    assert_eq!(
        plain,
        "Sara Haddad, low priority. The prospect needs a follow-up by a person."
    );
}

#[test]
fn needs_are_ten_at_most_and_in_order() {
    let mut inputs = case_a();
    inputs.prospect.wanted_features = ["z", "y", "x", "w", "v", "u"].map(str::to_owned).to_vec();
    let needs = package(&inputs).detected_needs;
    assert_eq!(needs.len(), 10);
    assert_eq!(&needs[4..6], ["Feature: pool", "Feature: u"]);
    let mut inputs = nobody();
    inputs.entities = vec![
        detected(1, "bedrooms", "3+"),
        detected(2, "purpose", "rent"),
        detected(3, "objection", "too dear"),
    ];
    assert_eq!(
        package(&inputs).detected_needs,
        ["3+-bedroom home", "Purpose: rent", "Concern: too dear"]
    );
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

proptest! {
    #[test]
    fn same_inputs_give_the_same_bytes(inputs in any_inputs()) {
        let bytes = |inputs: &Inputs| generate(inputs).map(|p| serde_json::to_string(&p).unwrap());
        let mut shuffled = inputs.clone();
        shuffled.entities.reverse();
        shuffled.messages.reverse();
        // Two entities of one id are no set of rows; ids are primary keys.
        let mut ids: Vec<Uuid> = inputs.entities.iter().map(|e| e.id).collect();
        ids.sort();
        ids.dedup();
        prop_assume!(ids.len() == inputs.entities.len());
        prop_assert_eq!(bytes(&inputs), bytes(&inputs.clone()));
        prop_assert_eq!(bytes(&inputs), bytes(&shuffled));
    }

    #[test]
    fn a_package_keeps_its_limits(inputs in any_inputs()) {
        if let Ok(p) = generate(&inputs) {
            prop_assert!(p.summary.chars().count() <= 1000 && !p.summary.is_empty());
            prop_assert!(p.detected_needs.len() <= 10 && p.suggested_properties.len() <= 5);
            prop_assert!((1..=6).contains(&p.next_steps.len()));
            prop_assert_eq!(p.suggested_properties.len(), p.suggested_property_ids.len());
            let mut ids = p.suggested_property_ids.clone();
            ids.sort();
            ids.dedup();
            prop_assert_eq!(ids.len(), p.suggested_property_ids.len());
            prop_assert_eq!(&p.qualification_score["overallScore"], &serde_json::json!(p.total));
            prop_assert!(p.claim_due_at > inputs.now && p.expires_at > inputs.now);
        }
    }

    #[test]
    fn redaction_never_panics(text in "\\PC{0,80}", digits in "[0-9 -]{0,40}") {
        let redact = crate::handoffs::facts::redact::redact;
        let _ = redact(&text);
        let clean = redact(&format!("x {digits}"));
        let run = clean.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
        prop_assert!(digits.starts_with("00") || clean.contains("00") || run < Some(13));
    }
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
