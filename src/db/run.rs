//! The three shapes in which statements run.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use futures_util::future::join_all;
use tokio_postgres::{Row, Statement, types::ToSql};

use super::{
    DatabaseRole, Db, Guard, Identity, Line, SystemReason,
    connection::Connection,
    pulse::Pulse,
    query::{Parameter, Query},
};
use crate::error::Error;

/// How often a transaction is tried again after PostgreSQL chose it as the
/// victim of a deadlock or of a serialization conflict.
const RETRIES: usize = 3;

/// Does the work of one transaction, and does it again when PostgreSQL chose
/// it as the victim of a deadlock or of a serialization conflict: nothing of it
/// happened then, and its locks are gone.
///
/// `work` begins the transaction and commits it last; whatever it does beside
/// the database happens as often as it is tried.
///
/// # Errors
/// What the work says; 503 when it was the victim each time.
pub async fn again<T, Doing>(mut work: impl FnMut() -> Doing) -> Result<T, Error>
where
    Doing: Future<Output = Result<T, Error>>,
{
    let mut tries = 0;
    loop {
        match work().await {
            Err(error) if error.is_retryable() && tries < RETRIES => tries += 1,
            other => return other,
        }
    }
}

/// Something that statements can be run on. SQL functions take it, and their
/// caller chooses the shape.
pub trait Run: Send + Sync {
    /// Runs one statement and returns its rows.
    fn run(&self, query: Query) -> impl Future<Output = Result<Vec<Row>, Error>> + Send;
}

/// See [`Db::read`].
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    pub(super) db: &'a Db,
    pub(super) identity: &'a Identity,
}

/// See [`Db::write`].
#[derive(Clone, Copy)]
pub struct Writer<'a> {
    pub(super) db: &'a Db,
    pub(super) identity: &'a Identity,
}

impl Run for Reader<'_> {
    async fn run(&self, query: Query) -> Result<Vec<Row>, Error> {
        let line = &self.db.inner.reads;
        let work = single(self.db, line, self.identity, "BEGIN READ ONLY", &query);
        self.db.inner.pulse.during(work).await
    }
}

impl Run for Writer<'_> {
    async fn run(&self, query: Query) -> Result<Vec<Row>, Error> {
        let line = &self.db.inner.writes;
        again(|| {
            let work = single(self.db, line, self.identity, "BEGIN", &query);
            self.db.inner.pulse.during(work)
        })
        .await
    }
}

/// BEGIN, identity, statement and COMMIT are put on the wire together, so one
/// statement costs one round trip.
async fn single(
    db: &Db,
    line: &Line,
    identity: &Identity,
    begin: &str,
    query: &Query,
) -> Result<Vec<Row>, Error> {
    let mut guard = Guard::checkout(line).await?;
    let connection = guard.connection()?;
    let who = connection
        .prepare(identity.role(), identity.statement())
        .await?;
    let statement = connection.prepare(identity.role(), query.sql()).await?;
    let who_values = identity.parameters(db.inner.clock.now());
    let who_values = borrowed(&who_values);
    let values = borrowed(query.parameters());
    guard.open = true;
    let client = guard.connection()?.client();
    let (begun, identified, rows, committed) = tokio::join!(
        biased;
        client.batch_execute(begin),
        client.query(&who, &who_values),
        client.query(&statement, &values),
        client.batch_execute("COMMIT"),
    );
    // All four answers are read, and COMMIT ended the transaction whichever
    // way it went; only a broken connection leaves one open.
    guard.open = begun.is_err() || committed.is_err();
    begun?;
    check_alive(identity, &identified?)?;
    let rows = rows?;
    committed?;
    Ok(rows)
}

/// 401 when the identity statement found the session's end.
fn check_alive(identity: &Identity, identified: &[Row]) -> Result<(), Error> {
    if identity.session_id().is_none() {
        return Ok(());
    }
    let role: Option<&str> = identified.first().and_then(|row| row.try_get(0).ok());
    if role == Some("nobody") {
        return Err(Error::session_ended());
    }
    Ok(())
}

pub(super) fn borrowed(parameters: &[Parameter]) -> Vec<&(dyn ToSql + Sync)> {
    parameters
        .iter()
        .map(|parameter| parameter.as_ref() as &(dyn ToSql + Sync))
        .collect()
}

/// A transaction of several statements. Dropped without [`Tx::commit`], it is
/// rolled back.
#[must_use = "a transaction that is not committed is rolled back"]
pub struct Tx {
    guard: Guard,
    role: DatabaseRole,
    /// The role of the caller, as PostgreSQL named it when the transaction began.
    caller: (DatabaseRole, String),
    failed: AtomicBool,
    pulse: Arc<Pulse>,
}

