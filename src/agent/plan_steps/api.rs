//! `/api/agent-plan-steps`.

use crate::{
    auth::SignedIn,
    envelope::{One, Page},
    error::Error,
    input::{Id, IfNoneMatch, List},
};

use super::{
    sql,
    types::{AgentPlanStep, AgentPlanStepFilter},
};

/// Lists plan steps.
pub async fn list(
    caller: SignedIn,
    list: List<AgentPlanStepFilter>,
) -> Result<Page<AgentPlanStep>, Error> {
    sql::list(&caller, &list).await
}

/// Reads one plan step.
pub async fn get(
    caller: SignedIn,
    id: Id,
    known: IfNoneMatch,
) -> Result<One<AgentPlanStep>, Error> {
    let row = sql::get(&caller, id.0).await?;
    Ok(One::unless_known(row, &known))
}
