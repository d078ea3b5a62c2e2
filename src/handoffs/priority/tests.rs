//! Each rule of the priority at its limit, and the working-hours arithmetic.

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

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Monday to Friday, 9 to 18 in Dubai (05:00–14:00 UTC), with a holiday on Wednesday.
fn office() -> Calendar {
    Calendar {
        zone: dubai(),
        shifts: (1..=5)
            .map(|weekday| Shift {
                weekday,
                from: Time::constant(9, 0, 0, 0),
                to: Time::constant(18, 0, 0, 0),
            })
            .collect(),
        holidays: vec![jiff::civil::date(2026, 8, 5)],
    }
}

#[test]
fn claims_are_due_in_working_time() {
    let due = |p, start: &str| claim_due(p, at(start), &office()).to_string();
    assert_eq!(
        due(Priority::High, "2026-08-03T12:00:00Z"),
        "2026-08-03T12:05:00Z"
    );
    assert_eq!(
        due(Priority::High, "2026-08-03T13:58:00Z"),
        "2026-08-03T14:03:00Z"
    );
    assert_eq!(
        due(Priority::High, "2026-08-03T22:00:00Z"),
        "2026-08-04T05:05:00Z"
    );
    assert_eq!(
        due(Priority::Medium, "2026-08-03T12:00:00Z"),
        "2026-08-03T13:00:00Z"
    );
    assert_eq!(
        due(Priority::Medium, "2026-08-03T13:30:00Z"),
        "2026-08-04T05:30:00Z"
    );
    // Tuesday's last half hour, then Thursday: Wednesday is a holiday.
    assert_eq!(
        due(Priority::Medium, "2026-08-04T13:30:00Z"),
        "2026-08-06T05:30:00Z"
    );
    // 9 hours a day: Monday 2, Tuesday 9, Thursday 9, Friday 4.
    assert_eq!(
        due(Priority::Low, "2026-08-03T12:00:00Z"),
        "2026-08-07T09:00:00Z"
    );
}

#[test]
fn without_shifts_time_is_wall_clock() {
    let calendar = Calendar::always();
    assert_eq!(
        claim_due(Priority::Low, now(), &calendar),
        now() + hours(24)
    );
    assert_eq!(
        claim_due(Priority::Medium, now(), &calendar),
        now() + hours(1)
    );
    let mut closed = office();
    closed.shifts.retain(|s| s.weekday == 9);
    assert_eq!(
        claim_due(Priority::High, now(), &closed),
        now() + SignedDuration::from_mins(5)
    );
    assert_eq!(expires_at(Priority::High, now()), now() + hours(24));
    assert_eq!(expires_at(Priority::Medium, now()), now() + hours(72));
    assert_eq!(expires_at(Priority::Low, now()), now() + hours(168));
    assert_eq!(expires_at(Priority::Low, Timestamp::MAX), Timestamp::MAX);
}

#[test]
fn overlapping_shifts_count_once_and_midnight_ends_a_day() {
    let shift = |from, to| Shift {
        weekday: 1,
        from: Time::constant(from, 0, 0, 0),
        to: Time::constant(to, 0, 0, 0),
    };
    let calendar = Calendar {
        shifts: vec![shift(20, 0), shift(18, 22)],
        ..office()
    };
    // 18:00 to 24:00 in Dubai is 14:00 to 20:00 UTC, six hours a Monday.
    let due = calendar.worked(at("2026-08-03T14:00:00Z"), hours(6));
    assert_eq!(due.to_string(), "2026-08-03T20:00:00Z");
    let due = calendar.worked(at("2026-08-03T14:00:00Z"), hours(7));
    assert_eq!(due.to_string(), "2026-08-10T15:00:00Z");
}

#[test]
fn shifts_follow_the_wall_clock_over_dst() {
    let calendar = Calendar {
        zone: TimeZone::get("Europe/Berlin").unwrap(),
        shifts: (1..=7)
            .map(|weekday| Shift {
                weekday,
                from: Time::constant(9, 0, 0, 0),
                to: Time::constant(10, 0, 0, 0),
            })
            .collect(),
        holidays: vec![],
    };
    // The clock goes back on 2026-10-25: nine o'clock is 07:00 UTC before, 08:00 UTC after.
    let due = calendar.worked(at("2026-10-24T07:30:00Z"), hours(1));
    assert_eq!(due.to_string(), "2026-10-25T08:30:00Z");
}
