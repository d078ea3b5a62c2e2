//! The statements that name the table `consents`.

use uuid::Uuid;

use super::types::{Consent, ConsentBody, ConsentFilter};
use crate::{
    db::{Listing, Order, Query, Record, Rows as _, Run, Source, get_row},
    envelope::Page,
    error::Error,
    input::{List, Writable as _},
};

const TABLE: &str = "consents";

/// One page of the consents that the caller sees.
pub async fn list(on: &impl Run, list: &List<ConsentFilter>) -> Result<Page<Consent>, Error> {
    Listing::of(
        list,
        vec![Source::all(TABLE)],
        Order::newest_first,
        |query| {
            conditions(query, &list.filter);
        },
    )
    .page(on)
    .await
}

fn conditions(query: &mut Query, filter: &ConsentFilter) {
    query
        .equal("prospect_id", &filter.prospect_id)
        .equal("channel", &filter.channel)
        .equal("purpose", &filter.purpose)
        .equal("status", &filter.status);
}

/// One consent.
pub async fn get(on: &impl Run, id: Uuid) -> Result<Consent, Error> {
    get_row(on, &[TABLE], id).await
}

/// Records a consent, a refusal or a withdrawal.
pub async fn insert(on: &impl Run, body: ConsentBody) -> Result<Consent, Error> {
    let query = Query::insert(TABLE, body.columns())
        .push(" returning ")
        .push(Consent::COLUMNS);
    on.run(query).await?.one()?.ok_or_else(Error::not_found)
}
