//! `/api/detected-entities`.

use crate::{
    auth::SignedIn,
    envelope::{One, Page},
    error::Error,
    input::{Change, Id, IfNoneMatch, List},
};

use super::{
    sql,
    types::{DetectedEntity, DetectedEntityBody, DetectedEntityFilter},
};

/// Lists entities.
pub async fn list(
    caller: SignedIn,
    list: List<DetectedEntityFilter>,
) -> Result<Page<DetectedEntity>, Error> {
    sql::list(&caller, &list).await
}

/// Reads one entity.
pub async fn get(
    caller: SignedIn,
    id: Id,
    known: IfNoneMatch,
) -> Result<One<DetectedEntity>, Error> {
    let row = sql::get(&caller, id.0).await?;
    Ok(One::unless_known(row, &known))
}

/// Confirms or rejects an entity; a manager also corrects it.
pub async fn update(
    caller: SignedIn,
    id: Id,
    change: Change<DetectedEntityBody>,
) -> Result<One<DetectedEntity>, Error> {
    sql::update(&caller, id.0, change).await.map(One::new)
}
