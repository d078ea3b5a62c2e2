//! Files that browsers load: part of the program, named by their content, so
//! that a browser keeps them for ever.

use std::{io::Read as _, sync::LazyLock};

use axum::{
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use flate2::read::GzDecoder;
use sha2::{Digest as _, Sha256};

use crate::error::Error;

/// A file and the address that its content gives it.
pub struct Asset {
    name: &'static str,
    kind: &'static str,
    body: Body,
    url: LazyLock<String>,
}

/// How a file is kept.
enum Body {
    Plain(&'static str),
    /// As `gzip` packed it; handed out so to whoever takes it so.
    Packed(&'static [u8]),
}

/// The style sheet of every page.
pub static STYLE: Asset = Asset {
    name: "doorstep.css",
    kind: "text/css; charset=utf-8",
    body: Body::Plain(include_str!("../../assets/doorstep.css")),
    url: LazyLock::new(|| address(&STYLE)),
};

/// Every picture in the pages, to be used by its fragment.
pub static ICONS: Asset = Asset {
    name: "icons.svg",
    kind: "image/svg+xml",
    body: Body::Plain(include_str!("../../assets/icons.svg")),
    url: LazyLock::new(|| address(&ICONS)),
};

/// The picture beside the page's title.
pub static ICON: Asset = Asset {
    name: "icon.svg",
    kind: "image/svg+xml",
    body: Body::Plain(include_str!("../../assets/icon.svg")),
    url: LazyLock::new(|| address(&ICON)),
};

/// What shows `/docs`: Swagger UI.
pub static SWAGGER: Asset = Asset {
    name: "swagger-ui-bundle.js",
    kind: SCRIPT,
    body: Body::Packed(include_bytes!(
        "../../assets/swagger-ui/swagger-ui-bundle.js.gz"
    )),
    url: LazyLock::new(|| address(&SWAGGER)),
};

/// How Swagger UI looks.
pub static SWAGGER_STYLE: Asset = Asset {
    name: "swagger-ui.css",
    kind: "text/css; charset=utf-8",
    body: Body::Packed(include_bytes!("../../assets/swagger-ui/swagger-ui.css.gz")),
    url: LazyLock::new(|| address(&SWAGGER_STYLE)),
};

/// What starts Swagger UI on our document.
pub static DOCS: Asset = Asset {
    name: "docs.js",
    kind: SCRIPT,
    body: Body::Plain(include_str!("../../assets/docs.js")),
    url: LazyLock::new(|| address(&DOCS)),
};

const SCRIPT: &str = "text/javascript; charset=utf-8";

static ALL: [&Asset; 6] = [&STYLE, &ICONS, &ICON, &SWAGGER, &SWAGGER_STYLE, &DOCS];

impl Asset {
    /// Where it is served, such as `/a/doorstep.0f3a….css`.
    pub fn url(&self) -> &str {
        &self.url
    }

    fn kept(&self) -> &'static [u8] {
        match self.body {
            Body::Plain(text) => text.as_bytes(),
            Body::Packed(bytes) => bytes,
        }
    }
}

/// Whether the caller takes a body that `gzip` packed: named, and not with the
/// weight 0 (RFC 9110, 12.5.3).
fn takes_gzip(headers: &HeaderMap) -> bool {
    let codings = headers.get_all(header::ACCEPT_ENCODING);
    let codings = codings.iter().filter_map(|value| value.to_str().ok());
    codings.flat_map(|value| value.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let named = matches!(parts.next(), Some("gzip" | "*"));
        named && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn unpacked(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut plain = Vec::new();
    let read = GzDecoder::new(bytes).read_to_end(&mut plain);
    read.map(|_| plain).map_err(Error::internal)
}

/// `/a/name.HASH.ending`.
fn address(asset: &Asset) -> String {
    let hash = Sha256::digest(asset.kept());
    let hash: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    match asset.name.rsplit_once('.') {
        Some((stem, ending)) => format!("/a/{stem}.{hash}.{ending}"),
        None => format!("/a/{}.{hash}", asset.name),
    }
}

/// `GET /a/{file}`: a file under the address of its present content.
pub async fn serve(Path(file): Path<String>, asked: HeaderMap) -> Response {
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
    match asset.body {
        Body::Plain(text) => (headers, text).into_response(),
        Body::Packed(bytes) => {
            let varies = [(header::VARY, HeaderValue::from_static("accept-encoding"))];
            if !takes_gzip(&asked) {
                return (headers, varies, unpacked(bytes)).into_response();
            }
            let packed = [(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))];
            (headers, varies, packed, bytes).into_response()
        }
    }
}
