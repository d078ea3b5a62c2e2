//! `/api/properties`.

use crate::{
    auth::{Caller, SignedIn},
    envelope::{Gone, Made, One, Page},
    error::Error,
    idempotency::{Posted, once},
    input::{Change, Field, Id, IfNoneMatch, List, New},
    users::Role,
};

use super::{
    sql,
    types::{Property, PropertyBody, PropertyFilter, StandardStatus},
};

/// Lists properties.
pub async fn list(caller: Caller, list: List<PropertyFilter>) -> Result<Page<Property>, Error> {
    sql::list(&caller.read(), &list).await
}

/// Reads one property.
pub async fn get(caller: Caller, id: Id, known: IfNoneMatch) -> Result<One<Property>, Error> {
    let property = sql::get(&caller.read(), id.0).await?;
    Ok(One::unless_known(property, &known))
}

/// Makes a property; a rep's is a draft unless he says otherwise.
pub async fn create(caller: SignedIn, new: New<PropertyBody>) -> Result<Posted<Property>, Error> {
    let mut body = new.body;
    if caller.role() == Some(Role::SalesRep) && body.standard_status == Field::Absent {
        body.standard_status = Field::Set(StandardStatus::Incomplete);
    }
    once(&caller, new.once, |on| {
        Box::pin(async move { sql::insert(on, body).await.map(Made::new) })
    })
    .await
}

/// Changes a property.
pub async fn update(
    caller: SignedIn,
    id: Id,
    change: Change<PropertyBody>,
) -> Result<One<Property>, Error> {
    sql::update(&caller.write(), id.0, change)
        .await
        .map(One::new)
}

/// Deletes a property that nothing points to.
pub async fn delete(caller: SignedIn, id: Id) -> Result<Gone, Error> {
    sql::delete(&caller.write(), id.0).await.map(|()| Gone)
}
