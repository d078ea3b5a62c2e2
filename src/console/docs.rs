//! `/docs`: the document of the API, to read and to try.

use askama::Template;
use axum::{
    http::{HeaderName, HeaderValue, header},
    response::Html,
};

use super::page;
use crate::{
    catalogue::pages::{Words, words},
    error::Error,
};

/// Swagger UI runs as a script of ours, draws its icons from `data:` and asks
/// this server; it sets styles from its script, which no directive is about.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "console/docs.html")]
struct DocsPage {
    words: &'static Words,
}

/// Shows the document to everybody. What is tried on it goes out with the
/// session of the browser.
pub async fn show() -> Result<([(HeaderName, HeaderValue); 1], Html<String>), Error> {
    let html = page(&DocsPage { words: words() })?;
    let policy = HeaderValue::from_static(CSP);
    Ok(([(header::CONTENT_SECURITY_POLICY, policy)], html))
}
