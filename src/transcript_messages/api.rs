//! `/api/transcript-messages`.

use crate::{
    auth::SignedIn,
    envelope::{Made, One, Page},
    error::Error,
    idempotency::{Posted, once},
    input::{Id, IfNoneMatch, List, New, Why},
};

use super::{
    sql,
    types::{TranscriptMessage, TranscriptMessageBody, TranscriptMessageFilter},
};

/// Lists messages.
pub async fn list(
    caller: SignedIn,
    list: List<TranscriptMessageFilter>,
    why: Why,
) -> Result<Page<TranscriptMessage>, Error> {
    sql::list(&caller, &list, &why).await
}

/// Reads one message.
pub async fn get(
    caller: SignedIn,
    id: Id,
    known: IfNoneMatch,
    why: Why,
) -> Result<One<TranscriptMessage>, Error> {
    let row = sql::get(&caller, id.0, &why).await?;
    Ok(One::unless_known(row, &known))
}

/// Says something in a live conversation that the caller controls.
pub async fn create(
    caller: SignedIn,
    new: New<TranscriptMessageBody>,
) -> Result<Posted<TranscriptMessage>, Error> {
    once(&caller, new, |on, body| {
        Box::pin(async move { sql::insert(on, body).await.map(Made::new) })
    })
    .await
}
