//! Statements on one row.

use jiff::Timestamp;
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

/// Reads one row through the first of `relations` that shows it.
///
/// # Errors
/// 404 when none does.
pub async fn get_row<R: Record>(
    on: &impl Run,
    relations: &[&'static str],
    id: Uuid,
) -> Result<R, Error> {
    let mut query = Query::new("");
    for (index, relation) in relations.iter().enumerate() {
        query
            .text(if index == 0 {
                "select "
            } else {
                " union all select "
            })
            .text(R::COLUMNS)
            .text(" from ")
            .text(relation)
            .text(" where id = ")
            .add(id);
    }
    if relations.len() > 1 {
        query.text(" limit 1");
    }
    on.run(query).await?.one()?.ok_or_else(Error::not_found)
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
    update_seen_row(on, &[table], id, change).await
}

/// As [`update_row`], where the caller may see rows of the table, the first of
/// `relations`, through views as well.
///
/// # Errors
/// As [`update_row`].
pub async fn update_seen_row<R: Record, B: Writable>(
    on: &impl Run,
    relations: &[&'static str],
    id: Uuid,
    change: Change<B>,
) -> Result<R, Error> {
    update_columns(on, relations, id, change.body.columns(), change.if_match).await
}

/// As [`update_seen_row`], with the columns and the text of `If-Match` given.
///
/// # Errors
/// As [`update_row`].
pub async fn update_columns<R: Record>(
    on: &impl Run,
    relations: &[&'static str],
    id: Uuid,
    columns: Vec<(&'static str, Parameter)>,
    if_match: Option<String>,
) -> Result<R, Error> {
    let table = base(relations);
    let tags = if_match.filter(|tags| tags.trim() != "*");
    let moments = tags.map(|tags| tags.split(',').filter_map(moment_of_tag).collect());
    let moments: Option<Vec<Timestamp>> = moments;
    if columns.is_empty() {
        let row: R = get_row(on, relations, id).await?;
        return match &moments {
            Some(moments) if !is_as_read(on, table, id, moments).await? => {
                Err(Error::lost_update())
            }
            _ => Ok(row),
        };
    }
    let mut query = Query::update(table, columns).push(" where id = ").bind(id);
    if let Some(moments) = &moments {
        query
            .text(" and updated_at = any (")
            .add(moments.clone())
            .text(")");
    }
    query.text(" returning ").text(R::COLUMNS);
    match on.run(query).await?.one()? {
        Some(row) => Ok(row),
        None => Err(why_untouched(on, relations, id, moments).await),
    }
}

/// Deletes a row.
///
/// # Errors
/// 404 when the caller does not see the row, 403 when he sees it but may not
/// delete it, 409 when others point to it.
pub async fn delete_row(on: &impl Run, table: &'static str, id: Uuid) -> Result<(), Error> {
    delete_seen_row(on, &[table], id).await
}

/// As [`delete_row`], where the caller may see rows of the table, the first of
/// `relations`, through views as well.
///
/// # Errors
/// As [`delete_row`].
pub async fn delete_seen_row(
    on: &impl Run,
    relations: &[&'static str],
    id: Uuid,
) -> Result<(), Error> {
    let query = Query::new("delete from ")
        .push(base(relations))
        .push(" where id = ")
        .bind(id)
        .push(" returning id");
    if on.run(query).await?.is_empty() {
        return Err(why_untouched(on, relations, id, None).await);
    }
    Ok(())
}

fn base(relations: &[&'static str]) -> &'static str {
    relations.first().copied().unwrap_or_default()
}

/// Why a statement that names a row by its key touched none.
async fn why_untouched(
    on: &impl Run,
    relations: &[&'static str],
    id: Uuid,
    moments: Option<Vec<Timestamp>>,
) -> Error {
    let asked = async {
        if let Some(moments) = moments
            && is_there(on, base(relations), id).await?
            && !is_as_read(on, base(relations), id, &moments).await?
        {
            return Ok(Error::lost_update());
        }
        for relation in relations {
            if is_there(on, relation, id).await? {
                return Ok(Error::forbidden());
            }
        }
        Ok(Error::not_found())
    };
    asked.await.unwrap_or_else(|error: Error| error)
}

async fn is_there(on: &impl Run, relation: &'static str, id: Uuid) -> Result<bool, Error> {
    let query = Query::new("select 1 from ")
        .push(relation)
        .push(" where id = ")
        .bind(id);
    Ok(!on.run(query).await?.is_empty())
}

/// Whether the row last changed at one of `moments`.
async fn is_as_read(
    on: &impl Run,
    table: &'static str,
    id: Uuid,
    moments: &[Timestamp],
) -> Result<bool, Error> {
    let query = Query::new("select 1 from ")
        .push(table)
        .push(" where id = ")
        .bind(id)
        .push(" and updated_at = any (")
        .bind(moments.to_vec())
        .push(")");
    Ok(!on.run(query).await?.is_empty())
}
