//! `/api/contact-policies`.

use crate::{
    auth::SignedIn,
    envelope::{Made, One, Page},
    error::Error,
    idempotency::{Posted, once},
    input::{Change, Id, IfNoneMatch, List, New},
};

use super::{
    sql,
    types::{ContactPolicy, ContactPolicyBody, ContactPolicyFilter},
};

/// Lists contact policies.
pub async fn list(
    caller: SignedIn,
    list: List<ContactPolicyFilter>,
) -> Result<Page<ContactPolicy>, Error> {
    sql::list(&caller.read(), &list).await
}

/// Reads one contact policy.
pub async fn get(
    caller: SignedIn,
    id: Id,
    known: IfNoneMatch,
) -> Result<One<ContactPolicy>, Error> {
    let policy = sql::get(&caller.read(), id.0).await?;
    Ok(One::unless_known(policy, &known))
}

/// Makes a contact policy.
pub async fn create(
    caller: SignedIn,
    new: New<ContactPolicyBody>,
) -> Result<Posted<ContactPolicy>, Error> {
    once(&caller, new, |on, body| {
        Box::pin(async move { sql::insert(on, body).await.map(Made::new) })
    })
    .await
}

/// Changes a contact policy.
pub async fn update(
    caller: SignedIn,
    id: Id,
    change: Change<ContactPolicyBody>,
) -> Result<One<ContactPolicy>, Error> {
    let policy = sql::update(&caller.write(), id.0, change).await?;
    Ok(One::new(policy))
}
