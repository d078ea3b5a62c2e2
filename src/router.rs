//! Every address of the server, and the order of the layers around them.

use aide::axum::ApiRouter;
use axum::Router;

use crate::{
    app::App,
    campaigns,
    compliance::{audit, consents, policies, suppressions},
    integrations, properties, prospects, teams, users,
};

/// Builds the whole service.
pub fn router(app: App) -> Router {
    use aide::axum::routing::{get, post};
    ApiRouter::new()
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
        .api_route("/api/prospects/{id}/release", post(prospects::api::release))
        .api_route("/api/prospects/{id}/assign", post(prospects::api::assign))
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
        .layer(axum::middleware::from_fn_with_state(
            app.clone(),
            crate::auth::identify,
        ))
        .with_state(app)
        .into()
}
