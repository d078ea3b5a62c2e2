//! The statements that name the table `qualification_scores`.

use uuid::Uuid;

use super::types::{
    ComputedBy, QualificationScore, QualificationScoreBody, QualificationScoreFilter,
};
use crate::{
    auth::Caller,
    db::{Listing, Order, Query, Record, Rows as _, Run, Source, get_row},
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
    let sources = vec![Source::within(TABLE, move |query| scope.prospect(query))];
    Listing::of(list, sources, Order::newest_first, move |query| {
        conditions(query, filter)
    })
    .page(&caller.read())
    .await
}

fn conditions(query: &mut Query, filter: &QualificationScoreFilter) {
    query
        .equal("conversation_id", &filter.conversation_id)
        .equal("prospect_id", &filter.prospect_id)
        .equal("appointment_id", &filter.appointment_id)
        .equal("grade", &filter.grade)
        .equal("computed_by", &filter.computed_by);
}

/// One score.
pub async fn get(caller: &Caller, id: Uuid) -> Result<QualificationScore, Error> {
    get_row(&caller.read(), &[TABLE], id).await
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
