//! The statements that name the table `properties`.

use uuid::Uuid;

use super::types::{Property, PropertyBody, PropertyFilter};
use crate::{
    db::{
        Listing, Order, Query, Record, Rows as _, Run, Source, Tally, delete_row, get_row, tally,
        update_row,
    },
    envelope::Page,
    error::Error,
    input::{Change, List, Writable as _},
};

pub mod load;

const TABLE: &str = "properties";

/// One page of the properties that the caller sees.
pub async fn list(on: &impl Run, list: &List<PropertyFilter>) -> Result<Page<Property>, Error> {
    let filter = &list.filter;
    let (source, order): (_, fn() -> Order) = match &filter.q {
        Some(words) => (found(words.as_str()), Order::best_first),
        None => (Source::all(TABLE), Order::newest_first),
    };
    Listing::of(list, vec![source], order, |query| {
        conditions(query, filter);
    })
    .page(on)
    .await
}

/// The homes that a search finds, with their `rank`. The function uses the
/// index, which row level security forbids a condition of our own.
fn found(words: &str) -> Source<'_> {
    Source::all(TABLE).joined(|query| {
        query
            .text(" join doorstep.properties_matching(")
            .add(words.to_owned())
            .text(") using (id)");
    })
}

fn conditions(query: &mut Query, filter: &PropertyFilter) {
    if let Some(city) = &filter.city {
        query
            .text(" and city_key = doorstep.fold(")
            .add(city.as_str().to_owned())
            .text(")");
    }
    query
        .equal("status", &filter.status)
        .equal("type", &filter.r#type)
        .equal("offer", &filter.offer);
}

/// How many homes there are of each status, as far as the caller sees them.
pub async fn count_by_status(on: &impl Run) -> Result<Tally, Error> {
    tally(on, &[Source::all(TABLE)], "status").await
}

/// One property.
pub async fn get(on: &impl Run, id: Uuid) -> Result<Property, Error> {
    get_row(on, &[TABLE], id).await
}

/// The properties with these keys that the caller sees, in any order.
pub async fn some(on: &impl Run, ids: Vec<Uuid>) -> Result<Vec<Property>, Error> {
    let query = Query::new("select ")
        .push(Property::COLUMNS)
        .push(" from properties where id = any (")
        .bind(ids)
        .push(")");
    on.run(query).await?.all()
}

/// Makes a property.
pub async fn insert(on: &impl Run, body: PropertyBody) -> Result<Property, Error> {
    let query = Query::insert(TABLE, body.columns())
        .push(" returning ")
        .push(Property::COLUMNS);
    on.run(query).await?.one()?.ok_or_else(Error::not_found)
}

/// Changes a property.
pub async fn update(
    on: &impl Run,
    id: Uuid,
    change: Change<PropertyBody>,
) -> Result<Property, Error> {
    update_row(on, TABLE, id, change).await
}

/// Deletes a property.
pub async fn delete(on: &impl Run, id: Uuid) -> Result<(), Error> {
    delete_row(on, TABLE, id).await
}
