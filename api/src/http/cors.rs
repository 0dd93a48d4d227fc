//! Pages of other origins: none may read an answer but those of the origins that the operator names.

use std::{fmt, str::FromStr, time::Duration};

use axum::http::{HeaderName, HeaderValue, Method, Uri, header, uri::Scheme};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::names::REQUEST_ID;

/// How long a browser need not ask again before a request.
const ASKED_FOR: Duration = Duration::from_secs(60 * 60);
/// What a page may send beside what every page may.
const SENT: [HeaderName; 3] = [header::ACCEPT, header::AUTHORIZATION, header::CONTENT_TYPE];
/// What a page may read of an answer beside what every page may.
const READ: [HeaderName; 4] =
    [REQUEST_ID, header::RETRY_AFTER, header::CONTENT_DISPOSITION, header::WWW_AUTHENTICATE];

/// Where a page comes from, exactly as browsers write it: `https://portal.example.nhs.uk`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(HeaderValue);

/// What is no origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnOrigin;

impl Origin {
    /// True when a browser said this one.
    pub(super) fn is(&self, said: &HeaderValue) -> bool {
        self.0 == said
    }
}

impl FromStr for Origin {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        let uri: Uri = text.parse().map_err(|_| NotAnOrigin)?;
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            return Err(NotAnOrigin);
        };
        let usual_port = match scheme {
            scheme if *scheme == Scheme::HTTPS => 443,
            scheme if *scheme == Scheme::HTTP => 80,
            _ => return Err(NotAnOrigin),
        };
        let is_name = |sign: u8| {
            sign.is_ascii_lowercase() || sign.is_ascii_digit() || b"-._[]:".contains(&sign)
        };
        let written = authority.as_str();
        let is_host =
            !authority.host().is_empty() && written.bytes().all(is_name) && !written.ends_with(':');
        // What a browser would write otherwise would never be met.
        let as_written = format!("{scheme}://{authority}") == text;
        if !is_host || !as_written || authority.port_u16() == Some(usual_port) {
            return Err(NotAnOrigin);
        }
        HeaderValue::from_str(text).map(Self).map_err(|_| NotAnOrigin)
    }
}

impl fmt::Display for NotAnOrigin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "write an origin as browsers do, https://HOST or https://HOST:PORT: in lower case, \
             without the usual port, a path or a star"
        )
    }
}

impl std::error::Error for NotAnOrigin {}

/// Answers what browsers ask before a request, and lets pages of `origins` read answers. Never with
/// credentials: there are no cookies, and a token is sent by the page itself.
pub(super) fn layer(origins: &[Origin]) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins.iter().map(|origin| origin.0.clone())))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(SENT)
        .expose_headers(READ)
        .max_age(ASKED_FOR)
        .vary([header::ORIGIN])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_a_browser_sends_and_nothing_else() {
        for origin in [
            "https://portal.example",
            "https://portal.example:8443",
            "http://localhost:3000",
            "http://127.0.0.1:3000",
            "http://[::1]:3000",
        ] {
            assert!(origin.parse::<Origin>().is_ok(), "{origin}");
        }
        for other in [
            "*",
            "null",
            "",
            "portal.example",
            "//portal.example",
            "https://*.example",
            "https://portal.example/",
            "https://portal.example/path",
            "https://portal.example?",
            "https://Portal.example",
            "HTTPS://portal.example",
            "https://portal.example:443",
            "http://portal.example:80",
            "https://portal.example:",
            "https://user@portal.example",
            "https://portal.example ",
            "https://portal.example,https://other.example",
            "file:///portal",
            "chrome-extension://portal",
        ] {
            assert_eq!(other.parse::<Origin>(), Err(NotAnOrigin), "{other}");
        }
    }
}
