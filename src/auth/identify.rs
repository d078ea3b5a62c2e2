//! The layer that finds out who is calling, before any route.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::{cookies, csrf::is_cross_site, resume, token::Bearer, v1::AuthError};
use crate::{app::App, error::Error, limits::LOCAL};

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
/// writes by cookie, refreshes a cookie session that is about to expire, and
/// takes one token from the caller's bucket.
///
/// A header with a token that is not valid is answered 401; a cookie whose
/// session is over makes the caller nobody, and the browser forgets it.
pub async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let address = address_of(&request);
    let found = match from_header(&app, request.headers()) {
        Ok(Some(identified)) => Ok((identified, Vec::new())),
        Ok(None) if !resume::carries(&app, request.headers()) => Ok((NOBODY, Vec::new())),
        Ok(None) => {
            // A request is not Sync, since its body is not: only its parts may wait.
            let (method, headers) = (request.method().clone(), request.headers().clone());
            // Boxed: a program's request would carry the state of a refresh.
            Box::pin(from_cookies(&app, &method, &headers, address)).await
        }
        Err(error) => Err(error),
    };
    let (identified, set) = match found {
        Ok(found) => found,
        Err(error) => return error.into_response(),
    };
    if let Err(wait) = app.limits().take(&identified.bearer, address) {
        return carrying(Error::too_many(wait).into_response(), set);
    }
    request.extensions_mut().insert(identified);
    carrying(next.run(request).await, set)
}

/// Takes one token from the bucket of whoever calls `/auth/v1`: the person whose
/// token it is, else the address. What the token is worth is judged behind it.
pub async fn limit_auth(State(app): State<App>, request: Request, next: Next) -> Response {
    let bearer = match from_header(&app, request.headers()) {
        Ok(Some(identified)) => identified.bearer,
        Ok(None) | Err(_) => Bearer::Anon,
    };
    match app.limits().take(&bearer, address_of(&request)) {
        Ok(()) => next.run(request).await,
        Err(wait) => AuthError::too_many(wait).into_response(),
    }
}

/// Where the request came from.
fn address_of(request: &Request) -> IpAddr {
    let peer = request.extensions().get::<SocketAddr>();
    peer.map_or(LOCAL, SocketAddr::ip)
}

/// The answer with the cookies that the browser shall keep or forget, unless
/// the route decided about the same ones itself.
fn carrying(mut response: Response, set: Vec<HeaderValue>) -> Response {
    let name = |value: &HeaderValue| {
        let text = value.to_str().unwrap_or_default();
        text.split('=').next().unwrap_or_default().to_owned()
    };
    let decided: Vec<String> = response
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .map(name)
        .collect();
    let set = set
        .into_iter()
        .filter(|value| !decided.contains(&name(value)));
    cookies::add(response.headers_mut(), set.collect());
    response
}

const NOBODY: Identified = Identified {
    bearer: Bearer::Anon,
    carrier: Carrier::Nothing,
};

/// Who bears what the headers carry, where they carry no cookie and nothing that
/// is refused: nobody in particular without a token.
pub fn public_bearer(app: &App, headers: &HeaderMap) -> Option<Bearer> {
    match from_header(app, headers) {
        Ok(Some(identified)) => Some(identified.bearer),
        Ok(None) if !headers.contains_key(header::COOKIE) => Some(Bearer::Anon),
        _ => None,
    }
}

fn from_header(app: &App, headers: &HeaderMap) -> Result<Option<Identified>, Error> {
    let Some(token) = token_of(headers)? else {
        return Ok(None);
    };
    let bearer = app.tokens().verify(token, app.clock().now())?;
    let carrier = Carrier::Header;
    Ok(Some(Identified { bearer, carrier }))
}

async fn from_cookies(
    app: &App,
    method: &Method,
    headers: &HeaderMap,
    address: IpAddr,
) -> Result<(Identified, Vec<HeaderValue>), Error> {
    // Before anything is refreshed: a foreign page must not even do that.
    if is_cross_site(app, method, headers) {
        return Err(Error::new(StatusCode::FORBIDDEN, "cross_site"));
    }
    let resumed = resume::from_cookies(app, headers, address).await?;
    let (bearer, carrier) = (resumed.bearer, Carrier::Cookie);
    Ok((Identified { bearer, carrier }, resumed.set))
}

/// The token of a header; `Authorization` beats `apikey`.
fn token_of(headers: &HeaderMap) -> Result<Option<&str>, Error> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        return value
            .to_str()
            .ok()
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| Some(token.trim()))
            .ok_or_else(Error::bad_token);
    }
    match headers.get(API_KEY) {
        Some(value) => match value.to_str() {
            Ok(token) => Ok(Some(token.trim())),
            Err(_) => Err(Error::bad_token()),
        },
        None => Ok(None),
    }
}
