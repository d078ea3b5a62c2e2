//! Files in and out.

use aide::axum::{ApiRouter, routing::get};

use crate::{app::App, exports, imports};

/// Imports and exports.
pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/api/imports",
            get(imports::api::list).post(imports::api::create),
        )
        .api_route("/api/imports/{id}", get(imports::api::get))
        .api_route("/api/imports/{id}/refused", get(imports::api::refused))
        .api_route("/api/import-mappings", get(imports::api::mappings))
        .api_route("/api/exports/{table}", get(exports::api::download))
}
