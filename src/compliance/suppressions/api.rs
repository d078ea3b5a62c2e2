//! `/api/suppressions`.

use crate::{
    auth::SignedIn,
    envelope::{Made, One, Page},
    error::Error,
    idempotency::{Posted, once},
    input::{Id, IfNoneMatch, List, New},
};

use super::{
    sql,
    types::{Suppression, SuppressionBody, SuppressionFilter},
};

/// Lists suppressions.
pub async fn list(
    caller: SignedIn,
    list: List<SuppressionFilter>,
) -> Result<Page<Suppression>, Error> {
    sql::list(&caller.read(), &list).await
}

/// Reads one suppression.
pub async fn get(caller: SignedIn, id: Id, known: IfNoneMatch) -> Result<One<Suppression>, Error> {
    let suppression = sql::get(&caller.read(), id.0).await?;
    Ok(One::unless_known(suppression, &known))
}

/// Records whom not to contact.
pub async fn create(
    caller: SignedIn,
    new: New<SuppressionBody>,
) -> Result<Posted<Suppression>, Error> {
    let (me, now) = (caller.user_id(), caller.now());
    once(&caller, new.once, |on| {
        Box::pin(async move { sql::insert(on, new.body, me, now).await.map(Made::new) })
    })
    .await
}
