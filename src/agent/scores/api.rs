//! `/api/qualification-scores`.

use crate::{
    auth::SignedIn,
    envelope::{Made, One, Page},
    error::Error,
    idempotency::{Posted, once},
    input::{Id, IfNoneMatch, List, New},
};

use super::{
    sql,
    types::{QualificationScore, QualificationScoreBody, QualificationScoreFilter},
};

/// Lists scores.
pub async fn list(
    caller: SignedIn,
    list: List<QualificationScoreFilter>,
) -> Result<Page<QualificationScore>, Error> {
    sql::list(&caller, &list).await
}

/// Reads one score.
pub async fn get(
    caller: SignedIn,
    id: Id,
    known: IfNoneMatch,
) -> Result<One<QualificationScore>, Error> {
    let row = sql::get(&caller, id.0).await?;
    Ok(One::unless_known(row, &known))
}

/// Keeps a person's own judgement beside the rule's.
pub async fn create(
    caller: SignedIn,
    new: New<QualificationScoreBody>,
) -> Result<Posted<QualificationScore>, Error> {
    once(&caller, new, |on, body| {
        Box::pin(async move { sql::insert(on, body).await.map(Made::new) })
    })
    .await
}
