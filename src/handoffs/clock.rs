//! What time does to a package; the jobs of this noun.
//!
//! Source: the domain, "Life cycle" and "Time-outs". An offer that passes
//! unclaimed goes to the next, the third time to a manager, who is told at the
//! second; what nobody takes expires; a claim of which nobody notes a contact
//! goes back and is offered to somebody else. Each is done in the transaction
//! that removes its job, and looks again at the moment: a job may come late, or
//! for nothing.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{
    deadlines::{OFFERS, claim_due, expires_at, idle_at, offer_due},
    phrases,
    priority::Priority,
    sql::clock as sql,
};
use crate::{
    db::{Run as _, Tx},
    error::Error,
    teams::{self, Whose, calendar::Calendar},
};

/// How often an offer passed when a manager is told.
const TELL: usize = 2;

/// Does a job of a package in the transaction `tx` of the program itself.
///
/// # Errors
/// Whatever the database says; the job is tried again.
pub async fn work(tx: &Tx, kind: &str, package: Uuid, now: Timestamp) -> Result<(), Error> {
    match kind {
        "handoff_due" => due(tx, package, now).await,
        "handoff_expires" => expire(tx, package, now).await,
        "handoff_idle" => idle(tx, package, now).await,
        _ => Err(Error::internal("a job of an unknown kind")),
    }
}

async fn calendar(tx: &Tx, team: Uuid, person: Option<Uuid>) -> Result<Calendar, Error> {
    let query = teams::calendar_query(Whose::Team(team), person);
    teams::read_calendar(&tx.run(query).await?)
}

/// Until when whoever is offered a package may claim it; `within` is what the
/// rule says. Without a person it is the pool's time.
///
/// # Errors
/// 404 when it is gone; whatever the database says.
pub async fn offered_until(
    tx: &Tx,
    package: Uuid,
    person: Option<Uuid>,
    within: Option<SignedDuration>,
    now: Timestamp,
) -> Result<Timestamp, Error> {
    let held = sql::lock(tx, package).await?.ok_or_else(Error::not_found)?;
    let calendar = calendar(tx, held.team_id, person).await?;
    Ok(offer_due(
        Priority::from(held.priority),
        now,
        within,
        &calendar,
    ))
}

async fn due(tx: &Tx, package: Uuid, now: Timestamp) -> Result<(), Error> {
    let Some(held) = sql::lock(tx, package).await? else {
        return Ok(());
    };
    if !held.is_pending() {
        return Ok(());
    }
    let priority = Priority::from(held.priority);
    let hours = calendar(tx, held.team_id, held.offered_to).await?;
    let (Some(due), Some(end)) = (held.claim_due_at, held.expires_at) else {
        let due = held.claim_due_at;
        let due = due.unwrap_or_else(|| claim_due(priority, now, &hours));
        let end = held.expires_at;
        let end = end.unwrap_or_else(|| expires_at(priority, now, due));
        return sql::wind(tx, package, due, end).await;
    };
    if end <= now {
        return Ok(());
    }
    if due > now {
        return sql::ask_at(tx, "handoff_due", package, due).await;
    }
    pass_on(tx, &held, now).await
}

/// Takes an offer back that nobody claimed and makes the next one.
async fn pass_on(tx: &Tx, held: &sql::Held, now: Timestamp) -> Result<(), Error> {
    let passed = sql::passed(tx, held.id).await? + 1;
    let manager = match passed >= TELL {
        true => sql::manager(tx, held.team_id).await?,
        false => None,
    };
    if passed == TELL
        && let Some(manager) = manager
    {
        let title = phrases::nobody_claimed(&held.prospect_name);
        sql::tell(tx, held, manager, title, now).await?;
    }
    if passed >= OFFERS {
        return sql::offer_again(tx, held, manager, None, now).await;
    }
    let pool = calendar(tx, held.team_id, None).await?;
    let next = claim_due(Priority::from(held.priority), now, &pool);
    sql::offer_again(tx, held, None, Some(next), now).await
}

async fn expire(tx: &Tx, package: Uuid, now: Timestamp) -> Result<(), Error> {
    let held = sql::lock(tx, package).await?;
    let Some(end) = held
        .filter(sql::Held::is_pending)
        .and_then(|h| h.expires_at)
    else {
        return Ok(());
    };
    match end <= now {
        true => sql::expire(tx, package).await,
        false => sql::ask_at(tx, "handoff_expires", package, end).await,
    }
}

async fn idle(tx: &Tx, package: Uuid, now: Timestamp) -> Result<(), Error> {
    let Some(held) = sql::lock(tx, package).await? else {
        return Ok(());
    };
    let Some((person, since)) = held.claimed_by.zip(held.claimed_at) else {
        return Ok(());
    };
    if !held.is_claimed() || sql::contact_noted(tx, package, now).await? {
        return Ok(());
    }
    let hours = calendar(tx, held.team_id, Some(person)).await?;
    let end = idle_at(Priority::from(held.priority), since, &hours);
    match end <= now {
        true => sql::take_back(tx, package).await,
        false => sql::ask_at(tx, "handoff_idle", package, end).await,
    }
}
