//! Passwords: argon2id for new ones, bcrypt as well for imported ones.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use tokio::{
    runtime::{Builder, Runtime},
    sync::Semaphore,
};

use crate::error::Error;

/// The fewest characters of a password.
pub const SHORTEST: usize = 6;
/// The most bytes of a password: bcrypt reads no more, and a hash of a person
/// who comes from there must mean the same here.
pub const LONGEST_BYTES: usize = 72;

/// A hash takes a core for tens of milliseconds and 19 MiB. At most every
/// second core hashes, so that people who read feel nothing of those who sign
/// in.
static TURNS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(threads())));

/// The threads that hash, and nobody else does: the system keeps for each thread
/// what it once allocated, so any thread that ever hashed would hold 19 MiB.
/// They end, and give it back, when nobody has signed in for [`IDLE`].
static HASHING: LazyLock<Option<Runtime>> = LazyLock::new(|| {
    let mut pool = Builder::new_current_thread();
    pool.thread_name("hashing").max_blocking_threads(threads());
    pool.thread_keep_alive(IDLE);
    pool.build().ok()
});

/// How long a thread that hashes waits for the next password.
const IDLE: Duration = Duration::from_secs(1);

/// A hash of nothing that anybody knows, to verify against where there is no
/// such person: the answer takes as long as for a wrong password.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    let secret = uuid::Uuid::new_v4();
    hash_now(secret.as_bytes()).unwrap_or_default()
});

/// How many passwords are hashed at once.
pub fn threads() -> usize {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    (cores / 2).max(1)
}

/// What is wrong with a password that somebody chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// Fewer than [`SHORTEST`] characters.
    Short,
    /// More than [`LONGEST_BYTES`] bytes.
    Long,
}

/// Judges a password that somebody chose.
///
/// # Errors
/// What is wrong with it.
pub fn judge(password: &str) -> Result<(), Weakness> {
    if password.chars().count() < SHORTEST {
        return Err(Weakness::Short);
    }
    if password.len() > LONGEST_BYTES {
        return Err(Weakness::Long);
    }
    Ok(())
}

/// The argon2id hash of a password, as a PHC string.
///
/// # Errors
/// 500 when the system has no randomness to give.
pub async fn hash(password: &str) -> Result<String, Error> {
    let password = password.to_owned();
    in_turn(move || hash_now(password.as_bytes())).await?
}

/// Whether `password` is the one that `hash` was made of. A hash of an unknown
/// kind matches nothing.
///
/// # Errors
/// 500 when the work was cancelled.
pub async fn verify(hash: &str, password: &str) -> Result<bool, Error> {
    if password.len() > LONGEST_BYTES {
        return Ok(false);
    }
    let (hash, password) = (hash.to_owned(), password.to_owned());
    in_turn(move || matches(&hash, &password)).await
}

/// Takes as long as [`verify`] with a wrong password, for a person who does
/// not exist.
///
/// # Errors
/// 500 when the work was cancelled.
pub async fn verify_nobody(password: &str) -> Result<bool, Error> {
    if password.len() > LONGEST_BYTES {
        return Ok(false);
    }
    let password = password.to_owned();
    in_turn(move || matches(&NOBODY, &password)).await?;
    Ok(false)
}

fn hash_now(password: &[u8]) -> Result<String, Error> {
    let hash = Argon2::default().hash_password(password);
    hash.map(|hash| hash.to_string()).map_err(Error::internal)
}

fn matches(hash: &str, password: &str) -> bool {
    if hash.starts_with("$2") {
        return bcrypt::verify(password, hash).unwrap_or(false);
    }
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    // The turn moves into the work: a client that hangs up does not free it
    // while the core is still busy.
    let turn = TURNS.clone().acquire_owned().await;
    let turn = turn.map_err(Error::internal)?;
    let Some(pool) = &*HASHING else {
        return Err(Error::internal("no thread to hash on"));
    };
    let hashing = pool.spawn_blocking(move || {
        let _turn = turn;
        work()
    });
    hashing.await.map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_new_hash_is_argon2id_and_its_own() {
        let first = hash("correct horse").await.unwrap();
        let second = hash("correct horse").await.unwrap();
        assert!(first.starts_with("$argon2id$"));
        assert_ne!(first, second);
        assert!(verify(&first, "correct horse").await.unwrap());
        assert!(!verify(&first, "correct horsf").await.unwrap());
    }

    #[tokio::test]
    async fn an_imported_bcrypt_hash_is_accepted() {
        let imported = bcrypt::hash("correct horse", 4).unwrap();
        assert!(verify(&imported, "correct horse").await.unwrap());
        assert!(!verify(&imported, "wrong horse").await.unwrap());
        assert!(!verify("", "").await.unwrap());
        assert!(!verify("plain", "plain").await.unwrap());
    }

    #[test]
    fn length_is_counted_in_characters_below_and_bytes_above() {
        assert_eq!(judge("sechs"), Err(Weakness::Short));
        assert_eq!(judge("äöüäöü"), Ok(()));
        assert_eq!(judge(&"x".repeat(72)), Ok(()));
        assert_eq!(judge(&"ä".repeat(37)), Err(Weakness::Long));
    }
}
