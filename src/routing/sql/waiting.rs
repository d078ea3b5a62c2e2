//! The statements that ask for the routing of what waits, and of what somebody left.

use uuid::Uuid;

use crate::{
    db::{Query, Rows as _, Run as _, Tx},
    error::Error,
};

/// Rows of one job at most; where more were left, the job is asked for again.
const AT_ONCE: i64 = 200;

/// What waits for somebody: nothing was decided about it since it was queued.
const QUEUED: &str = "(select a.entity, a.entity_id from assignments a where a.outcome = 'queued' \
     and not exists (select from assignments later where later.entity = a.entity \
     and later.entity_id = a.entity_id and (later.assigned_at > a.assigned_at \
     or later.assigned_at = a.assigned_at and later.id < a.id))) q";

/// What waits is tried again: packages by priority, then prospects, the oldest
/// first, each [`AT_ONCE`] after the one that `after` names or, where it names
/// none, from the beginning. Where more wait, the job is asked for again, to go
/// on behind the last; what was asked for before it is done before it. It goes
/// on only if any of that found somebody: where nobody has room, one round is
/// all that is tried.
pub async fn drain(tx: &Tx, after: Uuid) -> Result<(), Error> {
    if !after.is_nil() && !found_somebody(tx, after).await? {
        return Ok(());
    }
    let packages = Query::new(
        "select w.id, doorstep.ask_for('route_handoff', w.id) from (select h.id from ",
    )
    .push(QUEUED)
    .push(
        " join handoff_packages h on q.entity = 'handoff' and q.entity_id = h.id \
         where h.status = 'pending' and h.offered_to is null and (",
    )
    .bind(after)
    .push(
        "::uuid = '00000000-0000-0000-0000-000000000000' \
         or (array_position(array['high', 'medium', 'low'], h.priority), h.created_at, h.id) > \
         (select array_position(array['high', 'medium', 'low'], l.priority), l.created_at, l.id \
         from handoff_packages l where l.id = ",
    )
    .bind(after)
    .push(
        ")) order by array_position(array['high', 'medium', 'low'], h.priority), h.created_at, h.id \
         limit ",
    )
    .bind(AT_ONCE)
    .push(") as w");
    go_on(tx, packages).await?;
    let people =
        Query::new("select w.id, doorstep.ask_for('route_prospect', w.id) from (select p.id from ")
            .push(QUEUED)
            .push(
                " join prospects p on q.entity = 'prospect' and q.entity_id = p.id \
         where p.assigned_to is null and p.merged_into_id is null and p.erased_at is null \
         and p.status not in ('closed', 'lost') and (",
            )
            .bind(after)
            .push(
                "::uuid = '00000000-0000-0000-0000-000000000000' or (p.created_at, p.id) > \
         (select l.created_at, l.id from prospects l where l.id = ",
            )
            .bind(after)
            .push(")) order by p.created_at, p.id limit ")
            .bind(AT_ONCE)
            .push(") as w");
    go_on(tx, people).await
}

/// Asks for what the query asks for and, where that is not all, for the rest.
async fn go_on(tx: &Tx, batch: Query) -> Result<(), Error> {
    let asked = tx.run(batch).await?;
    if let Some(last) = asked.last()
        && i64::try_from(asked.len()).is_ok_and(|many| many >= AT_ONCE)
    {
        let last: Uuid = last.try_get(0).map_err(Error::internal)?;
        let rest = Query::new("select doorstep.ask_for('drain', ")
            .bind(last)
            .push(")");
        tx.run(rest).await?;
    }
    Ok(())
}

/// Whether anything was given to anybody since the job that goes on after this
/// row was asked for.
async fn found_somebody(tx: &Tx, after: Uuid) -> Result<bool, Error> {
    let query = Query::new(
        "select exists (select from users u where exists (select from assignments a \
         where a.user_id = u.id and a.assigned_at >= j.run_at)) \
         from doorstep.jobs j where j.kind = 'drain' and j.key = ",
    )
    .bind(after);
    let found: Option<bool> = tx.run(query).await?.value()?;
    Ok(found == Some(true))
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
