//! Files that browsers load: part of the program, named by their content, so
//! that a browser keeps them for ever.

use std::sync::LazyLock;

use axum::{
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use sha2::{Digest as _, Sha256};

use crate::error::Error;

/// A file and the address that its content gives it.
pub struct Asset {
    name: &'static str,
    kind: &'static str,
    text: &'static str,
    url: LazyLock<String>,
}

/// The style sheet of every page.
pub static STYLE: Asset = Asset {
    name: "doorstep.css",
    kind: "text/css; charset=utf-8",
    text: include_str!("../../assets/doorstep.css"),
    url: LazyLock::new(|| address(&STYLE)),
};

/// Every picture in the pages, to be used by its fragment.
pub static ICONS: Asset = Asset {
    name: "icons.svg",
    kind: "image/svg+xml",
    text: include_str!("../../assets/icons.svg"),
    url: LazyLock::new(|| address(&ICONS)),
};

/// The picture beside the page's title.
pub static ICON: Asset = Asset {
    name: "icon.svg",
    kind: "image/svg+xml",
    text: include_str!("../../assets/icon.svg"),
    url: LazyLock::new(|| address(&ICON)),
};

static ALL: [&Asset; 3] = [&STYLE, &ICONS, &ICON];

impl Asset {
    /// Where it is served, such as `/a/doorstep.0f3a….css`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What it holds.
    pub fn text(&self) -> &'static str {
        self.text
    }
}

/// `/a/name.HASH.ending`.
fn address(asset: &Asset) -> String {
    let hash = Sha256::digest(asset.text);
    let hash: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    match asset.name.rsplit_once('.') {
        Some((stem, ending)) => format!("/a/{stem}.{hash}.{ending}"),
        None => format!("/a/{}.{hash}", asset.name),
    }
}

/// `GET /a/{file}`: a file under the address of its present content.
pub async fn serve(Path(file): Path<String>) -> Response {
    let found = ALL
        .into_iter()
        .find(|asset| asset.url().strip_prefix("/a/") == Some(&file));
    let Some(asset) = found else {
        return Error::new(StatusCode::NOT_FOUND, "unknown_route").into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, asset.kind),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // A picture opened by itself is a document: it runs and loads nothing.
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)));
    (headers, asset.text).into_response()
}
