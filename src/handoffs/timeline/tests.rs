//! Golden readings of timelines, and that nothing makes the parser panic.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn months(text: &str) -> Option<u16> {
    parse(text, date(2026, 5, 20))
}

#[test]
fn forms_of_the_scoring_model() {
    for (text, expected) in [
        ("now", 0),
        ("ASAP", 0),
        ("Immediately", 0),
        ("this month", 0),
        ("2 weeks", 1),
        ("5 weeks", 2),
        ("1 week", 1),
        ("30 days", 1),
        ("31 days", 2),
        ("1-3 months", 3),
        ("3 – 6 months", 6),
        ("3 to 6 months", 6),
        ("6 months", 6),
        ("2 weeks - 1 month", 1),
        ("6 months to 1 year", 12),
        ("2 years", 24),
        ("20 years", 99),
        ("just looking", 99),
        ("Browsing", 99),
        ("no rush", 99),
        ("Q3 2026", 4),
        ("Q2", 1),
        ("q1", 10),
        ("Q4", 7),
        ("third quarter", 4),
        ("this quarter", 1),
        ("next quarter", 4),
        ("٣ months", 3),
    ] {
        assert_eq!(months(text), Some(expected), "{text}");
    }
}

#[test]
fn edges_where_the_model_is_silent() {
    for (text, expected) in [
        ("6+ months", Some(7)),
        ("6 months+", Some(7)),
        ("more than 12 months", Some(13)),
        ("within 3 months", Some(3)),
        ("less than 3 months", Some(3)),
        ("next month", Some(1)),
        ("half a year", Some(6)),
        ("a couple of weeks", Some(1)),
        ("1.5 years", Some(18)),
        ("a year", Some(12)),
        ("6m", Some(6)),
        ("2w", Some(1)),
        ("3-1 months", Some(3)),
        ("end of the year", Some(7)),
        ("this year", Some(7)),
        ("next year", Some(19)),
        ("no rush, maybe 6 months", Some(99)),
        ("ASAP, within 2 months", Some(2)),
        ("Q1 2027", Some(10)),
        ("Q1 2020", None),
        ("not now", None),
        ("2026-09", None),
        ("2-3", None),
        ("flexible", None),
        ("", None),
        ("2nd floor", None),
        ("99999999999999999999 months", Some(99)),
        ("0 months", Some(0)),
    ] {
        assert_eq!(months(text), expected, "{text}");
    }
    assert_eq!(parse("Q4", date(2026, 12, 31)), Some(0));
    assert_eq!(parse("next quarter", date(2026, 12, 31)), Some(3));
}

proptest! {
    #[test]
    fn never_panics_and_is_bounded(text in "\\PC{0,60}", year in 1_i16..9999) {
        prop_assert!(parse(&text, date(year, 5, 20)).is_none_or(|m| m <= BROWSING));
    }

    #[test]
    fn never_panics_on_what_looks_like_a_time(
        text in "(q[1-4]|next|this|over|[0-9.+-]{1,9}| |year|quarter|months?|w|to|of|half|a){0,12}"
    ) {
        prop_assert!(months(&text).is_none_or(|m| m <= BROWSING));
    }

    #[test]
    fn months_are_themselves(n in 0_u16..99) {
        prop_assert_eq!(months(&format!("{n} months")), Some(n));
    }
}
