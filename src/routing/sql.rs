//! The statements that name the table `routing_rules`.

use uuid::Uuid;

use super::types::{RoutingRule, RoutingRuleBody, RoutingRuleFilter};
use crate::{
    auth::Caller,
    db::{
        Key, Listing, Order, Query, Run, Source, delete_row, forbidden_if_seen, insert_row,
        read_row, update_row,
    },
    envelope::Page,
    error::{Error, Problem},
    input::{Change, List},
    users::Role,
};

const TABLE: &str = "routing_rules";
/// The names of the rules that are switched on, for reps.
const NAMES: &str = "routing_rules_names";
/// What a rep may sort by.
const OPEN_COLUMNS: &[&str] = &["id", "name", "enabled"];

fn relation(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::SalesRep) => NAMES,
        _ => TABLE,
    }
}

/// One page of the rules that the caller sees.
///
/// # Errors
/// 400 when a rep filters or sorts by what is hidden from him.
pub async fn list(
    caller: &Caller,
    list: &List<RoutingRuleFilter>,
) -> Result<Page<RoutingRule>, Error> {
    let filter = &list.filter;
    let relation = relation(caller.role());
    if relation == NAMES {
        refuse_hidden(list)?;
    }
    Listing {
        sources: vec![Source::all(relation)],
        conditions: Box::new(move |query| conditions(query, filter)),
        order: list.order(|| match relation {
            NAMES => Order(vec![
                Key::ascending("name", "text"),
                Key::ascending("id", "uuid"),
            ]),
            _ => Order::newest_first(),
        }),
        limit: list.limit,
        cursor: list.cursor.clone(),
        count: list.count,
    }
    .page(&caller.read())
    .await
}

fn refuse_hidden(list: &List<RoutingRuleFilter>) -> Result<(), Error> {
    let sorted = list.sort_columns();
    let hidden = sorted.iter().find(|column| !OPEN_COLUMNS.contains(column));
    let refused = if hidden.is_some() {
        "sort"
    } else if list.filter.entity.is_some() {
        "entity"
    } else if list.filter.team_id.is_some() {
        "team_id"
    } else {
        return Ok(());
    };
    Err(Error::invalid(Problem::new(refused, "hidden_column")))
}

fn conditions(query: &mut Query, filter: &RoutingRuleFilter) {
    if let Some(enabled) = filter.enabled {
        query.text(" and enabled = ").add(enabled);
    }
    if let Some(entity) = filter.entity {
        query.text(" and entity = ").add(entity);
    }
    if let Some(team) = filter.team_id {
        query.text(" and team_id = ").add(team);
    }
}

/// One rule.
pub async fn get(caller: &Caller, id: Uuid) -> Result<RoutingRule, Error> {
    read_row(&caller.read(), relation(caller.role()), id).await
}

/// Makes a rule.
pub async fn insert(on: &impl Run, body: RoutingRuleBody) -> Result<RoutingRule, Error> {
    insert_row(on, TABLE, body).await
}

/// Changes a rule.
pub async fn update(
    caller: &Caller,
    id: Uuid,
    change: Change<RoutingRuleBody>,
) -> Result<RoutingRule, Error> {
    let on = caller.write();
    match update_row(&on, TABLE, id, change).await {
        Ok(row) => Ok(row),
        Err(error) => Err(forbidden_if_seen(&on, relation(caller.role()), id, error).await),
    }
}

/// Deletes a rule.
pub async fn delete(caller: &Caller, id: Uuid) -> Result<(), Error> {
    let on = caller.write();
    match delete_row(&on, TABLE, id).await {
        Ok(()) => Ok(()),
        Err(error) => Err(forbidden_if_seen(&on, relation(caller.role()), id, error).await),
    }
}
