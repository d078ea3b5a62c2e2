//! The statements of an assignment: what waits, whose turn it is, who got it and why.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    db::{Query, Rows as _, Run as _, Tx},
    error::Error,
    routing::{
        decide::{Decision, Outcome, Situation},
        gather::Thing,
        types::Entity,
    },
};

pub async fn lock_cursors(tx: &Tx, entity: Entity) -> Result<(), Error> {
    let make = Query::new(
        "insert into doorstep.routing_cursors (rule_id) select r.id from routing_rules r \
         where r.enabled and r.entity = ",
    )
    .bind(entity)
    .push(
        " and not exists (select from doorstep.routing_cursors k where k.rule_id = r.id) \
         order by r.id on conflict (rule_id) do nothing",
    );
    tx.run(make).await?;
    let lock = Query::new(
        "select k.rule_id from doorstep.routing_cursors k join routing_rules r on r.id = k.rule_id \
         where r.enabled and r.entity = ",
    )
    .bind(entity)
    .push(" order by k.rule_id for update of k");
    tx.run(lock).await.map(drop)
}

/// Whether it is there and nobody's yet; it is locked until the end.
pub async fn waits(tx: &Tx, thing: Thing) -> Result<bool, Error> {
    let query = match thing.entity {
        Entity::Handoff => Query::new(
            "select id from handoff_packages where status = 'pending' and offered_to is null and id = ",
        ),
        _ => Query::new(
            "select id from prospects where assigned_to is null and merged_into_id is null \
             and erased_at is null and restricted_at is null and status not in ('closed', 'lost') \
             and id = ",
        ),
    };
    let found = tx
        .run(query.bind(thing.id).push(" for no key update"))
        .await?;
    Ok(!found.is_empty())
}

pub async fn give(
    tx: &Tx,
    thing: Thing,
    person: Uuid,
    rule: Option<Uuid>,
    due: Option<Timestamp>,
) -> Result<(), Error> {
    let query = match thing.entity {
        Entity::Handoff => Query::new("update handoff_packages set offered_to = ")
            .bind(person)
            .push(", routing_rule_id = ")
            .bind(rule)
            .push(", claim_due_at = coalesce(")
            .bind(due)
            .push(", claim_due_at)"),
        _ => Query::new("update prospects set assigned_to = ").bind(person),
    };
    tx.run(query.push(" where id = ").bind(thing.id))
        .await
        .map(drop)
}

/// All who are eligible may claim a package until `due`.
pub async fn open(tx: &Tx, thing: Thing, due: Timestamp) -> Result<(), Error> {
    let query = Query::new("update handoff_packages set claim_due_at = ")
        .bind(due)
        .push(" where id = ")
        .bind(thing.id);
    tx.run(query).await.map(drop)
}

/// The next one after him has the next turn.
pub async fn turn(tx: &Tx, decision: &Decision) -> Result<(), Error> {
    if decision.outcome != Outcome::Assigned {
        return Ok(());
    }
    let query = Query::new("update doorstep.routing_cursors set last_user_id = ")
        .bind(decision.user_id)
        .push(" where rule_id = ")
        .bind(decision.rule);
    tx.run(query).await.map(drop)
}

/// Whether the last that was decided is that it waits.
pub async fn waited_before(tx: &Tx, thing: Thing) -> Result<bool, Error> {
    let query = Query::new("select outcome from assignments where entity = ")
        .bind(thing.entity)
        .push(" and entity_id = ")
        .bind(thing.id)
        .push(" order by assigned_at desc, id limit 1");
    let last: Option<String> = tx.run(query).await?.value()?;
    Ok(matches!(last.as_deref(), Some("queued" | "offered")))
}

pub async fn remember(
    tx: &Tx,
    thing: Thing,
    situation: &Situation,
    decision: &Decision,
    now: Timestamp,
) -> Result<(), Error> {
    let rule = situation
        .rules
        .iter()
        .find(|rule| Some(rule.id) == decision.rule);
    let candidates = serde_json::to_value(&decision.candidates).map_err(Error::internal)?;
    let query = Query::new(
        "insert into assignments (entity, entity_id, prospect_id, user_id, from_user_id, rule_id, \
         strategy, outcome, candidates, assigned_at) select ",
    )
    .bind(thing.entity)
    .push("::text, ")
    .bind(thing.id)
    .push("::uuid, p.id, ")
    .bind(decision.user_id)
    .push("::uuid, ")
    .bind(situation.owner)
    .push("::uuid, ")
    .bind(decision.rule)
    .push("::uuid, ")
    .bind(rule.map(|rule| rule.strategy))
    .push("::text, ")
    .bind(decision.outcome)
    .push("::text, ")
    .bind(candidates)
    .push("::jsonb, ")
    .bind(now)
    .push("::timestamptz from prospects p where p.id = ")
    .bind(thing.id)
    .push(" or p.id = (select h.prospect_id from handoff_packages h where h.id = ")
    .bind(thing.id)
    .push(")");
    tx.run(query).await.map(drop)
}
