//! The statements that name the table `detected_entities`.

use uuid::Uuid;

use super::types::{DetectedEntity, DetectedEntityBody, DetectedEntityFilter};
use crate::{
    auth::Caller,
    db::{Listing, Order, Query, Source, read_row, update_row},
    envelope::Page,
    error::Error,
    input::{Change, List},
};

const TABLE: &str = "detected_entities";

/// One page of the entities that the caller sees.
pub async fn list(
    caller: &Caller,
    list: &List<DetectedEntityFilter>,
) -> Result<Page<DetectedEntity>, Error> {
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

fn conditions(query: &mut Query, filter: &DetectedEntityFilter) {
    if let Some(wanted) = filter.conversation_id {
        query.text(" and conversation_id = ").add(wanted);
    }
    if let Some(wanted) = filter.live_conversation_id {
        query.text(" and live_conversation_id = ").add(wanted);
    }
    if let Some(wanted) = filter.prospect_id {
        query.text(" and prospect_id = ").add(wanted);
    }
    if let Some(wanted) = filter.r#type {
        query.text(" and type = ").add(wanted);
    }
    if let Some(wanted) = filter.status {
        query.text(" and status = ").add(wanted);
    }
}

/// One entity.
pub async fn get(caller: &Caller, id: Uuid) -> Result<DetectedEntity, Error> {
    read_row(&caller.read(), TABLE, id).await
}

/// Confirms, rejects or corrects an entity.
pub async fn update(
    caller: &Caller,
    id: Uuid,
    change: Change<DetectedEntityBody>,
) -> Result<DetectedEntity, Error> {
    update_row(&caller.write(), TABLE, id, change).await
}
