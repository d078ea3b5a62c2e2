//! Sessions that a browser carries in cookies.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::Timestamp;

use super::{
    cookies::{
        self, Jar, Names, own,
        supabase::{self, Stored},
    },
    refresh,
    token::Bearer,
};
use crate::{app::App, error::Error};

/// An access token that ends sooner is refreshed in passing; the clients use
/// the same margin.
const MARGIN: i64 = 90;

/// Who the cookies are, and what the browser shall keep from now on.
#[derive(Debug)]
pub struct Resumed {
    /// The person, or nobody when no cookie's session lives.
    pub bearer: Bearer,
    /// Cookies that are new or to be forgotten.
    pub set: Vec<HeaderValue>,
}

/// Whether the browser sent a cookie that may carry a session.
pub fn carries(app: &App, headers: &HeaderMap) -> bool {
    if !headers.contains_key(header::COOKIE) {
        return false;
    }
    let (names, jar) = (Names::of_app(app), Jar::read(headers));
    jar.get(names.own).is_some() || supabase::is_there(&names.supabase, &jar)
}

/// Finds the session of the cookies: this server's own cookie first, since no
/// script could have put it there.
///
/// # Errors
/// 503 when the database is away. A session that cannot be asked for is not
/// over.
pub async fn from_cookies(
    app: &App,
    headers: &HeaderMap,
    address: IpAddr,
) -> Result<Resumed, Error> {
    let (names, jar) = (Names::of_app(app), Jar::read(headers));
    let mut set = Vec::new();
    if let Some(value) = jar.get(names.own) {
        if let Some(carried) = own::read(app, &names, value)
            && is_alive(app, &carried.bearer).await?
        {
            set.extend(carried.renewed);
            let bearer = carried.bearer;
            return Ok(Resumed { bearer, set });
        }
        set.push(own::forget(&names));
    }
    if supabase::is_there(&names.supabase, &jar) {
        let found = match supabase::read(&names.supabase, &jar) {
            Some(stored) => from_stored(app, &names, &jar, &stored, address).await?,
            None => None,
        };
        if let Some(resumed) = found {
            set.extend(resumed.set);
            let bearer = resumed.bearer;
            return Ok(Resumed { bearer, set });
        }
        set.extend(supabase::forget(&names.supabase, &jar));
    }
    let bearer = Bearer::Anon;
    Ok(Resumed { bearer, set })
}

/// The session that `@supabase/ssr` stored; `None` when it is over.
async fn from_stored(
    app: &App,
    names: &Names,
    jar: &Jar,
    stored: &Stored,
    address: IpAddr,
) -> Result<Option<Resumed>, Error> {
    let now = app.clock().now();
    let known = person(app, &stored.access_token, now);
    if let Some((bearer, expires)) = &known
        && expires - now.as_second() >= MARGIN
    {
        let alive = is_alive(app, bearer).await?;
        return Ok(alive.then(|| Resumed {
            bearer: bearer.clone(),
            set: Vec::new(),
        }));
    }
    // A made-up cookie costs its sender, not the database.
    app.limits()
        .take(&Bearer::Anon, address)
        .map_err(Error::too_many)?;
    match refresh::rotate(app, &stored.refresh_token).await {
        Ok(grant) => {
            let session = &grant.session;
            let Some((bearer, _)) = person(app, &session.access_token, now) else {
                return Err(Error::internal("a token that was just signed is not valid"));
            };
            let with_user = stored.user.is_some();
            let set = supabase::write(&names.supabase, session, with_user, jar);
            Ok(Some(Resumed { bearer, set }))
        }
        Err(refusal) if refusal.status().is_server_error() => match known {
            // The old token still has some seconds.
            Some((bearer, _)) => Ok(Some(Resumed {
                bearer,
                set: Vec::new(),
            })),
            None => Err(Error::unavailable()),
        },
        Err(_) => Ok(None),
    }
}

/// The person of an access token that is not over.
fn person(app: &App, token: &str, now: Timestamp) -> Option<(Bearer, i64)> {
    match app.tokens().verify(token, now).ok()? {
        bearer @ Bearer::Person { expires, .. } => Some((bearer, expires)),
        Bearer::Anon | Bearer::Service => None,
    }
}

async fn is_alive(app: &App, bearer: &Bearer) -> Result<bool, Error> {
    let Bearer::Person { identity, .. } = bearer else {
        return Ok(false);
    };
    let Some(session) = identity.session_id() else {
        return Ok(false);
    };
    match app.people().read_again(app.db(), identity, session).await {
        Ok(_) => Ok(true),
        Err(error) if error.status() == StatusCode::UNAUTHORIZED => Ok(false),
        // Whoever signed in anonymously has the rights of nobody.
        Err(error) if error.is_forbidden() => Ok(false),
        Err(error) => Err(error),
    }
}

/// The refresh tokens and sessions that the cookies name, dead or alive, for
/// signing out of all of them.
pub fn carried(app: &App, headers: &HeaderMap) -> (Vec<Bearer>, Option<String>) {
    let (names, jar) = (Names::of_app(app), Jar::read(headers));
    let own = jar
        .get(names.own)
        .and_then(|value| own::read(app, &names, value));
    let stored = supabase::read(&names.supabase, &jar);
    let bearers = own.into_iter().map(|own| own.bearer).collect();
    (bearers, stored.map(|stored| stored.refresh_token))
}

/// Makes the browser forget every session.
pub fn forget(app: &App, headers: &HeaderMap) -> Vec<HeaderValue> {
    cookies::forget_all(&Names::of_app(app), &Jar::read(headers))
}
