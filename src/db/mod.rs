//! The way to PostgreSQL: the only place that names a connection pool.
//!
//! Nothing runs without an [`Identity`]. There are three shapes, each a value
//! that the SQL functions of a noun take through the trait [`Run`]:
//! [`Db::read`] (one statement, one round trip, read only), [`Db::write`] (one
//! statement, one round trip, committed) and [`Db::begin`] (several statements,
//! committed explicitly and last).

#![expect(clippy::disallowed_types, reason = "the one place that names the pool")]

mod change;
mod connection;
mod copy;
mod cursor;
mod identity;
mod listing;
mod migrate;
mod pulse;
mod query;
mod queue;
mod row;
mod run;
mod single;
mod tally;
mod tls;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use deadpool::managed::{Object, Pool, PoolError, Timeouts};
use tokio_postgres::Config;

use crate::{clock::Clock, error::Error};

use connection::{Connection, Manager};
use pulse::Pulse;
use queue::Queue;

pub use change::{
    delete_row, delete_seen_row, get_row, update_columns, update_row, update_seen_row,
};
pub use connection::is_broken;
pub use copy::{Loaded, Null};
pub use identity::{DatabaseRole, Identity, SystemReason};
pub use listing::{Key, Listing, Order, Source};
pub use migrate::{
    MigrateError, Missing, Names, migrate, migrate_some, migration_names, migrations_current,
    missing, roles_script,
};
pub use query::{Parameter, Query};
pub use row::{ColumnType, Record, Rows, plain_bytes, plain_length, plain_name};
pub use run::{Reader, Run, Tx, Writer, again};
pub use single::insert_row;
pub use tally::{Tally, tally};

/// How many connections each pool may open, and how long a request waits.
#[derive(Clone, Copy, Debug)]
pub struct PoolSizes {
    /// Connections for reads; about twice the cores is enough.
    pub reads: usize,
    /// Connections for writes, which mostly wait for the disk.
    pub writes: usize,
}

impl Default for PoolSizes {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            reads: cores * 2,
            writes: 16,
        }
    }
}

/// One connection outside of the pools, for setting the database up.
///
/// # Errors
/// When the database does not answer or refuses.
pub async fn connect(config: &Config) -> Result<tokio_postgres::Client, tokio_postgres::Error> {
    Manager::new(config.clone()).open().await
}

/// How long a request waits for a free connection before it is told to come
/// back later.
const WAIT: Duration = Duration::from_secs(2);

/// A pool and the queue before it.
struct Line {
    pool: Pool<Manager>,
    queue: Arc<Queue>,
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    reads: Line,
    writes: Line,
    pulse: Arc<Pulse>,
    clock: Clock,
}

impl Db {
    /// Prepares the pools; no connection is opened yet.
    ///
    /// # Errors
    /// Only when the pools cannot be built.
    pub fn new(config: &Config, sizes: PoolSizes, clock: Clock) -> Result<Self, Error> {
        let line = |size: usize| {
            let pool = Pool::builder(Manager::new(config.clone()))
                .max_size(size)
                .timeouts(Timeouts {
                    wait: Some(WAIT),
                    create: Some(Duration::from_secs(5)),
                    recycle: Some(Duration::from_secs(5)),
                })
                .runtime(deadpool::Runtime::Tokio1)
                .build()
                .map_err(Error::internal)?;
            let queue = Arc::new(Queue::new(size));
            Ok::<_, Error>(Line { pool, queue })
        };
        Ok(Self {
            inner: Arc::new(Inner {
                reads: line(sizes.reads)?,
                writes: line(sizes.writes)?,
                pulse: Pulse::new(Manager::new(config.clone())),
                clock,
            }),
        })
    }

    /// The clock that statements are given.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// One statement that changes nothing.
    pub fn read<'a>(&'a self, identity: &'a Identity) -> Reader<'a> {
        Reader { db: self, identity }
    }

    /// One statement, committed at once.
    pub fn write<'a>(&'a self, identity: &'a Identity) -> Writer<'a> {
        Writer { db: self, identity }
    }

    /// Several statements, ended by [`Tx::commit`].
    ///
    /// # Errors
    /// 401 when the session has ended, 503 when the database is away.
    pub async fn begin(&self, identity: &Identity) -> Result<Tx, Error> {
        Tx::begin(self, identity).await
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// 503 when it does not.
    pub async fn ping(&self) -> Result<(), Error> {
        let ping = async {
            let connection = checkout(&self.inner.reads).await?;
            Ok(connection.client().batch_execute("").await?)
        };
        self.inner.pulse.during(ping).await
    }

    /// Connections open in both pools, and requests that wait for one.
    pub fn pool_status(&self) -> (usize, usize) {
        let (reads, writes) = (
            self.inner.reads.pool.status(),
            self.inner.writes.pool.status(),
        );
        (reads.size + writes.size, reads.waiting + writes.waiting)
    }

    /// Closes the pools; running requests keep their connection to the end.
    pub fn close(&self) {
        self.inner.reads.pool.close();
        self.inner.writes.pool.close();
    }
}

async fn checkout(line: &Line) -> Result<Object<Manager>, Error> {
    if !line.queue.admits(line.pool.status().waiting) {
        return Err(Error::overloaded());
    }
    line.pool.get().await.map_err(|error| match error {
        PoolError::Backend(error) => Error::from(error),
        PoolError::Timeout(_) => Error::overloaded(),
        PoolError::Closed => Error::unavailable(),
        other => Error::internal(other),
    })
}

/// A connection that goes back to its pool only when no transaction is open on
/// it: dropped in the middle of one, it is rolled back first.
struct Guard {
    object: Option<Object<Manager>>,
    open: bool,
    since: Instant,
    queue: Arc<Queue>,
}

/// How long a transaction that was given up may take to be rolled back before
/// its connection is given up as well.
const ROLLBACK: Duration = Duration::from_secs(5);

impl Guard {
    async fn checkout(line: &Line) -> Result<Self, Error> {
        Ok(Self {
            object: Some(checkout(line).await?),
            open: false,
            since: Instant::now(),
            queue: line.queue.clone(),
        })
    }

    fn connection(&self) -> Result<&Connection, Error> {
        self.object
            .as_deref()
            .ok_or_else(|| Error::internal("a connection was used after its end"))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let Some(object) = self.object.take() else {
            return;
        };
        self.queue.kept(self.since.elapsed());
        if !self.open {
            return;
        }
        match tokio::runtime::Handle::try_current() {
            // Answers still on their way are read and dropped by the driver, in
            // order, before the rollback's own.
            Ok(runtime) => {
                runtime.spawn(async move {
                    let rollback = object.client().batch_execute("ROLLBACK");
                    let done = tokio::time::timeout(ROLLBACK, rollback).await;
                    if !matches!(done, Ok(Ok(()))) {
                        drop(Object::take(object));
                    }
                });
            }
            Err(_) => drop(Object::take(object)),
        }
    }
}
