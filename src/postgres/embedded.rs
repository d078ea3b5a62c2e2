//! The embedded PostgreSQL and its roles.

use embedded_postgres::{Cluster, Options, Supervisor};
use tokio_postgres::{Client, Config as Connect, error::SqlState};

use super::{Company, OpenError, Postgres, Progress, while_doing};
use crate::{
    config::Config,
    db::{self, Names},
};

const SUPERUSER: &str = "postgres";
const OWNER: &str = "doorstep_owner";
const LOGIN: &str = "doorstep_login";
const DATABASE: &str = "doorstep";

/// A statement that a request waits for is not worth more than the request.
pub(super) const SERVING: &str =
    "-c statement_timeout=30s -c idle_in_transaction_session_timeout=60s";

/// Commands that come at the same time prepare one after the other.
const PREPARING: i64 = 0x000d_0075_7e9e;

pub(super) async fn open(
    config: &Config,
    company: Company,
    progress: Progress,
) -> Result<Postgres, OpenError> {
    let mut options = Options::new("doorstep", &config.data_dir);
    options.pg_bin = config.pg_bin.clone();
    options.superuser = SUPERUSER.to_owned();
    options.login_roles = vec![OWNER.to_owned(), LOGIN.to_owned()];
    options.settings = settings(config);
    options.progress = progress;
    let start = move || match company {
        Company::Alone => Supervisor::start(options).map(Cluster::Own),
        Company::Joining | Company::Looking => Cluster::join_or_start(options),
    };
    let cluster = tokio::task::spawn_blocking(start).await??;
    let names = Names {
        owner: OWNER.to_owned(),
        login: LOGIN.to_owned(),
        database: DATABASE.to_owned(),
    };
    let as_role = |role: &str, database: &str| {
        let mut connect = Connect::new();
        connect
            .host_path(cluster.socket_dir())
            .port(cluster.port())
            .user(role)
            .dbname(database)
            .application_name("doorstep");
        connect
    };
    prepare(
        &as_role(SUPERUSER, "postgres"),
        &as_role(SUPERUSER, DATABASE),
        &names,
    )
    .await?;
    let owner = as_role(OWNER, DATABASE);
    let mut login = as_role(LOGIN, DATABASE);
    login.options(SERVING);
    Ok(Postgres {
        owner,
        login,
        names,
        notes: Vec::new(),
        cluster: Some(cluster),
    })
}

/// Enough connections for both pools, the set-up and a person with `psql`.
fn settings(config: &Config) -> Vec<(String, String)> {
    let connections = config.pools.reads + config.pools.writes + 16;
    vec![(
        "max_connections".to_owned(),
        connections.max(100).to_string(),
    )]
}

/// Owner, database, roles: made where they are missing, at every start, so
/// that an interrupted one is finished by the next.
async fn prepare(system: &Connect, ours: &Connect, names: &Names) -> Result<(), OpenError> {
    let doing = "cannot prepare the embedded database";
    let client = db::connect(system).await.map_err(while_doing(doing))?;
    let lock = "select pg_advisory_lock($1)";
    client
        .execute(lock, &[&PREPARING])
        .await
        .map_err(while_doing(doing))?;
    let inside = match db::connect(ours).await {
        Ok(inside) => inside,
        Err(error) if error.code() == Some(&SqlState::INVALID_CATALOG_NAME) => {
            create(&client).await.map_err(while_doing(doing))?;
            db::connect(ours).await.map_err(while_doing(doing))?
        }
        Err(error) => return Err(while_doing(doing)(error)),
    };
    inside
        .batch_execute(&db::roles_script(names))
        .await
        .map_err(while_doing(doing))
}

async fn create(client: &Client) -> Result<(), tokio_postgres::Error> {
    let role = format!(
        "do $$ begin create role {OWNER} login; exception when duplicate_object then null; end $$"
    );
    client.batch_execute(&role).await?;
    let database = format!("create database {DATABASE} owner {OWNER}");
    client.batch_execute(&database).await
}
