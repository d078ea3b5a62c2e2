//! Deadlines by hand.

use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::teams::calendar::Hours;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

/// Monday to Friday, 9 to 18 in Dubai (05:00–14:00 UTC), with a holiday on Wednesday.
fn office() -> Calendar {
    let day = json!([["09:00", "18:00"]]);
    Calendar {
        zone: TimeZone::get("Asia/Dubai").unwrap(),
        hours: Hours::read(&json!({ "1": day, "2": day, "3": day, "4": day, "5": day })),
        holidays: ["2026-08-05".parse().unwrap()].into(),
    }
}

#[test]
fn claims_are_due_in_working_time() {
    for (priority, start, due) in [
        (
            Priority::High,
            "2026-08-03T12:00:00Z",
            "2026-08-03T12:05:00Z",
        ),
        (
            Priority::High,
            "2026-08-03T13:58:00Z",
            "2026-08-03T14:03:00Z",
        ),
        (
            Priority::High,
            "2026-08-03T22:00:00Z",
            "2026-08-04T05:05:00Z",
        ),
        (
            Priority::Medium,
            "2026-08-03T12:00:00Z",
            "2026-08-03T13:00:00Z",
        ),
        (
            Priority::Medium,
            "2026-08-03T13:30:00Z",
            "2026-08-04T05:30:00Z",
        ),
        // Tuesday's last half hour, then Thursday: Wednesday is a holiday.
        (
            Priority::Medium,
            "2026-08-04T13:30:00Z",
            "2026-08-06T05:30:00Z",
        ),
        // 9 hours a day: Monday 2, Tuesday 9, Thursday 9, Friday 4.
        (
            Priority::Low,
            "2026-08-03T12:00:00Z",
            "2026-08-07T09:00:00Z",
        ),
    ] {
        assert_eq!(
            claim_due(priority, at(start), &office()),
            at(due),
            "{start}"
        );
    }
}

#[test]
fn an_offer_has_the_time_of_its_rule_and_a_claim_twice_its_own() {
    let start = at("2026-08-03T13:50:00Z");
    let ten = Some(SignedDuration::from_mins(20));
    let due = |within| offer_due(Priority::Medium, start, within, &office()).to_string();
    assert_eq!(due(ten), "2026-08-04T05:10:00Z");
    assert_eq!(due(None), "2026-08-04T05:50:00Z");
    assert_eq!(
        idle_at(Priority::Medium, start, &office()).to_string(),
        "2026-08-04T06:50:00Z"
    );
}

#[test]
fn nothing_expires_before_it_could_be_claimed() {
    let now = at("2026-08-03T12:00:00Z");
    let always = Calendar::always();
    for (priority, after) in [
        (Priority::High, 24),
        (Priority::Medium, 72),
        (Priority::Low, 168),
    ] {
        let due = claim_due(priority, now, &always);
        assert_eq!(expires_at(priority, now, due), now + hours(after));
    }
    let end = Timestamp::MAX;
    assert_eq!(expires_at(Priority::Low, end, end), end);
    // Friday evening: the next shift is on Monday, more than a day away.
    let friday = at("2026-08-07T15:00:00Z");
    let due = claim_due(Priority::High, friday, &office());
    assert_eq!(due, at("2026-08-10T05:05:00Z"));
    assert_eq!(
        expires_at(Priority::High, friday, due),
        at("2026-08-10T05:10:00Z")
    );
}

proptest! {
    #[test]
    fn deadlines_are_after_their_start_and_never_go_back(
        minutes in 0_i64..20_000, more in 0_i64..20_000,
    ) {
        let start = at("2026-08-01T00:00:00Z") + SignedDuration::from_mins(minutes);
        let later = start + SignedDuration::from_mins(more);
        for priority in [Priority::High, Priority::Medium, Priority::Low] {
            let due = claim_due(priority, start, &office());
            prop_assert!(due > start);
            prop_assert!(due <= claim_due(priority, later, &office()));
            prop_assert!(expires_at(priority, start, due) > due);
            prop_assert!(idle_at(priority, start, &office()) > due);
        }
    }
}
