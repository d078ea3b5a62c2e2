//! The making of a backup.

use std::{io::Write, pin::pin};

use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use sha2::Digest as _;
use tokio_postgres::{Client, Config};

use super::{
    BackupError, End, FORM, Keys, Manifest, TableShape, TableSum,
    archive::{DEMO_PEOPLE, END, MANIFEST, Pack, Pieces, SECRET},
    doing, tables,
};
use crate::db;

/// Writes everything that `owner` (the tables' owner) has into `out`, as of one
/// moment, and returns what came of each table.
///
/// # Errors
/// When a table belongs to somebody else, as a Supabase project's `auth` does;
/// when the database or the file refuses.
pub async fn save(
    owner: &Config,
    keys: &Keys,
    now: Timestamp,
    out: impl Write,
    mut progress: impl FnMut(&str),
) -> Result<Vec<TableSum>, BackupError> {
    let client = db::connect(owner)
        .await
        .map_err(doing("cannot reach the database"))?;
    client
        .batch_execute(
            "begin isolation level repeatable read read only; \
             set local search_path = pg_catalog; set local datestyle = 'ISO, YMD'; \
             set local intervalstyle = 'postgres'; set local extra_float_digits = 1",
        )
        .await
        .map_err(doing("cannot begin"))?;
    let strangers = tables::strangers(&client).await?;
    if !strangers.is_empty() {
        return Err(BackupError::Target(format!(
            "{} belong to somebody else, who must back them up: of a Supabase project its own \
             backup is the one to use",
            strangers.join(", ")
        )));
    }
    let manifest = Manifest {
        form: FORM,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: now.to_string(),
        migrations: tables::migrations(&client).await?,
        tables: tables::all(&client).await?,
    };
    let seconds = u64::try_from(now.as_second()).unwrap_or(0);
    let mut pack = Pack::new(out, seconds);
    pack.add(MANIFEST, &json(&manifest)?)?;
    pack.add(SECRET, keys.secret.as_bytes())?;
    if let Some(people) = &keys.demo_people {
        pack.add(DEMO_PEOPLE, people.as_bytes())?;
    }
    let mut sums = Vec::with_capacity(manifest.tables.len());
    for table in &manifest.tables {
        progress(&table.full_name());
        sums.push(rows(&client, table, &mut pack).await?);
    }
    let end = End { tables: sums };
    pack.add(END, &json(&end)?)?;
    pack.finish()?.flush()?;
    client
        .batch_execute("commit")
        .await
        .map_err(doing("cannot end"))?;
    Ok(end.tables)
}

fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, BackupError> {
    serde_json::to_vec_pretty(value).map_err(|error| BackupError::File(error.into()))
}

/// The transaction ids of events are of this cluster's counter; another one
/// begins anew.
async fn rows<W: Write>(
    client: &Client,
    table: &TableShape,
    pack: &mut Pack<W>,
) -> Result<TableSum, BackupError> {
    let name = table.full_name();
    let mut columns = table.column_list();
    if name == "public.events" {
        columns = columns.replace("\"transaction_id\"", "'0'::xid8");
    }
    let copy = format!("copy (select {columns} from {}) to stdout", table.sql());
    let told = || format!("cannot read {name}");
    let stream = client.copy_out(&copy).await.map_err(doing(told()))?;
    let mut stream = pin!(stream);
    let mut pieces = Pieces::of(name.clone());
    let mut rows = 0;
    // The driver gives each row as one piece.
    while let Some(bytes) = stream.try_next().await.map_err(doing(told()))? {
        rows += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        pieces.take(&bytes, pack)?;
    }
    Ok(TableSum {
        table: name,
        rows,
        sha256: pieces.finish(pack)?,
    })
}

/// An empty digest, for tables without rows.
pub(super) fn nothing() -> String {
    super::archive::hex(sha2::Sha256::new())
}
