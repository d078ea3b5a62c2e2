//! `/api/properties`.

use axum::extract::RawQuery;

use crate::{
    auth::{Caller, SignedIn},
    envelope::{Gone, Made, One},
    error::Error,
    idempotency::{Posted, once},
    input::{Change, Field, Id, IfNoneMatch, List, New},
    users::Role,
};

use super::{
    public::Listed,
    sql,
    types::{Property, PropertyBody, PropertyFilter, StandardStatus},
};

/// Lists properties.
pub async fn list(
    caller: Caller,
    RawQuery(query): RawQuery,
    known: IfNoneMatch,
    list: List<PropertyFilter>,
) -> Result<Listed, Error> {
    if !caller.is_anonymous() {
        return sql::list(&caller.read(), &list).await.map(Listed::Own);
    }
    let lists = caller.app().public_lists();
    let query = query.unwrap_or_default();
    if let Some(page) = lists.get(&query) {
        return Ok(Listed::public(page, &known));
    }
    let generation = lists.generation();
    let page = sql::list(&caller.read(), &list).await?;
    Ok(Listed::public(
        lists.keep(&query, generation, &page)?,
        &known,
    ))
}

/// Reads one property.
pub async fn get(caller: Caller, id: Id, known: IfNoneMatch) -> Result<One<Property>, Error> {
    let property = sql::get(&caller.read(), id.0).await?;
    Ok(One::unless_known(property, &known))
}

/// Makes a property; a rep's is a draft unless he says otherwise.
pub async fn create(
    caller: SignedIn,
    mut new: New<PropertyBody>,
) -> Result<Posted<Property>, Error> {
    let body = &mut new.body;
    if caller.role() == Some(Role::SalesRep) && body.standard_status == Field::Absent {
        body.standard_status = Field::Set(StandardStatus::Incomplete);
    }
    let made = once(&caller, new, |on, body| {
        Box::pin(async move { sql::insert(on, body).await.map(Made::new) })
    })
    .await;
    caller.app().public_lists().forget();
    made
}

/// Changes a property.
pub async fn update(
    caller: SignedIn,
    id: Id,
    change: Change<PropertyBody>,
) -> Result<One<Property>, Error> {
    let changed = sql::update(&caller.write(), id.0, change).await;
    caller.app().public_lists().forget();
    changed.map(One::new)
}

/// Deletes a property that nothing points to.
pub async fn delete(caller: SignedIn, id: Id) -> Result<Gone, Error> {
    sql::delete(&caller.write(), id.0).await?;
    caller.app().public_lists().forget();
    Ok(Gone)
}
