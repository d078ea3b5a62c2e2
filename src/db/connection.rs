//! One connection to PostgreSQL and the statements prepared on it.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use deadpool::managed;
use tokio_postgres::{Client, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::identity::DatabaseRole;

/// Statements kept per connection. A client that varies the columns it writes
/// cannot grow the cache beyond this; it is emptied and fills again.
const STATEMENTS_KEPT: usize = 256;

/// A connection that is used by one request at a time.
pub(super) struct Connection {
    client: Client,
    statements: Mutex<HashMap<(DatabaseRole, String), Statement>>,
}

impl Connection {
    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// The prepared form of `sql` for transactions that run as `role`.
    ///
    /// The role is part of the key: PostgreSQL plans a statement again each
    /// time it finds it under another role than it was planned for.
    pub(super) async fn prepare(
        &self,
        role: DatabaseRole,
        sql: &str,
    ) -> Result<Statement, tokio_postgres::Error> {
        // The lookup borrows through a pair, so the key is built either way;
        // SQL texts are short and the allocation is below 1 % of a request.
        let key = (role, sql.to_owned());
        if let Some(statement) = self.kept().get(&key) {
            return Ok(statement.clone());
        }
        // Boxed, as it seldom happens: every request would carry its state.
        let statement = Box::pin(self.client.prepare(sql)).await?;
        let mut kept = self.kept();
        if kept.len() >= STATEMENTS_KEPT {
            kept.clear();
        }
        kept.insert(key, statement.clone());
        Ok(statement)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, HashMap<(DatabaseRole, String), Statement>> {
        self.statements
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens connections for a pool and throws broken ones away.
pub(super) struct Manager {
    config: tokio_postgres::Config,
    tls: MakeRustlsConnect,
}

impl Manager {
    pub(super) fn new(config: tokio_postgres::Config) -> Self {
        Self {
            config,
            tls: super::tls::connector(),
        }
    }

    /// Opens one connection outside of any pool.
    pub(super) async fn open(&self) -> Result<Client, tokio_postgres::Error> {
        let (client, connection) = self.config.connect(self.tls.clone()).await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a database connection ended");
            }
        });
        Ok(client)
    }
}

impl managed::Manager for Manager {
    type Type = Connection;
    type Error = tokio_postgres::Error;

    async fn create(&self) -> Result<Connection, Self::Error> {
        Ok(Connection {
            // Boxed: every checkout would carry the state of a handshake.
            client: Box::pin(self.open()).await?,
            statements: Mutex::default(),
        })
    }

    async fn recycle(
        &self,
        connection: &mut Connection,
        _: &managed::Metrics,
    ) -> managed::RecycleResult<Self::Error> {
        if connection.client.is_closed() {
            return Err(managed::RecycleError::message("the connection is closed"));
        }
        Ok(())
    }
}

/// Whether the way to PostgreSQL is the trouble, not what was said on it: it
/// could not be opened, was closed, or broke in the middle of an answer.
pub fn is_broken(error: &tokio_postgres::Error) -> bool {
    use std::error::Error as _;
    let broke = error
        .source()
        .is_some_and(|cause| cause.is::<std::io::Error>());
    broke || error.is_closed() || error.to_string().contains("connect")
}
