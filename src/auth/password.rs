//! Passwords: argon2id for those that are set here.

use argon2::{Argon2, PasswordHasher as _};

use crate::error::Error;

/// The PHC string of a password, with a salt of its own. Takes tens of
/// milliseconds on a thread for such work.
///
/// # Errors
/// Only when the system has no randomness or no thread to give.
pub async fn hash(password: &str) -> Result<String, Error> {
    let password = password.to_owned();
    tokio::task::spawn_blocking(move || {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
    })
    .await
    .map_err(Error::internal)?
    .map_err(Error::internal)
}
