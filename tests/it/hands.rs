//! A clock that a test moves, and servers that read it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use doorstep::{clock::Clock, db::PoolSizes};
use jiff::{SignedDuration, Timestamp};

use crate::{app::TestApp, cluster::Database};

/// The hands of a clock, in seconds.
#[derive(Clone)]
pub struct Hands(Arc<AtomicI64>);

impl Hands {
    /// A clock that stands.
    pub fn at(moment: &str) -> Self {
        let moment: Timestamp = moment.parse().unwrap();
        Self(Arc::new(AtomicI64::new(moment.as_second())))
    }

    /// The moment it shows.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::Relaxed)).unwrap()
    }

    /// Sets it.
    pub fn set(&self, moment: Timestamp) {
        self.0.store(moment.as_second(), Ordering::Relaxed);
    }

    /// Moves it on.
    pub fn pass(&self, time: SignedDuration) {
        self.0.fetch_add(time.as_secs(), Ordering::Relaxed);
    }

    /// A server that reads it, and does nothing after a commit until it is told.
    pub async fn server(&self) -> TestApp {
        self.server_on(Database::create().await).await
    }

    /// Another server on the same database.
    pub async fn server_on(&self, database: Database) -> TestApp {
        let sizes = PoolSizes {
            reads: 4,
            writes: 16,
        };
        let (login, hands) = (database.login(), self.clone());
        let clock = Clock::from_fn(move || hands.now());
        TestApp::timed(database, &login, sizes, clock, |_| {}).await
    }
}
