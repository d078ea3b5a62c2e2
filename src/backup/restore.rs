//! The way back.

use std::{collections::HashMap, io::Read, pin::Pin};

use bytes::Bytes;
use futures_util::SinkExt as _;
use sha2::{Digest as _, Sha256};
use tokio_postgres::{Client, Config, CopyInSink};

use super::{
    BackupError, End, FORM, Keys, Manifest, TableShape, TableSum,
    archive::{DEMO_PEOPLE, END, Entry, MANIFEST, SECRET, Unpack, hex},
    doing,
    save::nothing,
    tables,
};
use crate::db::{self, Names};

/// What the migrations themselves put into a new database.
const SEEDED: &[&str] = &[
    "doorstep.settings",
    "public.teams",
    "public.contact_policies",
    "public.events",
    "public.routing_rules",
];

/// Makes an empty database what a backup holds; all of it or nothing. Whatever
/// migrations are newer are applied afterwards by whoever opens it. Returns the
/// keys, which belong into the data directory, and what was loaded.
///
/// # Errors
/// When the file is no whole backup, or of a newer program; when the database
/// holds anything.
pub async fn restore(
    owner: &Config,
    names: &Names,
    file: impl Read,
    mut progress: impl FnMut(&str),
) -> Result<(Keys, Vec<TableSum>), BackupError> {
    let mut unpack = Unpack::new(file);
    let mut entries = unpack.entries()?;
    let manifest = match entries.next().transpose()? {
        Some(Entry::Text(name, bytes)) if name == MANIFEST => manifest(&bytes)?,
        _ => return Err(BackupError::NotWhole("the file is no backup".to_owned())),
    };
    let client = db::connect(owner)
        .await
        .map_err(doing("cannot reach the database"))?;
    schema(&client, owner, names, &manifest).await?;
    let mut load = Load::begin(&client, &manifest).await?;
    for entry in entries {
        match entry? {
            Entry::Text(name, bytes) => load.text(&name, &bytes)?,
            Entry::Piece(table, bytes) => {
                if load.is_new(&table) {
                    progress(&table);
                }
                load.piece(&table, bytes).await?;
            }
        }
    }
    let (keys, sums) = load.finish().await?;
    Ok((keys, sums))
}

fn manifest(bytes: &[u8]) -> Result<Manifest, BackupError> {
    let manifest: Manifest = serde_json::from_slice(bytes)
        .map_err(|error| BackupError::NotWhole(format!("the file is no backup: {error}")))?;
    if manifest.form != FORM {
        return Err(BackupError::NotWhole(format!(
            "the backup is of form {}, which this program does not know; use a newer one",
            manifest.form
        )));
    }
    Ok(manifest)
}

/// The backup's own migrations, on a database that has none or just these.
async fn schema(
    client: &Client,
    owner: &Config,
    names: &Names,
    manifest: &Manifest,
) -> Result<(), BackupError> {
    let unknown = manifest
        .migrations
        .iter()
        .find(|name| !db::migration_names().any(|known| known == name.as_str()));
    if let Some(name) = unknown {
        return Err(BackupError::NotWhole(format!(
            "the backup has migration {name}, which this program does not know; use a newer one"
        )));
    }
    let there = tables::migrations(client).await?;
    if there.is_empty() {
        let wanted = |name: &str| manifest.migrations.iter().any(|it| it == name);
        db::migrate_some(owner, names, wanted, |_| {}).await?;
    } else if there != manifest.migrations {
        return Err(BackupError::Target(
            "the database has tables of another version of the program; restore into a new one"
                .to_owned(),
        ));
    }
    Ok(())
}

/// The one transaction of a restore.
struct Load<'a> {
    client: &'a Client,
    manifest: &'a Manifest,
    keys: Keys,
    open: Option<(String, Pin<Box<CopyInSink<Bytes>>>)>,
    hashes: HashMap<String, Sha256>,
    end: Option<End>,
    /// Statements that make the tables again what they were.
    after: Vec<String>,
}

impl<'a> Load<'a> {
    async fn begin(client: &'a Client, manifest: &'a Manifest) -> Result<Self, BackupError> {
        client
            .batch_execute("begin; set local datestyle = 'ISO, YMD'")
            .await
            .map_err(doing("cannot begin"))?;
        let there = tables::all(client).await?;
        if there != manifest.tables {
            return Err(BackupError::Target(
                "the database's tables are not the backup's; restore into a new database"
                    .to_owned(),
            ));
        }
        let mut load = Self {
            client,
            manifest,
            keys: Keys::default(),
            open: None,
            hashes: HashMap::new(),
            end: None,
            after: Vec::new(),
        };
        load.prepare().await?;
        Ok(load)
    }

    /// Looks whether the tables are empty, and lays aside what stands in the way
    /// of the rows: forced row level security, triggers, references.
    async fn prepare(&mut self) -> Result<(), BackupError> {
        let mut before = Vec::new();
        for table in &self.manifest.tables {
            let sql = table.sql();
            before.push(format!("alter table {sql} no force row level security"));
            before.push(format!("alter table {sql} disable trigger user"));
            self.after
                .push(format!("alter table {sql} enable trigger user"));
        }
        // References first: they are checked quickest while no policy is in the way.
        for statement in ["references", "force"] {
            for (off, on) in self.aside(statement).await? {
                before.push(off);
                self.after.push(on);
            }
        }
        self.run(&before, "cannot prepare the tables").await?;
        for table in &self.manifest.tables {
            let query = format!("select exists (select from {})", table.sql());
            let filled: bool = self
                .client
                .query_one(&query, &[])
                .await
                .and_then(|row| row.try_get(0))
                .map_err(doing("cannot look into the tables"))?;
            if filled && !SEEDED.contains(&table.full_name().as_str()) {
                return Err(BackupError::Target(format!(
                    "the database is not empty: {} has rows; restore into a new one",
                    table.full_name()
                )));
            }
        }
        let all: Vec<String> = self.manifest.tables.iter().map(TableShape::sql).collect();
        let truncate = format!("truncate {}", all.join(", "));
        self.run(&[truncate], "cannot empty the tables").await
    }

