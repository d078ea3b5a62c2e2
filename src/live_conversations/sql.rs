//! The statements that name the table `live_conversations`.

use uuid::Uuid;

use super::types::{LiveConversation, LiveConversationFilter};
use crate::{
    auth::{Caller, Scope},
    db::{Key, Listing, Order, Query, Source, get_row},
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
    let sources = sources(caller.scope(), relation(caller.role()));
    Listing::of(
        list,
        sources,
        || {
            Order(vec![
                Key::descending("started_at", "timestamptz"),
                Key::ascending("id", "uuid"),
            ])
        },
        move |query| conditions(query, filter),
    )
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
    query
        .equal("prospect_id", &filter.prospect_id)
        .equal("conversation_id", &filter.conversation_id)
        .equal("channel", &filter.channel)
        .equal("status", &filter.status)
        .equal("state", &filter.state)
        .equal("controller", &filter.controller)
        .equal("controller_user_id", &filter.controller_user_id);
}

/// One live conversation.
pub async fn get(caller: &Caller, id: Uuid) -> Result<LiveConversation, Error> {
    get_row(&caller.read(), &[relation(caller.role())], id).await
}
