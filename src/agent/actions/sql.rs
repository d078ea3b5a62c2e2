//! The statements that name the table `agent_actions`.

use uuid::Uuid;

use super::types::{AgentAction, AgentActionBody, AgentActionFilter};
use crate::{
    auth::Caller,
    db::{Key, Listing, Order, Query, Source, get_row, update_seen_row},
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
    let sources = vec![Source::within(relation(caller.role()), move |query| {
        scope.prospect(query)
    })];
    Listing::of(
        list,
        sources,
        || {
            Order(vec![
                Key::descending("timestamp", "timestamptz"),
                Key::ascending("id", "uuid"),
            ])
        },
        move |query| conditions(query, filter),
    )
    .page(&caller.read())
    .await
}

fn conditions(query: &mut Query, filter: &AgentActionFilter) {
    query
        .equal("conversation_id", &filter.conversation_id)
        .equal("live_conversation_id", &filter.live_conversation_id)
        .equal("prospect_id", &filter.prospect_id)
        .equal("status", &filter.status)
        .equal("action_type", &filter.action_type)
        .equal("actor", &filter.actor);
}

/// One action.
pub async fn get(caller: &Caller, id: Uuid) -> Result<AgentAction, Error> {
    get_row(&caller.read(), &[relation(caller.role())], id).await
}

/// Approves or rejects an action.
pub async fn update(
    caller: &Caller,
    id: Uuid,
    change: Change<AgentActionBody>,
) -> Result<AgentAction, Error> {
    let relations = [TABLE, relation(caller.role())];
    update_seen_row(&caller.write(), &relations, id, change).await
}
