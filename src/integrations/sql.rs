//! The statements that name the tables `integrations` and
//! `integration_secrets`.

use uuid::Uuid;

use super::{
    seal::Sealer,
    types::{Integration, IntegrationBody, IntegrationFilter, Written},
};
use crate::{
    auth::Caller,
    db::{Listing, Order, Query, Run, Source, delete_row, get_row, update_columns},
    envelope::Page,
    error::Error,
    input::{Change, Field, JsonObject, List, Writable as _},
    users::Role,
};

const TABLE: &str = "integrations";

/// For those who may write the configuration: with the names that it sets.
const WITH_KEYS: &str = "(select i.id, i.name, i.type, i.status, i.last_sync, i.icon, \
     i.created_at, i.updated_at, coalesce(s.key_names, '{}') as config_keys \
     from integrations i left join integration_secrets s on s.integration_id = i.id) shown";

/// For everybody else, who has no right on the secrets at all.
const WITHOUT_KEYS: &str = "(select id, name, type, status, last_sync, icon, created_at, \
     updated_at, null::text[] as config_keys from integrations) shown";

fn relation(who: &Caller) -> &'static str {
    match who.role() {
        Some(Role::Admin | Role::Operations) => WITH_KEYS,
        _ => WITHOUT_KEYS,
    }
}

/// One page of the integrations.
pub async fn list(
    on: &impl Run,
    who: &Caller,
    list: &List<IntegrationFilter>,
) -> Result<Page<Integration>, Error> {
    let source = Source::all(relation(who));
    Listing::of(list, vec![source], Order::newest_first, |query| {
        query
            .equal("type", &list.filter.r#type)
            .equal("status", &list.filter.status);
    })
    .page(on)
    .await
}

/// One integration.
pub async fn get(on: &impl Run, who: &Caller, id: Uuid) -> Result<Integration, Error> {
    get_row(on, &[relation(who)], id).await
}

/// Makes an integration, or changes the one of the same type and name; says
/// whether it is new.
pub async fn upsert(
    on: &impl Run,
    who: &Caller,
    mut body: IntegrationBody,
) -> Result<(Integration, bool), Error> {
    let config = std::mem::take(&mut body.config);
    let columns = body.columns();
    let names: Vec<&'static str> = columns.iter().map(|(name, _)| *name).collect();
    let mut query =
        Query::insert(TABLE, columns).push(" on conflict (type, lower(name)) do update set ");
    for (index, name) in names.iter().enumerate() {
        query
            .text(if index == 0 { "\"" } else { ", \"" })
            .text(name)
            .text("\" = excluded.\"")
            .text(name)
            .text("\"");
    }
    // A row that this statement inserted was never locked by it.
    query.text(" returning id, xmax::text = '0'");
    let rows = on.run(query).await?;
    let row = rows.first().ok_or_else(Error::forbidden)?;
    let id: Uuid = row.try_get(0).map_err(Error::internal)?;
    let new: bool = row.try_get(1).map_err(Error::internal)?;
    keep_config(on, who, id, config).await?;
    Ok((get(on, who, id).await?, new))
}

/// Changes an integration.
pub async fn update(
    on: &impl Run,
    who: &Caller,
    id: Uuid,
    change: Change<IntegrationBody>,
) -> Result<Integration, Error> {
    let mut body = change.body;
    let config = std::mem::take(&mut body.config);
    let mut columns = body.columns();
    if config != Field::Absent {
        // The row changes with its configuration, and so does its entity tag.
        columns.push(("updated_at", Box::new(who.now())));
    }
    let written: Written = update_columns(on, &[TABLE], id, columns, change.if_match).await?;
    keep_config(on, who, written.id, config).await?;
    get(on, who, id).await
}

/// Stores a configuration, encrypted, and the names that it sets.
async fn keep_config(
    on: &impl Run,
    who: &Caller,
    id: Uuid,
    config: Field<JsonObject>,
) -> Result<(), Error> {
    let config = match config {
        Field::Absent => return Ok(()),
        Field::Null => serde_json::Map::new(),
        Field::Set(config) => config.0,
    };
    let names: Vec<String> = config.keys().cloned().collect();
    let text = serde_json::Value::Object(config).to_string();
    let sealed = Sealer::new(who.app().keys())?.seal(id, &text)?;
    // The values are bound twice: `excluded` would need the right to read them.
    let query = Query::new(
        "insert into integration_secrets (integration_id, config_encrypted, key_names) values (",
    )
    .bind(id)
    .push(", ")
    .bind(sealed.clone())
    .push(", ")
    .bind(names.clone())
    .push(") on conflict (integration_id) do update set config_encrypted = ")
    .bind(sealed)
    .push(", key_names = ")
    .bind(names);
    on.run(query).await.map(|_| ())
}

/// Deletes an integration with its configuration.
pub async fn delete(on: &impl Run, id: Uuid) -> Result<(), Error> {
    delete_row(on, TABLE, id).await
}
