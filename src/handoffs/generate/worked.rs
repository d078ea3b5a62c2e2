//! The worked cases of the scoring model as golden packages, and determinism over any inputs.

use proptest::prelude::*;

use super::*;
use crate::handoffs::facts::cases::*;
use crate::handoffs::score::properties::any_inputs;
use crate::handoffs::score::{Grade, Temperature};

fn package(inputs: &Inputs) -> Package {
    generate(inputs).unwrap()
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
    assert_eq!(p.expires_at, now() + hours(24));
    assert_eq!(p.inputs_hash.len(), 64);
}

#[test]
fn worked_case_a_in_the_contracts_keys() {
    let p = package(&case_a());
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
