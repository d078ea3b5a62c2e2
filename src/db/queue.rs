//! How many requests may wait for a connection.
//!
//! A burst may wait: the pool works it off. When the queue has not been empty
//! for a second, requests come faster than they are answered, and a long queue
//! only makes every answer late; then few may wait and the others are told at
//! once to come back.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// How long requests may queue as they like.
const BURST: Duration = Duration::from_secs(1);

/// The most that wait at any time, in a burst.
const LONGEST: usize = 1_024;

/// Afterwards, for each connection of the pool: with answers of a few
/// milliseconds, as most are, that is a wait of some tens of them. Clients that
/// ask one thing after the other make a standing queue by themselves, and 32 of
/// them are no overload.
const EACH: usize = 16;

/// What is known of one pool's queue.
pub(super) struct Queue {
    start: Instant,
    /// Milliseconds after `start` since when somebody waits; 0 for nobody.
    since: AtomicU64,
}

impl Queue {
    pub(super) fn new() -> Self {
        Self {
            start: Instant::now(),
            since: AtomicU64::new(0),
        }
    }

    /// Whether one more may wait beside `waiting` others for one of `size`
    /// connections.
    pub(super) fn admits(&self, waiting: usize, size: usize) -> bool {
        let elapsed = self.start.elapsed().as_millis();
        self.admits_at(u64::try_from(elapsed).unwrap_or(u64::MAX), waiting, size)
    }

    fn admits_at(&self, now: u64, waiting: usize, size: usize) -> bool {
        if waiting == 0 {
            self.since.store(0, Ordering::Relaxed);
            return true;
        }
        let now = now.max(1);
        let since = self
            .since
            .compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed)
            .map_or_else(|since| since, |_| now);
        let stands = u128::from(now.saturating_sub(since)) > BURST.as_millis();
        let most = if stands { size * EACH } else { LONGEST };
        waiting < most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_may_wait_and_a_standing_queue_is_short() {
        let queue = Queue::new();
        assert!(queue.admits_at(0, 500, 4));
        assert!(queue.admits_at(900, 1_000, 4));
        assert!(!queue.admits_at(900, 1_024, 4));
        assert!(!queue.admits_at(1_100, 500, 4));
        assert!(queue.admits_at(1_100, 63, 4));
        assert!(!queue.admits_at(1_150, 64, 4));
        assert!(queue.admits_at(1_200, 0, 4), "it was worked off");
        assert!(queue.admits_at(1_300, 500, 4), "and another burst may wait");
    }
}
