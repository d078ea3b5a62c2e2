//! The statements that name the table `contact_policies`.

use uuid::Uuid;

use super::types::{ContactPolicy, ContactPolicyBody, ContactPolicyFilter};
use crate::{
    db::{Listing, Order, Query, Record, Rows as _, Run, Source, get_row, update_row},
    envelope::Page,
    error::Error,
    input::{Change, List, Writable as _},
};

const TABLE: &str = "contact_policies";

/// One page of the contact policies that the caller sees.
pub async fn list(
    on: &impl Run,
    list: &List<ContactPolicyFilter>,
) -> Result<Page<ContactPolicy>, Error> {
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

fn conditions(query: &mut Query, filter: &ContactPolicyFilter) {
    query
        .equal("jurisdiction", &filter.jurisdiction)
        .equal("channel", &filter.channel);
}

/// One contact policy.
pub async fn get(on: &impl Run, id: Uuid) -> Result<ContactPolicy, Error> {
    get_row(on, &[TABLE], id).await
}

/// Makes a contact policy.
pub async fn insert(on: &impl Run, body: ContactPolicyBody) -> Result<ContactPolicy, Error> {
    let query = Query::insert(TABLE, body.columns())
        .push(" returning ")
        .push(ContactPolicy::COLUMNS);
    on.run(query).await?.one()?.ok_or_else(Error::not_found)
}

/// Changes a contact policy.
pub async fn update(
    on: &impl Run,
    id: Uuid,
    change: Change<ContactPolicyBody>,
) -> Result<ContactPolicy, Error> {
    update_row(on, TABLE, id, change).await
}
