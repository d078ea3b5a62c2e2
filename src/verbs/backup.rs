//! `backup` and `restore`.

use std::{
    fs::{self, File},
    io::{BufReader, BufWriter},
    path::Path,
};

use indicatif::{HumanBytes, HumanCount};

use super::{Failure, print, progress};
use crate::{
    backup::{self, Keys, TableSum},
    clock::Clock,
    config::Config,
    data_dir::{DataDir, private},
    postgres::{Company, Postgres},
};

fn named(path: &Path) -> impl Fn(std::io::Error) -> Failure {
    let path = path.display().to_string();
    move |error| Failure::new(format!("{path}: {error}"))
}

/// Written beside its place and named when it is whole.
pub(super) async fn backup(config: &Config, path: &Path) -> Result<(), Failure> {
    if path.exists() {
        let path = path.display();
        return Err(Failure::new(format!(
            "{path} is there already; give another name"
        )));
    }
    let directory = DataDir::open(&config.data_dir)?;
    let keys = Keys {
        secret: directory.secret(config.jwt_secret.as_deref())?,
        demo_people: fs::read_to_string(directory.demo_people()).ok(),
    };
    let mut aside = path.as_os_str().to_owned();
    aside.push(".partial");
    let aside = Path::new(&aside);
    let file = private().truncate(true).open(aside).map_err(named(aside))?;
    let postgres = Postgres::open(config, Company::Joining, progress()).await?;
    let told = progress();
    let now = Clock::system().now();
    let saved = backup::save(
        postgres.owner(),
        &keys,
        now,
        BufWriter::new(&file),
        |table| {
            told(&format!("Saving {table} …"));
        },
    )
    .await;
    postgres.stop().await;
    let sums = match saved {
        Ok(sums) => sums,
        Err(error) => {
            // What is not whole is of no use.
            let _ = fs::remove_file(aside);
            return Err(Failure::new(error.to_string()));
        }
    };
    file.sync_all()?;
    let bytes = file.metadata()?.len();
    fs::rename(aside, path).map_err(named(path))?;
    print(format_args!(
        "{}: {} rows of {} tables, {}. It holds every key of the installation: keep it as such.",
        path.display(),
        HumanCount(rows(&sums)),
        sums.len(),
        HumanBytes(bytes)
    ))
}

fn rows(sums: &[TableSum]) -> u64 {
    sums.iter().map(|sum| sum.rows).sum()
}

pub(super) async fn restore(config: &Config, path: &Path) -> Result<(), Failure> {
    let file = File::open(path).map_err(named(path))?;
    let directory = DataDir::open(&config.data_dir)?;
    let here = directory.path().display();
    if let Some(address) = directory.running() {
        return Err(Failure::new(format!(
            "a server of {here} is running ({address}); restore into a new directory \
             (--data-dir), or stop it first"
        )));
    }
    if directory.has_secret() {
        return Err(Failure::new(format!(
            "{here} has a signing secret of its own already; restore into a new directory \
             (--data-dir)"
        )));
    }
    let postgres = Postgres::open(config, Company::Joining, progress()).await?;
    let told = progress();
    let restored = async {
        let (owner, names) = (postgres.owner(), postgres.names());
        let loaded = backup::restore(owner, names, BufReader::new(file), |table| {
            told(&format!("Loading {table} …"));
        });
        let (keys, sums) = loaded
            .await
            .map_err(|error| Failure::new(error.to_string()))?;
        if config
            .jwt_secret
            .as_ref()
            .is_some_and(|secret| *secret != keys.secret)
        {
            tracing::warn!(
                "the backup's signing secret is another than DOORSTEP_JWT_SECRET: with that one, \
                 the configurations of integrations cannot be read, and everybody signs in anew"
            );
        }
        directory.take_keys(&keys.secret, keys.demo_people.as_deref())?;
        postgres.migrate(&progress()).await?;
        Ok::<_, Failure>(sums)
    }
    .await;
    postgres.stop().await;
    let sums = restored?;
    print(format_args!(
        "{} rows of {} tables are back in {here}.",
        HumanCount(rows(&sums)),
        sums.len()
    ))
}
