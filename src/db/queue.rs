//! How many requests may wait for a connection.
//!
//! A burst may wait: the pool works it off. When somebody has waited for a
//! second on end, requests come faster than they are answered, and a long queue
//! only makes every answer late; then no more may wait than are served soon,
//! and the others are told at once to come back.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// How long requests may queue as they like.
const BURST: Duration = Duration::from_secs(1);

/// The most that wait at any time, in a burst.
const LONGEST: u64 = 1_024;

/// How long who waits should wait, afterwards.
const SOON: Duration = Duration::from_millis(100);

/// How many wait for each connection in any case: clients that ask one thing
/// after the other make a standing queue by themselves.
const EACH: u64 = 2;

/// What is known of one pool's queue.
pub(super) struct Queue {
    start: Instant,
    /// Connections of the pool.
    size: u64,
    /// Milliseconds after `start` since when somebody waits; 0 for nobody.
    since: AtomicU64,
    /// Microseconds that a request keeps its connection: the mean of late.
    held: AtomicU64,
    /// Milliseconds after `start` when one was last given back.
    last: AtomicU64,
}

impl Queue {
    pub(super) fn new(size: usize) -> Self {
        Self {
            start: Instant::now(),
            size: wide(size.max(1)),
            since: AtomicU64::new(0),
            held: AtomicU64::new(0),
            last: AtomicU64::new(0),
        }
    }

    /// Whether one more may wait beside `waiting` others.
    pub(super) fn admits(&self, waiting: usize) -> bool {
        self.admits_at(self.start.elapsed(), wide(waiting))
    }

    /// Learns how long a connection was kept, as it is given back.
    pub(super) fn kept(&self, time: Duration) {
        self.kept_at(self.start.elapsed(), time);
    }

    fn kept_at(&self, elapsed: Duration, time: Duration) {
        let time = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let held = self.held.load(Ordering::Relaxed);
        // Two at once may lose one: it is a mean.
        let mean = (held.saturating_mul(15).saturating_add(time)) / 16;
        self.held.store(mean, Ordering::Relaxed);
        self.last.store(milliseconds(elapsed), Ordering::Relaxed);
    }

    fn admits_at(&self, elapsed: Duration, waiting: u64) -> bool {
        if waiting == 0 {
            self.since.store(0, Ordering::Relaxed);
            return true;
        }
        let now = milliseconds(elapsed).max(1);
        let since = self
            .since
            .compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed)
            .map_or_else(|since| since, |_| now);
        let stands = u128::from(now.saturating_sub(since)) > BURST.as_millis();
        waiting < if stands { self.soon(now) } else { LONGEST }
    }

    /// How many are served soon, and [`EACH`] in any case.
    fn soon(&self, now: u64) -> u64 {
        // While none comes back, they are kept for that long at least.
        let none_for = now.saturating_sub(self.last.load(Ordering::Relaxed));
        let held = self.held.load(Ordering::Relaxed);
        let held = held.max(none_for.saturating_mul(1_000)).max(1);
        let soon = u64::try_from(SOON.as_micros()).unwrap_or(u64::MAX);
        (self.size.saturating_mul(soon) / held).clamp(self.size.saturating_mul(EACH), LONGEST)
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(time: u64) -> Duration {
        Duration::from_millis(time)
    }

    #[test]
    fn a_burst_may_wait_and_a_standing_queue_is_short() {
        let queue = Queue::new(4);
        for _ in 0..100 {
            queue.kept_at(ms(0), ms(10));
        }
        assert!(queue.admits_at(ms(1), 500));
        assert!(queue.admits_at(ms(900), 1_000));
        assert!(!queue.admits_at(ms(900), 1_024));
        queue.kept_at(ms(1_099), ms(10));
        assert!(!queue.admits_at(ms(1_100), 45), "45 × 10 ms / 4 is late");
        assert!(queue.admits_at(ms(1_100), 35), "35 × 10 ms / 4 is soon");
        assert!(queue.admits_at(ms(1_200), 0), "it was worked off");
        assert!(queue.admits_at(ms(1_300), 500), "another burst may wait");
    }

    #[test]
    fn slow_answers_make_the_queue_shorter_and_two_each_may_always_wait() {
        let queue = Queue::new(4);
        assert!(queue.admits_at(ms(1), 1));
        for _ in 0..100 {
            queue.kept_at(ms(1_500), ms(2_000));
        }
        assert!(queue.admits_at(ms(1_501), 7));
        assert!(!queue.admits_at(ms(1_501), 8));
    }

    #[test]
    fn connections_that_do_not_come_back_make_the_queue_shorter() {
        let queue = Queue::new(4);
        for _ in 0..100 {
            queue.kept_at(ms(0), ms(1));
        }
        assert!(queue.admits_at(ms(1), 1));
        assert!(!queue.admits_at(ms(3_000), 8), "nothing came back for 3 s");
    }
}
