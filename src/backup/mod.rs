//! Backup and restore: everything of an installation in one file.
//!
//! The file is a tar archive packed with gzip:
//!
//! ```text
//! manifest.json                 form, program, migrations, tables and their columns
//! keys/jwt-secret               what tokens are signed and configurations sealed with
//! keys/demo-people              the demo people's passwords, where there are any
//! data/public.properties/0001   rows as COPY writes them, in pieces of 4 MiB
//! end.json                      rows and SHA-256 of each table: without it the file is cut off
//! ```
//!
//! The rows are of one moment (a repeatable read), taken by the owner of the
//! tables while the server runs. A restore applies the same migrations, loads
//! the rows in one transaction and then applies what is newer. It is a form of
//! our own and not pg_dump's, because it needs no program of PostgreSQL's, of
//! the right version, on the machine; because a dump cannot be loaded where row
//! level security is forced; and because the migrations make roles, policies
//! and functions' owners anew on any server.

mod archive;
mod restore;
mod save;
mod tables;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use restore::restore;
pub use save::save;

/// The form of the file.
const FORM: u32 = 1;

/// What a backup begins with.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of the file.
    pub form: u32,
    /// The program's version.
    pub program: String,
    /// When it was made.
    pub made_at: String,
    /// The migrations that its tables are of, in order.
    pub migrations: Vec<String>,
    /// Its tables.
    pub tables: Vec<TableShape>,
}

/// A table's name and the columns that are kept of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableShape {
    /// `public`, `doorstep` or `auth`.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// All but the generated ones, in order.
    pub columns: Vec<String>,
}

/// What a backup ends with.
#[derive(Debug, Serialize, Deserialize)]
pub struct End {
    /// One for each table, in the manifest's order.
    pub tables: Vec<TableSum>,
}

/// What came of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSum {
    /// `schema.name`.
    pub table: String,
    /// Its rows.
    pub rows: u64,
    /// SHA-256 of its pieces together, in hexadecimal.
    pub sha256: String,
}

/// What stands in the data directory and belongs to the backup.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// What tokens are signed with.
    pub secret: String,
    /// The file of the demo people.
    pub demo_people: Option<String>,
}

/// Why a backup was not made or not restored.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The database refused.
    #[error("{doing}: {}", words(.source))]
    Database {
        /// What was being done.
        doing: String,
        /// What the driver said.
        source: tokio_postgres::Error,
    },
    /// The file cannot be read or written.
    #[error("{0}")]
    File(#[from] std::io::Error),
    /// The file is no backup, or not a whole one.
    #[error("{0}")]
    NotWhole(String),
    /// The target is not one to restore into.
    #[error("{0}")]
    Target(String),
    /// The schema could not be made.
    #[error("{0}")]
    Migrate(#[from] crate::db::MigrateError),
}

/// A refusal of PostgreSQL's names what it is about.
fn words(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(refusal) => match refusal.detail() {
            Some(detail) => format!("{} ({detail})", refusal.message()),
            None => refusal.message().to_owned(),
        },
        None => error.to_string(),
    }
}

/// For `map_err`: what was being done.
fn doing(doing: impl Into<String>) -> impl FnOnce(tokio_postgres::Error) -> BackupError {
    let doing = doing.into();
    move |source| BackupError::Database { doing, source }
}

impl TableShape {
    /// `schema.name`.
    pub fn full_name(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }
}
