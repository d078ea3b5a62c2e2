//! Whether the program lives, is ready, and how it fares.

pub mod api;
mod sql;
mod types;

use std::time::Duration;

use tokio::{sync::Mutex, time::Instant};

use crate::db;

pub use sql::{events_lag, test_db};
pub use types::{TestDb, Tested};

/// How long an answer about the migrations is good: asking opens a connection.
const KEPT: Duration = Duration::from_secs(10);

/// What `/readyz` looks at beside the pools.
#[derive(Default)]
pub struct Health {
    owner: Option<tokio_postgres::Config>,
    notes: Vec<String>,
    asked: Mutex<Option<(Instant, bool)>>,
}

impl Health {
    /// Asks as the owner, who alone may read which migrations were applied.
    pub fn new(owner: tokio_postgres::Config, notes: Vec<String>) -> Self {
        Self {
            owner: Some(owner),
            notes,
            asked: Mutex::default(),
        }
    }

    /// What an operator should know about this way of running.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Whether the database's schema is this program's; true where nobody can
    /// be asked.
    pub async fn is_current(&self) -> bool {
        let Some(owner) = &self.owner else {
            return true;
        };
        let mut asked = self.asked.lock().await;
        if let Some((at, current)) = *asked
            && at.elapsed() < KEPT
        {
            return current;
        }
        match db::migrations_current(owner).await {
            Ok(current) => {
                *asked = Some((Instant::now(), current));
                current
            }
            Err(error) => {
                tracing::warn!(%error, "cannot ask which migrations were applied");
                false
            }
        }
    }
}
