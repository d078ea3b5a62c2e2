//! The schema, applied once, in order, under a lock.

use sha2::{Digest as _, Sha256};
use thiserror::Error;
use tokio_postgres::Client;

use super::connection::Manager;

/// Each file of `migrations/`, in order.
const MIGRATIONS: &[(&str, &str)] = &[
    (
        "001_schemas",
        include_str!("../../migrations/001_schemas.sql"),
    ),
    ("002_auth", include_str!("../../migrations/002_auth.sql")),
    (
        "003_events",
        include_str!("../../migrations/003_events.sql"),
    ),
    ("004_users", include_str!("../../migrations/004_users.sql")),
    (
        "005_properties",
        include_str!("../../migrations/005_properties.sql"),
    ),
    (
        "006_integrations",
        include_str!("../../migrations/006_integrations.sql"),
    ),
    (
        "007_compliance",
        include_str!("../../migrations/007_compliance.sql"),
    ),
    (
        "008_idempotency",
        include_str!("../../migrations/008_idempotency.sql"),
    ),
    (
        "010_prospects",
        include_str!("../../migrations/010_prospects.sql"),
    ),
    (
        "011_campaigns",
        include_str!("../../migrations/011_campaigns.sql"),
    ),
    (
        "012_conversations",
        include_str!("../../migrations/012_conversations.sql"),
    ),
    ("013_agent", include_str!("../../migrations/013_agent.sql")),
    (
        "014_appointments",
        include_str!("../../migrations/014_appointments.sql"),
    ),
    (
        "015_handoffs",
        include_str!("../../migrations/015_handoffs.sql"),
    ),
    (
        "016_routing",
        include_str!("../../migrations/016_routing.sql"),
    ),
    ("020_speed", include_str!("../../migrations/020_speed.sql")),
    (
        "021_owners",
        include_str!("../../migrations/021_owners.sql"),
    ),
    (
        "025_access",
        include_str!("../../migrations/025_access.sql"),
    ),
    (
        "033_live_control",
        include_str!("../../migrations/033_live_control.sql"),
    ),
    (
        "034_campaign_verbs",
        include_str!("../../migrations/034_campaign_verbs.sql"),
    ),
    (
        "035_fallback_timezone",
        include_str!("../../migrations/035_fallback_timezone.sql"),
    ),
    (
        "040_matching",
        include_str!("../../migrations/040_matching.sql"),
    ),
    (
        "041_assignments",
        include_str!("../../migrations/041_assignments.sql"),
    ),
    ("042_jobs", include_str!("../../migrations/042_jobs.sql")),
    (
        "043_matching_index",
        include_str!("../../migrations/043_matching_index.sql"),
    ),
    (
        "044_lost_claim",
        include_str!("../../migrations/044_lost_claim.sql"),
    ),
    (
        "045_rule_targets",
        include_str!("../../migrations/045_rule_targets.sql"),
    ),
    (
        "047_service_search",
        include_str!("../../migrations/047_service_search.sql"),
    ),
    (
        "050_imports",
        include_str!("../../migrations/050_imports.sql"),
    ),
    (
        "051_exports",
        include_str!("../../migrations/051_exports.sql"),
    ),
    (
        "056_prospect_care",
        include_str!("../../migrations/056_prospect_care.sql"),
    ),
    (
        "057_lead_keys",
        include_str!("../../migrations/057_lead_keys.sql"),
    ),
    (
        "058_public_messages",
        include_str!("../../migrations/058_public_messages.sql"),
    ),
    (
        "059_shadows",
        include_str!("../../migrations/059_shadows.sql"),
    ),
    (
        "060_routing_room",
        include_str!("../../migrations/060_routing_room.sql"),
    ),
    (
        "061_one_row",
        include_str!("../../migrations/061_one_row.sql"),
    ),
    (
        "062_audit_access",
        include_str!("../../migrations/062_audit_access.sql"),
    ),
    (
        "063_working_hours",
        include_str!("../../migrations/063_working_hours.sql"),
    ),
    ("064_tasks", include_str!("../../migrations/064_tasks.sql")),
    (
        "065_handoff_clock",
        include_str!("../../migrations/065_handoff_clock.sql"),
    ),
    (
        "070_wishes",
        include_str!("../../migrations/070_wishes.sql"),
    ),
    (
        "073_person_role",
        include_str!("../../migrations/073_person_role.sql"),
    ),
    (
        "074_waiting",
        include_str!("../../migrations/074_waiting.sql"),
    ),
];

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
