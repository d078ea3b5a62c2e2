//! Whether PostgreSQL still does anything.
//!
//! A server that was killed ends its connections, and whoever waits on one
//! hears of it. One that hangs (stopped, or behind a network that drops
//! everything) says nothing, and its clients would wait as long as they have
//! patience. So while statements run and none ends, a connection of its own
//! asks for an empty answer; if even that stays out, everybody who waits is
//! told to come back, and whoever comes is told at once, until it answers.

use std::{
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval, timeout},
};
use tokio_postgres::Client;

use super::connection::Manager;
use crate::error::Error;

/// How often it is looked whether statements end.
const BEAT: Duration = Duration::from_millis(150);

/// The longest that an empty answer may take, connecting included. With two
/// beats before it, nobody waits for a second.
const PATIENCE: Duration = Duration::from_millis(550);

/// How long the first connection may take before the database is felt.
const FIRST: Duration = Duration::from_secs(5);

/// One for each database.
pub(super) struct Pulse {
    manager: Manager,
    running: AtomicUsize,
    ended: AtomicUsize,
    hangs: watch::Sender<bool>,
    felt: AtomicBool,
}

impl Pulse {
    pub(super) fn new(manager: Manager) -> Arc<Self> {
        Arc::new(Self {
            manager,
            running: AtomicUsize::new(0),
            ended: AtomicUsize::new(0),
            hangs: watch::Sender::new(false),
            felt: AtomicBool::new(false),
        })
    }

    /// Lets `work` wait on the database for as long as that does not hang.
    pub(super) async fn during<T>(
        self: &Arc<Self>,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        if !self.felt.swap(true, Ordering::Relaxed) {
            tokio::spawn(feel(Arc::downgrade(self)));
        }
        let mut hangs = self.hangs.subscribe();
        if *hangs.borrow_and_update() {
            return Err(Error::unavailable());
        }
        let _running = Running::new(&self.running);
        tokio::select! {
            biased;
            result = work => {
                if result.is_ok() {
                    self.ended.fetch_add(1, Ordering::Relaxed);
                }
                result
            }
            _ = hangs.wait_for(|hangs| *hangs) => Err(Error::unavailable()),
        }
    }

    /// Whether it was found to hang and has not answered since.
    pub(super) fn hangs(&self) -> bool {
        *self.hangs.borrow()
    }

    async fn ask(&self, kept: &mut Option<Client>) -> Result<(), tokio_postgres::Error> {
        let client = match kept.take() {
            Some(client) if !client.is_closed() => client,
            _ => self.manager.open().await?,
        };
        client.batch_execute("").await?;
        *kept = Some(client);
        Ok(())
    }

    fn found(&self, hangs: bool) {
        let changed = self
            .hangs
            .send_if_modified(|known| std::mem::replace(known, hangs) != hangs);
        match (changed, hangs) {
            (true, true) => tracing::error!("the database hangs"),
            (true, false) => tracing::info!("the database answers again"),
            (false, _) => {}
        }
    }
}

/// Lives as long as the database's last user.
async fn feel(pulse: Weak<Pulse>) {
    // A server that starts opens many connections at once: how long that takes
    // says nothing of the database.
    let mut kept = match pulse.upgrade() {
        Some(pulse) => match timeout(FIRST, pulse.manager.open()).await {
            Ok(opened) => opened.ok(),
            Err(_) => None,
        },
        None => return,
    };
    let mut beat = interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut ended = 0;
    loop {
        beat.tick().await;
        let Some(pulse) = pulse.upgrade() else {
            return;
        };
        let before = std::mem::replace(&mut ended, pulse.ended.load(Ordering::Relaxed));
        let stands = pulse.running.load(Ordering::Relaxed) > 0 && before == ended;
        if !stands && !pulse.hangs() {
            continue;
        }
        match timeout(PATIENCE, pulse.ask(&mut kept)).await {
            Ok(Ok(())) => pulse.found(false),
            // It refuses or is gone: whoever waits is told by his own
            // connection, and whoever comes by the next.
            Ok(Err(error)) => {
                tracing::debug!(%error, "the database refuses to be asked");
                pulse.found(false);
            }
            Err(_) => pulse.found(true),
        }
    }
}

/// Counts what runs, however it ends.
struct Running<'a>(&'a AtomicUsize);

impl<'a> Running<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
