//! Gives what came in to whom the rules say.

use jiff::Timestamp;

use super::{
    decide::decide,
    gather::{Thing, gather},
    sql::assignments as sql,
};
use crate::{db::Tx, error::Error};

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
        sql::give(tx, thing, person, decision.rule).await?;
        sql::turn(tx, &decision).await?;
    } else if sql::waited_before(tx, thing).await? {
        return Ok(());
    }
    sql::remember(tx, thing, &situation, &decision, now).await
}
