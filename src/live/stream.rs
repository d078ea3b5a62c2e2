//! The change stream: the table `events`, read by a cursor.

use std::{sync::Arc, time::Duration};

use tokio::sync::broadcast;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::{
    db::{Db, Identity, Query, Run as _, SystemReason},
    error::Error,
};

/// How often the table is asked. One such question costs some 30 µs.
const INTERVAL: Duration = Duration::from_millis(100);
/// Events read at once.
const BATCH: i32 = 1_000;
/// Changes that a slow listener may lag behind before it is told so.
const KEPT: usize = 4_096;

/// One row was made, changed or deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The table.
    pub noun: Arc<str>,
    /// The row.
    pub row_id: Uuid,
    /// `created`, `updated` or `deleted`.
    pub kind: Arc<str>,
}

/// Place in the table: the last event that was told.
#[derive(Clone, Copy, Debug, Default)]
struct Cursor {
    transaction: i64,
    id: i64,
}

/// Tells changes to listeners. Cheap to clone.
#[derive(Clone)]
pub struct Stream {
    sender: broadcast::Sender<Change>,
}

impl Default for Stream {
    fn default() -> Self {
        Self {
            sender: broadcast::channel(KEPT).0,
        }
    }
}

impl Stream {
    /// Every change from now on. A listener that lags is told so and must read
    /// everything again.
    pub fn listen(&self) -> broadcast::Receiver<Change> {
        self.sender.subscribe()
    }

    /// Reads the table until the program ends, beginning with what happens
    /// next. A database that is away is asked again.
    pub async fn run(self, db: Db) {
        let identity = Identity::system(SystemReason::Work);
        let mut cursor: Option<Cursor> = None;
        let mut ticks = tokio::time::interval(INTERVAL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let step = match cursor {
                None => latest(&db, &identity).await.map(Some),
                Some(from) => self.tell_after(&db, &identity, from).await.map(Some),
            };
            match step {
                Ok(place) => cursor = place,
                Err(error) => tracing::debug!(%error, "the change stream waits"),
            }
        }
    }

    async fn tell_after(
        &self,
        db: &Db,
        identity: &Identity,
        from: Cursor,
    ) -> Result<Cursor, Error> {
        let query =
            Query::new("select transaction_id, id, noun, row_id, kind from doorstep.events_after(")
                .bind(from.transaction)
                .push(", ")
                .bind(from.id)
                .push(", ")
                .bind(BATCH)
                .push(")");
        let rows = db.read(identity).run(query).await?;
        let mut cursor = from;
        for row in &rows {
            let (place, change) = read(row)?;
            cursor = place;
            // Nobody listening is no error.
            let _ = self.sender.send(change);
        }
        Ok(cursor)
    }
}

fn read(row: &Row) -> Result<(Cursor, Change), Error> {
    let cursor = Cursor {
        transaction: row.try_get(0).map_err(Error::internal)?,
        id: row.try_get(1).map_err(Error::internal)?,
    };
    let noun: &str = row.try_get(2).map_err(Error::internal)?;
    let kind: &str = row.try_get(4).map_err(Error::internal)?;
    let change = Change {
        noun: noun.into(),
        row_id: row.try_get(3).map_err(Error::internal)?,
        kind: kind.into(),
    };
    Ok((cursor, change))
}

/// The place before everything that is still to come.
async fn latest(db: &Db, identity: &Identity) -> Result<Cursor, Error> {
    use crate::db::Rows as _;
    let query = Query::new("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1");
    let transaction = db.read(identity).run(query).await?.value()?;
    Ok(Cursor {
        transaction: transaction.unwrap_or_default(),
        id: i64::MAX,
    })
}
