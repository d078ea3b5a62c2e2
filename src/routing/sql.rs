//! The statements that name the table `routing_rules`.

pub mod assignments;
pub mod waiting;

use uuid::Uuid;

use super::types::{RoutingRule, RoutingRuleBody, RoutingRuleFilter};
use crate::{
    auth::Caller,
    db::{
        Key, Listing, Order, Query, Rows as _, Run, Source, delete_seen_row, get_row, insert_row,
        update_seen_row,
    },
    envelope::Page,
    error::Error,
    input::{Change, List, refuse_masked},
    users::Role,
};

const TABLE: &str = "routing_rules";
/// The names of the rules that are switched on, for reps.
const NAMES: &str = "routing_rules_names";
/// What they leave out, as far as it can be asked for.
const HIDDEN: &[&str] = &["priority", "entity", "team_id"];

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
        let named = [filter.hidden(), list.sort_columns()].concat();
        refuse_masked(&named, HIDDEN)?;
    }
    let sources = vec![Source::all(relation)];
    Listing::of(
        list,
        sources,
        || match relation {
            NAMES => Order(vec![
                Key::ascending("name", "text"),
                Key::ascending("id", "uuid"),
            ]),
            _ => Order::newest_first(),
        },
        move |query| conditions(query, filter),
    )
    .page(&caller.read())
    .await
}

fn conditions(query: &mut Query, filter: &RoutingRuleFilter) {
    query
        .equal("enabled", &filter.enabled)
        .equal("entity", &filter.entity)
        .equal("team_id", &filter.team_id);
}

/// One rule.
pub async fn get(caller: &Caller, id: Uuid) -> Result<RoutingRule, Error> {
    get_row(&caller.read(), &[relation(caller.role())], id).await
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
    let relations = [TABLE, relation(caller.role())];
    update_seen_row(&caller.write(), &relations, id, change).await
}

/// Deletes a rule.
pub async fn delete(caller: &Caller, id: Uuid) -> Result<(), Error> {
    let relations = [TABLE, relation(caller.role())];
    delete_seen_row(&caller.write(), &relations, id).await
}

/// Whether the database takes the caller for somebody who reads whole rules, at
/// this moment: what is remembered of his role decides nothing.
pub async fn may_try(on: &impl Run) -> Result<bool, Error> {
    let query = Query::new(
        "select coalesce(doorstep.my_role() <> 'sales_rep', auth.role() = 'service_role')",
    );
    on.run(query).await?.value().map(|may| may.unwrap_or(false))
}
