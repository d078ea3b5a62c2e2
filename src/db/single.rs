//! Statements about one row that most nouns share.

use uuid::Uuid;

use super::{
    query::Query,
    row::{Record, Rows as _},
    run::Run,
};
use crate::{error::Error, input::Writable};

/// Reads the row with this key from a table or view.
///
/// # Errors
/// 404 when the caller sees no such row.
pub async fn read_row<R: Record>(
    on: &impl Run,
    relation: &'static str,
    id: Uuid,
) -> Result<R, Error> {
    let query = Query::new("select ")
        .push(R::COLUMNS)
        .push(" from ")
        .push(relation)
        .push(" where id = ")
        .bind(id);
    on.run(query).await?.one()?.ok_or_else(Error::not_found)
}

/// Makes a row and reads it as the caller sees it.
///
/// # Errors
/// What the table's rules say.
pub async fn insert_row<R: Record, B: Writable>(
    on: &impl Run,
    table: &'static str,
    body: B,
) -> Result<R, Error> {
    let query = Query::insert(table, body.columns())
        .push(" returning ")
        .push(R::COLUMNS);
    on.run(query).await?.one()?.ok_or_else(Error::not_found)
}

/// Turns the 404 of a write into 403 when the caller sees the row in `relation`,
/// the masked form in which he reads the table.
pub async fn forbidden_if_seen(
    on: &impl Run,
    relation: &'static str,
    id: Uuid,
    error: Error,
) -> Error {
    if error.status() != axum::http::StatusCode::NOT_FOUND {
        return error;
    }
    let query = Query::new("select 1 from ")
        .push(relation)
        .push(" where id = ")
        .bind(id);
    match on.run(query).await {
        Ok(rows) if !rows.is_empty() => Error::forbidden(),
        _ => error,
    }
}
