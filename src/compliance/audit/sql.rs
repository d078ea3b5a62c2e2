//! The statements that name the table `audit_log`.

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
