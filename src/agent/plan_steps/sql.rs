//! The statements that name the table `agent_plan_steps`.

use uuid::Uuid;

use super::types::{AgentPlanStep, AgentPlanStepFilter};
use crate::{
    auth::Caller,
    db::{Listing, Order, Query, Source, read_row},
    envelope::Page,
    error::Error,
    input::List,
};

const TABLE: &str = "agent_plan_steps";

/// One page of the steps that the caller sees.
pub async fn list(
    caller: &Caller,
    list: &List<AgentPlanStepFilter>,
) -> Result<Page<AgentPlanStep>, Error> {
    let (filter, scope) = (&list.filter, caller.scope());
    Listing {
        sources: vec![Source::within(TABLE, move |query| scope.prospect(query))],
        conditions: Box::new(move |query| conditions(query, filter)),
        order: list.order(Order::newest_first),
        limit: list.limit,
        cursor: list.cursor.clone(),
        count: list.count,
    }
    .page(&caller.read())
    .await
}

fn conditions(query: &mut Query, filter: &AgentPlanStepFilter) {
    if let Some(wanted) = filter.live_conversation_id {
        query.text(" and live_conversation_id = ").add(wanted);
    }
    if let Some(wanted) = filter.prospect_id {
        query.text(" and prospect_id = ").add(wanted);
    }
    if let Some(wanted) = filter.status {
        query.text(" and status = ").add(wanted);
    }
    if let Some(wanted) = filter.plan_version {
        query.text(" and plan_version = ").add(wanted);
    }
}

/// One step.
pub async fn get(caller: &Caller, id: Uuid) -> Result<AgentPlanStep, Error> {
    read_row(&caller.read(), TABLE, id).await
}
