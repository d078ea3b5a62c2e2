//! Who may get something by a rule, and why not.
//!
//! Source: the routing rules of the domain, "Eligibility". Nobody is ever chosen
//! who is not eligible; a rule that finds nobody falls back or passes on.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::teams::calendar::Calendar;

/// A person as eligibility looks at him.
#[derive(Clone, Debug)]
pub struct Person {
    /// Who.
    pub user_id: Uuid,
    /// What he is called.
    pub name: String,
    /// His role, as its word.
    pub role: String,
    /// Whether he is let in.
    pub active: bool,
    /// `online`, `away` or `offline`.
    pub availability: String,
    /// Until when he is away.
    pub out_of_office_until: Option<Timestamp>,
    /// When he works: as he says himself, else as his team says.
    pub calendar: Calendar,
    /// What he speaks; empty where he says nothing.
    pub languages: Vec<String>,
    /// What he has open.
    pub open: u64,
    /// What he takes at most.
    pub room: u64,
    /// Whether he gave this very thing back before, or let its time pass.
    pub declined: bool,
}

/// What a rule asks of people.
#[derive(Clone, Copy, Debug, Default)]
pub struct Demands {
    /// Whether working hours count.
    pub hours: bool,
    /// Whether capacity counts.
    pub capacity: bool,
    /// Whether managers may get it.
    pub managers: bool,
    /// New ones a person gets in a window.
    pub most_new: Option<u64>,
}

/// Why somebody does not get it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhyNot {
    /// He is not let in, or no longer.
    NotActive,
    /// He does not sell.
    NotInSales,
    /// He is neither online nor at work.
    OffHours,
    /// He is out of office.
    OutOfOffice,
    /// He has as much open as he takes.
    AtCapacity,
    /// He got as many new ones in the window as a person gets.
    AtRateLimit,
    /// He does not speak the language.
    Language,
    /// He gave it back before, or let its time pass.
    Declined,
}

/// Every reason why a person does not get it; none if he may. `recent` is what
/// he got in the rule's window.
pub fn why_not(
    person: &Person,
    demands: Demands,
    recent: u64,
    language: Option<&str>,
    now: Timestamp,
) -> Vec<WhyNot> {
    let sells = person.role == "sales_rep" || (demands.managers && person.role == "sales_manager");
    let reachable = person.availability == "online" || at_work(&person.calendar, now);
    let speaks = |wanted: &str| {
        let primary = |tag: &str| tag.split('-').next().unwrap_or(tag).to_ascii_lowercase();
        let mut spoken = person.languages.iter();
        person.languages.is_empty() || spoken.any(|tag| primary(tag) == primary(wanted))
    };
    [
        (!person.active, WhyNot::NotActive),
        (!sells, WhyNot::NotInSales),
        (demands.hours && !reachable, WhyNot::OffHours),
        (
            person.out_of_office_until.is_some_and(|until| until > now),
            WhyNot::OutOfOffice,
        ),
        (
            demands.capacity && person.open >= person.room,
            WhyNot::AtCapacity,
        ),
        (
            demands.most_new.is_some_and(|most| recent >= most),
            WhyNot::AtRateLimit,
        ),
        (!language.is_none_or(speaks), WhyNot::Language),
        (person.declined, WhyNot::Declined),
    ]
    .into_iter()
    .filter_map(|(hinders, why)| hinders.then_some(why))
    .collect()
}

/// Whether it is working time at `now`. Of whom nobody says when he works, he
/// is at work at no time.
pub fn at_work(calendar: &Calendar, now: Timestamp) -> bool {
    !calendar.hours.is_empty() && calendar.is_open(now)
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use serde_json::json;

    use super::*;
    use crate::teams::calendar::Hours;

    fn person() -> Person {
        Person {
            user_id: Uuid::nil(),
            name: "Rep".into(),
            role: "sales_rep".into(),
            active: true,
            availability: "offline".into(),
            out_of_office_until: None,
            calendar: Calendar {
                zone: TimeZone::get("Asia/Dubai").unwrap(),
                hours: Hours::read(
                    &json!({ "1": [["09:00", "18:00"]], "5": [["20:00", "00:00"]] }),
                ),
                holidays: ["2026-03-09".parse().unwrap()].into(),
            },
            languages: Vec::new(),
            open: 0,
            room: 2,
            declined: false,
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn each_reason_is_told() {
        use WhyNot as W;
        let monday = at("2026-03-02T08:00:00Z");
        let strict = Demands {
            hours: true,
            capacity: true,
            managers: false,
            most_new: Some(3),
        };
        let base = person();
        for (person, recent, expected) in [
            (base.clone(), 2, vec![]),
            (
                Person {
                    active: false,
                    ..base.clone()
                },
                0,
                vec![W::NotActive],
            ),
            (
                Person {
                    role: "sales_manager".into(),
                    ..base.clone()
                },
                0,
                vec![W::NotInSales],
            ),
            (
                Person {
                    open: 2,
                    ..base.clone()
                },
                3,
                vec![W::AtCapacity, W::AtRateLimit],
            ),
            (
                Person {
                    languages: vec!["de".into()],
                    ..base.clone()
                },
                0,
                vec![W::Language],
            ),
            (
                Person {
                    languages: vec!["ar-EG".into()],
                    ..base.clone()
                },
                0,
                vec![],
            ),
            (
                Person {
                    declined: true,
                    ..base.clone()
                },
                0,
                vec![W::Declined],
            ),
            (
                Person {
                    out_of_office_until: Some(at("2026-03-03T00:00:00Z")),
                    ..base.clone()
                },
                0,
                vec![W::OutOfOffice],
            ),
        ] {
            assert_eq!(
                why_not(&person, strict, recent, Some("ar"), monday),
                expected
            );
        }
        let sunday = at("2026-03-01T08:00:00Z");
        assert_eq!(why_not(&base, strict, 0, None, sunday), [W::OffHours]);
        let online = Person {
            availability: "online".into(),
            ..base.clone()
        };
        assert_eq!(why_not(&online, strict, 0, None, sunday), []);
        let lax = Demands {
            managers: true,
            ..Demands::default()
        };
        let full = Person {
            open: 9,
            role: "sales_manager".into(),
            ..base
        };
        assert_eq!(why_not(&full, lax, 9, None, sunday), []);
    }

    #[test]
    fn hours_are_his_own() {
        let person = person();
        for (moment, open) in [
            ("2026-03-02T04:59:59Z", false),
            ("2026-03-02T05:00:00Z", true),
            ("2026-03-02T13:59:59Z", true),
            ("2026-03-02T14:00:00Z", false),
            ("2026-03-06T19:59:00Z", true),
            ("2026-03-06T20:00:00Z", false),
            ("2026-03-03T08:00:00Z", false),
            // A holiday.
            ("2026-03-09T08:00:00Z", false),
        ] {
            assert_eq!(at_work(&person.calendar, at(moment)), open, "{moment}");
        }
        assert!(!at_work(&Calendar::always(), at("2026-03-02T08:00:00Z")));
    }
}
