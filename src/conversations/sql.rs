//! The statements that name the table `conversations`.

use uuid::Uuid;

use super::types::{Conversation, ConversationBody, ConversationFilter};
use crate::{
    auth::Caller,
    compliance::audit::{Reading, Sensitive},
    db::{
        Key, Listing, Order, Query, Run, Source, Tally, get_row, insert_row, tally, update_seen_row,
    },
    envelope::Page,
    error::Error,
    input::{Change, List, Why},
    users::Role,
};

pub mod load;

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
    why: &Why,
) -> Result<Page<Conversation>, Error> {
    let filter = &list.filter;
    let sources = vec![source(caller)];
    let on = Reading::of(caller, why).await?;
    let page: Page<Conversation> = Listing::of(
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
    .page(&on)
    .await?;
    let seen = page.data.iter().map(|row| row.id);
    on.saw_all(Sensitive::Conversations, seen).await?;
    Ok(page)
}

/// The conversations of the caller's scope.
fn source(caller: &Caller) -> Source<'_> {
    let scope = caller.scope();
    Source::within(relation(caller.role()), move |query| scope.prospect(query))
}

/// How many conversations ended in which way, as far as the caller sees them.
pub async fn count_by_outcome(caller: &Caller) -> Result<Tally, Error> {
    tally(&caller.read(), &[source(caller)], "outcome").await
}

fn conditions(query: &mut Query, filter: &ConversationFilter) {
    query
        .equal("prospect_id", &filter.prospect_id)
        .equal("campaign_id", &filter.campaign_id)
        .equal("channel", &filter.channel)
        .equal("outcome", &filter.outcome);
    if let Some(from) = filter.from {
        query.text(" and \"timestamp\" >= ").add(from);
    }
    if let Some(to) = filter.to {
        query.text(" and \"timestamp\" <= ").add(to);
    }
}

/// One conversation.
pub async fn get(caller: &Caller, id: Uuid, why: &Why) -> Result<Conversation, Error> {
    let on = Reading::of(caller, why).await?;
    let row = get_row(&on, &[relation(caller.role())], id).await?;
    on.saw(Sensitive::Conversations, id).await?;
    Ok(row)
}

/// One conversation within a transaction, as a person of this role sees it.
pub async fn seen(on: &impl Run, role: Option<Role>, id: Uuid) -> Result<Conversation, Error> {
    get_row(on, &[relation(role)], id).await
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
    let relations = [TABLE, relation(caller.role())];
    update_seen_row(&caller.write(), &relations, id, change).await
}

/// Deletes a conversation.
pub async fn delete(caller: &Caller, id: Uuid) -> Result<(), Error> {
    crate::db::delete_row(&caller.write(), TABLE, id).await
}
