//! `/api/routing-rules`.

use crate::{
    auth::SignedIn,
    envelope::{Gone, Made, One, Page},
    error::Error,
    idempotency::{Posted, once},
    input::{Change, Id, IfNoneMatch, List, New},
};

use super::{
    sql,
    types::{RoutingRule, RoutingRuleBody, RoutingRuleFilter},
};

/// Lists rules.
pub async fn list(
    caller: SignedIn,
    list: List<RoutingRuleFilter>,
) -> Result<Page<RoutingRule>, Error> {
    sql::list(&caller, &list).await
}

/// Reads one rule.
pub async fn get(caller: SignedIn, id: Id, known: IfNoneMatch) -> Result<One<RoutingRule>, Error> {
    let row = sql::get(&caller, id.0).await?;
    Ok(One::unless_known(row, &known))
}

/// Makes a rule.
pub async fn create(
    caller: SignedIn,
    new: New<RoutingRuleBody>,
) -> Result<Posted<RoutingRule>, Error> {
    once(&caller, new, |on, body| {
        Box::pin(async move { sql::insert(on, body).await.map(Made::new) })
    })
    .await
}

/// Changes a rule.
pub async fn update(
    caller: SignedIn,
    id: Id,
    change: Change<RoutingRuleBody>,
) -> Result<One<RoutingRule>, Error> {
    sql::update(&caller, id.0, change).await.map(One::new)
}

/// Deletes a rule.
pub async fn delete(caller: SignedIn, id: Id) -> Result<Gone, Error> {
    sql::delete(&caller, id.0).await.map(|()| Gone)
}
