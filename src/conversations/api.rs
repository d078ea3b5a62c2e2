//! `/api/conversations`.

use crate::{
    auth::SignedIn,
    envelope::{Gone, Made, One, Page},
    error::Error,
    idempotency::{Posted, once},
    input::{Change, Id, IfNoneMatch, List, New, Why},
};

use super::{
    sql,
    types::{Conversation, ConversationBody, ConversationFilter},
};

/// Lists conversations.
pub async fn list(
    caller: SignedIn,
    list: List<ConversationFilter>,
    why: Why,
) -> Result<Page<Conversation>, Error> {
    sql::list(&caller, &list, &why).await
}

/// Reads one conversation.
pub async fn get(
    caller: SignedIn,
    id: Id,
    known: IfNoneMatch,
    why: Why,
) -> Result<One<Conversation>, Error> {
    let conversation = sql::get(&caller, id.0, &why).await?;
    Ok(One::unless_known(conversation, &known))
}

/// Makes a conversation.
pub async fn create(
    caller: SignedIn,
    new: New<ConversationBody>,
) -> Result<Posted<Conversation>, Error> {
    once(&caller, new, |on, body| {
        Box::pin(async move { sql::insert(on, body).await.map(Made::new) })
    })
    .await
}

/// Changes a conversation.
pub async fn update(
    caller: SignedIn,
    id: Id,
    change: Change<ConversationBody>,
) -> Result<One<Conversation>, Error> {
    sql::update(&caller, id.0, change).await.map(One::new)
}

/// Deletes a conversation, which only the service key may.
pub async fn delete(caller: SignedIn, id: Id) -> Result<Gone, Error> {
    sql::delete(&caller, id.0).await.map(|()| Gone)
}
