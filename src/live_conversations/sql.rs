//! The statements that name the table `live_conversations`.

use uuid::Uuid;

use super::types::{LiveConversation, LiveConversationFilter};
use crate::{
    auth::{Caller, Scope},
    db::{Key, Listing, Order, Query, Source, read_row},
    envelope::Page,
    error::Error,
    input::List,
    users::Role,
};

const TABLE: &str = "live_conversations";
/// All but what the agent thinks of the prospect.
const STATE: &str = "live_conversations_state";

fn relation(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::Operations) => STATE,
        _ => TABLE,
    }
}

/// One page of the live conversations that the caller sees.
pub async fn list(
    caller: &Caller,
    list: &List<LiveConversationFilter>,
) -> Result<Page<LiveConversation>, Error> {
    let filter = &list.filter;
    Listing {
        sources: sources(caller.scope(), relation(caller.role())),
        conditions: Box::new(move |query| conditions(query, filter)),
        order: list.order(|| {
            Order(vec![
                Key::descending("started_at", "timestamptz"),
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

/// Those of the scope's prospects, and those that its people control.
fn sources<'a>(scope: Scope<'a>, relation: &'static str) -> Vec<Source<'a>> {
    let Some(people) = scope.people() else {
        return vec![Source::all(relation)];
    };
    vec![
        Source::within(relation, move |query| scope.prospect(query)),
        Source::within(relation, move |query| {
            query.text("controller_user_id = any (").add(people.clone());
            query.text(") and not ");
            scope.prospect(query);
        }),
    ]
}

fn conditions(query: &mut Query, filter: &LiveConversationFilter) {
    if let Some(prospect) = filter.prospect_id {
        query.text(" and prospect_id = ").add(prospect);
    }
    if let Some(conversation) = filter.conversation_id {
        query.text(" and conversation_id = ").add(conversation);
    }
    if let Some(channel) = filter.channel {
        query.text(" and channel = ").add(channel);
    }
    if let Some(status) = filter.status {
        query.text(" and status = ").add(status);
    }
    if let Some(state) = filter.state {
        query.text(" and state = ").add(state);
    }
    if let Some(controller) = filter.controller {
        query.text(" and controller = ").add(controller);
    }
    if let Some(person) = filter.controller_user_id {
        query.text(" and controller_user_id = ").add(person);
    }
}

/// One live conversation.
pub async fn get(caller: &Caller, id: Uuid) -> Result<LiveConversation, Error> {
    read_row(&caller.read(), relation(caller.role()), id).await
}
