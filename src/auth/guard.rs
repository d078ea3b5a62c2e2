//! Which pages are for whom.

use axum::{
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{Identified, redirect, token::Bearer};
use crate::error::{Error, Failure};

/// The layer of page routes, inside of the one that identifies callers:
/// whoever is not signed in goes to the sign-in page and comes back to where he
/// wanted; whoever is has no business on the pages under `/auth`.
///
/// Every page is protected but those under `/auth/` and `/docs`.
pub async fn guard(request: Request, next: Next) -> Response {
    let identified = request.extensions().get::<Identified>();
    let signed_in = matches!(
        identified.map(|identified| &identified.bearer),
        Some(Bearer::Person { .. })
    );
    let path = request.uri().path();
    if is_auth_page(path) {
        if signed_in && path != "/auth/signout" {
            return see_other("/");
        }
        return next.run(request).await;
    }
    if is_open(path) {
        return next.run(request).await;
    }
    let back = wanted(&request);
    if !signed_in {
        return see_other(&redirect::to_signin(&back));
    }
    let response = next.run(request).await;
    // The session ended between the two looks at it.
    match response.extensions().get::<Failure>() {
        Some(failure) if failure.status == StatusCode::UNAUTHORIZED => {
            see_other(&redirect::to_signin(&back))
        }
        _ => response,
    }
}

fn is_auth_page(path: &str) -> bool {
    path == "/auth" || path.starts_with("/auth/")
}

fn is_open(path: &str) -> bool {
    path == "/docs" || path.starts_with("/docs/")
}

/// Where to come back to: what was asked for, unless that was a write.
fn wanted(request: &Request) -> String {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return "/".to_owned();
    }
    let uri = request.uri();
    let wanted = uri
        .path_and_query()
        .map_or(uri.path(), |both| both.as_str());
    wanted.to_owned()
}

/// 303 to a path of this server.
pub fn see_other(target: &str) -> Response {
    match HeaderValue::from_str(target) {
        Ok(target) => (StatusCode::SEE_OTHER, [(header::LOCATION, target)]).into_response(),
        Err(error) => Error::internal(error).into_response(),
    }
}
