//! The statements of leads and of the keys that report them.
//!
//! They run as the service does: a key is no person and has no rights of its
//! own.

use uuid::Uuid;

use super::{
    keys::{LeadKey, LeadSource},
    types::LeadBody,
};
use crate::{
    db::{Db, Identity, Query, Rows as _, Run, SystemReason},
    error::Error,
    input::{Field, Writable as _},
};
use jiff::Timestamp;

/// The living key with this hash.
pub async fn key(on: &impl Run, hash: Vec<u8>) -> Result<Option<LeadKey>, Error> {
    let query = Query::new(KEYS)
        .push(" where revoked_at is null and key_hash = ")
        .bind(hash);
    let rows = on.run(query).await?;
    rows.first().map(read).transpose()
}

const KEYS: &str =
    "select id, name, source, team_id, revoked_at is not null from doorstep.lead_keys";

fn read(row: &tokio_postgres::Row) -> Result<LeadKey, Error> {
    let read = || {
        Ok::<_, tokio_postgres::Error>(LeadKey {
            id: row.try_get(0)?,
            name: row.try_get(1)?,
            source: row.try_get(2)?,
            team_id: row.try_get(3)?,
            revoked: row.try_get(4)?,
        })
    };
    read().map_err(Error::internal)
}

/// Every key.
pub async fn keys(db: &Db) -> Result<Vec<LeadKey>, Error> {
    let query = Query::new(KEYS).push(" order by revoked_at is not null, lower(name), created_at");
    let rows = db.read(&owner()).run(query).await?;
    rows.iter().map(read).collect()
}

/// Keeps a new key's hash.
pub async fn make_key(
    db: &Db,
    name: &str,
    source: LeadSource,
    team: Option<&str>,
    hash: Vec<u8>,
) -> Result<(), Error> {
    let query =
        Query::new("insert into doorstep.lead_keys (name, key_hash, source, team_id) select ")
            .bind(name.to_owned())
            .push(", ")
            .bind(hash)
            .push(", ")
            .bind(source.word())
            .push(", t.id from (select ")
            .bind(team.map(str::to_owned))
            .push(
                "::text as name) as wanted left join teams t on t.name = wanted.name \
           where wanted.name is null or t.id is not null returning id",
            );
    let made: Option<Uuid> = db.write(&owner()).run(query).await?.value()?;
    made.map(drop).ok_or_else(Error::not_found)
}

/// Ends a key.
pub async fn revoke_key(db: &Db, name: &str) -> Result<(), Error> {
    let query = Query::new("update doorstep.lead_keys set revoked_at = ")
        .bind(db.clock().now())
        .push(" where revoked_at is null and lower(name) = lower(")
        .bind(name.to_owned())
        .push(") returning id");
    let ended: Option<Uuid> = db.write(&owner()).run(query).await?.value()?;
    ended.map(drop).ok_or_else(Error::not_found)
}

fn owner() -> Identity {
    Identity::system(SystemReason::Administration)
}

/// Notes that a key was used.
pub async fn used(on: &impl Run, key: Uuid, now: Timestamp) -> Result<(), Error> {
    let query = Query::new("update doorstep.lead_keys set last_used_at = ")
        .bind(now)
        .push(" where id = ")
        .bind(key);
    on.run(query).await.map(drop)
}

/// Who has one of the lead's addresses: the oldest of those who are alive. A row
/// that was merged stands for the one that it was merged into.
pub async fn known(on: &impl Run, lead: &LeadBody) -> Result<Option<Uuid>, Error> {
    let text =
        |field: &Field<crate::input::Line>| field.value().map(|line| line.as_str().to_owned());
    let query = Query::new(
        "select coalesce(p.merged_into_id, p.id) from prospects p, (select doorstep.e164(",
    )
    .bind(text(&lead.phone))
    .push(") as phone, doorstep.e164(")
    .bind(text(&lead.whatsapp))
    .push(") as whatsapp, doorstep.email_normalized(")
    .bind(text(&lead.email))
    .push(
        ") as email) as said where p.erased_at is null \
         and (p.phone_e164 in (said.phone, said.whatsapp) \
              or p.whatsapp_e164 in (said.phone, said.whatsapp) \
              or p.email_normalized = said.email) \
         order by p.merged_into_id is not null, p.created_at, p.id limit 1",
    );
    on.run(query).await?.value()
}

