//! Homes, and who looks for one.

use aide::axum::{
    ApiRouter,
    routing::{get, post},
};

use crate::{app::App, leads, matches, properties, prospects};

/// Properties, prospects, leads, and what of the one suits the other.
pub(super) fn routes() -> ApiRouter<App> {
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
        .api_route(
            "/api/properties/{id}/private",
            get(properties::private::api::get)
                .put(properties::private::api::update)
                .patch(properties::private::api::update),
        )
        .api_route("/api/properties/{id}/matches", get(matches::api::of_home))
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
        .api_route("/api/prospects/{id}/matches", get(matches::api::of_person))
        .api_route("/api/prospects/{id}/release", post(prospects::api::release))
        .api_route("/api/prospects/{id}/assign", post(prospects::api::assign))
        .api_route("/api/prospects/{id}/merge", post(prospects::api::merge))
        .api_route("/api/prospects/{id}/history", get(prospects::api::history))
        .api_route("/api/leads", post(leads::api::create))
}
