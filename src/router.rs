//! Every address of the server, and the order of the layers around them.
//!
//! From the outside in:
//! 1. `observe` gives the request its id, bounds its time, counts and logs the
//!    answer: outermost, so that it sees every answer, whoever made it;
//! 2. a panic becomes a 500 in the usual shape, so that nothing reaches a
//!    client unworded;
//! 3. bodies are bounded before anybody reads them;
//! 4. `identify` verifies what the request carries, refuses cross-site writes
//!    and takes one token from the caller's bucket: nothing behind it is paid
//!    for by a forged token or a flood.
//!
//! Behind the layers a handler asks for a `Caller`, and the database decides.

use aide::{
    axum::{
        ApiRouter,
        routing::{get, get_with},
    },
    openapi::OpenApi,
};
use axum::{Router, extract::DefaultBodyLimit, http::StatusCode, response::IntoResponse as _};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    app::App,
    auth,
    error::Error,
    health, observe,
    openapi::{self, Served},
    properties,
};

/// The largest body that is read, in bytes.
const LARGEST_BODY: usize = 1024 * 1024;

/// Builds the whole service.
pub fn router(app: App) -> Router {
    let (api, document) = openapi::finish(api());
    let served = Served::new(&document);
    api.route(
        "/openapi.json",
        axum::routing::get(move || async move { served }),
    )
    .route("/metrics", axum::routing::get(health::api::metrics))
    .fallback(async || Error::new(StatusCode::NOT_FOUND, "unknown_route"))
    .method_not_allowed_fallback(async || {
        Error::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed")
    })
    .layer(axum::middleware::from_fn_with_state(
        app.clone(),
        auth::identify,
    ))
    .layer(DefaultBodyLimit::max(LARGEST_BODY))
    .layer(CatchPanicLayer::custom(
        |_: Box<dyn std::any::Any + Send>| Error::internal("a handler panicked").into_response(),
    ))
    .layer(axum::middleware::from_fn(observe::observe))
    .with_state(app)
}

/// The document of the JSON API.
pub fn document() -> OpenApi {
    openapi::finish(api()).1
}

/// The JSON API.
fn api() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/healthz",
            get_with(health::api::healthz, |it| {
                it.summary("Ask whether the server lives")
            }),
        )
        .api_route(
            "/readyz",
            get_with(health::api::readyz, |it| {
                it.summary("Ask whether requests can be served")
            }),
        )
        .api_route(
            "/api/test-db",
            get_with(health::api::test_db, |it| {
                it.summary("Test the connection to the database")
            }),
        )
        .api_route(
            "/api/properties",
            get(properties::api::list).post(properties::api::create),
        )
        .api_route(
            "/api/properties/{id}",
            get(properties::api::get)
                .put(properties::api::update)
                .patch(properties::api::update)
                .delete(properties::api::delete),
        )
}
