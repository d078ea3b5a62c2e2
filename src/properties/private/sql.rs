//! The statements that name the table `property_private`.

use jiff::Timestamp;
use uuid::Uuid;

use super::types::{PropertyPrivate, PropertyPrivateBody};
use crate::{
    db::{Query, Record as _, Rows as _, Run},
    envelope::moment_of_tag,
    error::Error,
    input::{Change, Writable as _},
};

const TABLE: &str = "property_private";

/// The desk's side of one home.
pub async fn get(on: &impl Run, property: Uuid) -> Result<PropertyPrivate, Error> {
    let query = Query::new("select ")
        .push(PropertyPrivate::COLUMNS)
        .push(" from property_private where property_id = ")
        .bind(property);
    on.run(query).await?.one()?.ok_or_else(Error::not_found)
}

/// Changes the desk's side of a home: 404 when the caller does not see it, 403
/// when he sees it but may not change it, 412 when it changed since the entity
/// tags in `If-Match`.
pub async fn update(
    on: &impl Run,
    property: Uuid,
    change: Change<PropertyPrivateBody>,
) -> Result<PropertyPrivate, Error> {
    let tags = change.if_match.filter(|tags| tags.trim() != "*");
    let read: Option<Vec<Timestamp>> =
        tags.map(|tags| tags.split(',').filter_map(moment_of_tag).collect());
    let is_lost = |row: &PropertyPrivate| match &read {
        Some(moments) => !moments.contains(&row.updated_at),
        None => false,
    };
    let columns = change.body.columns();
    let asks_nothing = columns.is_empty();
    if !asks_nothing {
        let mut query = Query::update(TABLE, columns)
            .push(" where property_id = ")
            .bind(property);
        if let Some(moments) = &read {
            query
                .text(" and updated_at = any (")
                .add(moments.clone())
                .text(")");
        }
        query.text(" returning ").text(PropertyPrivate::COLUMNS);
        if let Some(row) = on.run(query).await?.one()? {
            return Ok(row);
        }
    }
    let row = get(on, property).await?;
    match (is_lost(&row), asks_nothing) {
        (true, _) => Err(Error::lost_update()),
        (false, true) => Ok(row),
        (false, false) => Err(Error::forbidden()),
    }
}
