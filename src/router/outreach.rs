//! Whom we contact, with what, and whether we may.

use aide::axum::{
    ApiRouter,
    routing::{get, post},
};

use crate::{
    app::App,
    campaigns,
    compliance::{audit, consents, contactability, policies, suppressions},
    integrations,
};

/// Campaigns, integrations and compliance.
pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
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
        .api_route("/api/campaigns/{id}/dry-run", post(campaigns::api::dry_run))
        .api_route("/api/campaigns/{id}/start", post(campaigns::api::start))
        .api_route("/api/campaigns/{id}/pause", post(campaigns::api::pause))
        .api_route("/api/campaigns/{id}/resume", post(campaigns::api::resume))
        .api_route("/api/campaigns/{id}/stop", post(campaigns::api::stop))
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
            "/api/prospects/{id}/contactability",
            get(contactability::api::get),
        )
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
}
