use std::time::Duration;

use axum::{
    Extension,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{media::Media, observe::Refused};

/// An answer that is no result: what went wrong before anything was executed.
#[derive(Clone, Copy)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    message: &'static str,
}

impl Problem {
    pub const NOT_FOUND: Self =
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", "there is nothing here: the API is /graphql");
    pub const NO_SUCH_EXPORT: Self = Self::new(
        StatusCode::NOT_FOUND,
        "NOT_FOUND",
        "there is no such spreadsheet, or you may not see it",
    );
    pub const NO_EXPORT: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "BAD_REQUEST",
        "say financialYear as 2025/26, asOf as a day and knownAt as an instant of RFC 3339",
    );
    pub const NO_SUCH_FILE: Self = Self::new(
        StatusCode::NOT_FOUND,
        "NOT_FOUND",
        "there is no such export, or it is not yours",
    );
    pub const FILE_NOT_READY: Self = Self::new(
        StatusCode::CONFLICT,
        "EXPORT_NOT_READY",
        "this export is still being written: ask for its status, and come again when it is READY",
    );
    pub const FILE_STALE: Self = Self::new(
        StatusCode::GONE,
        "EXPORT_STALE",
        "what you see has changed since this export was begun, and its file was deleted: export it \
         again",
    );
    pub const BEYOND_THE_END: Self = Self::new(
        StatusCode::RANGE_NOT_SATISFIABLE,
        "RANGE_NOT_SATISFIABLE",
        "the range begins beyond the end of the file: Content-Range says how long that is",
    );
    pub const NOT_JSON: Self = Self::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "UNSUPPORTED_MEDIA_TYPE",
        "send the request as application/json, in UTF-8",
    );
    pub const NOT_ACCEPTABLE: Self = Self::new(
        StatusCode::NOT_ACCEPTABLE,
        "NOT_ACCEPTABLE",
        "accept application/graphql-response+json, application/json or text/event-stream",
    );
    pub const TOO_LARGE: Self =
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE", "a body has at most 256 KiB");
    pub const NO_REQUEST: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "BAD_REQUEST",
        "the request is one JSON object: query or documentId, a string; operationName, a string; \
         variables and extensions, objects",
    );
    pub const NO_IDENTITY: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "BAD_REQUEST",
        "the request is a JSON object with code and role, as /demonstration/identities has them",
    );
    pub const NO_FILE: Self = Self::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "UNSUPPORTED_MEDIA_TYPE",
        "send the file itself as the body, as text/csv or application/octet-stream",
    );
    pub const ONLY_QUERIES: Self = Self::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "METHOD_NOT_ALLOWED",
        "only queries are asked by GET: send a mutation by POST",
    );
    pub const ONLY_STREAMED: Self = Self::new(
        StatusCode::NOT_ACCEPTABLE,
        "NOT_ACCEPTABLE",
        "a subscription is answered event by event: accept text/event-stream, or open a socket that \
         speaks graphql-transport-ws",
    );
    pub const NO_SOCKET: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "BAD_REQUEST",
        "a socket is opened by GET with the headers of a WebSocket of version 13",
    );
    pub const FOREIGN_ORIGIN: Self = Self::new(
        StatusCode::FORBIDDEN,
        "NOT_ALLOWED",
        "pages of this origin may open no socket here: ask the operator to allow it",
    );
    pub const ONLY_READ: Self = Self::new(
        StatusCode::FORBIDDEN,
        "NOT_ALLOWED",
        "this is a preview of another organisation's view, in which nothing is changed: act as \
         yourself",
    );
    pub const ISSUER_SILENT: Self = Self::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "ISSUER_UNAVAILABLE",
        "the issuer of this access token does not answer: try again in half a minute",
    );
    pub const FAULT: Self = Self::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "INTERNAL",
        "something failed here, and was recorded under the request's id",
    );

    const fn new(status: StatusCode, code: &'static str, message: &'static str) -> Self {
        Self { status, code, message }
    }

    /// The same, in the media type that the client accepts.
    pub fn in_media(self, media: Media) -> Response {
        problem(self.status, media, self.code, self.message)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.in_media(Media::Json)
    }
}

/// Nobody knows who asks.
pub fn unauthenticated(media: Media, message: &str) -> Response {
    let mut response = problem(StatusCode::UNAUTHORIZED, media, "UNAUTHENTICATED", message);
    let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    response
}

/// Whoever asks may not do this.
pub fn not_allowed(message: &str) -> Response {
    problem(StatusCode::FORBIDDEN, Media::Json, "NOT_ALLOWED", message)
}

/// There is no file of an export any more.
pub fn gone(message: &str) -> Response {
    problem(StatusCode::GONE, Media::Json, "EXPORT_GONE", message)
}

/// It took longer than a request may take.
pub fn too_slow(media: Media, deadline: Duration) -> Response {
    let message = format!(
        "this took longer than {} seconds and was broken off: ask for less; whether a mutation was \
         carried out is known by repeating it with the same idempotencyKey",
        deadline.as_secs()
    );
    problem(StatusCode::SERVICE_UNAVAILABLE, media, "DEADLINE_EXCEEDED", &message)
}

/// As many requests are under way as are taken on at a time.
pub fn overloaded(media: Media) -> Response {
    let message = "too many requests are under way, and nothing of this one was begun: try again \
                   after the seconds that Retry-After says";
    let mut response = problem(StatusCode::SERVICE_UNAVAILABLE, media, "OVERLOADED", message);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

/// As many sockets or event streams are open as are kept: in all, or of one network.
pub fn no_seat(media: Media, is_of_network: bool) -> Response {
    let (status, message) = match is_of_network {
        true => (
            StatusCode::TOO_MANY_REQUESTS,
            "your network has as many sockets and event streams open as it may: close some, or use \
             one socket for many subscriptions",
        ),
        false => (
            StatusCode::SERVICE_UNAVAILABLE,
            "as many sockets and event streams are open as this server keeps: try again after the \
             seconds that Retry-After says",
        ),
    };
    let mut response = problem(status, media, "TOO_MANY_SOCKETS", message);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
    response
}

/// A file is larger than is kept.
pub fn too_large(limit_bytes: usize) -> Response {
    let message = format!("a file has at most {} MiB", limit_bytes / (1024 * 1024));
    problem(StatusCode::PAYLOAD_TOO_LARGE, Media::Json, "TOO_LARGE", &message)
}

fn problem(status: StatusCode, media: Media, code: &'static str, message: &str) -> Response {
    let body = json!({ "errors": [{ "message": message, "extensions": { "code": code } }] });
    let form = [(header::CONTENT_TYPE, media.content_type())];
    (status, Extension(Refused(code)), form, body.to_string()).into_response()
}
