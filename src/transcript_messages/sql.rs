//! The statements that name the table `transcript_messages`.

use uuid::Uuid;

use super::types::{TranscriptMessage, TranscriptMessageBody, TranscriptMessageFilter};
use crate::{
    auth::{Caller, Scope},
    db::{Listing, Order, Query, Run, Source, insert_row, read_row},
    envelope::Page,
    error::Error,
    input::List,
};

const TABLE: &str = "transcript_messages";

/// One page of the messages that the caller sees.
pub async fn list(
    caller: &Caller,
    list: &List<TranscriptMessageFilter>,
) -> Result<Page<TranscriptMessage>, Error> {
    let filter = &list.filter;
    Listing {
        sources: sources(caller.scope()),
        conditions: Box::new(move |query| conditions(query, filter)),
        order: list.order(Order::newest_first),
        limit: list.limit,
        cursor: list.cursor.clone(),
        count: list.count,
    }
    .page(&caller.read())
    .await
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
    if let Some(live) = filter.live_conversation_id {
        query.text(" and live_conversation_id = ").add(live);
    }
    if let Some(conversation) = filter.conversation_id {
        query.text(" and conversation_id = ").add(conversation);
    }
    if let Some(prospect) = filter.prospect_id {
        query.text(" and prospect_id = ").add(prospect);
    }
    if let Some(speaker) = filter.speaker {
        query.text(" and speaker = ").add(speaker);
    }
    if let Some(kind) = filter.r#type {
        query.text(" and type = ").add(kind);
    }
    if let Some(visibility) = filter.visibility {
        query.text(" and visibility = ").add(visibility);
    }
}

/// One message.
pub async fn get(caller: &Caller, id: Uuid) -> Result<TranscriptMessage, Error> {
    read_row(&caller.read(), TABLE, id).await
}

/// Adds a message to a live conversation.
pub async fn insert(
    on: &impl Run,
    body: TranscriptMessageBody,
) -> Result<TranscriptMessage, Error> {
    insert_row(on, TABLE, body).await
}
