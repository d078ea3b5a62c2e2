//! Moments as people say them, in the reader's own zone.

use askama::{Template, filters::HtmlSafe};
use jiff::{Timestamp, tz::TimeZone};

use crate::catalogue::pages::Words;

/// A moment on a page.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "console/moment.html")]
pub struct Moment {
    machine: String,
    text: String,
    full: String,
}

impl HtmlSafe for Moment {}

/// What time it is for whom.
#[derive(Clone, Debug)]
pub struct Clock {
    words: &'static Words,
    now: Timestamp,
    zone: TimeZone,
}

impl Clock {
    /// A clock in an IANA zone; UTC where none is known.
    pub fn new(words: &'static Words, now: Timestamp, zone: Option<&str>) -> Self {
        let zone = zone.and_then(|name| TimeZone::get(name).ok());
        Self {
            words,
            now,
            zone: zone.unwrap_or(TimeZone::UTC),
        }
    }

    /// The zone's name.
    pub fn zone(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// When the reader's day began.
    pub fn start_of_today(&self) -> Timestamp {
        let now = self.now.to_zoned(self.zone.clone());
        now.start_of_day()
            .map_or(self.now, |start| start.timestamp())
    }

    /// The reader's day in words.
    pub fn today(&self) -> String {
        let now = self.now.to_zoned(self.zone.clone());
        now.strftime(self.words.moments.day).to_string()
    }

    /// A moment as it is said today: by its day's name where that is near.
    pub fn say(&self, moment: Timestamp) -> Moment {
        let today = self.now.to_zoned(self.zone.clone()).date();
        let there = moment.to_zoned(self.zone.clone());
        let days = there.date().duration_since(today).as_hours() / 24;
        let forms = &self.words.moments;
        let form = match days {
            0 => forms.today,
            1 => forms.tomorrow,
            -1 => forms.yesterday,
            _ if there.year() == today.year() => forms.this_year,
            _ => forms.any_year,
        };
        Moment {
            machine: moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            text: there.strftime(form).to_string(),
            full: there.strftime(forms.full).to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::pages::words;

    fn said(zone: &str, now: &str, moment: &str) -> String {
        let clock = Clock::new(words(), now.parse().unwrap(), Some(zone));
        clock.say(moment.parse().unwrap()).text
    }

    #[test]
    fn near_days_are_called_by_name_in_the_readers_zone() {
        let now = "2025-03-03T21:30:00Z";
        assert_eq!(said("UTC", now, "2025-03-03T10:00:00Z"), "Today 10:00");
        assert_eq!(
            said("Asia/Dubai", now, "2025-03-03T10:00:00Z"),
            "Yesterday 14:00"
        );
        assert_eq!(
            said("Asia/Dubai", now, "2025-03-04T10:00:00Z"),
            "Today 14:00"
        );
        assert_eq!(said("UTC", now, "2025-03-04T10:00:00Z"), "Tomorrow 10:00");
        assert_eq!(said("UTC", now, "2025-03-08T10:00:00Z"), "Sat 8 Mar, 10:00");
        assert_eq!(
            said("UTC", now, "2024-12-31T10:00:00Z"),
            "31 Dec 2024, 10:00"
        );
    }

    #[test]
    fn days_stay_days_when_the_clocks_change() {
        // Madrid's night of 30 March 2025 has 23 hours.
        let now = "2025-03-29T22:30:00Z";
        assert_eq!(
            said("Europe/Madrid", now, "2025-03-30T22:15:00Z"),
            "Mon 31 Mar, 00:15"
        );
        assert_eq!(
            said("Europe/Madrid", now, "2025-03-30T21:45:00Z"),
            "Tomorrow 23:45"
        );
    }

    #[test]
    fn an_unknown_zone_is_utc() {
        let clock = Clock::new(words(), Timestamp::UNIX_EPOCH, Some("Mars/Olympus"));
        assert_eq!(clock.zone(), "UTC");
    }
}
