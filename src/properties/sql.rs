//! The statements that name the table `properties`.

use uuid::Uuid;

use super::types::{Property, PropertyBody, PropertyFilter};
use crate::{
    db::{Key, Listing, Order, Query, Record, Rows as _, Run, Source, delete_row, update_row},
    envelope::Page,
    error::Error,
    input::{Change, List, Writable as _},
};

const TABLE: &str = "properties";

/// One page of the properties that the caller sees.
pub async fn list(on: &impl Run, list: &List<PropertyFilter>) -> Result<Page<Property>, Error> {
    let filter = &list.filter;
    let ranked = filter.q.is_some() && !list.is_sorted();
    Listing {
        sources: vec![Source::all(TABLE)],
        conditions: Box::new(move |query| conditions(query, filter)),
        extra: ranked.then(|| -> Box<dyn Fn(&mut Query) + Send + Sync> {
            Box::new(move |query| rank(query, filter))
        }),
        order: list.order(|| match ranked {
            true => Order(vec![
                Key::descending("rank", "float8"),
                Key::descending("id", "uuid"),
            ]),
            false => Order::newest_first(),
        }),
        limit: list.limit,
        cursor: list.cursor.clone(),
        count: list.count,
    }
    .page(on)
    .await
}

fn conditions(query: &mut Query, filter: &PropertyFilter) {
    if let Some(city) = &filter.city {
        query
            .text(" and doorstep.fold(city) = doorstep.fold(")
            .add(city.clone())
            .text(")");
    }
    if let Some(status) = filter.status {
        query.text(" and status = ").add(status);
    }
    if let Some(kind) = filter.r#type {
        query.text(" and type = ").add(kind);
    }
    if let Some(words) = &filter.q {
        query
            .text(" and search @@ websearch_to_tsquery('simple', doorstep.fold(")
            .add(words.clone())
            .text("))");
    }
}

fn rank(query: &mut Query, filter: &PropertyFilter) {
    query
        .text(", ts_rank(search, websearch_to_tsquery('simple', doorstep.fold(")
        .add(filter.q.clone())
        .text(")))::float8 as rank");
}

/// One property.
pub async fn get(on: &impl Run, id: Uuid) -> Result<Property, Error> {
    let query = Query::new("select ")
        .push(Property::COLUMNS)
        .push(" from properties where id = ")
        .bind(id);
    on.run(query).await?.one()?.ok_or_else(Error::not_found)
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
