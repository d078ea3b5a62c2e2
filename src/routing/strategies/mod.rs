//! How a rule chooses among those who are eligible: one pure function a file.
//!
//! Each takes the ring of the rule's targets in its order and answers with one of
//! those that are eligible, or with nobody. None of them ever names somebody who
//! is not.

pub mod least_loaded;
pub mod round_robin;
pub mod weighted;

use jiff::Timestamp;
use uuid::Uuid;

/// One of a rule's targets, as far as a strategy looks at him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contender {
    /// Who.
    pub user_id: Uuid,
    /// Whether he may get it.
    pub eligible: bool,
    /// His share, at least 1.
    pub weight: u32,
    /// What he got by this rule since the month began, with the credit of those
    /// who were not there all the time.
    pub got: u64,
    /// What he has open.
    pub open: u64,
    /// What he takes at most.
    pub room: u64,
    /// When he last got something, if ever.
    pub last: Option<Timestamp>,
}

#[cfg(test)]
pub(crate) fn contender(number: u128, eligible: bool) -> Contender {
    Contender {
        user_id: Uuid::from_u128(number),
        eligible,
        weight: 1,
        got: 0,
        open: 0,
        room: 50,
        last: None,
    }
}
