//! `/api/live-conversations`.

use crate::{
    auth::SignedIn,
    envelope::{One, Page},
    error::Error,
    input::{Id, IfNoneMatch, List},
};

use super::{
    sql,
    types::{LiveConversation, LiveConversationFilter},
};

/// Lists live conversations.
pub async fn list(
    caller: SignedIn,
    list: List<LiveConversationFilter>,
) -> Result<Page<LiveConversation>, Error> {
    sql::list(&caller, &list).await
}

/// Reads one live conversation.
pub async fn get(
    caller: SignedIn,
    id: Id,
    known: IfNoneMatch,
) -> Result<One<LiveConversation>, Error> {
    let row = sql::get(&caller, id.0).await?;
    Ok(One::unless_known(row, &known))
}
