//! Forms that only our own pages can send.
//!
//! A form carries a token that is bound to who opened it: to the session, or
//! before anybody signed in to a cookie of the form's own. Where a request
//! comes from is judged as well, by what the browser says of it.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, Method, request::Parts},
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, crypto};

use super::{
    Identified,
    cookies::{Jar, Names},
    keys::random_text,
    token::Bearer,
};
use crate::{app::App, error::Error};

/// Signs nothing else.
const PURPOSE: &str = "form";

/// What the forms of one browser are bound to.
#[derive(Clone, Debug)]
pub struct FormKey {
    holder: String,
    new: Option<HeaderValue>,
}

impl FromRequestParts<App> for FormKey {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let session = parts
            .extensions
            .get::<Identified>()
            .and_then(|identified| match &identified.bearer {
                Bearer::Person { identity, .. } => identity.session_id(),
                Bearer::Anon | Bearer::Service => None,
            });
        if let Some(session) = session {
            let holder = format!("session {session}");
            return Ok(Self { holder, new: None });
        }
        let names = Names::of_app(app);
        let jar = Jar::read(&parts.headers);
        Ok(
            match jar.get(names.form).filter(|value| value.len() >= 20) {
                Some(value) => Self {
                    holder: format!("browser {value}"),
                    new: None,
                },
                None => {
                    let value = random_text(24).unwrap_or_default();
                    Self {
                        holder: format!("browser {value}"),
                        new: Some(names.form_cookie(value)),
                    }
                }
            },
        )
    }
}

impl FormKey {
    /// The token that a form of this browser carries in a hidden field.
    ///
    /// # Errors
    /// 500 when it cannot be signed.
    pub fn token(&self, app: &App) -> Result<String, Error> {
        let key = EncodingKey::from_secret(&app.keys().derived(PURPOSE));
        let signed = crypto::sign(self.holder.as_bytes(), &key, Algorithm::HS256);
        signed.map_err(Error::internal)
    }

    /// The cookie to set along with a form, when the browser has none yet.
    pub fn cookie(&self) -> Option<HeaderValue> {
        self.new.clone()
    }

    /// Judges a form that came back.
    ///
    /// # Errors
    /// 403 `form_expired` when the token is another's, `cross_site` when the
    /// browser says that another site's page sent it.
    pub fn check(&self, app: &App, headers: &HeaderMap, token: &str) -> Result<(), Error> {
        let refused = |code| Error::new(axum::http::StatusCode::FORBIDDEN, code);
        if is_cross_site(app, &Method::POST, headers) {
            return Err(refused("cross_site"));
        }
        let key = DecodingKey::from_secret(&app.keys().derived(PURPOSE));
        let right = crypto::verify(token, self.holder.as_bytes(), &key, Algorithm::HS256);
        // A cookie that was only just made signed no form.
        if self.new.is_some() || !right.unwrap_or(false) {
            return Err(refused("form_expired"));
        }
        Ok(())
    }
}

/// Whether a write comes from a page of somebody else's.
///
/// Browsers say so in `Sec-Fetch-Site`; older ones name the page's `Origin`.
pub fn is_cross_site(app: &App, method: &Method, headers: &HeaderMap) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return false;
    }
    let text = |name: &str| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or("null"))
    };
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => !matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => !app.is_own_origin(origin, text("host")),
        (None, None) => false,
    }
}
