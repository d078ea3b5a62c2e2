//! How soon a package must be claimed, and until when it lives.
//!
//! Source of the rules: the scoring model, "Priority" and "Life cycle". The first rule that
//! applies decides. Durations are wall-clock unless they say working time.
//!
//! Where the model is silent: a high package made outside every shift is due five minutes after
//! the next one opens; a calendar without a shift in the coming year counts as always open.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::handoffs::facts::{AppointmentStatus, Facts, Inputs, ProspectStatus, Sentiment};
use crate::handoffs::generate::ReasonCode;
use crate::handoffs::score::Score;
use crate::properties::matching::words;

words! {
    /// `handoff_packages.priority`.
    Priority {
        /// Within five minutes.
        High = "high",
        /// Within an hour of work.
        Medium = "medium",
        /// Within 24 hours of work.
        Low = "low",
    }
}

words! {
    /// Which rule gave the priority.
    PriorityRule {
        /// The total is at least 80.
        TopScore = "top_score",
        /// The prospect asked for a person.
        HumanRequest = "human_request",
        /// A handoff was suggested with negative sentiment or a complaint.
        Recovery = "recovery",
        /// A warm prospect's appointment starts within 48 hours.
        StartsSoon = "starts_soon",
        /// Money and time are both there.
        ReadyBuyer = "ready_buyer",
        /// The prospect is lost.
        Lost = "lost",
        /// Cold, and no appointment within 14 days.
        Cold = "cold",
        /// None of the others.
        Default = "default",
    }
}

/// What the clock says about the appointment: the only form in which time enters the rules, and
/// so the hash of the inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Timing {
    /// Hours until the appointment starts, rounded up; negative once it has started.
    pub hours_to_start: Option<i64>,
    /// The start is still to come.
    pub upcoming: bool,
    /// It comes within 48 hours.
    pub within_48_hours: bool,
    /// It comes in less than 24 hours.
    pub under_24_hours: bool,
    /// The start is at most 14 days away, before or after.
    pub within_14_days: bool,
}

impl Timing {
    /// Works it out from the clock in `inputs`.
    pub fn of(inputs: &Inputs) -> Timing {
        const HOUR: i64 = 3600;
        let seconds = inputs.appointment.as_ref().map(|a| {
            let left = a.starts_at.duration_since(inputs.now);
            // Part of a second still to go counts as one: "has started" must not come early.
            left.as_secs() + i64::from(left.subsec_nanos() > 0)
        });
        let ahead = seconds.filter(|s| *s > 0);
        Timing {
            hours_to_start: seconds.map(|s| s.div_euclid(HOUR) + i64::from(s.rem_euclid(HOUR) > 0)),
            upcoming: ahead.is_some(),
            within_48_hours: ahead.is_some_and(|s| s <= 48 * HOUR),
            under_24_hours: ahead.is_some_and(|s| s < 24 * HOUR),
            within_14_days: seconds.is_some_and(|s| s.abs() <= 14 * 24 * HOUR),
        }
    }
}

/// The priority and the rule that gave it.
pub fn priority(
    inputs: &Inputs,
    facts: &Facts,
    timing: &Timing,
    score: &Score,
) -> (Priority, PriorityRule) {
    use AppointmentStatus::{Completed, NoShow, Scheduled};
    let asked = |code| inputs.requested_reason == Some(code);
    let status = inputs.appointment.as_ref().map(|a| a.status);
    let recovery = inputs.spoken().is_some_and(|c| {
        let annoyed = c.sentiment == Some(Sentiment::Negative);
        let complained = facts.complaint.is_some() || asked(ReasonCode::Complaint);
        c.handoff_suggested && (annoyed || complained)
    });
    let months = facts.timeline.as_ref().map(|t| t.value);
    let held = matches!(status, Some(Scheduled | NoShow | Completed)) && timing.within_14_days;
    if score.total >= 80 {
        (Priority::High, PriorityRule::TopScore)
    } else if facts.human_request.is_some() || asked(ReasonCode::HumanRequested) {
        (Priority::High, PriorityRule::HumanRequest)
    } else if recovery {
        (Priority::High, PriorityRule::Recovery)
    } else if status == Some(Scheduled) && timing.within_48_hours && score.total >= 50 {
        (Priority::High, PriorityRule::StartsSoon)
    } else if months.is_some_and(|m| m <= 1) && score.budget >= 20 {
        (Priority::High, PriorityRule::ReadyBuyer)
    } else if inputs.prospect.status == ProspectStatus::Lost {
        (Priority::Low, PriorityRule::Lost)
    } else if score.total < 40 && !held {
        (Priority::Low, PriorityRule::Cold)
    } else {
        (Priority::Medium, PriorityRule::Default)
    }
}

