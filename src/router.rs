//! Every address of the server, and the order of the layers around them.

use aide::axum::ApiRouter;
use axum::{Router, routing::get as get_page};

use crate::{app::App, assets, auth, properties};

/// Builds the whole service.
pub fn router(app: App) -> Router {
    use aide::axum::routing::{get, post};
    let service: Router = ApiRouter::new()
        .api_route("/api/auth/signout", post(auth::signout::sign_out))
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
        .merge(pages())
        .layer(axum::middleware::from_fn_with_state(
            app.clone(),
            crate::auth::identify,
        ))
        .with_state(app.clone())
        .into();
    // Outside of the layer that identifies callers: it judges bearers itself.
    service
        .nest("/auth/v1", auth::v1::routes().with_state(app))
        .route("/assets/doorstep.css", get_page(assets::style_sheet))
}

/// Pages for browsers, each for whom the guard lets in.
fn pages() -> Router<App> {
    use auth::pages;
    Router::new()
        .route(
            "/auth/signin",
            get_page(pages::sign_in_form).post(pages::sign_in),
        )
        .route(
            "/auth/signup",
            get_page(pages::sign_up_form).post(pages::sign_up),
        )
        .route(
            "/auth/signout",
            get_page(pages::sign_out_form).post(pages::sign_out),
        )
        .layer(axum::middleware::from_fn(auth::guard))
}
