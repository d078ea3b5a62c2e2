//! Access tokens: strictly typed, pinned to one algorithm.

use std::sync::Arc;

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::keys::Keys;
use crate::{db::Identity, error::Error};

/// Verified tokens kept in memory; a signature is checked once in its life.
const KEPT: usize = 10_000;
/// A longer token is none of ours.
const LONGEST: usize = 8_192;

/// What a person's access token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SessionClaims {
    /// The person.
    pub sub: Uuid,
    /// Always `authenticated`.
    pub aud: String,
    /// Always `authenticated`.
    pub role: String,
    /// Seconds since 1970.
    pub exp: i64,
    /// Seconds since 1970.
    pub iat: i64,
    /// The session that must still live.
    pub session_id: Uuid,
    /// Everything else, handed on to the policies as it is.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// The bearer of a token.
#[derive(Clone, Debug)]
pub enum Bearer {
    /// The public key: nobody in particular.
    Anon,
    /// The service key.
    Service,
    /// A person with a session.
    Person {
        /// `auth.users.id`.
        user: Uuid,
        /// As whom statements run.
        identity: Arc<Identity>,
        /// When the token ends, in seconds since 1970.
        expires: i64,
    },
}

/// Verifies tokens.
pub struct Tokens {
    key: DecodingKey,
    validation: Validation,
    verified: Cache<[u8; 32], Bearer>,
}

#[derive(Deserialize)]
struct AnyClaims {
    role: String,
    exp: i64,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl Tokens {
    /// A verifier for the tokens of these keys.
    pub fn new(keys: &Keys) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        // Expiry is judged by the server's own clock below; audience and role
        // are compared there as well, since API keys have none.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        Self {
            key: keys.decoding(),
            validation,
            verified: Cache::new(KEPT),
        }
    }

    /// Who bears `token` at `now`.
    ///
    /// # Errors
    /// 401 for anything but a token of ours that has not expired.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Bearer, Error> {
        if token.len() > LONGEST {
            return Err(Error::bad_token());
        }
        let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        if let Some(bearer) = self.verified.get(&hash) {
            return alive(bearer, now);
        }
        let bearer = self.verify_signature(token, now)?;
        self.verified.insert(hash, bearer.clone());
        Ok(bearer)
    }

    fn verify_signature(&self, token: &str, now: Timestamp) -> Result<Bearer, Error> {
        let claims = decode::<AnyClaims>(token, &self.key, &self.validation)
            .map_err(|_| Error::bad_token())?
            .claims;
        if claims.exp <= now.as_second() {
            return Err(Error::bad_token());
        }
        match claims.role.as_str() {
            "anon" if claims.rest.get("sub").is_none() => Ok(Bearer::Anon),
            "service_role" if claims.rest.get("sub").is_none() => Ok(Bearer::Service),
            "authenticated" | "anon" => Self::person(claims),
            _ => Err(Error::bad_token()),
        }
    }

    fn person(claims: AnyClaims) -> Result<Bearer, Error> {
        let AnyClaims {
            role,
            exp,
            mut rest,
        } = claims;
        rest.insert("role".to_owned(), role.into());
        rest.insert("exp".to_owned(), exp.into());
        let text = Value::Object(rest.clone()).to_string();
        let claims: SessionClaims =
            serde_json::from_value(Value::Object(rest)).map_err(|_| Error::bad_token())?;
        if claims.aud != "authenticated" {
            return Err(Error::bad_token());
        }
        Ok(Bearer::Person {
            user: claims.sub,
            identity: Arc::new(Identity::session(claims.session_id, text)),
            expires: claims.exp,
        })
    }

    /// Forgets every verified token, after keys or sessions changed.
    pub fn forget(&self) {
        self.verified.clear();
    }
}

fn alive(bearer: Bearer, now: Timestamp) -> Result<Bearer, Error> {
    match bearer {
        Bearer::Person { expires, .. } if expires <= now.as_second() => Err(Error::bad_token()),
        bearer => Ok(bearer),
    }
}
