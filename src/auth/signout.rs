//! Signing out: ends what the request carries, however it carries it.

use aide::{OperationOutput, generate::GenContext, openapi::Operation};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};

use super::{
    Identified, cookies, resume,
    session::system,
    sql::{self, sessions::Ended},
    token::Bearer,
};
use crate::{app::App, db::Run as _, envelope::Gone, error::Error};

/// 204, and the browser forgets its cookies.
pub struct SignedOut(Vec<HeaderValue>);

impl IntoResponse for SignedOut {
    fn into_response(self) -> Response {
        let mut response = StatusCode::NO_CONTENT.into_response();
        cookies::add(response.headers_mut(), self.0);
        response
    }
}

impl OperationOutput for SignedOut {
    type Inner = ();

    fn inferred_responses(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<u16>, aide::openapi::Response)> {
        Gone::inferred_responses(context, operation)
    }
}

/// Signs out: ends the session of the token or of the cookies, everywhere and
/// at once, and clears both cookies.
pub async fn sign_out(
    State(app): State<App>,
    identified: axum::Extension<Identified>,
    headers: HeaderMap,
) -> Result<SignedOut, Error> {
    end(&app, &identified.bearer, &headers).await.map(SignedOut)
}

/// Ends the sessions and answers the cookies to set.
///
/// # Errors
/// 503 when the database is away.
pub async fn end(
    app: &App,
    bearer: &Bearer,
    headers: &HeaderMap,
) -> Result<Vec<HeaderValue>, Error> {
    let (mut bearers, refresh_token) = resume::carried(app, headers);
    bearers.push(bearer.clone());
    let mut queries = Vec::new();
    for bearer in bearers {
        if let Bearer::Person { user, identity, .. } = bearer
            && let Some(session) = identity.session_id()
        {
            queries.push(sql::sessions::end(user, Ended::Local(session)));
        }
    }
    queries.extend(refresh_token.map(|token| sql::sessions::end_of_token(&token)));
    if !queries.is_empty() {
        let tx = app.db().begin(&system()).await?;
        for query in queries {
            tx.run(query).await?;
        }
        tx.commit().await?;
        app.people().forget();
    }
    Ok(resume::forget(app, headers))
}
