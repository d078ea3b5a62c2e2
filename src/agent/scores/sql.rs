//! The statements that name the table `qualification_scores`.

use uuid::Uuid;

use super::types::{
    ComputedBy, QualificationScore, QualificationScoreBody, QualificationScoreFilter,
};
use crate::{
    auth::Caller,
    db::{Listing, Order, Query, Record, Rows as _, Run, Source, read_row},
    envelope::Page,
    error::Error,
    input::{List, Writable as _},
};

const TABLE: &str = "qualification_scores";

/// One page of the scores that the caller sees.
pub async fn list(
    caller: &Caller,
    list: &List<QualificationScoreFilter>,
) -> Result<Page<QualificationScore>, Error> {
    let (filter, scope) = (&list.filter, caller.scope());
    Listing {
        sources: vec![Source::within(TABLE, move |query| scope.prospect(query))],
        conditions: Box::new(move |query| conditions(query, filter)),
        order: list.order(Order::newest_first),
        limit: list.limit,
        cursor: list.cursor.clone(),
        count: list.count,
    }
    .page(&caller.read())
    .await
}

fn conditions(query: &mut Query, filter: &QualificationScoreFilter) {
    if let Some(wanted) = filter.conversation_id {
        query.text(" and conversation_id = ").add(wanted);
    }
    if let Some(wanted) = filter.prospect_id {
        query.text(" and prospect_id = ").add(wanted);
    }
    if let Some(wanted) = filter.appointment_id {
        query.text(" and appointment_id = ").add(wanted);
    }
    if let Some(wanted) = filter.grade {
        query.text(" and grade = ").add(wanted);
    }
    if let Some(wanted) = filter.computed_by {
        query.text(" and computed_by = ").add(wanted);
    }
}

/// One score.
pub async fn get(caller: &Caller, id: Uuid) -> Result<QualificationScore, Error> {
    read_row(&caller.read(), TABLE, id).await
}

/// Keeps a person's own judgement.
pub async fn insert(
    on: &impl Run,
    body: QualificationScoreBody,
) -> Result<QualificationScore, Error> {
    let mut columns = body.columns();
    columns.push(("computed_by", Box::new(ComputedBy::HumanOverride)));
    let query = Query::insert(TABLE, columns)
        .push(" returning ")
        .push(QualificationScore::COLUMNS);
    on.run(query).await?.one()?.ok_or_else(Error::not_found)
}
