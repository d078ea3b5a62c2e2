//! `/api/live-conversations`.

use crate::{
    acts::{Acted, act},
    auth::SignedIn,
    envelope::{Made, One, Page},
    error::Error,
    idempotency::{Posted, once},
    input::{Ask, Id, IfNoneMatch, List, New, Note, Prose},
    transcript_messages::{TranscriptMessage, Visibility},
};

use super::{
    sql,
    types::{
        EndBody, LiveConversation, LiveConversationFilter, ReturnBody, SayBody, TakeoverBody,
        TransferBody,
    },
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

/// Takes over from the agent, or as a manager from a person; of all who try
/// under one epoch one does, the others get 409.
pub async fn take_over(
    caller: SignedIn,
    id: Id,
    ask: Ask<TakeoverBody>,
) -> Result<Acted<LiveConversation>, Error> {
    let (now, epoch) = (caller.now(), ask.body.epoch.value().copied());
    act(&caller, ask.once, |tx| {
        Box::pin(async move { sql::take_over(tx, id.0, epoch, now).await })
    })
    .await
}

/// Returns a conversation to the agent, with a note that it reads.
pub async fn give_back(
    caller: SignedIn,
    id: Id,
    ask: Ask<ReturnBody>,
) -> Result<Acted<LiveConversation>, Error> {
    let (now, epoch) = (caller.now(), ask.body.epoch.value().copied());
    let reason = ask.body.reason.value().cloned().map(Note::into_string);
    act(&caller, ask.once, |tx| {
        let reason = reason.clone();
        Box::pin(async move { sql::give_back(tx, id.0, epoch, reason, now).await })
    })
    .await
}

/// Passes a conversation from one person to another.
pub async fn transfer(
    caller: SignedIn,
    id: Id,
    ask: Ask<TransferBody>,
) -> Result<Acted<LiveConversation>, Error> {
    let (now, epoch) = (caller.now(), ask.body.epoch.value().copied());
    let person = ask.body.user_id.value().copied();
    act(&caller, ask.once, |tx| {
        Box::pin(async move { sql::transfer(tx, id.0, epoch, person, now).await })
    })
    .await
}

/// Says something. In public the caller takes over with it; a note is for the
/// desk alone and takes nothing.
pub async fn say(
    caller: SignedIn,
    id: Id,
    new: New<SayBody>,
) -> Result<Posted<TranscriptMessage>, Error> {
    let (now, epoch) = (caller.now(), new.body.epoch.value().copied());
    let message = new.body.message.value().cloned().map(Prose::into_string);
    let message = message.unwrap_or_default();
    let visibility = new.body.visibility.value().copied();
    let visibility = visibility.unwrap_or(Visibility::Public);
    once(&caller, new, |on, _| {
        let message = message.clone();
        Box::pin(async move {
            let said = sql::say(on, id.0, epoch, message, visibility, now).await?;
            Ok(Made::new(said))
        })
    })
    .await
}

/// Ends a live conversation; its conversation keeps what came of it.
pub async fn end(
    caller: SignedIn,
    id: Id,
    ask: Ask<EndBody>,
) -> Result<Acted<LiveConversation>, Error> {
    let (now, epoch) = (caller.now(), ask.body.epoch.value().copied());
    let outcome = ask.body.outcome.value().copied();
    act(&caller, ask.once, |tx| {
        Box::pin(async move { sql::end(tx, id.0, epoch, outcome, now).await })
    })
    .await
}
