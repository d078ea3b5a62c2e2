//! The statements that name the table `conversations`.

use uuid::Uuid;

use super::types::{Conversation, ConversationBody, ConversationFilter};
use crate::{
    auth::Caller,
    db::{
        Key, Listing, Order, Query, Run, Source, forbidden_if_seen, insert_row, read_row,
        update_row,
    },
    envelope::Page,
    error::Error,
    input::{Change, List},
    users::Role,
};

const TABLE: &str = "conversations";
/// All but the transcript.
const METADATA: &str = "conversations_metadata";

/// Where a role reads conversations.
fn relation(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::Operations) => METADATA,
        _ => TABLE,
    }
}

/// One page of the conversations that the caller sees.
pub async fn list(
    caller: &Caller,
    list: &List<ConversationFilter>,
) -> Result<Page<Conversation>, Error> {
    let (filter, scope) = (&list.filter, caller.scope());
    let source = Source::within(relation(caller.role()), move |query| scope.prospect(query));
    Listing {
        sources: vec![source],
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

fn conditions(query: &mut Query, filter: &ConversationFilter) {
    if let Some(prospect) = filter.prospect_id {
        query.text(" and prospect_id = ").add(prospect);
    }
    if let Some(campaign) = filter.campaign_id {
        query.text(" and campaign_id = ").add(campaign);
    }
    if let Some(channel) = filter.channel {
        query.text(" and channel = ").add(channel);
    }
    if let Some(outcome) = filter.outcome {
        query.text(" and outcome = ").add(outcome);
    }
    if let Some(from) = filter.from {
        query.text(" and \"timestamp\" >= ").add(from);
    }
    if let Some(to) = filter.to {
        query.text(" and \"timestamp\" <= ").add(to);
    }
}

/// One conversation.
pub async fn get(caller: &Caller, id: Uuid) -> Result<Conversation, Error> {
    read_row(&caller.read(), relation(caller.role()), id).await
}

/// One conversation within a transaction, as a person of this role sees it.
pub async fn seen(on: &impl Run, role: Option<Role>, id: Uuid) -> Result<Conversation, Error> {
    read_row(on, relation(role), id).await
}

/// Makes a conversation.
pub async fn insert(on: &impl Run, body: ConversationBody) -> Result<Conversation, Error> {
    insert_row(on, TABLE, body).await
}

/// Changes a conversation.
pub async fn update(
    caller: &Caller,
    id: Uuid,
    change: Change<ConversationBody>,
) -> Result<Conversation, Error> {
    let on = caller.write();
    match update_row(&on, TABLE, id, change).await {
        Ok(row) => Ok(row),
        Err(error) => Err(forbidden_if_seen(&on, relation(caller.role()), id, error).await),
    }
}

/// Deletes a conversation.
pub async fn delete(caller: &Caller, id: Uuid) -> Result<(), Error> {
    crate::db::delete_row(&caller.write(), TABLE, id).await
}
