//! The statements that name the table `activities`.

use uuid::Uuid;

use super::types::{Activity, ActivityBody, ActivityFilter};
use crate::{
    auth::{Caller, Scope},
    db::{Listing, Order, Query, Run, Source, get_row, insert_row},
    envelope::Page,
    error::Error,
    input::List,
};

const TABLE: &str = "activities";

/// One page of the activities that the caller sees, the newest first.
pub async fn list(caller: &Caller, list: &List<ActivityFilter>) -> Result<Page<Activity>, Error> {
    let filter = &list.filter;
    let sources = sources(caller.scope());
    Listing::of(list, sources, Order::newest_first, move |query| {
        conditions(query, filter)
    })
    .page(&caller.read())
    .await
}

/// What the scope noted itself, and what others noted of its prospects.
fn sources(scope: Scope<'_>) -> Vec<Source<'_>> {
    let Some(people) = scope.people() else {
        return vec![Source::all(TABLE)];
    };
    let others = people.clone();
    vec![
        Source::within(TABLE, move |query| {
            query.text("actor = any (").add(people.clone()).text(")");
        }),
        Source::within(TABLE, move |query| {
            scope.prospect(query);
            query
                .text(" and (actor is null or not actor = any (")
                .add(others.clone())
                .text("))");
        }),
    ]
}

fn conditions(query: &mut Query, filter: &ActivityFilter) {
    query
        .equal("prospect_id", &filter.prospect_id)
        .equal("kind", &filter.kind)
        .equal("actor", &filter.actor)
        .equal("handoff_id", &filter.handoff_id)
        .equal("task_id", &filter.task_id);
    if let Some(from) = filter.from {
        query.text(" and happened_at >= ").add(from);
    }
    if let Some(to) = filter.to {
        query.text(" and happened_at <= ").add(to);
    }
}

/// One activity.
pub async fn get(on: &impl Run, id: Uuid) -> Result<Activity, Error> {
    get_row(on, &[TABLE], id).await
}

/// Notes what happened.
pub async fn insert(on: &impl Run, body: ActivityBody) -> Result<Activity, Error> {
    insert_row(on, TABLE, body).await
}
