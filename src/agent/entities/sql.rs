//! The statements that name the table `detected_entities`.

use uuid::Uuid;

use super::types::{DetectedEntity, DetectedEntityBody, DetectedEntityFilter};
use crate::{
    auth::Caller,
    db::{Listing, Order, Query, Source, get_row, update_row},
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
    let sources = vec![Source::within(TABLE, move |query| scope.prospect(query))];
    Listing::of(list, sources, Order::newest_first, move |query| {
        conditions(query, filter)
    })
    .page(&caller.read())
    .await
}

fn conditions(query: &mut Query, filter: &DetectedEntityFilter) {
    query
        .equal("conversation_id", &filter.conversation_id)
        .equal("live_conversation_id", &filter.live_conversation_id)
        .equal("prospect_id", &filter.prospect_id)
        .equal("type", &filter.r#type)
        .equal("status", &filter.status);
}

/// One entity.
pub async fn get(caller: &Caller, id: Uuid) -> Result<DetectedEntity, Error> {
    get_row(&caller.read(), &[TABLE], id).await
}

/// Confirms, rejects or corrects an entity.
pub async fn update(
    caller: &Caller,
    id: Uuid,
    change: Change<DetectedEntityBody>,
) -> Result<DetectedEntity, Error> {
    update_row(&caller.write(), TABLE, id, change).await
}
