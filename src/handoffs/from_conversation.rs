//! Makes the package of a conversation.

use axum::http::StatusCode;
use uuid::Uuid;

use super::{
    from_appointment::refused,
    generate::{self, ReasonCode},
    inputs, sql,
    types::{FromConversationBody, Handoff, HandoffBody, HandoffPriority},
};
use crate::{
    auth::Caller,
    catalogue,
    conversations::{self, Conversation},
    db::{SystemReason, Tx, again},
    envelope::Made,
    error::Error,
    idempotency::{Begun, Posted, begin, finish},
    input::{Field, New},
};

/// Makes the package of a conversation, or finds the active one.
///
/// The row is made with the caller's own rights, which is what decides whether
/// he may; then the program itself fills in what it works out.
///
/// # Errors
/// 404 for a conversation that the caller does not see, 403 when he may not
/// hand it off, 422 when the prospect must not be handed off.
pub async fn from_conversation(
    caller: &Caller,
    new: New<FromConversationBody>,
) -> Result<Posted<Handoff>, Error> {
    again(|| attempt(caller, &new)).await
}

async fn attempt(
    caller: &Caller,
    new: &New<FromConversationBody>,
) -> Result<Posted<Handoff>, Error> {
    let mut tx = match begin(caller, new.once.as_ref()).await? {
        Begun::Replay(stored) => return Ok(Posted::Replayed(stored)),
        Begun::Go(tx) => tx,
    };
    let Field::Set(id) = new.body.conversation_id else {
        return Err(Error::not_found());
    };
    let conversation = conversations::seen(&tx, caller.role(), id)
        .await
        .map_err(|error| not_found(error, id))?;
    sql::lock_conversation(&tx, id).await?;
    tx.go_on_as(SystemReason::Work).await?;
    let active = sql::active_of_conversation(&tx, id, caller.now()).await?;
    tx.go_on_as_caller().await?;
    let reason = new.body.reason.value().map(|line| line.as_str().to_owned());
    let made = match active {
        Some(id) => Made::existing(sql::get(&tx, caller.role(), id).await?),
        None => {
            let id = make(&mut tx, caller, conversation, reason).await?;
            Made::new(sql::get(&tx, caller.role(), id).await?)
        }
    };
    finish(tx, caller, new.once.as_ref(), made).await
}

async fn make(
    tx: &mut Tx,
    caller: &Caller,
    conversation: Conversation,
    reason: Option<String>,
) -> Result<Uuid, Error> {
    let empty = HandoffBody::for_conversation(&conversation)?;
    let id = sql::insert(tx, caller.role(), empty).await?.id;
    tx.go_on_as(SystemReason::Work).await?;
    let code = reason.as_deref().and_then(ReasonCode::from_word);
    let now = caller.now();
    let about = inputs::About {
        prospect_id: conversation.prospect_id,
        conversation_id: conversation.id,
        appointment: None,
        offered_to: None,
        requested_reason: code,
        now,
    };
    let inputs = inputs::gather(tx, about).await?;
    let mut package = generate::generate(&inputs).map_err(refused)?;
    if let (None, Some(reason)) = (code, reason) {
        package.reason = reason;
    }
    sql::fill(tx, id, package, now).await?;
    tx.go_on_as_caller().await?;
    Ok(id)
}

impl HandoffBody {
    /// A package with nothing in it yet.
    fn for_conversation(conversation: &Conversation) -> Result<Self, Error> {
        let text = || {
            String::new()
                .parse()
                .map(Field::Set)
                .map_err(Error::internal)
        };
        Ok(Self {
            conversation_id: Field::Set(conversation.id),
            prospect_id: Field::Set(conversation.prospect_id),
            priority: Field::Set(HandoffPriority::Medium),
            reason: text()?,
            summary: text()?,
            conversation_context: text()?,
            source_channel: Field::Set(conversation.channel),
            ..Self::default()
        })
    }
}

fn not_found(error: Error, conversation: Uuid) -> Error {
    if error.status() != StatusCode::NOT_FOUND {
        return error;
    }
    error.worded(catalogue::no_conversation(conversation))
}
