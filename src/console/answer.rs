//! The layer around everything that a browser shows: failures become pages,
//! and every page carries the headers that keep it harmless.

use askama::Template;
use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::{
    catalogue::pages::{Words, words},
    error::Failure,
};

/// Where programs are answered, in JSON: these addresses and all below them.
const PROGRAMS: &[&str] = &[
    "/api",
    "/auth/v1",
    "/a",
    "/openapi.json",
    "/healthz",
    "/readyz",
    "/metrics",
];

/// A page holds what this server wrote and nothing else: no script, no inline
/// style, nothing from another host, no frame around it, and forms that come
/// back to us. A page that needs more sends its own.
const CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

const HEADERS: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    // `no-referrer` would make browsers send `Origin: null` with our forms.
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=()",
    ),
];

/// Pages hold personal data: no cache keeps them, shared or after sign-out.
const CACHE: &str = "no-store";

#[derive(Template)]
#[template(path = "console/failure.html")]
struct FailurePage<'a> {
    words: &'static Words,
    heading: &'static str,
    sentence: &'a str,
}

/// Words failures as pages and sets the headers, for all but programs.
pub async fn answer(request: Request, next: Next) -> Response {
    let for_browser = !is_for_programs(request.uri().path());
    let response = next.run(request).await;
    if !for_browser {
        return response;
    }
    let failure = response.extensions().get::<Failure>().cloned();
    let mut response = match failure {
        Some(failure) => worded(&failure, response),
        None => response,
    };
    for (name, value) in HEADERS {
        let name = HeaderName::from_static(name);
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    let cache = HeaderValue::from_static(CACHE);
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(cache);
    let policy = HeaderValue::from_static(CSP);
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(policy);
    response
}

fn is_for_programs(path: &str) -> bool {
    PROGRAMS.iter().any(|program| {
        path.strip_prefix(program)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// The failure as a page, with the answer's own status and headers.
fn worded(failure: &Failure, response: Response) -> Response {
    let words = words();
    let page = FailurePage {
        words,
        heading: words.heading(failure.status),
        sentence: &failure.sentence,
    };
    let Ok(html) = page.render() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    let html_type = HeaderValue::from_static("text/html; charset=utf-8");
    parts.headers.insert(header::CONTENT_TYPE, html_type);
    Response::from_parts(parts, html.into())
}

#[cfg(test)]
mod tests {
    use super::is_for_programs;

    #[test]
    fn programs_and_browsers_are_told_apart() {
        for path in ["/api", "/api/nothing", "/auth/v1/user", "/healthz", "/a/x"] {
            assert!(is_for_programs(path), "{path}");
        }
        for path in ["/", "/apix", "/auth/signin", "/analytics", "/users"] {
            assert!(!is_for_programs(path), "{path}");
        }
    }
}
