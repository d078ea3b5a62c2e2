//! `/healthz`, `/readyz`, `/metrics`, `/api/test-db`.

use std::net::SocketAddr;

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};

use super::types::{Alive, Ready, TestDb};
use crate::{
    app::App,
    auth::{Bearer, Identified},
    error::Error,
    observe,
};

/// Says that the server is alive.
pub async fn healthz() -> Alive {
    Alive { status: "alive" }
}

/// Says whether requests can be served.
pub async fn readyz(State(app): State<App>) -> Ready {
    let database = app.db().ping().await.is_ok();
    let migrations = database && app.health().is_current().await;
    Ready {
        status: match migrations {
            true => "ready",
            false => "not ready",
        },
        database,
        migrations,
        notes: app.health().notes().to_vec(),
    }
}

/// Tests the connection to the database and its public tables.
pub async fn test_db(State(app): State<App>) -> TestDb {
    super::test_db(app.db()).await
}

/// What the server counts, in Prometheus' text format; for the machine itself
/// and for the service key.
pub async fn metrics(
    State(app): State<App>,
    peer: Option<Extension<SocketAddr>>,
    Extension(identified): Extension<Identified>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Error> {
    let is_service = matches!(identified.bearer, Bearer::Service);
    if !is_service && !is_local(peer.as_deref(), &headers) {
        return Err(Error::new(StatusCode::FORBIDDEN, "loopback_only"));
    }
    let text = observe::render(&app).await;
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], text))
}

/// Whether the request was sent on this machine. What a proxy on it passes on
/// was not.
fn is_local(peer: Option<&SocketAddr>, headers: &HeaderMap) -> bool {
    let is_forwarded = headers.contains_key("x-forwarded-for") || headers.contains_key("forwarded");
    peer.is_some_and(|peer| peer.ip().to_canonical().is_loopback()) && !is_forwarded
}
