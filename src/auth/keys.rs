//! The installation's secret and the two API keys made from it.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, encode};
use serde::Serialize;

/// The signing secret and what is derived from it.
#[derive(Clone)]
pub struct Keys {
    secret: Vec<u8>,
    anon: String,
    service: String,
}

#[derive(Serialize)]
struct ApiKeyClaims<'a> {
    iss: &'a str,
    role: &'a str,
    iat: i64,
    exp: i64,
}

/// 2026-01-01, so that the keys of a secret are always the same text.
const ISSUED: i64 = 1_767_225_600;
/// API keys live as long as their secret: 2100-01-01.
const EXPIRES: i64 = 4_102_444_800;

impl Keys {
    /// Derives the API keys of a secret.
    ///
    /// # Errors
    /// When the secret has fewer than 32 bytes.
    pub fn from_secret(secret: &[u8]) -> Result<Self, String> {
        if secret.len() < 32 {
            return Err("the JWT secret must have at least 32 bytes".to_owned());
        }
        let key = EncodingKey::from_secret(secret);
        let sign = |role| {
            let claims = ApiKeyClaims {
                iss: "doorstep",
                role,
                iat: ISSUED,
                exp: EXPIRES,
            };
            encode(&Header::new(Algorithm::HS256), &claims, &key).map_err(|error| error.to_string())
        };
        Ok(Self {
            secret: secret.to_vec(),
            anon: sign("anon")?,
            service: sign("service_role")?,
        })
    }

    /// Reads the secret of a data directory, or makes one there (mode 0600).
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn in_directory(directory: &Path) -> io::Result<Self> {
        let path = directory.join("jwt-secret");
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => make_secret(&path)?,
            Err(error) => return Err(error),
        };
        Self::from_secret(text.trim().as_bytes()).map_err(io::Error::other)
    }

    /// The key that browsers carry.
    pub fn anon(&self) -> &str {
        &self.anon
    }

    /// The key that passes every policy; for servers only.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// Verifies signatures of this installation.
    pub fn decoding(&self) -> DecodingKey {
        DecodingKey::from_secret(&self.secret)
    }

    /// Makes signatures of this installation.
    pub fn encoding(&self) -> EncodingKey {
        EncodingKey::from_secret(&self.secret)
    }

    /// A key for another purpose, derived so that one leaked value says nothing
    /// of the others.
    pub fn derived(&self, purpose: &str) -> [u8; 32] {
        use sha2::{Digest as _, Sha256};
        let mut hash = Sha256::new();
        hash.update(b"doorstep ");
        hash.update(purpose.as_bytes());
        hash.update([0]);
        hash.update(&self.secret);
        hash.finalize().into()
    }
}

/// Written beside its place and linked there whole: a kill in between leaves no
/// empty secret, and of two that start together one wins.
fn make_secret(path: &Path) -> io::Result<String> {
    let secret = random_text(48)?;
    let aside = path.with_extension(random_text(9)?);
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&aside)?;
    file.write_all(secret.as_bytes())?;
    file.sync_all()?;
    let linked = fs::hard_link(&aside, path);
    fs::remove_file(&aside)?;
    match linked {
        Ok(()) => Ok(secret),
        // Another process was faster; its secret is the one.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => fs::read_to_string(path),
        Err(error) => Err(error),
    }
}

/// Random text of `bytes` bytes of entropy, base64url.
///
/// # Errors
/// When the system has no randomness to give.
#[expect(clippy::disallowed_methods, reason = "secrets are made here")]
pub fn random_text(bytes: usize) -> io::Result<String> {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let mut buffer = vec![0; bytes];
    getrandom::fill(&mut buffer).map_err(io::Error::other)?;
    Ok(URL_SAFE_NO_PAD.encode(buffer))
}
