//! Each rule of the priority at its limit.

use jiff::SignedDuration;

use super::*;
use crate::handoffs::facts::cases::*;
use crate::handoffs::facts::{self};
use crate::handoffs::score::score as score_of;

/// The priority with a given total and budget part in place of the computed ones.
fn with(inputs: &Inputs, total: i32, budget: i32) -> (Priority, PriorityRule) {
    let facts = facts::resolve(inputs);
    let timing = Timing::of(inputs);
    let mut score = score_of(inputs, &facts, &timing, None);
    (score.total, score.budget) = (total, budget);
    priority(inputs, &facts, &timing, &score)
}

#[test]
fn rules_in_their_order() {
    use AppointmentStatus as S;
    let plain = nobody();
    assert_eq!(
        with(&plain, 80, 0),
        (Priority::High, PriorityRule::TopScore)
    );
    assert_eq!(
        with(&plain, 79, 0),
        (Priority::Medium, PriorityRule::Default)
    );
    assert_eq!(
        with(&plain, 40, 0),
        (Priority::Medium, PriorityRule::Default)
    );
    assert_eq!(with(&plain, 39, 0), (Priority::Low, PriorityRule::Cold));

    let mut soon = nobody();
    soon.appointment = Some(appointment(S::Scheduled, 48));
    assert_eq!(
        with(&soon, 50, 0),
        (Priority::High, PriorityRule::StartsSoon)
    );
    assert_eq!(
        with(&soon, 49, 0),
        (Priority::Medium, PriorityRule::Default)
    );
    soon.appointment.as_mut().unwrap().starts_at += jiff::SignedDuration::from_secs(1);
    assert_eq!(
        with(&soon, 50, 0),
        (Priority::Medium, PriorityRule::Default)
    );

    let mut ready = nobody();
    ready.prospect.timeline_months_max = Some(1);
    assert_eq!(
        with(&ready, 45, 20),
        (Priority::High, PriorityRule::ReadyBuyer)
    );
    assert_eq!(
        with(&ready, 45, 19),
        (Priority::Medium, PriorityRule::Default)
    );

    let mut lost = nobody();
    lost.prospect.status = ProspectStatus::Lost;
    assert_eq!(with(&lost, 60, 0), (Priority::Low, PriorityRule::Lost));
    lost.entities = vec![confirmed(1, "human_request", "a person please")];
    assert_eq!(
        with(&lost, 0, 0),
        (Priority::High, PriorityRule::HumanRequest)
    );
}

#[test]
fn an_appointment_within_fourteen_days_keeps_it_medium() {
    use AppointmentStatus as S;
    for (status, hours, rule) in [
        (S::NoShow, -14 * 24, PriorityRule::Default),
        (S::NoShow, -14 * 24 - 1, PriorityRule::Cold),
        (S::Scheduled, 14 * 24, PriorityRule::Default),
        (S::Scheduled, 14 * 24 + 1, PriorityRule::Cold),
        (S::Completed, -24, PriorityRule::Default),
        (S::Rescheduled, 24, PriorityRule::Cold),
        (S::Cancelled, 24, PriorityRule::Cold),
    ] {
        let mut inputs = nobody();
        inputs.appointment = Some(appointment(status, hours));
        assert_eq!(with(&inputs, 10, 0).1, rule, "{status:?} {hours}");
    }
}

#[test]
fn recovery_needs_a_suggested_handoff() {
    let mut inputs = nobody();
    inputs.conversation = Some(conversation("connected", Sentiment::Negative, 5));
    assert_eq!(with(&inputs, 45, 0).1, PriorityRule::Default);
    inputs.conversation.as_mut().unwrap().handoff_suggested = true;
    assert_eq!(
        with(&inputs, 45, 0),
        (Priority::High, PriorityRule::Recovery)
    );
    inputs.conversation.as_mut().unwrap().sentiment = Some(Sentiment::Neutral);
    assert_eq!(with(&inputs, 45, 0).1, PriorityRule::Default);
    inputs.entities = vec![detected(1, "complaint", "I will complain")];
    assert_eq!(with(&inputs, 45, 0).1, PriorityRule::Recovery);
}

#[test]
fn timing_at_its_limits() {
    let timing = |seconds: i64| {
        let mut inputs = nobody();
        let mut a = appointment(AppointmentStatus::Scheduled, 0);
        a.starts_at = now() + SignedDuration::from_secs(seconds);
        inputs.appointment = Some(a);
        Timing::of(&inputs)
    };
    assert!(!timing(0).upcoming && timing(1).upcoming);
    assert_eq!(
        (timing(1).hours_to_start, timing(3600).hours_to_start),
        (Some(1), Some(1))
    );
    assert_eq!(
        (timing(3601).hours_to_start, timing(-1).hours_to_start),
        (Some(2), Some(0))
    );
    assert!(timing(86_399).under_24_hours && !timing(86_400).under_24_hours);
}
