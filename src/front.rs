//! The answers that are ready before any route is asked: public lists in memory.
//!
//! Whoever carries the public key, or nothing, and asks for a list of
//! properties that is kept gets it from here, with the same checks and headers
//! as behind the layers: the token is verified, the caller's bucket pays, the
//! answer has its id and is counted. Everything else goes on to the router.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    net::SocketAddr,
    task::{Context, Poll},
};

use axum::{
    Router,
    extract::Request,
    http::Method,
    response::{IntoResponse as _, Response},
    routing::future::RouteFuture,
};
use futures_util::future::Either;
use tokio::time::Instant;
use tower::Service;

use crate::{
    app::App,
    auth::{Bearer, public_bearer},
    input::IfNoneMatch,
    limits::LOCAL,
    observe,
    properties::{Listed, PUBLIC_LISTS},
};

/// Puts the lists in memory before `routes`.
pub fn front(app: App, routes: Router) -> Router {
    Router::new().fallback_service(Front { app, routes })
}

#[derive(Clone)]
struct Front {
    app: App,
    routes: Router,
}

impl Service<Request> for Front {
    type Response = Response;
    type Error = Infallible;
    type Future = Either<Ready<Result<Response, Infallible>>, RouteFuture<Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        match kept(&self.app, &request) {
            Some(response) => Either::Left(ready(Ok(response))),
            None => Either::Right(self.routes.call(request)),
        }
    }
}

/// The list that is asked for, when it is kept and the caller may have it as it
/// is. A caller who is refused here is refused again behind the layers, in
/// words.
fn kept(app: &App, request: &Request) -> Option<Response> {
    if request.method() != Method::GET || request.uri().path() != PUBLIC_LISTS {
        return None;
    }
    let started = Instant::now();
    let query = request.uri().query().unwrap_or_default();
    let page = app.public_lists().get(query)?;
    let headers = request.headers();
    let Some(Bearer::Anon) = public_bearer(app, headers) else {
        return None;
    };
    let peer = request.extensions().get::<SocketAddr>();
    let address = peer.map_or(LOCAL, SocketAddr::ip);
    app.limits().take(&Bearer::Anon, address).ok()?;
    let known = IfNoneMatch::of(headers);
    let response = Listed::public(page, &known).into_response();
    Some(observe::observed(PUBLIC_LISTS, started, headers, response))
}
