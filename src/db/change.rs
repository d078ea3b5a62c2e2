//! Statements that write one row.

use uuid::Uuid;

use super::{
    query::{Parameter, Query},
    row::{Record, Rows as _},
    run::Run,
};
use crate::{
    envelope::moment_of_tag,
    error::Error,
    input::{Change, Writable},
};

impl Query {
    /// `insert into table (…) values (…)` with the columns given.
    pub fn insert(table: &'static str, columns: Vec<(&'static str, Parameter)>) -> Self {
        let mut query = Self::new("insert into ").push(table);
        if columns.is_empty() {
            return query.push(" default values");
        }
        let mut values = Vec::with_capacity(columns.len());
        for (index, (name, value)) in columns.into_iter().enumerate() {
            query
                .text(if index == 0 { " (\"" } else { "\", \"" })
                .text(name);
            values.push(value);
        }
        query.text("\") values (");
        for (index, value) in values.into_iter().enumerate() {
            query
                .text(if index == 0 { "" } else { ", " })
                .add_boxed(value);
        }
        query.push(")")
    }

    /// `update table set …` with the columns given, of which there is at least
    /// one.
    pub fn update(table: &'static str, columns: Vec<(&'static str, Parameter)>) -> Self {
        let mut query = Self::new("update ").push(table).push(" set ");
        for (index, (name, value)) in columns.into_iter().enumerate() {
            query
                .text(if index == 0 { "\"" } else { ", \"" })
                .text(name)
                .text("\" = ")
                .add_boxed(value);
        }
        query
    }
}

/// Changes the columns that a body names and returns the row as it is then.
///
/// # Errors
/// 404 when the caller does not see the row, 403 when he sees it but may not
/// change it, 412 when it changed since the entity tags in `If-Match`.
pub async fn update_row<R: Record, B: Writable>(
    on: &impl Run,
    table: &'static str,
    id: Uuid,
    change: Change<B>,
) -> Result<R, Error> {
    let columns = change.body.columns();
    let tags = change.if_match.filter(|tags| tags.trim() != "*");
    let mut query = if columns.is_empty() {
        Query::new("select ")
            .push(R::COLUMNS)
            .push(" from ")
            .push(table)
    } else {
        Query::update(table, columns)
    };
    let reads = query.sql().starts_with("select");
    query.text(" where id = ").add(id);
    if let Some(tags) = &tags {
        let moments: Vec<jiff::Timestamp> = tags.split(',').filter_map(moment_of_tag).collect();
        query.text(" and updated_at = any (").add(moments).text(")");
    }
    if !reads {
        query.text(" returning ").text(R::COLUMNS);
    }
    match on.run(query).await?.one()? {
        Some(row) => Ok(row),
        None => Err(why_untouched(on, table, id, tags.is_some()).await),
    }
}

/// Deletes a row.
///
/// # Errors
/// 404 when the caller does not see the row, 403 when he sees it but may not
/// delete it, 409 when others point to it.
pub async fn delete_row(on: &impl Run, table: &'static str, id: Uuid) -> Result<(), Error> {
    let query = Query::new("delete from ")
        .push(table)
        .push(" where id = ")
        .bind(id)
        .push(" returning id");
    if on.run(query).await?.is_empty() {
        return Err(why_untouched(on, table, id, false).await);
    }
    Ok(())
}

/// Why a statement that names a row by its key touched none.
async fn why_untouched(on: &impl Run, table: &'static str, id: Uuid, conditional: bool) -> Error {
    let query = Query::new("select 1 from ")
        .push(table)
        .push(" where id = ")
        .bind(id);
    match on.run(query).await {
        Err(error) => error,
        Ok(rows) if rows.is_empty() => Error::not_found(),
        Ok(_) if conditional => Error::lost_update(),
        Ok(_) => Error::forbidden(),
    }
}
