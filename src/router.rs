//! Every address of the server, and the order of the layers around them.
//!
//! From the outside in:
//! 1. `answer` turns what failed on a page into a page and sets the headers of every page: around
//!    all others, so that whatever they refuse is worded for a browser too; it changes no status;
//! 2. `observe` gives the request its id, bounds its time, counts and logs the answer: around all
//!    that decide, so that it sees every answer, whoever made it;
//! 3. a panic becomes a 500 in the usual shape, so that nothing reaches a client unworded;
//! 4. bodies are bounded before anybody reads them;
//! 5. `identify` verifies what the request carries, refuses cross-site writes and takes one token
//!    from the caller's bucket: nothing behind it is paid for by a forged token or a flood. A
//!    cookie's session is looked up and refreshed here; `/auth/v1` stands beside this layer, takes
//!    from the same buckets and answers refusals in the shape that its clients expect;
//! 6. around the pages, `guard` sends whoever is not signed in to sign in, and whoever is away from
//!    the pages of sign-in.
//!
//! Before all of it stands [`front`], which answers from memory what anyone may
//! read and asks for nothing else.
//!
//! Behind the layers a handler asks for a `Caller`, and the database decides.

use aide::{
    axum::{
        ApiRouter,
        routing::{get, get_with, post},
    },
    openapi::OpenApi,
};
use axum::{Router, extract::DefaultBodyLimit, http::StatusCode, response::IntoResponse as _};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    agent, analytics,
    app::App,
    appointments, auth, campaigns,
    compliance::{audit, consents, policies, suppressions},
    console, conversations,
    error::Error,
    front::front,
    handoffs, health, integrations, leads, live_conversations, matches, observe,
    openapi::{self, Served},
    properties, prospects, routing, teams, today, transcript_messages, users,
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
        .merge(pages())
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
        // Properties
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
        .api_route(
            "/api/properties/{id}/private",
            get(properties::private::api::get)
                .put(properties::private::api::update)
                .patch(properties::private::api::update),
        )
        .api_route(
            "/api/properties/{id}/matches",
            get(matches::api::of_property),
        )
        // Prospects
        .api_route(
            "/api/prospects",
            get(prospects::api::list).post(prospects::api::create),
        )
        .api_route(
            "/api/prospects/{id}",
            get(prospects::api::get)
                .put(prospects::api::update)
                .patch(prospects::api::update)
                .delete(prospects::api::delete),
        )
        .api_route(
            "/api/prospects/{id}/matches",
            get(matches::api::of_prospect),
        )
        .api_route("/api/prospects/{id}/release", post(prospects::api::release))
        .api_route("/api/prospects/{id}/assign", post(prospects::api::assign))
        .api_route("/api/prospects/{id}/merge", post(prospects::api::merge))
        .api_route("/api/prospects/{id}/history", get(prospects::api::history))
        .api_route("/api/leads", post(leads::api::create))
        // People and teams
        .api_route("/api/users/me", get(users::api::me))
        .api_route("/api/users", get(users::api::list))
        .api_route(
            "/api/users/{id}",
            get(users::api::get)
                .put(users::api::update)
                .patch(users::api::update),
        )
        .api_route("/api/teams", get(teams::api::list).post(teams::api::create))
        .api_route(
            "/api/teams/{id}",
            get(teams::api::get)
                .put(teams::api::update)
                .patch(teams::api::update)
                .delete(teams::api::delete),
        )
        .api_route(
            "/api/team-members",
            get(teams::members::api::list).post(teams::members::api::create),
        )
        .api_route(
            "/api/team-members/{id}",
            get(teams::members::api::get)
                .put(teams::members::api::update)
                .patch(teams::members::api::update)
                .delete(teams::members::api::delete),
        )
        // Campaigns
        .api_route(
            "/api/campaigns",
            get(campaigns::api::list).post(campaigns::api::create),
        )
        .api_route(
            "/api/campaigns/{id}",
            get(campaigns::api::get)
                .put(campaigns::api::update)
                .patch(campaigns::api::update)
                .delete(campaigns::api::delete),
        )
        .api_route("/api/campaign-runs", get(campaigns::runs::api::list))
        .api_route("/api/campaign-runs/{id}", get(campaigns::runs::api::get))
        .api_route("/api/queued-leads", get(campaigns::leads::api::list))
        .api_route("/api/queued-leads/{id}", get(campaigns::leads::api::get))
        // Integrations
        .api_route(
            "/api/integrations",
            get(integrations::api::list).post(integrations::api::create),
        )
        .api_route(
            "/api/integrations/{id}",
            get(integrations::api::get)
                .put(integrations::api::update)
                .patch(integrations::api::update)
                .delete(integrations::api::delete),
        )
        // Compliance
        .api_route(
            "/api/consents",
            get(consents::api::list).post(consents::api::create),
        )
        .api_route("/api/consents/{id}", get(consents::api::get))
        .api_route(
            "/api/suppressions",
            get(suppressions::api::list).post(suppressions::api::create),
        )
        .api_route("/api/suppressions/{id}", get(suppressions::api::get))
        .api_route("/api/suppressions/{id}/lift", post(suppressions::api::lift))
        .api_route(
            "/api/suppressions/{id}/confirm-lift",
            post(suppressions::api::confirm_lift),
        )
        .api_route(
            "/api/contact-policies",
            get(policies::api::list).post(policies::api::create),
        )
        .api_route(
            "/api/contact-policies/{id}",
            get(policies::api::get)
                .put(policies::api::update)
                .patch(policies::api::update),
        )
        .api_route("/api/audit-log", get(audit::api::list))
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
            "/api/live-conversations/{id}/takeover",
            post(live_conversations::api::take_over),
        )
        .api_route(
            "/api/live-conversations/{id}/return",
            post(live_conversations::api::give_back),
        )
        .api_route(
            "/api/live-conversations/{id}/transfer",
            post(live_conversations::api::transfer),
        )
        .api_route(
            "/api/live-conversations/{id}/messages",
            post(live_conversations::api::say),
        )
        .api_route(
            "/api/live-conversations/{id}/end",
            post(live_conversations::api::end),
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

/// Pages for browsers, each for whom the guard lets in, and whatever else is
/// asked for.
fn pages() -> Router<App> {
    use auth::pages;
    use axum::routing::{any, get};
    Router::new()
        .route("/", get(today::pages::show))
        .route("/handoffs", get(handoffs::pages::list))
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
            get(pages::sign_in_form).post(pages::sign_in),
        )
        .route(
            "/auth/signup",
            get(pages::sign_up_form).post(pages::sign_up),
        )
        .route(
            "/auth/signout",
            get(pages::sign_out_form).post(pages::sign_out),
        )
        .fallback(unknown)
        .layer(axum::middleware::from_fn(auth::guard))
        // A program that asks for nothing of ours is not sent to sign in.
        .route("/api/{*rest}", any(unknown))
}

async fn unknown() -> Error {
    Error::new(StatusCode::NOT_FOUND, "unknown_route")
}
