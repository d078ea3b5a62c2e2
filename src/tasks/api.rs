//! `/api/tasks`.

use super::{
    sql,
    types::{Task, TaskBody, TaskFilter},
};
use crate::{
    auth::SignedIn,
    envelope::{Gone, Made, One, Page},
    error::Error,
    idempotency::{Posted, once},
    input::{Change, Id, IfNoneMatch, List, New},
};

/// Lists tasks, whatever is due first on top.
pub async fn list(caller: SignedIn, list: List<TaskFilter>) -> Result<Page<Task>, Error> {
    sql::list(&caller, &list).await
}

/// Reads one task.
pub async fn get(caller: SignedIn, id: Id, known: IfNoneMatch) -> Result<One<Task>, Error> {
    let task = sql::get(&caller.read(), id.0).await?;
    Ok(One::unless_known(task, &known))
}

/// Writes a task down.
pub async fn create(caller: SignedIn, new: New<TaskBody>) -> Result<Posted<Task>, Error> {
    once(&caller, new, |on, body| {
        Box::pin(async move { sql::insert(on, body).await.map(Made::new) })
    })
    .await
}

/// Changes a task, or says that it is done.
pub async fn update(
    caller: SignedIn,
    id: Id,
    change: Change<TaskBody>,
) -> Result<One<Task>, Error> {
    let task = sql::update(&caller.write(), id.0, change).await?;
    Ok(One::new(task))
}

/// Deletes a task, which an administrator may.
pub async fn delete(caller: SignedIn, id: Id) -> Result<Gone, Error> {
    sql::delete(&caller.write(), id.0).await.map(|()| Gone)
}
