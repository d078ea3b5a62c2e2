//! Who may be on a database together: a server that others reach, and people
//! whose passwords are written on a screen.
//!
//! Locks of a session, so that they end with whoever held them: servers on any
//! machine are seen, wherever the command runs.

use std::time::Duration;

use tokio_postgres::{Client, Config as Connect};

use super::{OpenError, Postgres, while_doing};
use crate::db;

/// Held shared by each server that others than its own machine reach, and
/// alone by whoever loads the demo.
const OTHERS: i64 = 0x000d_0075_7e9f;

/// How often a server looks whether its lock is still held.
const LOOK: Duration = Duration::from_secs(1);

/// Held while a command loads the demo.
pub struct OnlyLoopback {
    _session: Client,
}

impl Postgres {
    /// Lets nobody load the demo from now on, until the program ends. Where
    /// PostgreSQL breaks off in between, the lock is taken again with the next
    /// connection.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn serve_others(&self) -> Result<(), OpenError> {
        let mut session = held(&self.owner)
            .await
            .map_err(while_doing("cannot note that others are served"))?;
        let owner = self.owner.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(LOOK).await;
                if session.is_closed()
                    && let Ok(again) = held(&owner).await
                {
                    session = again;
                }
            }
        });
        Ok(())
    }

    /// Lets no server begin to serve others, for as long as the answer lives.
    /// None where one does already.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn only_loopback(&self) -> Result<Option<OnlyLoopback>, OpenError> {
        let doing = "cannot ask whether others are served";
        let session = db::connect(&self.owner).await.map_err(while_doing(doing))?;
        let alone: bool = session
            .query_one("select pg_try_advisory_lock($1)", &[&OTHERS])
            .await
            .and_then(|row| row.try_get(0))
            .map_err(while_doing(doing))?;
        Ok(alone.then_some(OnlyLoopback { _session: session }))
    }
}

/// A session that holds the lock; it waits for a demo that is being loaded.
async fn held(owner: &Connect) -> Result<Client, tokio_postgres::Error> {
    let session = db::connect(owner).await?;
    session
        .execute("select pg_advisory_lock_shared($1)", &[&OTHERS])
        .await?;
    Ok(session)
}
