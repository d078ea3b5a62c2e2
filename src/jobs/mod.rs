//! Jobs: what is done after a commit.
//!
//! A job is a row, written by a trigger in the transaction that is its cause.
//! Any server claims it for some seconds and removes it in the transaction that
//! does it, so it takes effect once, and a server that dies leaves it to the
//! others. A job may wait for its moment. What happens wakes the runner at once;
//! without that it looks every second.

mod sql;

use std::time::Duration;

use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::Instant,
};

use crate::{
    app::App,
    db::{Identity, SystemReason},
    error::Error,
    handoffs,
    live::Change,
    matches, routing,
};

/// How often the table is looked at when nothing is heard.
const BEAT: Duration = Duration::from_secs(1);
/// How long one job may take; less than its lease.
const LONGEST: Duration = Duration::from_secs(5);
/// How often what waits is tried without a cause in the tables: working hours
/// begin, an absence ends, a rule is added.
const DRAIN: Duration = Duration::from_secs(60);

/// What jobs are about.
const CAUSES: &[&str] = &[
    "prospects",
    "handoff_packages",
    "users",
    "detected_entities",
];

/// Does jobs until the program ends.
pub async fn run(app: App) {
    let mut changes = app.stream().listen();
    let mut drained = Instant::now();
    loop {
        if drained.elapsed() >= DRAIN {
            drained = Instant::now();
            ask_for_drain(&app).await;
        }
        match all(&app).await {
            Ok(0) => {
                tokio::select! {
                    () = tokio::time::sleep(BEAT) => {}
                    () = something_happened(&mut changes) => {}
                }
            }
            Ok(_) => {}
            Err(error) => {
                tracing::debug!(%error, "the jobs wait");
                tokio::time::sleep(BEAT).await;
            }
        }
    }
}

async fn ask_for_drain(app: &App) {
    let system = Identity::system(SystemReason::Work);
    if let Err(error) = sql::ask_for_drain(&app.db().write(&system)).await {
        tracing::debug!(%error, "what waits is tried a minute later");
    }
}

/// Does what is due, and reads anew what some prospects want; how much there was
/// of both.
async fn all(app: &App) -> Result<usize, Error> {
    Ok(round(app).await? + matches::read_anew(app).await?)
}

/// Claims what is due and does it, once; how many jobs there were.
///
/// # Errors
/// 503 when the database is away; a job that fails is put off.
pub async fn round(app: &App) -> Result<usize, Error> {
    let system = Identity::system(SystemReason::Work);
    let due = sql::claim(&app.db().write(&system), app.clock().now()).await?;
    for job in &due {
        let done = tokio::time::timeout(LONGEST, one(app, &system, job)).await;
        let failed = match done {
            Ok(Ok(())) => continue,
            Ok(Err(error)) => error,
            Err(_) => Error::timeout(),
        };
        tracing::warn!(job = %job.kind, key = %job.key, error = %failed, "a job is tried again");
        let on = app.db().write(&system);
        sql::put_off(&on, job, failed.code(), app.clock().now()).await?;
    }
    Ok(due.len())
}

async fn one(app: &App, system: &Identity, job: &sql::Job) -> Result<(), Error> {
    let tx = app.db().begin(system).await?;
    let now = app.clock().now();
    match job.kind.as_str() {
        "handoff_due" | "handoff_expires" | "handoff_idle" => {
            handoffs::work(&tx, &job.kind, job.key, now).await?;
        }
        _ => routing::work(&tx, &job.kind, job.key, now).await?,
    }
    sql::done(&tx, job).await?;
    tx.commit().await
}

/// Waits for a change of something that jobs are about.
async fn something_happened(changes: &mut Receiver<Change>) {
    loop {
        match changes.recv().await {
            Ok(change) if CAUSES.contains(&&*change.noun) => return,
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}