/// Enters him, unless somebody else did in the same moment.
pub async fn enter(
    on: &impl Run,
    key: &LeadKey,
    lead: LeadBody,
    now: Timestamp,
) -> Result<Option<Uuid>, Error> {
    let mut columns = lead.columns();
    columns.retain(|(name, _)| *name != "message");
    columns.push(("source", Box::new(key.source.clone())));
    columns.push(("last_inbound_at", Box::new(now)));
    columns.push(("created_at", Box::new(now)));
    columns.extend(key.team_id.map(|team| ("team_id", Box::new(team) as _)));
    let query = Query::insert("prospects", columns).push(" on conflict do nothing returning id");
    on.run(query).await?.value()
}

/// Where the prospect keeps silent about a wish, the lead's word is taken; what
/// he said himself, or somebody of the desk wrote, stands. His addresses and
/// where he came from first are never a form's to write, nor is anything of a
/// person whose data may only be kept.
pub async fn fill(on: &impl Run, prospect: Uuid, lead: LeadBody) -> Result<(), Error> {
    let mut columns = lead.with_whole_budget().columns();
    columns.retain(|(name, _)| silent(name).is_some());
    if columns.is_empty() {
        return Ok(());
    }
    let mut query = Query::new("update prospects set ");
    for (index, (name, value)) in columns.into_iter().enumerate() {
        let Some(silent) = silent(name) else {
            continue;
        };
        if index > 0 {
            query.text(", ");
        }
        query.text(name).text(" = case when ").text(silent);
        query.text(" then ").add_boxed(value);
        query.text(" else ").text(name).text(" end");
    }
    let query = query
        .push(" where restricted_at is null and id = ")
        .bind(prospect);
    on.run(query).await.map(drop)
}

/// When a column is the lead's to fill; `None` where it never is. What is one
/// statement is filled as one: a budget's words with its numbers, a place with
/// its zone.
fn silent(column: &str) -> Option<&'static str> {
    Some(match column {
        "budget" | "budget_max" | "budget_currency" => {
            "num_nonnulls(budget, budget_min, budget_max) = 0"
        }
        "timeline" => "num_nonnulls(timeline, timeline_months_max) = 0",
        "country" => "num_nonnulls(country, region, timezone) = 0",
        "city" => "city is null",
        "purpose" => "purpose is null",
        "preferred_channel" => "preferred_channel is null",
        "language" => "language is null",
        "wanted_features" => "wanted_features = '{}'",
        _ => return None,
    })
}

/// Writes down what he wrote, as a conversation that he began, and what else
/// the report `says`.
pub async fn note(
    on: &impl Run,
    prospect: Uuid,
    (channel, message, says): (&'static str, Option<String>, String),
    now: Timestamp,
) -> Result<(), Error> {
    let heard = Query::new("update prospects set last_inbound_at = ")
        .bind(now)
        .push(" where id = ")
        .bind(prospect);
    on.run(heard).await?;
    let query = Query::new(
        "insert into conversations (prospect_id, channel, outcome, direction, notes, transcript, \
         \"timestamp\", started_at, ended_at) values (",
    )
    .bind(prospect)
    .push(", ")
    .bind(channel)
    .push(", 'responded', 'inbound', ")
    .bind(says)
    .push(", ")
    .bind(message.map(|message| format!("Prospect: {message}")))
    .push(", ")
    .bind(now)
    .push(", ")
    .bind(now)
    .push(", ")
    .bind(now)
    .push(")");
    on.run(query).await.map(drop)
}
