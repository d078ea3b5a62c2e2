//! One PostgreSQL a run, one migrated template, one database a test.

use std::{
    path::PathBuf,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use doorstep::db::{Names, migrate, roles_script};
use embedded_postgres::{Options, Supervisor};
use tokio::sync::OnceCell;
use tokio_postgres::{Client, Config, NoTls};

const OWNER: &str = "doorstep_owner";
const LOGIN: &str = "doorstep_login";
const TEMPLATE: &str = "doorstep_template";

/// A database of a test's own.
#[derive(Clone, Debug)]
pub struct Database {
    pub name: String,
    cluster: &'static Supervisor,
}

impl Database {
    /// A new database with every migration applied.
    pub async fn create() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        template().await;
        let name = format!("it_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let superuser = connect(&config("postgres", "postgres")).await;
        // CREATE DATABASE stands alone; rights on a database are not copied.
        for statement in [
            format!("create database {name} template {TEMPLATE} owner {OWNER}"),
            format!("revoke temporary on database {name} from public"),
            format!("grant temporary on database {name} to worker"),
        ] {
            superuser.batch_execute(&statement).await.unwrap();
        }
        Self {
            name,
            cluster: cluster(),
        }
    }

    /// A new database without anything in it, and the roles of every other.
    pub async fn empty() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        template().await;
        let name = format!("empty_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let superuser = connect(&config("postgres", "postgres")).await;
        superuser
            .batch_execute(&format!("create database {name} owner {OWNER}"))
            .await
            .unwrap();
        let database = Self {
            name,
            cluster: cluster(),
        };
        let script = roles_script(&database.names());
        database.sql().await.batch_execute(&script).await.unwrap();
        database
    }

    /// A new database on a cluster of a test's own, where nothing is prepared.
    pub async fn on(cluster: &'static Supervisor, name: &str) -> Self {
        let database = Self {
            name: name.to_owned(),
            cluster,
        };
        let mut system = database.superuser();
        system.dbname("postgres");
        let create = format!("create database {name}");
        connect(&system).await.batch_execute(&create).await.unwrap();
        database
    }

    /// Whom it belongs to and who logs in.
    pub fn names(&self) -> Names {
        Names {
            owner: OWNER.into(),
            login: LOGIN.into(),
            database: self.name.clone(),
        }
    }

    /// How the server logs in.
    pub fn login(&self) -> Config {
        config_on(self.cluster, LOGIN, &self.name)
    }

    /// How migrations run.
    pub fn owner(&self) -> Config {
        config_on(self.cluster, OWNER, &self.name)
    }

    /// How a test sets its scene up, past every policy.
    pub fn superuser(&self) -> Config {
        config_on(self.cluster, "postgres", &self.name)
    }

    /// A connection past every policy.
    pub async fn sql(&self) -> Client {
        connect(&self.superuser()).await
    }
}

/// Opens a connection.
pub async fn connect(config: &Config) -> Client {
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

fn config(user: &str, database: &str) -> Config {
    config_on(cluster(), user, database)
}

fn config_on(cluster: &Supervisor, user: &str, database: &str) -> Config {
    let mut config = Config::new();
    config
        .host_path(cluster.socket_dir())
        .port(cluster.port())
        .user(user)
        .dbname(database);
    config
}

/// The run's PostgreSQL. It ends with the process: the kernel tells it.
pub fn cluster() -> &'static Supervisor {
    static CLUSTER: OnceLock<Supervisor> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        remove_leftovers();
        start(root(std::process::id()))
    })
}

/// A PostgreSQL of a test's own, for what concerns the roles of a whole
/// cluster. It lives as long as the run.
pub fn own_cluster() -> &'static Supervisor {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let mut folder = root(std::process::id()).into_os_string();
    folder.push(format!("-{number}"));
    Box::leak(Box::new(start(folder.into())))
}

fn start(root: PathBuf) -> Supervisor {
    let mut options = Options::new("doorstep-it", root);
    options.login_roles = vec![OWNER.into(), LOGIN.into()];
    options.settings = [
        ("fsync", "off"),
        ("max_connections", "400"),
        ("shared_buffers", "256MB"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    Supervisor::start(options).unwrap()
}

async fn template() {
    static TEMPLATE_MADE: OnceCell<()> = OnceCell::const_new();
    TEMPLATE_MADE
        .get_or_init(|| async {
            // Tests have runtimes of their own, and this one outlives none.
            let names = Names {
                owner: OWNER.into(),
                login: LOGIN.into(),
                database: TEMPLATE.into(),
            };
            let superuser = connect(&config("postgres", "postgres")).await;
            superuser
                .batch_execute(&format!("create role {OWNER} login"))
                .await
                .unwrap();
            superuser
                .batch_execute(&format!("create database {TEMPLATE} owner {OWNER}"))
                .await
                .unwrap();
            let inside = connect(&config("postgres", TEMPLATE)).await;
            inside.batch_execute(&roles_script(&names)).await.unwrap();
            drop(inside);
            migrate(&config(OWNER, TEMPLATE), &names, |_| {})
                .await
                .unwrap();
            // A database with a connection open is no template.
            superuser
                .batch_execute(&format!(
                    "do $$ begin for i in 1..500 loop \
                       exit when not exists (select from pg_stat_activity where datname = '{TEMPLATE}'); \
                       perform pg_sleep(0.01); end loop; end $$; \
                     alter database {TEMPLATE} with is_template true allow_connections false"
                ))
                .await
                .unwrap();
        })
        .await;
}

fn root(pid: u32) -> PathBuf {
    std::env::temp_dir().join(format!("doorstep-it-{pid}"))
}

/// Removes the data of runs that are over.
fn remove_leftovers() {
    let entries = std::fs::read_dir(std::env::temp_dir())
        .into_iter()
        .flatten();
    for entry in entries.flatten() {
        let name = entry.file_name();
        let pid = name
            .to_str()
            .and_then(|name| name.strip_prefix("doorstep-it-"))
            .and_then(|pid| pid.split('-').next()?.parse::<u32>().ok());
        if let Some(pid) = pid
            && !std::path::Path::new(&format!("/proc/{pid}")).exists()
        {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}
