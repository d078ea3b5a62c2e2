//! `/api/properties/{id}/private`.

use super::{
    sql,
    types::{PropertyPrivate, PropertyPrivateBody},
};
use crate::{
    auth::SignedIn,
    envelope::One,
    error::Error,
    input::{Change, Id, IfNoneMatch},
};

/// Reads what the desk alone knows of a home.
pub async fn get(
    caller: SignedIn,
    id: Id,
    known: IfNoneMatch,
) -> Result<One<PropertyPrivate>, Error> {
    let private = sql::get(&caller.read(), id.0).await?;
    Ok(One::unless_known(private, &known))
}

/// Changes for whom a home is reserved, until when, or whose listing it is.
pub async fn update(
    caller: SignedIn,
    id: Id,
    change: Change<PropertyPrivateBody>,
) -> Result<One<PropertyPrivate>, Error> {
    sql::update(&caller.write(), id.0, change)
        .await
        .map(One::new)
}
