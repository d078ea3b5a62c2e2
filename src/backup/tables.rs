//! What of a database belongs to a backup.

use tokio_postgres::Client;

use super::{BackupError, TableShape, doing};

/// Every table of the three schemas but the list of migrations, with the
/// columns that can be written.
pub(super) async fn all(client: &Client) -> Result<Vec<TableShape>, BackupError> {
    let rows = client
        .query(
            "select n.nspname::text, c.relname::text, array_agg(a.attname::text order by a.attnum) \
             from pg_class c join pg_namespace n on n.oid = c.relnamespace \
             join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped \
             and a.attgenerated = '' \
             where n.nspname in ('auth', 'doorstep', 'public') and c.relkind = 'r' \
             and c.oid <> 'doorstep.migrations'::regclass \
             and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e') \
             group by 1, 2 order by 1, 2",
            &[],
        )
        .await
        .map_err(doing("cannot list the tables"))?;
    rows.iter()
        .map(|row| {
            let text = |index| row.try_get(index);
            Ok(TableShape {
                schema: text(0)?,
                name: text(1)?,
                columns: row.try_get(2)?,
            })
        })
        .collect::<Result<_, tokio_postgres::Error>>()
        .map_err(doing("cannot list the tables"))
}

/// Tables that somebody else owns: a Supabase project's.
pub(super) async fn strangers(client: &Client) -> Result<Vec<String>, BackupError> {
    let rows = client
        .query(
            "select n.nspname || '.' || c.relname from pg_class c \
             join pg_namespace n on n.oid = c.relnamespace \
             where n.nspname in ('auth', 'doorstep', 'public') and c.relkind = 'r' \
             and not pg_has_role(current_user, c.relowner, 'USAGE') \
             and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e') \
             order by 1",
            &[],
        )
        .await
        .map_err(doing("cannot list the tables"))?;
    rows.iter()
        .map(|row| row.try_get(0))
        .collect::<Result<_, _>>()
        .map_err(doing("cannot list the tables"))
}

/// The names of the migrations that were applied, in order.
pub(super) async fn migrations(client: &Client) -> Result<Vec<String>, BackupError> {
    let there: bool = client
        .query_one("select to_regclass('doorstep.migrations') is not null", &[])
        .await
        .and_then(|row| row.try_get(0))
        .map_err(doing("cannot ask for the migrations"))?;
    if !there {
        return Ok(Vec::new());
    }
    let rows = client
        .query("select name from doorstep.migrations order by name", &[])
        .await
        .map_err(doing("cannot ask for the migrations"))?;
    rows.iter()
        .map(|row| row.try_get(0))
        .collect::<Result<_, _>>()
        .map_err(doing("cannot ask for the migrations"))
}

/// A name as SQL writes it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl TableShape {
    /// Its name as SQL writes it.
    pub(super) fn sql(&self) -> String {
        format!("{}.{}", quoted(&self.schema), quoted(&self.name))
    }

    /// Its columns as SQL writes them.
    pub(super) fn column_list(&self) -> String {
        let quoted: Vec<String> = self.columns.iter().map(|it| quoted(it)).collect();
        quoted.join(", ")
    }
}
