//! Sessions: opening one, and the access token that speaks for it.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, Header, encode};
use serde_json::json;
use uuid::Uuid;

use super::{
    keys::random_text,
    sql::{self, Account},
    token::SessionClaims,
    v1::{
        AuthError,
        types::{Amr, Object, Session, User},
    },
};
use crate::{
    app::App,
    db::{Identity, Run as _, SystemReason, Tx},
    error::Error,
};

/// Seconds that an access token lives.
pub const LIFETIME: i64 = 3600;

/// What is kept of a client with its session.
#[derive(Clone, Debug)]
pub struct Client {
    /// Where the request came from.
    pub address: IpAddr,
    /// `User-Agent`, cut to 500 characters.
    pub agent: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let address = parts.extensions.get::<SocketAddr>().map(SocketAddr::ip);
        let agent = parts.headers.get(header::USER_AGENT);
        Ok(Self {
            address: address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            agent: agent
                .and_then(|agent| agent.to_str().ok())
                .map(|agent| agent.chars().take(500).collect()),
        })
    }
}

/// A session that was opened or refreshed.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The session.
    pub id: Uuid,
    /// What the client keeps of it.
    pub session: Session,
}

/// As whom the program reads and writes the schema `auth`.
pub fn system() -> Identity {
    Identity::system(SystemReason::Authentication)
}

/// Opens a session for a person who has shown who he is.
///
/// # Errors
/// 400 `user_banned` when he was deactivated or banned in the meantime.
pub async fn start(
    app: &App,
    account: Account,
    method: &'static str,
    client: &Client,
) -> Result<Grant, AuthError> {
    let tx = app.db().begin(&system()).await?;
    let grant = start_in(app, &tx, account, method, client).await?;
    tx.commit().await?;
    Ok(grant)
}

/// [`start`] in a transaction that does more, and that the caller commits.
///
/// # Errors
/// As [`start`].
pub async fn start_in(
    app: &App,
    tx: &Tx,
    mut account: Account,
    method: &'static str,
    client: &Client,
) -> Result<Grant, AuthError> {
    let now = app.clock().now();
    let (id, user) = (Uuid::new_v4(), account.user.id);
    let token = refresh_token()?;
    let address = client.address.to_string();
    let answers = tx
        .run_all(vec![
            sql::touch_person(user, now),
            sql::touch_user(user, now),
            sql::sessions::insert(id, user, &address, client.agent.clone(), now),
            sql::sessions::insert_amr(id, method, now),
            sql::tokens::insert(id, user, &token, None, now),
        ])
        .await?;
    let mut touched = answers.into_iter();
    let person = touched.next().map(sql::returned_id).transpose()?.flatten();
    let known = touched.next().map(sql::returned_id).transpose()?.flatten();
    if known.is_none() || (person.is_none() && has_person(tx, user).await?) {
        return Err(AuthError::new(400, "user_banned"));
    }
    account.user.last_sign_in_at = Some(now);
    let amr = vec![Amr {
        method: method.to_owned(),
        timestamp: now.as_second(),
    }];
    grant(app, account.user, id, amr, token)
}

/// Whoever signed in anonymously has no row in `public.users`, and cannot have
/// been deactivated there.
async fn has_person(tx: &Tx, user: Uuid) -> Result<bool, Error> {
    Ok(!tx.run(sql::person(user)).await?.is_empty())
}

/// The session as its client keeps it, with a new access token.
///
/// # Errors
/// 500 when the token cannot be signed.
pub fn grant(
    app: &App,
    user: User,
    id: Uuid,
    amr: Vec<Amr>,
    refresh_token: String,
) -> Result<Grant, AuthError> {
    let now = app.clock().now();
    let access_token = access_token(app, &user, id, &amr, now)?;
    Ok(Grant {
        id,
        session: Session {
            access_token,
            token_type: "bearer",
            expires_in: LIFETIME,
            expires_at: now.as_second() + LIFETIME,
            refresh_token,
            user,
            weak_password: None,
        },
    })
}

/// Signs the token of a session, with the claims of Supabase Auth.
fn access_token(
    app: &App,
    user: &User,
    session: Uuid,
    amr: &[Amr],
    now: Timestamp,
) -> Result<String, Error> {
    let rest = json!({
        "iss": issuer(app),
        "email": user.email,
        "phone": user.phone,
        "app_metadata": user.app_metadata,
        "user_metadata": user.user_metadata,
        "aal": "aal1",
        "amr": amr,
        "is_anonymous": user.is_anonymous,
    });
    let claims = SessionClaims {
        sub: user.id,
        aud: "authenticated".to_owned(),
        role: "authenticated".to_owned(),
        exp: now.as_second() + LIFETIME,
        iat: now.as_second(),
        session_id: session,
        rest: rest.as_object().cloned().unwrap_or_else(Object::new),
    };
    let header = Header::new(Algorithm::HS256);
    encode(&header, &claims, &app.keys().encoding()).map_err(Error::internal)
}

/// `iss` of the tokens: the public URL with `/auth/v1`.
fn issuer(app: &App) -> String {
    let url = app.settings().public_url.as_str();
    format!("{}/auth/v1", url.trim_end_matches('/'))
}

/// A new refresh token: 22 characters of base64url, 128 bits.
///
/// # Errors
/// 500 when the system has no randomness to give.
pub fn refresh_token() -> Result<String, Error> {
    random_text(16).map_err(Error::internal)
}

/// Ends sessions of a person, at once and everywhere.
///
/// # Errors
/// 503 when the database is away.
pub async fn end(app: &App, user: Uuid, which: sql::sessions::Ended) -> Result<(), Error> {
    let query = sql::sessions::end(user, which);
    app.db().write(&system()).run(query).await?;
    app.people().forget();
    Ok(())
}
