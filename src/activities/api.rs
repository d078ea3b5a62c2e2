//! `/api/activities`.

use super::{
    sql,
    types::{Activity, ActivityBody, ActivityFilter},
};
use crate::{
    auth::SignedIn,
    envelope::{Made, One, Page},
    error::Error,
    idempotency::{Posted, once},
    input::{Id, IfNoneMatch, List, New},
};

/// Lists activities, the newest first.
pub async fn list(caller: SignedIn, list: List<ActivityFilter>) -> Result<Page<Activity>, Error> {
    sql::list(&caller, &list).await
}

/// Reads one activity.
pub async fn get(caller: SignedIn, id: Id, known: IfNoneMatch) -> Result<One<Activity>, Error> {
    let activity = sql::get(&caller.read(), id.0).await?;
    Ok(One::unless_known(activity, &known))
}

/// Notes what happened.
pub async fn create(caller: SignedIn, new: New<ActivityBody>) -> Result<Posted<Activity>, Error> {
    once(&caller, new, |on, body| {
        Box::pin(async move { sql::insert(on, body).await.map(Made::new) })
    })
    .await
}
