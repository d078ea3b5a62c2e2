//! When a team, or a person in it, works.
//!
//! Hours are kept by ISO weekday (`"1"` is Monday) as lists of `[start, end)` on
//! the wall clock of a zone; an end of `00:00` is the end of the day. Days of the
//! list `holidays` have none. It is working time whenever the wall clock stands
//! in a shift: an hour that the clock jumps over is not worked, one that comes
//! twice is worked twice. Pure: moments are passed in.

use std::collections::BTreeSet;

use jiff::{
    SignedDuration, Timestamp, ToSpan as _,
    civil::{Date, DateTime, Time},
    tz::{Offset, TimeZone},
};
use serde_json::{Map, Value};

use crate::{catalogue::hours as say, error::Problem};

/// How far ahead an opening is looked for, in days: a year, and what a hundred
/// holidays can take from it at its end.
const AHEAD: i32 = 400;
/// No wall clock is further than this from UTC.
const FURTHEST: SignedDuration = SignedDuration::from_hours(26);
/// Shifts of one day at most.
const MOST_A_DAY: usize = 12;

/// A part of a day, `[from, to)`; no end is the end of the day.
type Shift = (Time, Option<Time>);

/// The hours of a week.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hours([Vec<Shift>; 7]);

impl Hours {
    /// Reads what was saved; what cannot be read is no shift, and an end that is
    /// not after its start is the end of the day.
    pub fn read(value: &Value) -> Self {
        let mut hours = Self::default();
        for (day, shifts) in (1..=7).zip(&mut hours.0) {
            let said = value.get(day.to_string()).and_then(Value::as_array);
            shifts.extend(said.into_iter().flatten().filter_map(shift));
            merge(shifts);
        }
        hours
    }

    /// Whether there is no shift at all.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Vec::is_empty)
    }

    fn of(&self, day: Date) -> &[Shift] {
        &self.0[usize::from(day.weekday().to_monday_zero_offset().unsigned_abs())]
    }
}

fn time(value: Option<&Value>) -> Option<Time> {
    value?.as_str()?.parse().ok()
}

fn shift(value: &Value) -> Option<Shift> {
    let (from, to) = (time(value.get(0))?, time(value.get(1))?);
    Some((from, (to > from).then_some(to)))
}

/// Puts shifts in order and joins those that touch.
fn merge(shifts: &mut Vec<Shift>) {
    shifts.sort_unstable();
    shifts.dedup_by(|next, last| {
        let touch = last.1.is_none_or(|end| next.0 <= end);
        if touch {
            last.1 = last.1.zip(next.1).map(|(one, other)| one.max(other));
        }
        touch
    });
}

/// What is wrong with the hours of a body, each with its place below `field`.
pub fn problems(field: &str, hours: &Map<String, Value>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (day, shifts) in hours {
        let place = format!("{field}.{day}");
        if !matches!(day.as_str(), "1" | "2" | "3" | "4" | "5" | "6" | "7") {
            problems.push(Problem::worded(&place, say::NOT_A_WEEKDAY));
            continue;
        }
        let Some(shifts) = shifts.as_array().filter(|all| all.len() <= MOST_A_DAY) else {
            problems.push(Problem::worded(&place, say::not_shifts(MOST_A_DAY)));
            continue;
        };
        let wrong = shifts.iter().position(|shift| !is_shift(shift));
        if let Some(index) = wrong {
            let place = format!("{place}[{index}]");
            problems.push(Problem::worded(&place, say::NOT_A_SHIFT));
        }
    }
    problems
}

fn is_shift(value: &Value) -> bool {
    let ends = value.as_array().filter(|ends| ends.len() == 2);
    let read = ends.and_then(|ends| time(ends.first()).zip(time(ends.get(1))));
    read.is_some_and(|(from, to)| to > from || to == Time::midnight())
}

/// The working time of a team or a person.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// The zone of the hours.
    pub zone: TimeZone,
    /// The hours of a week; none at all means always open.
    pub hours: Hours,
    /// Days without hours.
    pub holidays: BTreeSet<Date>,
}

impl Calendar {
    /// Of whoever always works.
    pub fn always() -> Self {
        Self {
            zone: TimeZone::UTC,
            hours: Hours::default(),
            holidays: BTreeSet::new(),
        }
    }

    /// Whether it is working time at a moment.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.hours.is_empty() || self.opens_from(at) == at
    }

    /// `start` if it is working time, else the beginning of the next; `start`
    /// where there is none within a year.
    pub fn opens_from(&self, start: Timestamp) -> Timestamp {
        let next = self.open(start).next();
        next.map_or(start, |(from, _)| start.max(from))
    }

    /// When `duration` of working time has passed since `start`. What is left
    /// after a year counts as it goes by, so that a later start never ends
    /// earlier.
    pub fn worked(&self, start: Timestamp, duration: SignedDuration) -> Timestamp {
        let mut left = duration;
        let mut last = start;
        for (from, to) in self.open(start) {
            let from = from.max(start);
            let length = to.duration_since(from);
            if length >= left {
                return plus(from, left);
            }
            left = left.saturating_sub(length);
            last = to;
        }
        plus(last, left)
    }

    /// The parts of working time that end after `start`, in order.
    fn open(&self, start: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let first = self.zone.to_datetime(start).date();
        let ahead = if self.hours.is_empty() { -1 } else { AHEAD };
        // From the day before: there a clock that goes back may still stand.
        (-1..ahead)
            .filter_map(move |days| first.checked_add(days.days()).ok())
            .filter(|day| !self.holidays.contains(day))
            .flat_map(|day| self.on(day))
            .filter(move |(_, to)| *to > start)
    }

    /// The working time of a day: each shift by each offset from UTC of that
    /// day, as long as the offset holds.
    fn on(&self, day: Date) -> Vec<(Timestamp, Timestamp)> {
        let mut open = Vec::new();
        for (holds, ends, offset) in self.offsets(day) {
            for (from, to) in self.hours.of(day) {
                let end = match to {
                    Some(to) => Some(day.to_datetime(*to)),
                    None => day
                        .tomorrow()
                        .ok()
                        .map(|next| next.to_datetime(Time::midnight())),
                };
                let moment = |clock: DateTime| offset.to_timestamp(clock).ok();
                let from = moment(day.to_datetime(*from)).map(|from| from.max(holds));
                let to = end.and_then(moment).map(|to| to.min(ends));
                open.extend(from.zip(to).filter(|(from, to)| from < to));
            }
        }
        open
    }

    /// The offsets from UTC around a day, in order: from when, until when, which.
    fn offsets(&self, day: Date) -> Vec<(Timestamp, Timestamp, Offset)> {
        let midnight = Offset::UTC.to_timestamp(day.to_datetime(Time::midnight()));
        let Ok(midnight) = midnight else {
            return Vec::new();
        };
        let (start, end) = (plus(midnight, -FURTHEST), plus(midnight, FURTHEST * 2));
        let mut all = Vec::new();
        let (mut since, mut offset) = (start, self.zone.to_offset(start));
        for change in self.zone.following(start) {
            if change.timestamp() >= end {
                break;
            }
            all.push((since, change.timestamp(), offset));
            (since, offset) = (change.timestamp(), change.offset());
        }
        all.push((since, end, offset));
        all
    }
}

/// `start` plus a duration; at either end of representable time it stays there.
pub fn plus(start: Timestamp, duration: SignedDuration) -> Timestamp {
    let end = match duration.is_negative() {
        true => Timestamp::MIN,
        false => Timestamp::MAX,
    };
    start.checked_add(duration).unwrap_or(end)
}

#[cfg(test)]
mod tests;
