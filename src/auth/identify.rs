//! The layer that finds out who is calling, before any route.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, Method, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::token::Bearer;
use crate::{app::App, error::Error};

const API_KEY: HeaderName = HeaderName::from_static("apikey");

/// How the identity came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// `Authorization` or `apikey`: a program chose to send it.
    Header,
    /// A cookie: a browser sends it by itself, whoever wrote the page.
    Cookie,
    /// Nothing was sent.
    Nothing,
}

/// Who is calling, as far as signatures tell.
#[derive(Clone, Debug)]
pub struct Identified {
    /// The bearer of the token or cookie.
    pub bearer: Bearer,
    /// How it came.
    pub carrier: Carrier,
}

/// Verifies what the request carries, refuses forged tokens and cross-site
/// writes by cookie, and takes one token from the caller's bucket.
pub async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let identified = match who(&app, request.headers()) {
        Ok(identified) => identified,
        Err(error) => return error.into_response(),
    };
    if identified.carrier == Carrier::Cookie && is_cross_site(&app, &request) {
        let status = axum::http::StatusCode::FORBIDDEN;
        return Error::new(status, "cross_site").into_response();
    }
    let address = request.extensions().get::<SocketAddr>().map(SocketAddr::ip);
    if let Err(error) = app
        .limits()
        .take(&identified.bearer, address.unwrap_or(LOCAL))
    {
        return error.into_response();
    }
    request.extensions_mut().insert(identified);
    next.run(request).await
}

const LOCAL: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

fn who(app: &App, headers: &HeaderMap) -> Result<Identified, Error> {
    let now = app.clock().now();
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = value
            .to_str()
            .ok()
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
            .ok_or_else(Error::bad_token)?;
        let bearer = app.tokens().verify(token, now)?;
        let carrier = Carrier::Header;
        return Ok(Identified { bearer, carrier });
    }
    if let Some(value) = headers.get(API_KEY) {
        let token = value.to_str().map_err(|_| Error::bad_token())?;
        let bearer = app.tokens().verify(token.trim(), now)?;
        let carrier = Carrier::Header;
        return Ok(Identified { bearer, carrier });
    }
    Ok(Identified {
        bearer: Bearer::Anon,
        carrier: Carrier::Nothing,
    })
}

/// Whether a write comes from a page of somebody else's.
///
/// Browsers say so in `Sec-Fetch-Site`; older ones name the page's `Origin`.
fn is_cross_site(app: &App, request: &Request) -> bool {
    if matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    ) {
        return false;
    }
    let text = |name: &str| {
        let value = request.headers().get(name);
        value.and_then(|value| value.to_str().ok())
    };
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => !matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => !app.is_own_origin(origin, text("host")),
        (None, None) => false,
    }
}
