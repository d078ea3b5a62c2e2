//! Every address of the server, a file a group, and the order of the layers
//! around them.
//!
//! From the outside in:
//! 1. `answer` turns what failed on a page into a page and sets the headers of
//!    every page: around all others, so that whatever they refuse is worded for
//!    a browser too; it changes no status;
//! 2. `observe` gives the request its id, bounds its time, counts and logs the
//!    answer: around all that decide, so that it sees every answer, whoever
//!    made it;
//! 3. a panic becomes a 500 in the usual shape, so that nothing reaches a
//!    client unworded;
//! 4. bodies are bounded before anybody reads them;
//! 5. `identify` verifies what the request carries, refuses cross-site writes
//!    and takes one token from the caller's bucket: nothing behind it is paid
//!    for by a forged token or a flood. A cookie's session is looked up and
//!    refreshed here; `/auth/v1` stands beside this layer, takes from the same
//!    buckets and answers refusals in the shape that its clients expect;
//! 6. around the pages, `guard` sends whoever is not signed in to sign in, and
//!    whoever is away from the pages of sign-in.
//!
//! Before all of it stands [`front`], which answers from memory what anyone may
//! read and asks for nothing else.
//!
//! Behind the layers a handler asks for a `Caller`, and the database decides.

mod desk;
mod files;
mod homes;
mod outreach;
mod pages;
mod staff;

use aide::{
    axum::{
        ApiRouter,
        routing::{get_with, post},
    },
    openapi::OpenApi,
};
use axum::{Router, extract::DefaultBodyLimit, http::StatusCode, response::IntoResponse as _};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    app::App,
    auth, console,
    error::Error,
    front::front,
    health, observe,
    openapi::{self, Served},
};

/// The largest body that is read, in bytes.
const LARGEST_BODY: usize = 1024 * 1024;

/// Builds the whole service.
pub fn router(app: App) -> Router {
    let (api, _) = openapi::finish(api());
    let served = Served::new(&document());
    let routes = api
        .route(
            "/openapi.json",
            axum::routing::get(move || async move { served }),
        )
        .merge(pages::routes())
        .route("/metrics", axum::routing::get(health::api::metrics))
        .method_not_allowed_fallback(async || {
            Error::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed")
        })
        .layer(axum::middleware::from_fn_with_state(
            app.clone(),
            auth::identify,
        ))
        // Outside of `identify`: it judges bearers itself and reads no cookie, and
        // a style sheet is everybody's.
        .nest("/auth/v1", auth::v1::service(app.clone()))
        .route("/a/{file}", axum::routing::get(console::assets::serve))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(CatchPanicLayer::custom(
            |_: Box<dyn std::any::Any + Send>| {
                Error::internal("a handler panicked").into_response()
            },
        ))
        .layer(axum::middleware::from_fn(observe::observe))
        .layer(axum::middleware::from_fn(console::answer::answer))
        .with_state(app.clone());
    front(app, routes)
}

/// The document of all that programs are answered, from the routes that serve.
pub fn document() -> OpenApi {
    openapi::finish(api().nest("/auth/v1", auth::v1::routes())).1
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
        .api_route("/api/auth/signout", post(auth::signout::sign_out))
        .merge(homes::routes())
        .merge(staff::routes())
        .merge(outreach::routes())
        .merge(desk::routes())
        .merge(files::routes())
}
