use jiff::{Timestamp, ToSpan as _, civil::Time, tz::TimeZone};
use proptest::prelude::*;

use super::*;

fn window(start: &str, end: &str, days: &[i16]) -> Window {
    Window {
        start: start.parse().unwrap(),
        end: end.parse().unwrap(),
        days: days.to_vec(),
        holidays: Vec::new(),
    }
}

const ALL: &[i16] = &[1, 2, 3, 4, 5, 6, 7];

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn it_is_half_open() {
    let (dubai, hours) = (zone("Asia/Dubai"), window("09:00", "18:00", ALL));
    for (moment, open) in [
        ("2026-03-02T08:59:59+04:00", false),
        ("2026-03-02T09:00:00+04:00", true),
        ("2026-03-02T17:59:59.999999+04:00", true),
        ("2026-03-02T18:00:00+04:00", false),
    ] {
        assert_eq!(hours.is_open(&dubai, at(moment)), open, "{moment}");
    }
    assert_eq!(
        hours.next_opening(&dubai, at("2026-03-02T18:00:00+04:00")),
        Some(at("2026-03-03T09:00:00+04:00"))
    );
}

#[test]
fn a_night_belongs_to_the_day_on_which_it_begins() {
    let (madrid, night) = (zone("Europe/Madrid"), window("20:00", "02:00", &[5]));
    // 2026-03-06 is a Friday.
    assert!(night.is_open(&madrid, at("2026-03-06T20:00:00+01:00")));
    assert!(night.is_open(&madrid, at("2026-03-07T01:59:00+01:00")));
    assert!(!night.is_open(&madrid, at("2026-03-07T02:00:00+01:00")));
    assert!(!night.is_open(&madrid, at("2026-03-06T01:00:00+01:00")));
}

#[test]
fn a_start_in_a_gap_moves_to_its_end() {
    // New York, 2026-03-08: 02:00 becomes 03:00.
    let (new_york, hours) = (zone("America/New_York"), window("02:30", "12:00", ALL));
    let jump = at("2026-03-08T07:00:00Z");
    assert_eq!(
        hours.next_opening(&new_york, at("2026-03-08T05:00:00Z")),
        Some(jump)
    );
    assert!(!hours.is_open(&new_york, at("2026-03-08T06:59:59Z")));
}

#[test]
fn of_a_doubled_hour_the_first_opens_and_the_last_closes() {
    // New York, 2026-11-01: 02:00 becomes 01:00 again.
    let new_york = zone("America/New_York");
    let early = window("01:30", "12:00", ALL);
    let opens = at("2026-11-01T05:30:00Z");
    assert_eq!(
        early.next_opening(&new_york, at("2026-11-01T04:00:00Z")),
        Some(opens)
    );
    // It stays open although the clock says 01:10 once more.
    assert!(early.is_open(&new_york, at("2026-11-01T06:10:00Z")));
    let late = window("20:00", "01:30", ALL);
    assert!(late.is_open(&new_york, at("2026-11-01T06:29:59Z")));
    assert!(!late.is_open(&new_york, at("2026-11-01T06:30:00Z")));
}

#[test]
fn holidays_and_other_days_are_closed() {
    let mut hours = window("09:00", "20:00", &[1, 2, 3, 4, 5, 6]);
    hours.holidays = vec!["2026-12-25".parse().unwrap()];
    let berlin = zone("Europe/Berlin");
    assert_eq!(
        hours.next_opening(&berlin, at("2026-12-24T20:00:00+01:00")),
        Some(at("2026-12-26T09:00:00+01:00"))
    );
    assert_eq!(
        hours.next_opening(&berlin, at("2026-12-26T20:00:00+01:00")),
        Some(at("2026-12-28T09:00:00+01:00"))
    );
    hours.days = Vec::new();
    assert_eq!(
        hours.next_opening(&berlin, at("2026-12-24T20:00:00Z")),
        None
    );
}