    /// Statements that take something off the tables, each with the one that puts
    /// it on again.
    async fn aside(&self, what: &str) -> Result<Vec<(String, String)>, BackupError> {
        let query = match what {
            "force" => {
                "select format('alter table %s no force row level security', c.oid::regclass), \
                 format('alter table %s force row level security', c.oid::regclass) \
                 from pg_class c join pg_namespace n on n.oid = c.relnamespace \
                 where n.nspname in ('auth', 'doorstep', 'public') and c.relforcerowsecurity"
            }
            _ => {
                "select format('alter table %s drop constraint %I', k.conrelid::regclass, k.conname), \
                 format('alter table %s add constraint %I %s', k.conrelid::regclass, k.conname, \
                 pg_get_constraintdef(k.oid)) \
                 from pg_constraint k join pg_namespace n on n.oid = k.connamespace \
                 where n.nspname in ('auth', 'doorstep', 'public') and k.contype = 'f'"
            }
        };
        let told = "cannot look at the tables";
        let rows = self.client.query(query, &[]).await.map_err(doing(told))?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect::<Result<_, tokio_postgres::Error>>()
            .map_err(doing(told))
    }

    async fn run(&self, statements: &[String], told: &str) -> Result<(), BackupError> {
        self.client
            .batch_execute(&statements.join("; "))
            .await
            .map_err(doing(told))
    }

    fn text(&mut self, name: &str, bytes: &[u8]) -> Result<(), BackupError> {
        let text = || String::from_utf8_lossy(bytes).into_owned();
        match name {
            SECRET => self.keys.secret = text(),
            DEMO_PEOPLE => self.keys.demo_people = Some(text()),
            END => {
                let end = serde_json::from_slice(bytes);
                self.end = Some(end.map_err(|error| BackupError::File(error.into()))?);
            }
            _ => {
                let sentence = format!("the backup holds {name}, which this program does not know");
                return Err(BackupError::NotWhole(sentence));
            }
        }
        Ok(())
    }

    fn is_new(&self, table: &str) -> bool {
        !self.hashes.contains_key(table)
    }

    async fn piece(&mut self, table: &str, bytes: Vec<u8>) -> Result<(), BackupError> {
        let told = || format!("cannot load {table}");
        if self.open.as_ref().is_none_or(|(open, _)| open != table) {
            self.close().await?;
            let shape = self
                .manifest
                .tables
                .iter()
                .find(|it| it.full_name() == table);
            let shape = shape.ok_or_else(|| {
                BackupError::NotWhole(format!("the backup's list of tables lacks {table}"))
            })?;
            let copy = format!("copy {} ({}) from stdin", shape.sql(), shape.column_list());
            let sink = self.client.copy_in(&copy).await.map_err(doing(told()))?;
            self.open = Some((table.to_owned(), Box::pin(sink)));
        }
        self.hashes
            .entry(table.to_owned())
            .or_default()
            .update(&bytes);
        match &mut self.open {
            Some((_, sink)) => sink.send(Bytes::from(bytes)).await.map_err(doing(told())),
            None => Ok(()),
        }
    }

    async fn close(&mut self) -> Result<(), BackupError> {
        if let Some((table, mut sink)) = self.open.take() {
            let told = format!("cannot load {table}");
            sink.as_mut().finish().await.map_err(doing(told))?;
        }
        Ok(())
    }

    /// Compares with what the backup says of itself, puts everything in its place
    /// again and commits.
    async fn finish(mut self) -> Result<(Keys, Vec<TableSum>), BackupError> {
        self.close().await?;
        let cut = || BackupError::NotWhole("the backup is cut off: its end is missing".to_owned());
        let end = self.end.take().ok_or_else(cut)?;
        if self.keys.secret.is_empty() {
            return Err(cut());
        }
        for sum in &end.tables {
            let hash = self.hashes.remove(&sum.table).map_or_else(nothing, hex);
            if hash != sum.sha256 {
                let sentence = format!("the backup is damaged: {} is not what it was", sum.table);
                return Err(BackupError::NotWhole(sentence));
            }
        }
        // Rows first: a reference is checked as it is made.
        self.after.push(SEQUENCES.to_owned());
        self.after.push(
            "update doorstep.settings set value = to_jsonb(gen_random_uuid()) where name = 'epoch'"
                .to_owned(),
        );
        self.after.rotate_right(2);
        self.run(&self.after, "the backup's rows do not fit together")
            .await?;
        self.run(&["commit".to_owned(), "analyze".to_owned()], "cannot end")
            .await?;
        Ok((self.keys, end.tables))
    }
}

/// Every counter goes on behind the largest number that it has given.
const SEQUENCES: &str = "do $$ declare item record; begin \
     for item in select c.oid::regclass as relation, a.attname as name, \
       pg_get_serial_sequence(c.oid::regclass::text, a.attname) as sequence \
       from pg_class c join pg_namespace n on n.oid = c.relnamespace \
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped \
       where n.nspname in ('auth', 'doorstep', 'public') and c.relkind = 'r' loop \
     continue when item.sequence is null; \
     execute format('select setval(%L, greatest(coalesce((select max(%I) from %s), 0), 1), \
       exists (select from %s))', item.sequence, item.name, item.relation, item.relation); \
     end loop; end $$";
