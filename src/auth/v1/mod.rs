//! `/auth/v1`: the HTTP interface of Supabase Auth, for its real clients.
//!
//! These routes stand outside of the layer that identifies callers: they judge
//! bearers themselves, answer errors in Supabase Auth's shapes, and read no
//! cookie, so that any page may call them. The caller's bucket is the same one.

mod api;
mod bearer;
mod body;
mod document;
mod errors;
mod links;
pub mod types;

use aide::axum::{
    ApiRouter,
    routing::{get_with, post_with},
};
use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::Response,
};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use super::identify::limit_auth;
use crate::app::App;
use document::document;

pub use errors::AuthError;

/// The routes as they are described and served, with what each may refuse
/// beside what all may.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/health",
            get_with(api::health, document("Ask which service answers", &[])),
        )
        .api_route(
            "/settings",
            get_with(api::settings, document("List the ways in", &[])),
        )
        .api_route(
            "/.well-known/jwks.json",
            get_with(api::jwks, document("List the public keys of tokens", &[])),
        )
        .api_route(
            "/signup",
            post_with(api::sign_up, document("Sign up", &[400, 413, 422])),
        )
        .api_route(
            "/token",
            post_with(
                api::token,
                document("Open or refresh a session", &[400, 404, 409, 413, 422]),
            ),
        )
        .api_route(
            "/user",
            get_with(
                api::user,
                document("Read the person signed in", &[401, 403]),
            )
            .put_with(
                api::change_user,
                document("Change the person signed in", &[400, 401, 403, 413, 422]),
            ),
        )
        .api_route(
            "/logout",
            post_with(api::log_out, document("Sign out", &[400, 401, 403])),
        )
        .api_route(
            "/recover",
            post_with(
                api::recover,
                document("Ask for a mail to a forgotten password", &[400, 413]),
            ),
        )
        .api_route(
            "/resend",
            post_with(
                api::resend,
                document("Ask for a mail once more", &[400, 413]),
            ),
        )
        .api_route(
            "/verify",
            post_with(
                api::verify,
                document("Redeem a one-time code", &[400, 403, 413]),
            )
            .get_with(links::verify, |it| {
                let it = document("Follow the link of a mail", &[400])(it);
                it.response_with::<303, (), _>(|answer| {
                    answer.description("Where the application wants the browser.")
                })
            }),
        )
        .api_route(
            "/reauthenticate",
            get_with(
                api::reauthenticate,
                document("Ask for a code to change a password", &[401, 403, 422]),
            ),
        )
}

/// The routes with the layers around them, to be nested under `/auth/v1`.
pub fn service(app: App) -> Router<App> {
    Router::from(routes())
        .fallback(async || AuthError::new(404, "not_found"))
        .method_not_allowed_fallback(async || AuthError::new(405, "method_not_allowed"))
        .layer(from_fn_with_state(app, limit_auth))
        .layer(from_fn(answer))
        .layer(cors())
}

/// Any page may call, with the key that it holds.
fn cors() -> CorsLayer {
    let exposed = ["x-total-count", "link", "x-supabase-api-version"];
    CorsLayer::new()
        .allow_origin(AllowOrigin::mirror_request())
        .allow_credentials(true)
        .allow_methods([
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(exposed.map(HeaderName::from_static))
}

/// Writes refusals in the shape that the client understands, and keeps what is
/// somebody's own out of caches.
async fn answer(request: Request, next: Next) -> Response {
    let asked: HeaderMap = request.headers().clone();
    let response = next.run(request).await;
    let (parts, body) = response.into_parts();
    let mut response = match parts.extensions.get::<AuthError>() {
        Some(error) => {
            let mut written = error.answer(&asked);
            if let Some(allowed) = parts.headers.get(header::ALLOW) {
                let headers = written.headers_mut();
                headers.insert(header::ALLOW, allowed.clone());
            }
            written
        }
        None => Response::from_parts(parts, body),
    };
    let headers = response.headers_mut();
    if errors::understands_words(&asked) {
        headers.insert(errors::VERSION, HeaderValue::from_static(errors::CURRENT));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        let never = HeaderValue::from_static("no-store");
        headers.insert(header::CACHE_CONTROL, never);
    }
    response
}
