//! The schema, applied once, in order, under a lock.

use sha2::{Digest as _, Sha256};
use thiserror::Error;
use tokio_postgres::Client;

use super::connection::Manager;

/// Names with the text of their files.
macro_rules! files {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../migrations/", $name, ".sql")))),*]
    };
}

/// Each file of `migrations/`, in order.
const MIGRATIONS: &[(&str, &str)] = files! {
    "001_schemas"
    "002_auth"
    "003_events"
    "004_users"
    "005_properties"
    "006_integrations"
    "007_compliance"
    "008_idempotency"
    "010_prospects"
    "011_campaigns"
    "012_conversations"
    "013_agent"
    "014_appointments"
    "015_handoffs"
    "016_routing"
    "020_speed"
    "021_owners"
    "025_access"
    "033_live_control"
    "034_campaign_verbs"
    "035_fallback_timezone"
    "040_matching"
    "041_assignments"
    "042_jobs"
    "043_matching_index"
    "044_lost_claim"
    "045_rule_targets"
    "047_service_search"
    "050_imports"
    "051_exports"
    "056_prospect_care"
    "057_lead_keys"
    "058_public_messages"
    "059_shadows"
    "060_routing_room"
    "061_one_row"
    "062_audit_access"
    "063_working_hours"
    "064_tasks"
    "065_handoff_clock"
    "070_wishes"
    "073_person_role"
    "074_waiting"
    "075_activities"
};

/// Makes the roles; run by somebody who may.
const ROLES: &str = include_str!("../../migrations/roles.sql");

/// Finds what is missing before the first migration.
const CHECK: &str = include_str!("../../migrations/check.sql");

/// Two servers that start together wait for each other on this number.
const LOCK: i64 = 0x000d_0075_7e9d;

/// Whom the schema belongs to and who logs in to use it.
#[derive(Clone, Debug)]
pub struct Names {
    /// The role that owns the tables.
    pub owner: String,
    /// The role that the server logs in as.
    pub login: String,
    /// The database.
    pub database: String,
}

/// Why the schema could not be brought up to date.
#[derive(Debug, Error)]
pub enum MigrateError {
    /// PostgreSQL refused.
    #[error("migration {name}: {source}")]
    Refused {
        /// The file.
        name: String,
        /// What PostgreSQL said.
        source: tokio_postgres::Error,
    },
    /// A file changed after it was applied.
    #[error("migration {0} was applied in another form; migrations are never edited once landed")]
    Changed(String),
    /// The database was written by a newer program.
    #[error("the database has migration {0}, which this program does not know; use a newer one")]
    Newer(String),
    /// The connection failed.
    #[error("{0}")]
    Connection(#[from] tokio_postgres::Error),
}

/// The script with the roles of an installation, for somebody who may run it.
pub fn roles_script(names: &Names) -> String {
    fill(ROLES, names)
}

/// A role or right that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What it is, in words.
    pub what: String,
    /// The statement that an administrator runs.
    pub script: String,
}

/// What the owner lacks for the migrations; asked over his own connection, and
/// nothing is changed.
///
/// # Errors
/// When the database does not answer.
pub async fn missing(
    client: &Client,
    names: &Names,
) -> Result<Vec<Missing>, tokio_postgres::Error> {
    let rows = client.query(&fill(CHECK, names), &[]).await?;
    rows.iter()
        .map(|row| {
            Ok(Missing {
                what: row.try_get(0)?,
                script: row.try_get(1)?,
            })
        })
        .collect()
}

fn fill(sql: &str, names: &Names) -> String {
    sql.replace("{{owner}}", &quoted(&names.owner))
        .replace("{{login}}", &quoted(&names.login))
        .replace("{{database}}", &quoted(&names.database))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Applies what is missing, as the owner; returns how many files that were.
///
/// Each file and its record are one transaction, so that a kill at any moment
/// leaves whole files.
///
/// # Errors
/// See [`MigrateError`].
pub async fn migrate(
    owner: &tokio_postgres::Config,
    names: &Names,
    progress: impl FnMut(&str),
) -> Result<usize, MigrateError> {
    migrate_some(owner, names, |_| true, progress).await
}

/// The files' names, in order.
pub fn migration_names() -> impl Iterator<Item = &'static str> {
    MIGRATIONS.iter().map(|(name, _)| *name)
}