#[test]
fn all_zones_of_a_country_must_be_open() {
    let hours = [window("08:00", "21:00", ALL)];
    let zones = [zone("America/New_York"), zone("Pacific/Honolulu")];
    // 08:00 in Honolulu is 13:00 in New York in winter.
    assert_eq!(
        common_opening(&hours, &zones, at("2026-01-05T13:00:00Z")),
        Some(at("2026-01-05T18:00:00Z"))
    );
    let apart = [window("09:00", "10:00", ALL), window("10:00", "11:00", ALL)];
    let one = [zone("America/New_York")];
    assert_eq!(
        common_opening(&apart, &one, at("2026-01-05T13:00:00Z")),
        None
    );
}

/// Every change of every zone's clock from 2024 to 2030.
fn changes() -> Vec<(TimeZone, Timestamp)> {
    let (from, to) = (at("2024-01-01T00:00:00Z"), at("2031-01-01T00:00:00Z"));
    jiff::tz::db()
        .available()
        .filter_map(|name| TimeZone::get(name.as_str()).ok())
        .flat_map(|zone| {
            let changes: Vec<_> = zone
                .following(from)
                .map(|change| change.timestamp())
                .take_while(|moment| *moment < to)
                .collect();
            changes
                .into_iter()
                .map(move |moment| (zone.clone(), moment))
        })
        .collect()
}

/// What the wall clock alone says.
fn by_the_clock(window: &Window, zone: &TimeZone, at: Timestamp) -> bool {
    let clock = zone.to_datetime(at);
    let opened_on = match window.start < window.end {
        true if (window.start..window.end).contains(&clock.time()) => clock.date(),
        false if clock.time() >= window.start => clock.date(),
        false if clock.time() < window.end => clock.date().yesterday().unwrap(),
        _ => return false,
    };
    window
        .days
        .contains(&i16::from(opened_on.weekday().to_monday_one_offset()))
}

#[test]
fn at_every_change_of_every_clock_it_follows_the_wall_clock() {
    let all = changes();
    assert!(all.len() > 500, "only {} changes", all.len());
    let windows = [
        window("00:30", "23:15", ALL),
        window("01:30", "02:30", ALL),
        window("02:30", "12:00", &[1, 3, 7]),
        window("20:00", "02:15", ALL),
        window("00:00", "00:00", &[6, 7]),
    ];
    for (zone, change) in &all {
        for window in &windows {
            for minutes in (-300..=300).step_by(15) {
                let moment = change.checked_add(i64::from(minutes).minutes()).unwrap();
                let clock = zone.to_datetime(moment);
                if zone.to_ambiguous_timestamp(clock).is_ambiguous() {
                    continue; // of a doubled hour the rule, not the clock, decides
                }
                let name = zone.iana_name();
                assert_eq!(
                    window.is_open(zone, moment),
                    by_the_clock(window, zone, moment),
                    "{name:?} {moment} {window:?}"
                );
            }
        }
    }
}

proptest! {
    #[test]
    fn the_next_opening_is_open_and_the_earliest(
        which in any::<prop::sample::Index>(),
        minutes in -2_000_i64..2_000,
        start in 0_i8..24, end in 0_i8..24, half in prop::bool::ANY,
        days in prop::collection::vec(1_i16..8, 1..4),
    ) {
        let all = changes();
        let (zone, change) = &all[which.index(all.len())];
        let moment = change.checked_add(minutes.minutes()).unwrap();
        let window = Window {
            start: Time::constant(start, if half { 30 } else { 0 }, 0, 0),
            end: Time::constant(end, 0, 0, 0),
            days, holidays: Vec::new(),
        };
        let opens = window.next_opening(zone, moment).unwrap();
        prop_assert!(opens >= moment);
        prop_assert!(window.is_open(zone, opens));
        if opens > moment {
            prop_assert!(!window.is_open(zone, moment));
            let before = opens.checked_sub(1.millisecond()).unwrap();
            prop_assert!(!window.is_open(zone, before));
        }
    }
}
