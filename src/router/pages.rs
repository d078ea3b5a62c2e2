//! What a browser opens.

use axum::{
    Router,
    http::StatusCode,
    routing::{any, get},
};

use crate::{
    analytics, app::App, appointments, auth, campaigns, console, conversations, error::Error,
    handoffs, properties, prospects, tasks, today, users,
};

/// Pages for browsers, each for whom the guard lets in, and whatever else is
/// asked for.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(today::pages::show))
        .route("/handoffs", get(handoffs::pages::list))
        .route("/tasks", get(tasks::pages::list))
        .route("/conversations", get(conversations::pages::list))
        .route("/prospects", get(prospects::pages::list))
        .route("/appointments", get(appointments::pages::list))
        .route("/properties", get(properties::pages::list))
        .route("/campaigns", get(campaigns::pages::list))
        .route("/analytics", get(analytics::pages::show))
        .route("/users", get(users::pages::list))
        .route("/settings", get(users::pages::settings))
        .route("/docs", get(console::docs::show))
        .route(
            "/auth/signin",
            get(auth::pages::sign_in_form).post(auth::pages::sign_in),
        )
        .route(
            "/auth/signup",
            get(auth::pages::sign_up_form).post(auth::pages::sign_up),
        )
        .route(
            "/auth/signout",
            get(auth::pages::sign_out_form).post(auth::pages::sign_out),
        )
        .fallback(unknown)
        .layer(axum::middleware::from_fn(auth::guard))
        // A program that asks for nothing of ours is not sent to sign in.
        .route("/api/{*rest}", any(unknown))
}

async fn unknown() -> Error {
    Error::new(StatusCode::NOT_FOUND, "unknown_route")
}
