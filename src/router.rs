//! Every address of the server, and the order of the layers around them.

use aide::axum::ApiRouter;
use axum::Router;

use crate::{app::App, properties};

/// Builds the whole service.
pub fn router(app: App) -> Router {
    use aide::axum::routing::get;
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
        .layer(axum::middleware::from_fn_with_state(
            app.clone(),
            crate::auth::identify,
        ))
        .with_state(app)
        .into()
}
