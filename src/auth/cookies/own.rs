//! `doorstep-session`: the cookie of this server's own pages.
//!
//! Its value names a session and is signed with a key of its own, so it is
//! worth nothing as a bearer, and an access token nothing as a cookie.

use std::{sync::Arc, time::Duration};

use axum::http::HeaderValue;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{KEPT, Names};
use crate::{
    app::App,
    auth::{session::Grant, token::Bearer},
    db::Identity,
    error::Error,
};

/// Signs nothing else.
const PURPOSE: &str = "session cookie";
const AUDIENCE: &str = "doorstep-session";
/// An older value is written anew, so that who comes back stays signed in.
const RENEWED: i64 = 24 * 3600;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    aud: String,
    sub: Uuid,
    session_id: Uuid,
    email: String,
    is_anonymous: bool,
    aal: String,
    iat: i64,
    exp: i64,
}

/// What a cookie of ours says.
#[derive(Clone, Debug)]
pub struct Carried {
    /// The person.
    pub bearer: Bearer,
    /// What to set when the cookie is getting old.
    pub renewed: Option<HeaderValue>,
}

/// The cookie for a session that was just opened.
///
/// # Errors
/// 500 when it cannot be signed.
pub fn set(app: &App, names: &Names, grant: &Grant) -> Result<HeaderValue, Error> {
    let user = &grant.session.user;
    let claims = Claims {
        aud: AUDIENCE.to_owned(),
        sub: user.id,
        session_id: grant.id,
        email: user.email.clone(),
        is_anonymous: user.is_anonymous,
        aal: "aal1".to_owned(),
        iat: 0,
        exp: 0,
    };
    sign(app, names, claims)
}

fn sign(app: &App, names: &Names, mut claims: Claims) -> Result<HeaderValue, Error> {
    claims.iat = app.clock().now().as_second();
    claims.exp = claims.iat + i64::try_from(KEPT.as_secs()).unwrap_or(i64::MAX / 2);
    let key = EncodingKey::from_secret(&app.keys().derived(PURPOSE));
    let value = encode(&Header::new(Algorithm::HS256), &claims, &key).map_err(Error::internal)?;
    Ok(names.private(names.own, value, Some(KEPT)))
}

/// Makes a browser forget the cookie.
pub fn forget(names: &Names) -> HeaderValue {
    names.private(names.own, String::new(), Some(Duration::ZERO))
}

/// Who a cookie's value is, as far as its signature tells; whether the session
/// lives is for the database to say.
pub fn read(app: &App, names: &Names, value: &str) -> Option<Carried> {
    let now = app.clock().now();
    let claims = verify(app, value, now)?;
    let renewed = if now.as_second() - claims.iat > RENEWED {
        sign(app, names, claims.clone()).ok()
    } else {
        None
    };
    let bearer = bearer(&claims);
    Some(Carried { bearer, renewed })
}

fn verify(app: &App, value: &str, now: Timestamp) -> Option<Claims> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&[AUDIENCE]);
    validation.validate_exp = false;
    let key = DecodingKey::from_secret(&app.keys().derived(PURPOSE));
    let claims = decode::<Claims>(value, &key, &validation).ok()?.claims;
    (claims.exp > now.as_second()).then_some(claims)
}

/// The claims that policies read are those of an access token of the session.
fn bearer(claims: &Claims) -> Bearer {
    let text = json!({
        "sub": claims.sub,
        "aud": "authenticated",
        "role": "authenticated",
        "session_id": claims.session_id,
        "email": claims.email,
        "aal": claims.aal,
        "is_anonymous": claims.is_anonymous,
        "exp": claims.exp,
    });
    Bearer::Person {
        user: claims.sub,
        identity: Arc::new(Identity::session(claims.session_id, text.to_string())),
        expires: claims.exp,
    }
}
