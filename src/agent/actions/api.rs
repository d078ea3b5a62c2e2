//! `/api/agent-actions`.

use crate::{
    auth::SignedIn,
    envelope::{One, Page},
    error::Error,
    input::{Change, Id, IfNoneMatch, List},
};

use super::{
    sql,
    types::{AgentAction, AgentActionBody, AgentActionFilter},
};

/// Lists agent actions.
pub async fn list(
    caller: SignedIn,
    list: List<AgentActionFilter>,
) -> Result<Page<AgentAction>, Error> {
    sql::list(&caller, &list).await
}

/// Reads one agent action.
pub async fn get(caller: SignedIn, id: Id, known: IfNoneMatch) -> Result<One<AgentAction>, Error> {
    let row = sql::get(&caller, id.0).await?;
    Ok(One::unless_known(row, &known))
}

/// Approves or rejects an action.
pub async fn update(
    caller: SignedIn,
    id: Id,
    change: Change<AgentActionBody>,
) -> Result<One<AgentAction>, Error> {
    sql::update(&caller, id.0, change).await.map(One::new)
}
