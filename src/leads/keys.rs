//! The keys by which machines report leads: made and revoked by the
//! installation's owner at the command line.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::sql;
use crate::{auth::keys::random_text, db::Db, error::Error, words};

words! {
    /// What the prospects that a key reports are said to come from.
    pub enum LeadSource {
        /// A form on a web page.
        WebForm = "web_form",
        /// A property portal.
        Portal = "portal",
        /// Somebody who sends people.
        Referral = "referral",
        /// Another program.
        Api = "api",
        /// None of these.
        Other = "other",
    }
}

/// A key as the command line shows it.
#[derive(Clone, Debug)]
pub struct LeadKey {
    /// Its key in the table.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// Where its leads come from.
    pub source: String,
    /// The team that they go to, where it is not the default one.
    pub team_id: Option<Uuid>,
    /// Whether it still opens anything.
    pub revoked: bool,
}

/// What each key begins with, so that one that got out is recognised.
const PREFIX: &str = "dslead_";

/// Makes a key and returns its text, which is kept nowhere.
///
/// # Errors
/// 409 when there is a key of this name, 404 when there is no such team.
pub async fn create(
    db: &Db,
    name: &str,
    source: LeadSource,
    team: Option<&str>,
) -> Result<String, Error> {
    let key = format!("{PREFIX}{}", random_text(32).map_err(Error::internal)?);
    sql::make_key(db, name.trim(), source, team, hash(&key)).await?;
    Ok(key)
}

/// Every key, the living ones first.
///
/// # Errors
/// 503 when the database is away.
pub async fn list(db: &Db) -> Result<Vec<LeadKey>, Error> {
    sql::keys(db).await
}

/// Revokes the key of a name; it opens nothing from now on.
///
/// # Errors
/// 404 when there is no living key of this name.
pub async fn revoke(db: &Db, name: &str) -> Result<(), Error> {
    sql::revoke_key(db, name.trim()).await
}

pub(super) fn hash(key: &str) -> Vec<u8> {
    Sha256::digest(key.as_bytes()).to_vec()
}
