//! The jobs of routing: one thing, what waits, and the work of whoever left.

use jiff::Timestamp;
use uuid::Uuid;

use super::{assign::assign, gather::Thing, types::Entity};
use crate::{
    db::{Query, Run as _, Tx},
    error::Error,
};

/// Rows of one job at most; more ask for the job again.
const AT_ONCE: i64 = 200;

/// Does a job of routing in the transaction `tx` of the program itself.
///
/// # Errors
/// Whatever the database says; the job is tried again.
pub async fn work(tx: &Tx, kind: &str, key: Uuid, now: Timestamp) -> Result<(), Error> {
    let thing = |entity| Thing { entity, id: key };
    match kind {
        "route_prospect" => assign(tx, thing(Entity::Prospect), now).await,
        "route_handoff" => assign(tx, thing(Entity::Handoff), now).await,
        "reroute_person" => reroute(tx, key).await,
        "drain" => drain(tx).await,
        _ => Err(Error::internal("a job of an unknown kind")),
    }
}

/// What waits is tried again: packages by priority, then prospects, the oldest
/// first.
async fn drain(tx: &Tx) -> Result<(), Error> {
    let waiting = "(select a.outcome from assignments a where a.entity = ";
    let packages = Query::new(
        "select doorstep.ask_for('route_handoff', w.id) from (select h.id from handoff_packages h \
         where h.status = 'pending' and h.offered_to is null and ",
    )
    .push(waiting)
    .push(
        "'handoff' and a.entity_id = h.id order by a.assigned_at desc, a.id limit 1) = 'queued' \
         order by array_position(array['high', 'medium', 'low'], h.priority), h.created_at, h.id \
         limit ",
    )
    .bind(AT_ONCE)
    .push(") as w");
    tx.run(packages).await?;
    let people = Query::new(
        "select doorstep.ask_for('route_prospect', w.id) from (select p.id from prospects p \
         where p.assigned_to is null and p.merged_into_id is null and p.erased_at is null \
         and p.status not in ('closed', 'lost') and ",
    )
    .push(waiting)
    .push(
        "'prospect' and a.entity_id = p.id order by a.assigned_at desc, a.id limit 1) = 'queued' \
         order by p.created_at, p.id limit ",
    )
    .bind(AT_ONCE)
    .push(") as w");
    tx.run(people).await.map(drop)
}

/// The open prospects and packages of a person who left go through the rules
/// again. His appointments stay: a manager decides about them.
async fn reroute(tx: &Tx, person: Uuid) -> Result<(), Error> {
    let gone = Query::new(
        "select set_config('request.reason', 'rep_left', true) from users \
         where status = 'inactive' and id = ",
    )
    .bind(person);
    if tx.run(gone).await?.is_empty() {
        return Ok(());
    }
    let packages = Query::new(
        "with given as (update handoff_packages set status = 'pending', claimed_by = null, \
         claimed_at = null, offered_to = null where id in (select id from handoff_packages \
         where status in ('pending', 'claimed') and (claimed_by = ",
    )
    .bind(person)
    .push(" or status = 'pending' and offered_to = ")
    .bind(person)
    .push(") order by id limit ")
    .bind(AT_ONCE)
    .push(") returning id) select doorstep.ask_for('route_handoff', id) from given");
    let packages = tx.run(packages).await?.len();
    let people = Query::new(
        "with given as (update prospects set assigned_to = null where id in (select id from prospects \
         where status not in ('closed', 'lost') and merged_into_id is null and erased_at is null \
         and assigned_to = ",
    )
    .bind(person)
    .push(" order by created_at, id limit ")
    .bind(AT_ONCE)
    .push(") returning id) select doorstep.ask_for('route_prospect', id) from given");
    let people = tx.run(people).await?.len();
    if i64::try_from(packages.max(people)).is_ok_and(|most| most >= AT_ONCE) {
        let again = Query::new("select doorstep.ask_for('reroute_person', ")
            .bind(person)
            .push(")");
        tx.run(again).await?;
    }
    Ok(())
}
