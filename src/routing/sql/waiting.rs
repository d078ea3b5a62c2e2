//! The statements that ask for the routing of what waits, and of what somebody left.

use uuid::Uuid;

use crate::{
    db::{Query, Run as _, Tx},
    error::Error,
};

/// Rows of one job at most; where more were left, the job is asked for again.
const AT_ONCE: i64 = 200;

/// What waits is tried again: packages by priority, then prospects, the oldest
/// first.
pub async fn drain(tx: &Tx) -> Result<(), Error> {
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
pub async fn reroute(tx: &Tx, person: Uuid) -> Result<(), Error> {
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
