//! The statements that name the table `audit_log`.

use uuid::Uuid;

use super::types::{AuditEntry, AuditFilter};
use crate::{
    db::{Key, Listing, Order, Query, Run, Source},
    envelope::Page,
    error::Error,
    input::List,
};

const TABLE: &str = "audit_log";

/// One page of the entries that the caller sees, newest first.
pub async fn list(on: &impl Run, list: &List<AuditFilter>) -> Result<Page<AuditEntry>, Error> {
    let source = Source::all(TABLE);
    Listing::of(list, vec![source], newest_first, |query| {
        conditions(query, &list.filter);
    })
    .page(on)
    .await
}

fn newest_first() -> Order {
    Order(vec![
        Key::descending("created_at", "timestamptz"),
        Key::descending("id", "int8"),
    ])
}

fn conditions(query: &mut Query, filter: &AuditFilter) {
    query
        .equal("actor", &filter.actor)
        .equal("action", &filter.action)
        .equal("noun", &filter.noun)
        .equal("row_id", &filter.row_id)
        .equal("category", &filter.category);
    if let Some(from) = filter.from {
        query.text(" and created_at >= ").add(from);
    }
    if let Some(to) = filter.to {
        query.text(" and created_at < ").add(to);
    }
}

/// Writes down that the caller read rows of a noun, and why.
pub async fn note_read(
    on: &impl Run,
    (action, noun): (&'static str, &'static str),
    row: Option<Uuid>,
    rows: Vec<Uuid>,
    why: Option<String>,
) -> Result<(), Error> {
    let query = Query::new("select doorstep.audit(")
        .bind(action)
        .push(", ")
        .bind(noun)
        .push(", ")
        .bind(row)
        .push(", jsonb_strip_nulls(jsonb_build_object('rows', ")
        .bind(rows)
        .push("::uuid[], 'reason', ")
        .bind(why)
        .push("::text)))");
    on.run(query).await.map(drop)
}
