//! The statements that name the table `transcript_messages`.

use uuid::Uuid;

use super::types::{TranscriptMessage, TranscriptMessageBody, TranscriptMessageFilter};
use crate::{
    auth::{Caller, Scope},
    compliance::audit::{Reading, Sensitive},
    db::{Listing, Order, Query, Run, Source, get_row, insert_row},
    envelope::Page,
    error::Error,
    input::{List, Why},
};

const TABLE: &str = "transcript_messages";

/// One page of the messages that the caller sees.
pub async fn list(
    caller: &Caller,
    list: &List<TranscriptMessageFilter>,
    why: &Why,
) -> Result<Page<TranscriptMessage>, Error> {
    let filter = &list.filter;
    let sources = sources(caller.scope());
    let on = Reading::of(caller, why).await?;
    let page: Page<TranscriptMessage> =
        Listing::of(list, sources, Order::newest_first, move |query| {
            conditions(query, filter)
        })
        .page(&on)
        .await?;
    let seen = page.data.iter().map(|row| row.id);
    on.saw_all(Sensitive::TranscriptMessages, seen).await?;
    Ok(page)
}

/// Those of the scope's prospects, and those of the conversations that its
/// people control.
fn sources(scope: Scope<'_>) -> Vec<Source<'_>> {
    let Some(people) = scope.people() else {
        return vec![Source::all(TABLE)];
    };
    vec![
        Source::within(TABLE, move |query| scope.prospect(query)),
        Source::within(TABLE, move |query| {
            query
                .text("live_conversation_id in (select l.id from live_conversations l where l.controller_user_id = any (")
                .add(people.clone())
                .text(")) and not ");
            scope.prospect(query);
        }),
    ]
}

fn conditions(query: &mut Query, filter: &TranscriptMessageFilter) {
    query
        .equal("live_conversation_id", &filter.live_conversation_id)
        .equal("conversation_id", &filter.conversation_id)
        .equal("prospect_id", &filter.prospect_id)
        .equal("speaker", &filter.speaker)
        .equal("type", &filter.r#type)
        .equal("visibility", &filter.visibility);
}

/// One message.
pub async fn get(caller: &Caller, id: Uuid, why: &Why) -> Result<TranscriptMessage, Error> {
    let on = Reading::of(caller, why).await?;
    let row = get_row(&on, &[TABLE], id).await?;
    on.saw(Sensitive::TranscriptMessages, id).await?;
    Ok(row)
}

/// Adds a message to a live conversation.
pub async fn insert(
    on: &impl Run,
    body: TranscriptMessageBody,
) -> Result<TranscriptMessage, Error> {
    insert_row(on, TABLE, body).await
}
