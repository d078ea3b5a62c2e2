//! The statements that name the table `doorstep.jobs`.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::{
    db::{Query, Run},
    error::Error,
};

/// How long a job is a server's own. One that dies leaves it for so long.
const LEASE: SignedDuration = SignedDuration::from_secs(8);
/// Jobs claimed at once.
const AT_ONCE: i64 = 8;
/// The longest wait before a job that failed is tried again, in seconds.
const LONGEST_WAIT: i64 = 300;

/// A job that this server has claimed.
pub struct Job {
    id: i64,
    /// What is to be done.
    pub kind: String,
    /// With what.
    pub key: Uuid,
    asked: i32,
    attempts: i32,
}

fn after(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.checked_add(wait).unwrap_or(now)
}

/// Claims jobs that are due, the oldest first; what another server has claimed
/// is passed over.
pub async fn claim(on: &impl Run, now: Timestamp) -> Result<Vec<Job>, Error> {
    let query = Query::new("with claimed as (update doorstep.jobs set lease_until = ")
        .bind(after(now, LEASE))
        .push(", attempts = attempts + 1 where id in (select j.id from doorstep.jobs j where j.run_at <= ")
        .bind(now)
        .push(" and (j.lease_until is null or j.lease_until <= ")
        .bind(now)
        .push(") order by j.run_at, j.id limit ")
        .bind(AT_ONCE)
        .push(
            " for update skip locked) returning id, kind, key, asked, attempts) \
             select * from claimed order by id",
        );
    let rows = on.run(query).await?;
    let job = |row: &tokio_postgres::Row| -> Result<Job, tokio_postgres::Error> {
        Ok(Job {
            id: row.try_get(0)?,
            kind: row.try_get(1)?,
            key: row.try_get(2)?,
            asked: row.try_get(3)?,
            attempts: row.try_get(4)?,
        })
    };
    rows.iter()
        .map(|row| job(row).map_err(Error::internal))
        .collect()
}

/// Removes a job that is done, unless it was asked for again meanwhile: then it
/// is free for the next round.
///
/// # Errors
/// 503 when the lease ran out and somebody else has the job: what was done here
/// must not be committed beside his.
pub async fn done(on: &impl Run, job: &Job) -> Result<(), Error> {
    let remove = Query::new("delete from doorstep.jobs where id = ")
        .bind(job.id)
        .push(" and asked = ")
        .bind(job.asked)
        .push(" and attempts = ")
        .bind(job.attempts)
        .push(" returning id");
    if !on.run(remove).await?.is_empty() {
        return Ok(());
    }
    let free = Query::new("update doorstep.jobs set lease_until = null where id = ")
        .bind(job.id)
        .push(" and attempts = ")
        .bind(job.attempts)
        .push(" returning id");
    match on.run(free).await?.is_empty() {
        true => Err(Error::unavailable()),
        false => Ok(()),
    }
}

/// Puts a job off that failed: a second, two, four … five minutes.
pub async fn put_off(
    on: &impl Run,
    job: &Job,
    error: &'static str,
    now: Timestamp,
) -> Result<(), Error> {
    let wait = 1_i64 << job.attempts.clamp(0, 9);
    let until = after(now, SignedDuration::from_secs(wait.min(LONGEST_WAIT)));
    let query = Query::new("update doorstep.jobs set lease_until = null, last_error = ")
        .bind(error)
        .push(", run_at = ")
        .bind(until)
        .push(" where id = ")
        .bind(job.id)
        // Not another's lease.
        .push(" and attempts = ")
        .bind(job.attempts);
    on.run(query).await.map(drop)
}

/// Asks for what waits to be tried again.
pub async fn ask_for_drain(on: &impl Run) -> Result<(), Error> {
    let query = Query::new("select doorstep.ask_for('drain', ")
        .bind(Uuid::nil())
        .push(")");
    on.run(query).await.map(drop)
}
