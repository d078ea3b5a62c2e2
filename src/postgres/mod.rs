//! The PostgreSQL behind the program: an embedded one of its own, or the one
//! that `DATABASE_URL` names.

mod company;
mod embedded;
mod given;

use std::sync::Arc;

use embedded_postgres::Cluster;
use thiserror::Error;
use tokio_postgres::Config as Connect;

use crate::{
    clock::Clock,
    config::Config,
    db::{self, Db, MigrateError, Missing, Names, PoolSizes},
    health::Health,
};

pub use company::OnlyLoopback;

/// Told what is being done, in a line for a person.
pub type Progress = Arc<dyn Fn(&str) + Send + Sync>;

/// Whether an embedded PostgreSQL must be this process's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Company {
    /// A server's: it supervises PostgreSQL and refuses to share the directory.
    Alone,
    /// A command's: it joins a running one, or starts one for as long as it
    /// works.
    Joining,
    /// Like `Joining`, and changes nothing of a database that was given.
    Looking,
}

/// A PostgreSQL that answers.
pub struct Postgres {
    owner: Connect,
    login: Connect,
    names: Names,
    notes: Vec<String>,
    cluster: Option<Cluster>,
}

/// Why there is no database to work with.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The embedded one did not start.
    #[error("{0}")]
    Embedded(#[from] embedded_postgres::Error),
    /// Connecting or setting up failed.
    #[error("{doing}: {}", words(.source))]
    Database {
        /// What was tried.
        doing: &'static str,
        /// What the driver said.
        source: tokio_postgres::Error,
    },
    /// Roles or rights are missing that only an administrator can give.
    #[error(
        "an administrator must prepare the database first: {}",
        .missing.iter().map(|it| it.what.as_str()).collect::<Vec<_>>().join("; ")
    )]
    Rights {
        /// What is missing.
        missing: Vec<Missing>,
        /// The whole of what the administrator runs.
        script: String,
    },
    /// The two URLs do not fit together.
    #[error("{0}")]
    Urls(String),
    /// The schema could not be brought up to date.
    #[error("{0}")]
    Migrate(#[from] MigrateError),
    /// A task of ours did not end.
    #[error("starting PostgreSQL was interrupted: {0}")]
    Interrupted(#[from] tokio::task::JoinError),
}

/// A driver's error with its cause, which alone says what happened.
fn words(error: &tokio_postgres::Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// For `map_err`: what was being done.
fn while_doing(doing: &'static str) -> impl FnOnce(tokio_postgres::Error) -> OpenError {
    move |source| OpenError::Database { doing, source }
}

impl Postgres {
    /// Starts, joins or reaches it, and sees to it that the roles are there.
    ///
    /// # Errors
    /// See [`OpenError`]; nothing was changed by a failed one.
    pub async fn open(
        config: &Config,
        company: Company,
        progress: Progress,
    ) -> Result<Self, OpenError> {
        match &config.database {
            Some(owner) => {
                let changing = company != Company::Looking;
                given::open(owner, config.login.as_ref(), changing).await
            }
            None => embedded::open(config, company, progress).await,
        }
    }

    /// Whether `config` leads to an embedded database that does not exist yet.
    pub fn is_new(config: &Config) -> bool {
        config.database.is_none() && !config.data_dir.join("data/PG_VERSION").exists()
    }

    /// Brings the schema up to date; returns how many files were applied.
    ///
    /// # Errors
    /// See [`MigrateError`].
    pub async fn migrate(&self, progress: &Progress) -> Result<usize, OpenError> {
        let told = |name: &str| progress(&format!("Applying migration {name} …"));
        Ok(db::migrate(&self.owner, &self.names, told).await?)
    }

    /// Lets the planner count the rows, after many were loaded at once.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn analyze(&self) -> Result<(), OpenError> {
        let doing = "cannot count the rows";
        let owner = db::connect(&self.owner).await.map_err(while_doing(doing))?;
        let counted = owner.batch_execute("analyze").await;
        counted.map_err(while_doing(doing))
    }

    /// Writes down what this start decides for the database.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn decide(&self, config: &Config) -> Result<(), OpenError> {
        let doing = "cannot write the settings";
        let owner = db::connect(&self.owner).await.map_err(while_doing(doing))?;
        let open_signup = serde_json::json!(config.open_signup);
        let zone = config.timezone.as_ref().map(|zone| zone.name().into());
        let decided = [("open_signup", Some(open_signup)), ("timezone", zone)];
        for (name, value) in decided {
            // What is not said stays as it is.
            let Some(value) = value else { continue };
            owner
                .execute(
                    "update doorstep.settings set value = $2 where name = $1 and value <> $2",
                    &[&name, &value],
                )
                .await
                .map_err(while_doing(doing))?;
        }
        Ok(())
    }

    /// The pools of the role that serves requests.
    ///
    /// # Errors
    /// Only when the pools cannot be built.
    pub fn db(&self, sizes: PoolSizes) -> Result<Db, crate::error::Error> {
        Db::new(&self.login, sizes, Clock::system())
    }

    /// What `/readyz` looks at.
    pub fn health(&self) -> Health {
        Health::new(self.owner.clone(), self.notes.clone())
    }

    /// The way of the tables' owner.
    pub fn owner(&self) -> &Connect {
        &self.owner
    }

    /// Whom the schema belongs to and who logs in.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// What an operator should know about this way of running.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Stops an embedded one that is ours. Nothing happens to any other.
    pub async fn stop(self) {
        if let Some(Cluster::Own(supervisor)) = self.cluster {
            // An error would be a panic of the supervisor, whose child dies with us.
            let _ = tokio::task::spawn_blocking(move || supervisor.stop()).await;
        }
    }
}
