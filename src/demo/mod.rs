//! What a new installation holds, so that whoever opens it sees a desk at work.

mod people;
mod sql;

use crate::{accounts, data_dir::DataDir, db::Db, error::Error};

pub use people::DemoPerson;

/// Makes the demo people that are missing, and homes and prospects where there
/// are none. May be run again.
///
/// # Errors
/// When the database refuses, or the passwords cannot be written.
pub async fn load(db: &Db, directory: &DataDir) -> Result<Vec<DemoPerson>, Error> {
    let people = people::with_passwords(directory).map_err(Error::internal)?;
    let there = accounts::list(db).await?;
    let missing = people
        .iter()
        .filter(|person| !there.iter().any(|it| it.email == person.email));
    let made = missing.map(|person| person.create(db));
    futures_util::future::try_join_all(made).await?;
    sql::lead(db, people::LEADER).await?;
    sql::fill(db, people::REP).await?;
    Ok(people)
}

/// The demo people who may sign in, with their passwords as far as this
/// directory knows them.
///
/// # Errors
/// 503 when the database is away.
pub async fn people(db: &Db, directory: &DataDir) -> Result<Vec<DemoPerson>, Error> {
    let passwords = people::read(directory).map_err(Error::internal)?;
    let there = accounts::list(db).await?;
    Ok(there
        .into_iter()
        .filter(|account| account.demo && account.status == "active")
        .map(|account| DemoPerson::of(account, &passwords))
        .collect())
}

/// Whether an address is a demo person's, active or not.
///
/// # Errors
/// 503 when the database is away.
pub async fn is_one(db: &Db, email: &str) -> Result<bool, Error> {
    let email = email.trim().to_lowercase();
    let there = accounts::list(db).await?;
    Ok(there.iter().any(|it| it.demo && it.email == email))
}
