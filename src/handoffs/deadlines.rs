//! Until when a package that a person wrote is to be claimed and can be.

use jiff::Timestamp;

use super::{
    priority::{Calendar, Priority, claim_due, expires_at},
    types::{HandoffBody, HandoffPriority},
};
use crate::input::Field;

impl HandoffBody {
    /// The body with the deadlines of its priority (domain.md 3.3 and 3.6),
    /// counted from `now`, where the person said nothing of them.
    pub fn with_deadlines(mut self, now: Timestamp) -> Self {
        let Field::Set(priority) = &self.priority else {
            return self;
        };
        let priority = match priority {
            HandoffPriority::High => Priority::High,
            HandoffPriority::Medium => Priority::Medium,
            HandoffPriority::Low => Priority::Low,
        };
        if matches!(self.claim_due_at, Field::Absent) {
            self.claim_due_at = Field::Set(claim_due(priority, now, &Calendar::always()));
        }
        if matches!(self.expires_at, Field::Absent) {
            self.expires_at = Field::Set(expires_at(priority, now));
        }
        self
    }
}
