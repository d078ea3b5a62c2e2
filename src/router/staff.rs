//! Who works here.

use aide::axum::{ApiRouter, routing::get};

use crate::{app::App, teams, users};

/// People, teams, and who is in which.
pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
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
}
