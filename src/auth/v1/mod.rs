//! `/auth/v1`: the HTTP interface of Supabase Auth, for its real clients.
//!
//! These routes stand outside of the layer that identifies callers: they judge
//! bearers themselves, answer errors in Supabase Auth's shapes, and read no
//! cookie, so that any page may call them.

mod api;
mod bearer;
mod body;
mod errors;
mod links;
pub mod types;

use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::{Next, from_fn},
    response::Response,
    routing::{get, post},
};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use crate::app::App;

pub use errors::AuthError;

/// The routes, to be nested under `/auth/v1`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/health", get(api::health))
        .route("/settings", get(api::settings))
        .route("/.well-known/jwks.json", get(api::jwks))
        .route("/signup", post(api::sign_up))
        .route("/token", post(api::token))
        .route("/user", get(api::user).put(api::change_user))
        .route("/logout", post(api::log_out))
        .route("/recover", post(api::recover))
        .route("/resend", post(api::resend))
        .route("/verify", post(api::verify).get(links::verify))
        .route("/reauthenticate", get(api::reauthenticate))
        .fallback(async || AuthError::new(404, "not_found"))
        .method_not_allowed_fallback(async || AuthError::new(405, "method_not_allowed"))
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