/// As [`migrate`], of the `wanted` files alone: for a backup that is older than
/// the program.
///
/// # Errors
/// See [`MigrateError`].
pub async fn migrate_some(
    owner: &tokio_postgres::Config,
    names: &Names,
    wanted: impl Fn(&str) -> bool,
    mut progress: impl FnMut(&str),
) -> Result<usize, MigrateError> {
    let client = Manager::new(owner.clone()).open().await?;
    client
        .execute("select pg_advisory_lock($1)", &[&LOCK])
        .await?;
    client
        .batch_execute(
            "create schema if not exists doorstep; \
             create table if not exists doorstep.migrations (\
               name text primary key, \
               checksum bytea not null, \
               applied_at timestamptz not null default now()); \
             alter table doorstep.migrations enable row level security; \
             alter table doorstep.migrations force row level security",
        )
        .await?;
    client
        .batch_execute(&fill(
            "do $$ begin \
               if not exists (select from pg_policy where polrelid = 'doorstep.migrations'::regclass) then \
                 create policy owner_all on doorstep.migrations to {{owner}} \
                   using (true) with check (true); \
               end if; end $$",
            names,
        ))
        .await?;
    let applied = applied(&client).await?;
    if let Some((name, _)) = applied
        .iter()
        .find(|(name, _)| !MIGRATIONS.iter().any(|(known, _)| known == name))
    {
        return Err(MigrateError::Newer(name.clone()));
    }
    let mut count = 0;
    for (name, sql) in MIGRATIONS.iter().filter(|(name, _)| wanted(name)) {
        let checksum = Sha256::digest(sql.as_bytes()).to_vec();
        match applied.iter().find(|(known, _)| known == name) {
            Some((_, known)) if *known == checksum => continue,
            Some(_) => return Err(MigrateError::Changed((*name).to_owned())),
            None => {}
        }
        progress(name);
        apply(&client, name, &fill(sql, names), &checksum)
            .await
            .map_err(|source| MigrateError::Refused {
                name: (*name).to_owned(),
                source,
            })?;
        count += 1;
    }
    Ok(count)
}

async fn apply(
    client: &Client,
    name: &str,
    sql: &str,
    checksum: &[u8],
) -> Result<(), tokio_postgres::Error> {
    client.batch_execute("begin").await?;
    let done = async {
        client.batch_execute(sql).await?;
        client
            .execute(
                "insert into doorstep.migrations (name, checksum) values ($1, $2)",
                &[&name, &checksum],
            )
            .await
    };
    match done.await {
        Ok(_) => client.batch_execute("commit").await,
        Err(error) => {
            client.batch_execute("rollback").await?;
            Err(error)
        }
    }
}

async fn applied(client: &Client) -> Result<Vec<(String, Vec<u8>)>, tokio_postgres::Error> {
    let rows = client
        .query(
            "select name, checksum from doorstep.migrations order by name",
            &[],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect()
}

/// Whether every migration is applied, asked over the owner's connection.
///
/// # Errors
/// When the database does not answer.
pub async fn migrations_current(owner: &tokio_postgres::Config) -> Result<bool, MigrateError> {
    let client = Manager::new(owner.clone()).open().await?;
    let there: Option<String> = client
        .query_one("select to_regclass('doorstep.migrations')::text", &[])
        .await?
        .try_get(0)?;
    Ok(there.is_some() && applied(&client).await?.len() == MIGRATIONS.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_listed_in_order() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
        let mut files: Vec<String> = std::fs::read_dir(directory)
            .expect("migrations/ exists")
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| name.ends_with(".sql") && name.starts_with(|c: char| c.is_ascii_digit()))
            .map(|name| name.trim_end_matches(".sql").to_owned())
            .collect();
        files.sort();
        let listed: Vec<&str> = MIGRATIONS.iter().map(|(name, _)| *name).collect();
        assert_eq!(listed, files);
    }
}
