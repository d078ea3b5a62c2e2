//! The person behind a bearer, judged as Supabase Auth does.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};

use super::AuthError;
use crate::{
    app::App,
    auth::{
        session::system,
        sql::{self, Account},
        token::Bearer,
    },
    catalogue::auth,
};

/// A person whose session lives; read from the database each time.
pub struct Signed(pub Account);

impl FromRequestParts<App> for Signed {
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AuthError> {
        let header = parts.headers.get(header::AUTHORIZATION);
        let token = header
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
            .ok_or_else(|| AuthError::new(401, "no_authorization"))?;
        let now = app.clock().now();
        let bearer = app.tokens().verify(token, now);
        let Bearer::Person { user, identity, .. } = bearer.map_err(|_| AuthError::bad_jwt())?
        else {
            return Err(AuthError::bad_jwt().worded(auth::NO_SUB));
        };
        let session = identity.session_id();
        let account = sql::account_by_id(&app.db().read(&system()), user, session, now).await?;
        let account = account.ok_or_else(|| AuthError::new(403, "user_not_found"))?;
        if account.is_banned(now) {
            return Err(AuthError::new(403, "user_banned"));
        }
        if account.session.is_none() {
            return Err(AuthError::new(403, "session_not_found"));
        }
        Ok(Self(account))
    }
}