impl Tx {
    pub(super) async fn begin(db: &Db, identity: &Identity) -> Result<Self, Error> {
        db.inner.pulse.during(Self::begun(db, identity)).await
    }

    async fn begun(db: &Db, identity: &Identity) -> Result<Self, Error> {
        let mut guard = Guard::checkout(&db.inner.writes).await?;
        let connection = guard.connection()?;
        let who = connection
            .prepare(identity.role(), identity.statement())
            .await?;
        guard.open = true;
        let client = guard.connection()?.client();
        let values = identity.parameters(db.inner.clock.now());
        let values = borrowed(&values);
        let (begun, identified) = tokio::join!(
            biased;
            client.batch_execute("BEGIN"),
            client.query(&who, &values),
        );
        begun?;
        let identified = identified?;
        check_alive(identity, &identified)?;
        let entered_as = identified.first().map(|row| row.try_get(0)).transpose()?;
        Ok(Self {
            guard,
            role: identity.role(),
            caller: (identity.role(), entered_as.unwrap_or_default()),
            failed: AtomicBool::new(false),
            pulse: db.inner.pulse.clone(),
        })
    }

    pub(super) fn connection(&self) -> Result<&Connection, Error> {
        self.guard.connection()
    }

    /// Remembers that PostgreSQL refused a statement, which ends the
    /// transaction whatever comes after.
    pub(super) fn noted<T>(&self, answer: Result<T, tokio_postgres::Error>) -> Result<T, Error> {
        if answer.is_err() {
            self.failed.store(true, Ordering::Relaxed);
        }
        Ok(answer?)
    }

    async fn prepare(&self, query: &Query) -> Result<Statement, Error> {
        self.noted(self.connection()?.prepare(self.role, query.sql()).await)
    }

    /// Goes on as the program itself in the same transaction. The claims stay
    /// the caller's, so that events and audit name the person who acted.
    ///
    /// # Errors
    /// 503 when the database went away.
    pub async fn go_on_as(&mut self, reason: SystemReason) -> Result<(), Error> {
        let role = Identity::system(reason).role();
        self.run(
            Query::new("select set_config('role', ")
                .bind(role.name())
                .push(", true)"),
        )
        .await?;
        self.role = role;
        Ok(())
    }

    /// Goes on as the caller again after [`Tx::go_on_as`].
    ///
    /// # Errors
    /// 503 when the database went away.
    pub async fn go_on_as_caller(&mut self) -> Result<(), Error> {
        let (role, name) = self.caller.clone();
        let back = Query::new("select set_config('role', ")
            .bind(name)
            .push(", true)");
        self.run(back).await?;
        self.role = role;
        Ok(())
    }

    /// Runs several statements that do not need each other's answers in one
    /// round trip, in order.
    ///
    /// # Errors
    /// The first statement's error that has one.
    pub async fn run_all(&self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>, Error> {
        self.pulse.during(self.all_run(queries)).await
    }

    async fn all_run(&self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>, Error> {
        let mut statements = Vec::with_capacity(queries.len());
        for query in &queries {
            statements.push((self.prepare(query).await?, borrowed(query.parameters())));
        }
        let client = self.connection()?.client();
        join_all(
            statements
                .iter()
                .map(|(statement, values)| client.query(statement, values)),
        )
        .await
        .into_iter()
        .map(|rows| self.noted(rows))
        .collect()
    }

    /// Makes everything since [`Db::begin`] durable.
    ///
    /// # Errors
    /// What a deferred constraint says, or 503 when the database went away.
    pub async fn commit(mut self) -> Result<(), Error> {
        // PostgreSQL answers COMMIT after an error with a silent rollback.
        if self.failed.load(Ordering::Relaxed) {
            return Err(Error::internal("commit after a failed statement"));
        }
        self.end_with("COMMIT").await
    }

    /// Undoes everything since [`Db::begin`].
    ///
    /// # Errors
    /// 503 when the database went away, which undoes it as well.
    pub async fn rollback(mut self) -> Result<(), Error> {
        self.end_with("ROLLBACK").await
    }

    async fn end_with(&mut self, statement: &str) -> Result<(), Error> {
        let client = self.connection()?.client();
        let work = async { Ok(client.batch_execute(statement).await?) };
        self.pulse.during(work).await?;
        self.guard.open = false;
        Ok(())
    }
}

impl Run for Tx {
    async fn run(&self, query: Query) -> Result<Vec<Row>, Error> {
        let work = async {
            let statement = self.prepare(&query).await?;
            let values = borrowed(query.parameters());
            let client = self.connection()?.client();
            self.noted(client.query(&statement, &values).await)
        };
        self.pulse.during(work).await
    }
}
