//! Working time by hand, and against a count of minutes on the wall clock.

use proptest::prelude::*;
use serde_json::json;

use super::*;

const ZONES: [&str; 6] = [
    "UTC",
    "Asia/Dubai",
    "Europe/Berlin",
    "America/New_York",
    // Half an hour of summer time; a change at midnight.
    "Australia/Lord_Howe",
    "Africa/Cairo",
];

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn calendar(zone: &str, hours: &Value, holidays: &[&str]) -> Calendar {
    Calendar {
        zone: TimeZone::get(zone).unwrap(),
        hours: Hours::read(hours),
        holidays: holidays.iter().map(|day| day.parse().unwrap()).collect(),
    }
}

fn every_day(from: &str, to: &str) -> Value {
    let days = (1..=7).map(|day| (day.to_string(), json!([[from, to]])));
    Value::Object(days.collect())
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

#[test]
fn overlapping_shifts_count_once_and_midnight_ends_a_day() {
    let shifts = json!({ "1": [["20:00", "00:00"], ["18:00", "22:00"]] });
    let calendar = calendar("Asia/Dubai", &shifts, &[]);
    // 18:00 to 24:00 in Dubai is 14:00 to 20:00 UTC, six hours a Monday.
    let due = |length| calendar.worked(at("2026-08-03T14:00:00Z"), hours(length));
    assert_eq!(due(6).to_string(), "2026-08-03T20:00:00Z");
    assert_eq!(due(7).to_string(), "2026-08-10T15:00:00Z");
}

#[test]
fn shifts_follow_the_wall_clock_over_the_change_of_the_clock() {
    let nine = calendar("Europe/Berlin", &every_day("09:00", "10:00"), &[]);
    // The clock goes back on 2026-10-25: nine o'clock is 07:00 UTC before, 08:00 UTC after.
    let due = nine.worked(at("2026-10-24T07:30:00Z"), hours(1));
    assert_eq!(due.to_string(), "2026-10-25T08:30:00Z");
    // Forward on 2026-03-29 from 02:00 to 03:00, which is 01:00 UTC: a night of two hours has one.
    let night = calendar("Europe/Berlin", &every_day("02:00", "04:00"), &[]);
    let due = night.worked(at("2026-03-28T22:00:00Z"), hours(2));
    assert_eq!(due.to_string(), "2026-03-30T01:00:00Z");
    // Back: the hour that comes twice is worked twice.
    let due = night.worked(at("2026-10-24T22:00:00Z"), hours(3));
    assert_eq!(due.to_string(), "2026-10-25T03:00:00Z");
    let in_the_gap = calendar("Europe/Berlin", &every_day("02:30", "04:00"), &[]);
    assert_eq!(
        in_the_gap.opens_from(at("2026-03-28T22:00:00Z")),
        at("2026-03-29T01:00:00Z")
    );
}

#[test]
fn holidays_are_closed_and_nothing_said_is_always_open() {
    let office = calendar("Asia/Dubai", &every_day("09:00", "18:00"), &["2026-08-05"]);
    assert!(office.is_open(at("2026-08-04T05:00:00Z")));
    assert!(!office.is_open(at("2026-08-04T14:00:00Z")));
    assert!(!office.is_open(at("2026-08-05T07:00:00Z")));
    let next = office.opens_from(at("2026-08-05T07:00:00Z"));
    assert_eq!(next.to_string(), "2026-08-06T05:00:00Z");
    let always = Calendar::always();
    let now = at("2026-08-05T03:00:00Z");
    assert!(always.is_open(now));
    assert_eq!(always.worked(now, hours(24)), now + hours(24));
}

#[test]
fn a_mistake_is_named_with_its_place() {
    let found = |value: Value| {
        let problems = problems("working_hours", value.as_object().unwrap());
        let places = problems.into_iter().map(|problem| problem.field);
        places.collect::<Vec<_>>()
    };
    assert!(
        found(json!({ "1": [["09:00", "18:00"]], "5": [["20:00", "00:00"]], "7": [] })).is_empty()
    );
    for (value, place) in [
        (json!({ "0": [] }), "working_hours.0"),
        (json!({ "monday": [] }), "working_hours.monday"),
        (json!({ "1": "9-5" }), "working_hours.1"),
        (json!({ "1": [["09:00", "09:00"]] }), "working_hours.1[0]"),
        (
            json!({ "1": [["09:00", "10:00"], ["22:00", "06:00"]] }),
            "working_hours.1[1]",
        ),
        (json!({ "1": [["09:00"]] }), "working_hours.1[0]"),
        (json!({ "1": [["nine", "ten"]] }), "working_hours.1[0]"),
        (json!({ "1": [[9, 17]] }), "working_hours.1[0]"),
    ] {
        assert_eq!(found(value.clone()), [place], "{value}");
    }
}

/// A quarter of an hour of a day.
fn clock(quarter: u32) -> String {
    format!("{:02}:{:02}", quarter / 4 % 24, quarter % 4 * 15)
}

fn weeks() -> impl Strategy<Value = Value> {
    let shift = (0_u32..96, 1_u32..=96)
        .prop_filter("an end after its start", |(from, to)| from < to)
        .prop_map(|(from, to)| json!([clock(from), clock(to)]));
    let day = prop::collection::vec(shift, 0..3);
    prop::collection::vec(day, 7).prop_map(|days| {
        let days = (1..=7).zip(days);
        Value::Object(
            days.map(|(day, shifts)| (day.to_string(), json!(shifts)))
                .collect(),
        )
    })
}

/// Moments around the changes of the clock of 2026, to the minute.
fn moments() -> impl Strategy<Value = Timestamp> {
    let from = prop::sample::select(vec![
        "2026-03-07T00:00:00Z",
        "2026-03-28T00:00:00Z",
        "2026-04-03T00:00:00Z",
        "2026-04-23T00:00:00Z",
        "2026-10-03T00:00:00Z",
        "2026-10-24T00:00:00Z",
        "2026-10-29T00:00:00Z",
        "2026-07-06T00:00:00Z",
    ]);
    (from, 0_i64..4 * 24 * 60)
        .prop_map(|(from, minutes)| at(from) + SignedDuration::from_mins(minutes))
}

fn calendars() -> impl Strategy<Value = Calendar> {
    let holidays = prop::collection::btree_set(0_i32..300, 0..4);
    (prop::sample::select(&ZONES), weeks(), holidays).prop_map(|(zone, week, days)| {
        let first: Date = "2026-03-01".parse().unwrap();
        let holidays = days.into_iter().map(|day| first + day.days()).collect();
        Calendar {
            holidays,
            ..calendar(zone, &week, &[])
        }
    })
}

/// Whether the wall clock at this moment stands in a shift: another way to say
/// what `open` works out.
fn on_the_wall(calendar: &Calendar, at: Timestamp) -> bool {
    let local = calendar.zone.to_datetime(at);
    !calendar.holidays.contains(&local.date())
        && calendar
            .hours
            .of(local.date())
            .iter()
            .any(|(from, to)| *from <= local.time() && to.is_none_or(|to| local.time() < to))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_later_start_is_never_due_earlier(
        calendar in calendars(), one in moments(), other in moments(), minutes in 1_i64..3000,
    ) {
        let (early, late) = (one.min(other), one.max(other));
        let length = SignedDuration::from_mins(minutes);
        prop_assert!(calendar.worked(early, length) <= calendar.worked(late, length));
        prop_assert!(calendar.opens_from(early) <= calendar.opens_from(late));
    }

    #[test]
    fn what_is_due_was_worked_minute_by_minute(
        calendar in calendars(), start in moments(), minutes in 1_i64..600,
    ) {
        prop_assume!(!calendar.hours.is_empty());
        let due = calendar.worked(start, SignedDuration::from_mins(minutes));
        let (mut worked, mut minute) = (0, start);
        let mut last = false;
        while minute < due {
            last = on_the_wall(&calendar, minute);
            worked += i64::from(last);
            minute += SignedDuration::from_mins(1);
        }
        prop_assert_eq!(worked, minutes);
        // Never inside closed hours: the minute before it was worked.
        prop_assert!(last);
        prop_assert_eq!(calendar.is_open(start), on_the_wall(&calendar, start));
    }
}
