//! `/api/consents`.

use crate::{
    auth::SignedIn,
    envelope::{Made, One, Page},
    error::Error,
    idempotency::{Posted, once},
    input::{Field, Id, IfNoneMatch, List, New},
};

use super::{
    sql,
    types::{Consent, ConsentBody, ConsentFilter},
};

/// Lists consents.
pub async fn list(caller: SignedIn, list: List<ConsentFilter>) -> Result<Page<Consent>, Error> {
    sql::list(&caller.read(), &list).await
}

/// Reads one consent.
pub async fn get(caller: SignedIn, id: Id, known: IfNoneMatch) -> Result<One<Consent>, Error> {
    let consent = sql::get(&caller.read(), id.0).await?;
    Ok(One::unless_known(consent, &known))
}

/// Records a consent, a refusal or a withdrawal.
pub async fn create(caller: SignedIn, mut new: New<ConsentBody>) -> Result<Posted<Consent>, Error> {
    let body = &mut new.body;
    if body.captured_at == Field::Absent {
        body.captured_at = Field::Set(caller.now());
    }
    once(&caller, new, |on, body| {
        Box::pin(async move { sql::insert(on, body).await.map(Made::new) })
    })
    .await
}
