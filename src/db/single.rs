//! The statement that makes one row.

use super::{
    query::Query,
    row::{Record, Rows as _},
    run::Run,
};
use crate::{error::Error, input::Writable};

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
