//! The statements that name the table `tasks`.

use uuid::Uuid;

use super::types::{Task, TaskBody, TaskFilter};
use crate::{
    auth::{Caller, Scope},
    db::{
        Key, Listing, Order, Query, Run, Source, delete_row, get_row, insert_row, update_seen_row,
    },
    envelope::Page,
    error::Error,
    input::{Change, List},
};

const TABLE: &str = "tasks";

/// One page of the tasks that the caller sees, whatever is due first on top.
pub async fn list(caller: &Caller, list: &List<TaskFilter>) -> Result<Page<Task>, Error> {
    let filter = &list.filter;
    let by_due = || {
        Order(vec![
            Key::ascending("due_at", "timestamptz"),
            Key::ascending("id", "uuid"),
        ])
    };
    Listing::of(list, sources(caller.scope()), by_due, move |query| {
        conditions(query, filter)
    })
    .page(&caller.read())
    .await
}

/// The scope's own, and others' for the scope's prospects.
fn sources(scope: Scope<'_>) -> Vec<Source<'_>> {
    let Some(people) = scope.people() else {
        return vec![Source::all(TABLE)];
    };
    let others = people.clone();
    vec![
        Source::within(TABLE, move |query| {
            query.text("assignee = any (").add(people.clone()).text(")");
        }),
        Source::within(TABLE, move |query| {
            scope.prospect(query);
            query
                .text(" and (assignee is null or not assignee = any (")
                .add(others.clone())
                .text("))");
        }),
    ]
}

fn conditions(query: &mut Query, filter: &TaskFilter) {
    query
        .equal("assignee", &filter.assignee)
        .equal("prospect_id", &filter.prospect_id)
        .equal("handoff_id", &filter.handoff_id)
        .equal("done", &filter.done)
        .equal("source", &filter.source);
    if let Some(from) = filter.from {
        query.text(" and due_at >= ").add(from);
    }
    if let Some(to) = filter.to {
        query.text(" and due_at <= ").add(to);
    }
}

/// One task.
pub async fn get(on: &impl Run, id: Uuid) -> Result<Task, Error> {
    get_row(on, &[TABLE], id).await
}

/// Writes a task down.
pub async fn insert(on: &impl Run, body: TaskBody) -> Result<Task, Error> {
    insert_row(on, TABLE, body).await
}

/// Changes a task.
pub async fn update(on: &impl Run, id: Uuid, change: Change<TaskBody>) -> Result<Task, Error> {
    update_seen_row(on, &[TABLE], id, change).await
}

/// Deletes a task.
pub async fn delete(on: &impl Run, id: Uuid) -> Result<(), Error> {
    delete_row(on, TABLE, id).await
}
