//! When a contact window is open, on the wall clock of a place.
//!
//! Source: the domain's "Campaign execution", Window. Half open `[start, end)`
//! on ISO weekdays without holidays; where the start is not before the end, the
//! window crosses midnight and belongs to the day on which it opens. A start in
//! the gap of a clock change moves to the gap's end; of an hour that comes twice
//! the first opens and the last closes. Pure: the moment is passed in.

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, DateTime, Time, Weekday},
    tz::{AmbiguousOffset, TimeZone},
};

/// How far ahead an opening is looked for, in days.
const AHEAD: i32 = 60;

/// The hours of some weekdays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// When it opens.
    pub start: Time,
    /// When it closes, exclusively; not after the start: on the next day.
    pub end: Time,
    /// ISO weekdays on which it opens; 1 is Monday.
    pub days: Vec<i16>,
    /// Days on which it does not open.
    pub holidays: Vec<Date>,
}

/// Which of two equal wall clocks is meant.
#[derive(Clone, Copy)]
enum Edge {
    First,
    Last,
}

impl Window {
    /// Whether it is open at a moment.
    pub fn is_open(&self, zone: &TimeZone, at: Timestamp) -> bool {
        self.next_opening(zone, at) == Some(at)
    }

    /// The first moment from `at` on at which it is open; `None` if it does not
    /// open within sixty days.
    pub fn next_opening(&self, zone: &TimeZone, at: Timestamp) -> Option<Timestamp> {
        let today = zone.to_datetime(at).date();
        // A window that crosses midnight, and a clock that jumps over a day.
        let days = (-2..=AHEAD).filter_map(|days| today.checked_add(days.days()).ok());
        days.filter_map(|day| self.on(zone, day))
            .find(|(_, close)| *close > at)
            .map(|(open, _)| open.max(at))
    }

    /// From when to when it is open that opens on `day`.
    fn on(&self, zone: &TimeZone, day: Date) -> Option<(Timestamp, Timestamp)> {
        let weekday = i16::from(Weekday::to_monday_one_offset(day.weekday()));
        if !self.days.contains(&weekday) || self.holidays.contains(&day) {
            return None;
        }
        let last = match self.start < self.end {
            true => day,
            false => day.tomorrow().ok()?,
        };
        let open = moment(zone, day.to_datetime(self.start), Edge::First)?;
        let close = moment(zone, last.to_datetime(self.end), Edge::Last)?;
        (open < close).then_some((open, close))
    }
}

/// The moment of a wall clock.
fn moment(zone: &TimeZone, clock: DateTime, edge: Edge) -> Option<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(clock);
    match (ambiguous.offset(), edge) {
        (AmbiguousOffset::Unambiguous { offset }, _) => offset.to_timestamp(clock).ok(),
        (AmbiguousOffset::Fold { before, .. }, Edge::First) => before.to_timestamp(clock).ok(),
        (AmbiguousOffset::Fold { after, .. }, Edge::Last) => after.to_timestamp(clock).ok(),
        // By the old offset the clock is read after the jump: the jump itself
        // is the last change before.
        (AmbiguousOffset::Gap { before, .. }, _) => {
            let late = before.to_timestamp(clock).ok()?;
            let late = late.checked_add(1.second()).ok()?;
            zone.preceding(late).next().map(|change| change.timestamp())
        }
    }
}

/// The first moment from `at` on at which every window is open in every zone.
///
/// Each step goes to the latest of the next openings, before which nothing
/// common can lie, so the first moment at which all agree is the earliest.
pub fn common_opening(windows: &[Window], zones: &[TimeZone], at: Timestamp) -> Option<Timestamp> {
    let horizon = at.checked_add((24 * i64::from(AHEAD)).hours()).ok()?;
    let mut at = at;
    while at <= horizon {
        let mut latest = at;
        for window in windows {
            for zone in zones {
                latest = latest.max(window.next_opening(zone, at)?);
            }
        }
        if latest == at {
            return Some(at);
        }
        at = latest;
    }
    None
}

#[cfg(test)]
mod tests;
