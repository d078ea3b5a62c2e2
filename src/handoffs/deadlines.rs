//! Until when a package is to be claimed, until when it can be, and how long
//! whoever claimed it may let it lie.
//!
//! Source: the scoring model, "Priority" and "Life cycle": high five minutes,
//! medium an hour, low 24 hours of work; high lives 24 hours, medium 72, low
//! seven days; a claim lies idle after twice the time. Pure: moment and calendar
//! are passed in.
//!
//! Where the model is silent: high counts as the clock goes from inside a shift
//! on, so one made outside of every shift is due five minutes after the next
//! opens; and no package ends before somebody at work had its time to claim it.

use jiff::{SignedDuration, Timestamp};

use super::{
    priority::Priority,
    types::{HandoffBody, HandoffPriority},
};
use crate::{
    input::Field,
    teams::calendar::{Calendar, plus},
};

/// How often a package is offered before it passes to a manager.
pub const OFFERS: usize = 3;

/// How long a package may wait for its claim; for medium and low this is
/// working time.
pub const fn claim_within(priority: Priority) -> SignedDuration {
    match priority {
        Priority::High => SignedDuration::from_mins(5),
        Priority::Medium => SignedDuration::from_mins(60),
        Priority::Low => SignedDuration::from_hours(24),
    }
}

/// How long a package lives unclaimed, as the clock goes.
pub const fn expires_after(priority: Priority) -> SignedDuration {
    match priority {
        Priority::High => SignedDuration::from_hours(24),
        Priority::Medium => SignedDuration::from_hours(72),
        Priority::Low => SignedDuration::from_hours(7 * 24),
    }
}

/// When `within` has passed since `now` in the sense of a priority.
fn passed(
    priority: Priority,
    now: Timestamp,
    within: SignedDuration,
    calendar: &Calendar,
) -> Timestamp {
    match priority {
        Priority::High => plus(calendar.opens_from(now), within),
        Priority::Medium | Priority::Low => calendar.worked(now, within),
    }
}

/// When a package that waits since `now` must be claimed.
pub fn claim_due(priority: Priority, now: Timestamp, calendar: &Calendar) -> Timestamp {
    passed(priority, now, claim_within(priority), calendar)
}

/// When an offer that is open for `within` of working time, or for the time of
/// the priority where the rule says nothing, passes to somebody else.
pub fn offer_due(
    priority: Priority,
    now: Timestamp,
    within: Option<SignedDuration>,
    calendar: &Calendar,
) -> Timestamp {
    let within = within.unwrap_or_else(|| claim_within(priority));
    passed(priority, now, within, calendar)
}

/// When a claim of which nothing was heard since `since` lies idle.
pub fn idle_at(priority: Priority, since: Timestamp, calendar: &Calendar) -> Timestamp {
    passed(priority, since, claim_within(priority) * 2, calendar)
}

/// When a package that waits since `now` and is due at `due` expires.
pub fn expires_at(priority: Priority, now: Timestamp, due: Timestamp) -> Timestamp {
    plus(now, expires_after(priority)).max(plus(due, claim_within(priority)))
}

impl From<HandoffPriority> for Priority {
    fn from(priority: HandoffPriority) -> Self {
        match priority {
            HandoffPriority::High => Self::High,
            HandoffPriority::Medium => Self::Medium,
            HandoffPriority::Low => Self::Low,
        }
    }
}

impl HandoffBody {
    /// The body with the deadlines of its priority, counted from `now`, where
    /// the person said nothing of them.
    pub fn with_deadlines(mut self, now: Timestamp, calendar: &Calendar) -> Self {
        let Field::Set(priority) = self.priority else {
            return self;
        };
        let priority = Priority::from(priority);
        let due = match self.claim_due_at {
            Field::Set(due) => due,
            Field::Absent | Field::Null => claim_due(priority, now, calendar),
        };
        if matches!(self.claim_due_at, Field::Absent) {
            self.claim_due_at = Field::Set(due);
        }
        if matches!(self.expires_at, Field::Absent) {
            self.expires_at = Field::Set(expires_at(priority, now, due));
        }
        self
    }
}

#[cfg(test)]
mod tests;
