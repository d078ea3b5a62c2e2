//! Files that browsers load; part of the program.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use sha2::{Digest as _, Sha256};

/// `GET /assets/doorstep.css`.
pub async fn style_sheet(headers: HeaderMap) -> Response {
    const TEXT: &str = include_str!("../assets/doorstep.css");
    serve(TEXT, "text/css; charset=utf-8", &headers)
}

/// The file with an entity tag of its content, or 304 when the browser has it.
fn serve(text: &'static str, kind: &'static str, request: &HeaderMap) -> Response {
    use std::fmt::Write as _;
    let mut tag = String::from("\"");
    for byte in Sha256::digest(text).iter().take(12) {
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    let known = request.get(header::IF_NONE_MATCH);
    let known = known
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut response = if known.split(',').any(|one| one.trim() == tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, kind)], text).into_response()
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    let values = [
        (header::CACHE_CONTROL, "public, max-age=300"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in values {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
