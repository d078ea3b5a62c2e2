//! The statements that name the table `agent_actions`.

use uuid::Uuid;

use super::types::{AgentAction, AgentActionBody, AgentActionFilter};
use crate::{
    auth::Caller,
    db::{Key, Listing, Order, Query, Source, forbidden_if_seen, read_row, update_row},
    envelope::Page,
    error::Error,
    input::{Change, List},
    users::Role,
};

const TABLE: &str = "agent_actions";
/// Without what the tools were given and gave back.
const NO_PAYLOAD: &str = "agent_actions_no_payload";

fn relation(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::Operations) => NO_PAYLOAD,
        _ => TABLE,
    }
}

/// One page of the actions that the caller sees.
pub async fn list(
    caller: &Caller,
    list: &List<AgentActionFilter>,
) -> Result<Page<AgentAction>, Error> {
    let (filter, scope) = (&list.filter, caller.scope());
    Listing {
        sources: vec![Source::within(relation(caller.role()), move |query| {
            scope.prospect(query)
        })],
        conditions: Box::new(move |query| conditions(query, filter)),
        order: list.order(|| {
            Order(vec![
                Key::descending("timestamp", "timestamptz"),
                Key::descending("id", "uuid"),
            ])
        }),
        limit: list.limit,
        cursor: list.cursor.clone(),
        count: list.count,
    }
    .page(&caller.read())
    .await
}

fn conditions(query: &mut Query, filter: &AgentActionFilter) {
    if let Some(wanted) = filter.conversation_id {
        query.text(" and conversation_id = ").add(wanted);
    }
    if let Some(wanted) = filter.live_conversation_id {
        query.text(" and live_conversation_id = ").add(wanted);
    }
    if let Some(wanted) = filter.prospect_id {
        query.text(" and prospect_id = ").add(wanted);
    }
    if let Some(wanted) = filter.status {
        query.text(" and status = ").add(wanted);
    }
    if let Some(wanted) = filter.action_type {
        query.text(" and action_type = ").add(wanted);
    }
    if let Some(wanted) = filter.actor {
        query.text(" and actor = ").add(wanted);
    }
}

/// One action.
pub async fn get(caller: &Caller, id: Uuid) -> Result<AgentAction, Error> {
    read_row(&caller.read(), relation(caller.role()), id).await
}

/// Approves or rejects an action.
pub async fn update(
    caller: &Caller,
    id: Uuid,
    change: Change<AgentActionBody>,
) -> Result<AgentAction, Error> {
    let on = caller.write();
    match update_row(&on, TABLE, id, change).await {
        Ok(row) => Ok(row),
        Err(error) => Err(forbidden_if_seen(&on, relation(caller.role()), id, error).await),
    }
}
