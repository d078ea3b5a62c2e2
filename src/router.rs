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
use axum::{Router, extract::DefaultBodyLimit, http::StatusCode, response::IntoResponse as _};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    agent,
    app::App,
    appointments, auth, conversations,
    error::Error,
    handoffs, live_conversations,
    openapi::{self, Served},
    properties, routing, transcript_messages,
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
        .merge(desk())
}

/// What goes on between the desk and a prospect.
fn desk() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/api/conversations",
            get(conversations::api::list).post(conversations::api::create),
        )
        .api_route(
            "/api/conversations/{id}",
            get(conversations::api::get)
                .put(conversations::api::update)
                .patch(conversations::api::update)
                .delete(conversations::api::delete),
        )
        .api_route(
            "/api/live-conversations",
            get(live_conversations::api::list),
        )
        .api_route(
            "/api/live-conversations/{id}",
            get(live_conversations::api::get),
        )
        .api_route(
            "/api/transcript-messages",
            get(transcript_messages::api::list).post(transcript_messages::api::create),
        )
        .api_route(
            "/api/transcript-messages/{id}",
            get(transcript_messages::api::get),
        )
        .api_route("/api/agent-actions", get(agent::actions::api::list))
        .api_route(
            "/api/agent-actions/{id}",
            get(agent::actions::api::get)
                .put(agent::actions::api::update)
                .patch(agent::actions::api::update),
        )
        .api_route("/api/agent-plan-steps", get(agent::plan_steps::api::list))
        .api_route(
            "/api/agent-plan-steps/{id}",
            get(agent::plan_steps::api::get),
        )
        .api_route("/api/detected-entities", get(agent::entities::api::list))
        .api_route(
            "/api/detected-entities/{id}",
            get(agent::entities::api::get)
                .put(agent::entities::api::update)
                .patch(agent::entities::api::update),
        )
        .api_route(
            "/api/qualification-scores",
            get(agent::scores::api::list).post(agent::scores::api::create),
        )
        .api_route(
            "/api/qualification-scores/{id}",
            get(agent::scores::api::get),
        )
        .api_route(
            "/api/appointments",
            get(appointments::api::list).post(appointments::api::create),
        )
        .api_route(
            "/api/appointments/{id}",
            get(appointments::api::get)
                .put(appointments::api::update)
                .patch(appointments::api::update)
                .delete(appointments::api::delete),
        )
        .api_route(
            "/api/handoffs",
            get(handoffs::api::list).post(handoffs::api::create),
        )
        .api_route(
            "/api/handoffs/from-appointment",
            post(handoffs::api::from_appointment),
        )
        .api_route(
            "/api/handoffs/from-conversation",
            post(handoffs::api::from_conversation),
        )
        .api_route(
            "/api/handoffs/{id}",
            get(handoffs::api::get)
                .put(handoffs::api::update)
                .patch(handoffs::api::update)
                .delete(handoffs::api::delete),
        )
        .api_route("/api/handoffs/{id}/claim", post(handoffs::api::claim))
        .api_route("/api/handoffs/{id}/release", post(handoffs::api::release))
        .api_route("/api/handoffs/{id}/complete", post(handoffs::api::complete))
        .api_route("/api/handoffs/{id}/reassign", post(handoffs::api::reassign))
        .api_route(
            "/api/routing-rules",
            get(routing::api::list).post(routing::api::create),
        )
        .api_route(
            "/api/routing-rules/{id}",
            get(routing::api::get)
                .put(routing::api::update)
                .patch(routing::api::update)
                .delete(routing::api::delete),
        )
}
