//! Every address of the server, and the order of the layers around them.
//!
//! From the outside in:
//! 1. a panic becomes a 500 in the usual shape, so that nothing reaches a
//!    client unworded;
//! 2. bodies are bounded before anybody reads them;
//! 3. `identify` verifies what the request carries, refuses cross-site writes
//!    and takes one token from the caller's bucket: nothing behind it is paid
//!    for by a forged token or a flood.
//!
//! Behind the layers a handler asks for a `Caller`, and the database decides.

use aide::{
    axum::{
        ApiRouter,
        routing::{get, post},
    },
    openapi::OpenApi,
};
use axum::{
    Router, extract::DefaultBodyLimit, http::StatusCode, response::IntoResponse as _,
    routing::get as get_page,
};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    app::App,
    assets, auth,
    error::Error,
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
    .merge(pages())
    .fallback(async || Error::new(StatusCode::NOT_FOUND, "unknown_route"))
    .method_not_allowed_fallback(async || {
        Error::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed")
    })
    .layer(axum::middleware::from_fn_with_state(
        app.clone(),
        auth::identify,
    ))
    // Outside of `identify`: it judges bearers itself and reads no cookie, and
    // a style sheet is everybody's.
    .nest("/auth/v1", auth::v1::routes())
    .route("/assets/doorstep.css", get_page(assets::style_sheet))
    .layer(DefaultBodyLimit::max(LARGEST_BODY))
    .layer(CatchPanicLayer::custom(
        |_: Box<dyn std::any::Any + Send>| Error::internal("a handler panicked").into_response(),
    ))
    .with_state(app)
}

/// The document of the JSON API.
pub fn document() -> OpenApi {
    openapi::finish(api()).1
}

/// The JSON API.
fn api() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/api/auth/signout", post(auth::signout::sign_out))
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

/// Pages for browsers, each for whom the guard lets in.
fn pages() -> Router<App> {
    use auth::pages;
    Router::new()
        .route(
            "/auth/signin",
            get_page(pages::sign_in_form).post(pages::sign_in),
        )
        .route(
            "/auth/signup",
            get_page(pages::sign_up_form).post(pages::sign_up),
        )
        .route(
            "/auth/signout",
            get_page(pages::sign_out_form).post(pages::sign_out),
        )
        .layer(axum::middleware::from_fn(auth::guard))
}
