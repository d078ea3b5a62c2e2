//! `/api/integrations`.

use crate::{
    auth::{Caller, SignedIn},
    db::again,
    envelope::{Gone, Made, One, Page},
    error::Error,
    idempotency::{Begun, Posted, begin, finish},
    input::{Change, Id, IfNoneMatch, List, New},
};

use super::{
    sql,
    types::{Integration, IntegrationBody, IntegrationFilter},
};

/// Lists integrations.
pub async fn list(
    caller: Caller,
    list: List<IntegrationFilter>,
) -> Result<Page<Integration>, Error> {
    sql::list(&caller.read(), &caller, &list).await
}

/// Reads one integration.
pub async fn get(caller: Caller, id: Id, known: IfNoneMatch) -> Result<One<Integration>, Error> {
    let integration = sql::get(&caller.read(), &caller, id.0).await?;
    Ok(One::unless_known(integration, &known))
}

/// Makes an integration, or changes the one of the same type and name.
pub async fn create(
    caller: SignedIn,
    new: New<IntegrationBody>,
) -> Result<Posted<Integration>, Error> {
    let once = new.once.as_ref();
    again(|| async {
        match begin(&caller, once).await? {
            Begun::Replay(stored) => Ok(Posted::Replayed(stored)),
            Begun::Go(tx) => {
                let made = match sql::upsert(&tx, &caller, new.body.clone()).await? {
                    (integration, true) => Made::new(integration),
                    (integration, false) => Made::existing(integration),
                };
                finish(tx, &caller, once, made).await
            }
        }
    })
    .await
}

/// Changes an integration.
pub async fn update(
    caller: SignedIn,
    id: Id,
    change: Change<IntegrationBody>,
) -> Result<One<Integration>, Error> {
    again(|| async {
        let tx = caller.begin().await?;
        let integration = sql::update(&tx, &caller, id.0, change.clone()).await?;
        tx.commit().await?;
        Ok(One::new(integration))
    })
    .await
}

/// Deletes an integration with its configuration.
pub async fn delete(caller: SignedIn, id: Id) -> Result<Gone, Error> {
    sql::delete(&caller.write(), id.0).await.map(|()| Gone)
}
