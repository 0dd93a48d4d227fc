//! The explorer: a page of our own around GraphiQL, inside the program. It loads nothing from
//! another host, and its content security policy sees to that.

use std::sync::LazyLock;

use aws_lc_rs::digest;
use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::problem::Problem;

/// The hash is of the style element by which GraphiQL stops the page behind a dialog from
/// scrolling: see the README beside the page.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self' 'sha256-nzTgYzXYDNe6BAHiiI7NNlfK8n/auuOAhh2t92YvuXo='; \
    img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

struct Asset {
    path: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
}

macro_rules! assets {
    ($($path:literal $content_type:expr),* $(,)?) => {
        &[$(Asset {
            path: $path,
            content_type: $content_type,
            bytes: include_bytes!(concat!("../../assets/explorer/", $path)),
        }),*]
    };
}

static ASSETS: &[Asset] = assets![
    "index.html" HTML,
    "explorer.css" STYLE,
    "explorer.js" SCRIPT,
    "icon.svg" "image/svg+xml",
    "queries.json" "application/json",
    "vendor/graphiql.min.css" STYLE,
    "vendor/graphiql.min.js" SCRIPT,
    "vendor/react.production.min.js" SCRIPT,
    "vendor/react-dom.production.min.js" SCRIPT,
    "vendor/graphiql.LICENSE.txt" TEXT,
    "vendor/react.LICENSE.txt" TEXT,
    "vendor/bundled.LICENSES.txt" TEXT,
];

/// By what a browser knows that it has the same bytes already.
static TAGS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let tag = |asset: &Asset| {
        let hash = digest::digest(&digest::SHA256, asset.bytes);
        format!("\"{}\"", URL_SAFE_NO_PAD.encode(hash.as_ref()))
    };
    ASSETS.iter().map(tag).collect()
});

/// The page.
pub(super) async fn page(headers: HeaderMap) -> Response {
    answer("index.html", &headers)
}

/// What the page loads.
pub(super) async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    answer(&path, &headers)
}

fn answer(path: &str, headers: &HeaderMap) -> Response {
    let found = ASSETS.iter().zip(&*TAGS).find(|(asset, _)| asset.path == path);
    let Some((asset, tag)) = found else { return Problem::NOT_FOUND.into_response() };
    let about = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::CACHE_CONTROL, "no-cache"),
        (header::ETAG, tag.as_str()),
    ];
    let known = headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    // A compressed answer's tag comes back as a weak one.
    if known.is_some_and(|tags| tags.split(',').any(|t| t.trim().trim_start_matches("W/") == tag)) {
        return (StatusCode::NOT_MODIFIED, about).into_response();
    }
    (about, asset.bytes).into_response()
}
