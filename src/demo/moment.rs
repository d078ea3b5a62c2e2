//! Times of the demo, all counted from the start's clock.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use super::seed::roll;

/// Where the desk stands.
pub(super) const ZONE: &str = "America/Los_Angeles";

/// The clock at the start, and the desk's calendar.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    now: Timestamp,
    zone: TimeZone,
    today: Date,
}

impl Moment {
    /// Counts from `now`.
    pub(super) fn of(now: Timestamp) -> Self {
        let zone = TimeZone::get(ZONE).unwrap_or(TimeZone::UTC);
        let today = zone.to_datetime(now).date();
        // A second is as exact as anything that people do.
        let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
        Self { now, zone, today }
    }

    /// The start.
    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    /// So many minutes before the start.
    pub(super) fn ago(&self, minutes: usize) -> Timestamp {
        after(self.now, -minutes_of(minutes))
    }

    /// Some time within office hours, `days` days before the start or, where
    /// that is still to come, a day earlier.
    pub(super) fn at_work(&self, kind: &str, number: usize, days: usize) -> Timestamp {
        let minute = 9 * 60 + roll(kind, number, 9 * 60);
        let back = |days: usize| self.on(-whole(days), minute);
        let at = back(days);
        match at < self.ago(90) {
            true => at,
            false => back(days + 1),
        }
    }

    /// A minute of a day, the start's being 0, as the desk's clocks show it.
    pub(super) fn on(&self, day: i64, minute: usize) -> Timestamp {
        let span = jiff::Span::new().try_days(day).unwrap_or_default();
        let date = self.today.checked_add(span).unwrap_or(self.today);
        let (hour, minute) = (minute / 60 % 24, minute % 60);
        let time = date.at(small(hour), small(minute), 0, 0);
        let zoned = self.zone.to_ambiguous_zoned(time).compatible();
        zoned.map_or(self.now, |zoned| zoned.timestamp())
    }

    /// The day on which a moment lies, the start's being 0.
    pub(super) fn day_of(&self, at: Timestamp) -> i64 {
        let date = self.zone.to_datetime(at).date();
        let days = (date - self.today).get_days();
        i64::from(days)
    }

    /// `part` of `whole` parts of the way from `from` to the start.
    pub(super) fn between(&self, from: Timestamp, part: usize, whole: usize) -> Timestamp {
        let seconds = self.now.as_second().saturating_sub(from.as_second()).max(0);
        let (part, whole) = (self::whole(part), self::whole(whole.max(1)));
        let at = from.as_second().saturating_add(seconds / whole * part);
        Timestamp::from_second(at).unwrap_or(from)
    }
}

/// A moment some time after another.
pub(super) fn after(from: Timestamp, by: SignedDuration) -> Timestamp {
    from.checked_add(by).unwrap_or(from)
}

/// So many minutes.
pub(super) fn minutes_of(minutes: usize) -> SignedDuration {
    SignedDuration::from_mins(whole(minutes))
}

/// So many seconds.
pub(super) fn seconds_of(seconds: usize) -> SignedDuration {
    SignedDuration::from_secs(whole(seconds))
}

fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn small(number: usize) -> i8 {
    i8::try_from(number).unwrap_or(0)
}
