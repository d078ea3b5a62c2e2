//! The statements that name the table `agent_plan_steps`.

use uuid::Uuid;

use super::types::{AgentPlanStep, AgentPlanStepFilter};
use crate::{
    auth::Caller,
    db::{Listing, Order, Query, Source, get_row},
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
    let sources = vec![Source::within(TABLE, move |query| scope.prospect(query))];
    Listing::of(list, sources, Order::newest_first, move |query| {
        conditions(query, filter)
    })
    .page(&caller.read())
    .await
}

fn conditions(query: &mut Query, filter: &AgentPlanStepFilter) {
    query
        .equal("live_conversation_id", &filter.live_conversation_id)
        .equal("prospect_id", &filter.prospect_id)
        .equal("status", &filter.status)
        .equal("plan_version", &filter.plan_version);
}

/// One step.
pub async fn get(caller: &Caller, id: Uuid) -> Result<AgentPlanStep, Error> {
    get_row(&caller.read(), &[TABLE], id).await
}
