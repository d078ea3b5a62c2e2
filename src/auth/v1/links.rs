//! Links of mails: `GET /verify`.

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use form_urlencoded::Serializer;
use url::Url;

use super::{AuthError, types::VerifyRequest};
use crate::{
    app::App,
    auth::{attempts::Attempt, session::Client},
};

/// Follows the link of a mail: the browser goes where the application wants
/// it, with the session or, here, the refusal behind the `#`.
pub async fn verify(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    query: Result<Query<VerifyRequest>, QueryRejection>,
) -> Result<Response, AuthError> {
    app.attempts().take(Attempt::Verify, client.address)?;
    let Query(asked) = query.map_err(|_| AuthError::new(400, "validation_failed"))?;
    super::api::check_verify(&asked)?;
    let mut target = destination(&app, asked.redirect_to.as_deref(), &headers);
    let refusal = AuthError::new(403, "otp_expired");
    let words = Serializer::new(String::new())
        .append_pair("error", "access_denied")
        .append_pair("error_code", refusal.code())
        .append_pair("error_description", refusal.message())
        .finish();
    if asked.token.is_some_and(|token| token.starts_with("pkce_")) {
        target.set_query(Some(&words));
    }
    target.set_fragment(Some(&format!("{words}&sb=")));
    let location = HeaderValue::from_str(target.as_str());
    let location = location.map_err(|_| AuthError::new(400, "validation_failed"))?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response())
}

/// Where an application may send a browser: to this server's own address, or
/// to loopback when that is where this server stands; else where the request
/// came from, if that may be, else to the public URL.
fn destination(app: &App, asked: Option<&str>, headers: &HeaderMap) -> Url {
    let home = &app.settings().public_url;
    let referer = headers.get(header::REFERER);
    let referer = referer.and_then(|value| value.to_str().ok());
    let allowed = [asked, referer].into_iter().flatten().find_map(|target| {
        let target = Url::parse(target).ok()?;
        is_allowed(home, &target).then_some(target)
    });
    allowed.unwrap_or_else(|| home.clone())
}

fn is_allowed(home: &Url, target: &Url) -> bool {
    let web = matches!(target.scheme(), "http" | "https");
    let plain = target.username().is_empty() && target.password().is_none();
    let local = is_loopback(home) && is_loopback(target);
    web && plain && (home.origin() == target.origin() || local)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_this_server_or_stays_on_the_machine() {
        let url = |text: &str| Url::parse(text).unwrap();
        let (public, local) = (url("https://desk.example"), url("http://127.0.0.1:8080"));
        assert!(is_allowed(&public, &url("https://desk.example/x?y")));
        assert!(is_allowed(
            &local,
            &url("http://localhost:3000/auth/callback")
        ));
        for bad in [
            "http://desk.example",
            "https://desk.example:444",
            "https://desk.example.evil.example",
            "https://desk.example@evil.example",
            "https://user@desk.example",
            "http://localhost:3000",
            "javascript:alert(1)",
        ] {
            assert!(!is_allowed(&public, &url(bad)), "{bad}");
        }
        assert!(!is_allowed(&local, &url("http://evil.example")));
    }
}
