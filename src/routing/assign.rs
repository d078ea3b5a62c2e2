//! Gives what came in to whom the rules say.

use jiff::Timestamp;

use super::{
    decide::{Decision, Outcome, Situation, decide},
    gather::{Thing, gather},
    sql::assignments as sql,
    types::Entity,
};
use crate::{db::Tx, error::Error, handoffs};

/// Routes one thing in the transaction `tx` of the program itself, if it still
/// waits for somebody. The cursors of the rules are locked first, so that one
/// decision sees what the one before did.
///
/// # Errors
/// Whatever the database says.
pub async fn assign(tx: &Tx, thing: Thing, now: Timestamp) -> Result<(), Error> {
    sql::lock_cursors(tx, thing.entity).await?;
    if !sql::waits(tx, thing).await? {
        return Ok(());
    }
    let situation = gather(tx, thing, now).await?;
    let decision = decide(&situation, now);
    if decision.rule.is_none() {
        return Ok(());
    }
    if let Some(person) = decision.user_id {
        let due = open_until(tx, thing, &situation, &decision, now).await?;
        sql::give(tx, thing, person, decision.rule, due).await?;
        sql::turn(tx, &decision).await?;
    } else if sql::waited_before(tx, thing).await? {
        return Ok(());
    } else if decision.outcome == Outcome::Offered
        && let Some(due) = open_until(tx, thing, &situation, &decision, now).await?
    {
        sql::open(tx, thing, due).await?;
    }
    sql::remember(tx, thing, &situation, &decision, now).await
}

/// Until when the offer of a package is open; only packages are offered.
async fn open_until(
    tx: &Tx,
    thing: Thing,
    situation: &Situation,
    decision: &Decision,
    now: Timestamp,
) -> Result<Option<Timestamp>, Error> {
    if thing.entity != Entity::Handoff {
        return Ok(None);
    }
    let rules = &situation.rules;
    let rule = rules.iter().find(|rule| Some(rule.id) == decision.rule);
    let within = rule.and_then(|rule| rule.claim_timeout);
    let until = handoffs::offered_until(tx, thing.id, decision.user_id, within, now);
    until.await.map(Some)
}