/// How long a package may wait for its claim: 5 minutes, 60 minutes, 24 hours. For medium and low
/// this is working time, see [`claim_due`].
pub const fn claim_within(priority: Priority) -> SignedDuration {
    match priority {
        Priority::High => SignedDuration::from_mins(5),
        Priority::Medium => SignedDuration::from_mins(60),
        Priority::Low => SignedDuration::from_hours(24),
    }
}

/// How long a package lives unclaimed: 24 hours, 72 hours, 7 days of wall-clock time.
pub const fn expires_after(priority: Priority) -> SignedDuration {
    match priority {
        Priority::High => SignedDuration::from_hours(24),
        Priority::Medium => SignedDuration::from_hours(72),
        Priority::Low => SignedDuration::from_hours(7 * 24),
    }
}

/// `start` plus a duration; at the end of representable time it stays there.
fn plus(start: Timestamp, duration: SignedDuration) -> Timestamp {
    start.checked_add(duration).unwrap_or(Timestamp::MAX)
}

/// When a package made at `now` expires.
pub fn expires_at(priority: Priority, now: Timestamp) -> Timestamp {
    plus(now, expires_after(priority))
}

/// When a package made at `now` must be claimed: high counts wall-clock from inside a shift,
/// medium and low count only time inside shifts.
pub fn claim_due(priority: Priority, now: Timestamp, calendar: &Calendar) -> Timestamp {
    let within = claim_within(priority);
    match priority {
        Priority::High => plus(calendar.opens_from(now), within),
        Priority::Medium | Priority::Low => calendar.worked(now, within),
    }
}

/// Working hours on one day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// ISO day of the week, 1 (Monday) to 7.
    pub weekday: i8,
    /// Start, local time.
    pub from: Time,
    /// End, local time, exclusive; not after `from` means the end of the day.
    pub to: Time,
}

/// When a pool works.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// The zone of the shifts.
    pub zone: TimeZone,
    /// The shifts of a week, any order; none at all means always open.
    pub shifts: Vec<Shift>,
    /// Days without shifts.
    pub holidays: Vec<Date>,
}

impl Calendar {
    /// A pool that always works.
    pub const fn always() -> Calendar {
        Calendar {
            zone: TimeZone::UTC,
            shifts: Vec::new(),
            holidays: Vec::new(),
        }
    }

    /// The shifts that end after `start`, in order, merged where they overlap, for a year ahead.
    fn open(&self, start: Timestamp) -> Vec<(Timestamp, Timestamp)> {
        const DAYS: usize = 370;
        if self.shifts.is_empty() {
            return Vec::new();
        }
        let first = start.to_zoned(self.zone.clone()).date();
        let mut open: Vec<(Timestamp, Timestamp)> = first
            .series(jiff::Span::new().days(1))
            .take(DAYS)
            .filter(|day| !self.holidays.contains(day))
            .flat_map(|day| {
                self.shifts
                    .iter()
                    .filter_map(move |shift| self.on(*shift, day))
            })
            .filter(|(_, to)| *to > start)
            .collect();
        open.sort();
        open.dedup_by(|next, last| {
            let overlap = next.0 <= last.1;
            if overlap {
                last.1 = last.1.max(next.1);
            }
            overlap
        });
        open
    }

    /// A shift on a day, as instants; DST moves them with the wall clock.
    fn on(&self, shift: Shift, day: Date) -> Option<(Timestamp, Timestamp)> {
        if day.weekday().to_monday_one_offset() != shift.weekday {
            return None;
        }
        let end = if shift.to > shift.from {
            day
        } else {
            day.tomorrow().ok()?
        };
        let to = if shift.to > shift.from {
            shift.to
        } else {
            Time::midnight()
        };
        let instant = |date: Date, time| {
            let zoned = date.to_datetime(time).to_zoned(self.zone.clone());
            zoned.ok().map(|z| z.timestamp())
        };
        Some((instant(day, shift.from)?, instant(end, to)?))
    }

    /// `start` if somebody works then, else the start of the next shift.
    fn opens_from(&self, start: Timestamp) -> Timestamp {
        self.open(start)
            .first()
            .map_or(start, |(from, _)| start.max(*from))
    }

    /// When `duration` of working time has passed since `start`.
    fn worked(&self, start: Timestamp, duration: SignedDuration) -> Timestamp {
        let mut left = duration;
        for (from, to) in self.open(start) {
            let from = from.max(start);
            let length = to.duration_since(from);
            if length >= left {
                return plus(from, left);
            }
            left = left.saturating_sub(length);
        }
        plus(start, duration)
    }
}

#[cfg(test)]
mod tests;
