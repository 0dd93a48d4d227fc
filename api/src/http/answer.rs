//! What a client is answered: a result, or why the gate let nothing through.

use async_graphql::{PathSegment, Pos, ServerError, Value};
use axum::{
    Extension,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use gate::{Admitted, Exceeded, Prepared, Refusal};
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::{
    charge::{Charge, Told, Unpaid},
    media::Media,
    metrics,
    observe::{Refused, WithErrors},
    problem::Problem,
};

/// Under `application/graphql-response+json`, the status of a document that was not executed,
/// because it does not parse or validate or passes a limit. In one place, because the draft is
/// moving.
const NOT_EXECUTED: StatusCode = StatusCode::BAD_REQUEST;

/// A result. There is always data, if only null: what was not executed is no result.
#[derive(Serialize)]
struct Answer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ServerError>,
    data: Value,
    extensions: Extensions,
}

/// What is told beside the data.
#[derive(Serialize)]
struct Extensions {
    cost: Told,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Json>,
}

/// What the engine answered to a document that the gate admitted and that is paid for.
pub(super) fn executed(
    response: async_graphql::Response,
    (prepared, admitted): (&Prepared, &Admitted),
    charge: Charge<'_>,
    media: Media,
) -> Response {
    let warnings = warnings(prepared, admitted, charge.warning.as_ref());
    let cost = charge.settle(admitted, &response);
    let mut errors = response.errors;
    // A resolver's error has a path, also when it leaves nothing of the data.
    if response.data == Value::Null && errors.iter().all(|error| error.path.is_empty()) {
        let fault = errors.first().map(|error| error.message.as_str()).unwrap_or_default();
        tracing::error!(fault, "the engine refused what the gate had admitted");
        return Problem::FAULT.in_media(media);
    }
    for error in &mut errors {
        error.locations = places(error, prepared, admitted);
    }
    let extensions = Extensions { cost, warnings };
    written(&Answer { errors, data: response.data, extensions }, media)
}

/// Why a request is not executed now, or ever, though its document is in order: what it costs.
pub(super) fn unpaid(unpaid: &Unpaid, media: Media) -> Response {
    let code = unpaid.code();
    tracing::debug!(code, "refused for what it costs");
    let mut extensions = json!({ "code": code });
    if let Some(seconds) = unpaid.retry_after_seconds {
        extensions["retryAfterSeconds"] = seconds.into();
    }
    let error = json!({ "message": unpaid.message(), "extensions": extensions });
    let body = json!({ "errors": [error], "extensions": { "cost": unpaid.told } }).to_string();
    let status = match (media, unpaid.retry_after_seconds) {
        (Media::Json, _) => StatusCode::OK,
        (Media::GraphqlResponse, Some(_)) => StatusCode::TOO_MANY_REQUESTS,
        (Media::GraphqlResponse, None) => NOT_EXECUTED,
    };
    let form = [(header::CONTENT_TYPE, media.content_type())];
    let mut response = (status, Extension(Refused(code)), form, body).into_response();
    if let Some(seconds) = unpaid.retry_after_seconds {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Why the gate let a request go no further.
pub(super) fn refused(refusal: &Refusal, media: Media) -> Response {
    let code = refusal.code.as_str();
    tracing::debug!(code, "refused at the gate");
    let error = |problem: &gate::Problem| {
        let place = |at: &gate::Location| json!({ "line": at.line, "column": at.column });
        let mut error = json!({ "message": problem.message, "extensions": { "code": code } });
        if !problem.locations.is_empty() {
            error["locations"] = problem.locations.iter().map(place).collect();
        }
        error
    };
    let errors: Vec<Json> = refusal.problems.iter().map(error).collect();
    let status = if media == Media::Json { StatusCode::OK } else { NOT_EXECUTED };
    let body = json!({ "errors": errors }).to_string();
    let form = [(header::CONTENT_TYPE, media.content_type())];
    (status, Extension(Refused(code)), form, body).into_response()
}

/// Where in the client's document the field is that failed: the engine knows its own text only.
fn places(error: &ServerError, prepared: &Prepared, admitted: &Admitted) -> Vec<Pos> {
    let key = |segment: &PathSegment| match segment {
        PathSegment::Field(key) => Some(key.clone()),
        PathSegment::Index(_) => None,
    };
    let keys: Vec<String> = error.path.iter().filter_map(key).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let place = prepared.location(&admitted.execution, &keys);
    place.map(|at| Pos { line: at.line, column: at.column }).into_iter().collect()
}

/// The limits that the request passed where limits only warn, told to its sender and to the log.
fn warnings(prepared: &Prepared, admitted: &Admitted, unpaid: Option<&Unpaid>) -> Vec<Json> {
    let told = |passed: &Exceeded| {
        let (code, allowed, found) = (passed.limit.code(), passed.allowed, passed.found);
        tracing::warn!(code, allowed, found, "a request passed a limit");
        metrics::warned(code);
        json!({ "code": code, "message": passed.to_string() })
    };
    let unpaid = unpaid.map(|unpaid| {
        let (code, allowed, found) = (unpaid.code(), unpaid.told.available, unpaid.told.requested);
        tracing::warn!(code, allowed, found, "a request passed a limit");
        metrics::warned(code);
        json!({ "code": code, "message": unpaid.message() })
    });
    let passed = prepared.warnings().iter().chain(&admitted.warnings);
    passed.map(told).chain(unpaid).collect()
}

fn written(answer: &Answer, media: Media) -> Response {
    match serde_json::to_vec(answer) {
        Ok(body) => {
            let form = [(header::CONTENT_TYPE, media.content_type())];
            let mut response = (form, body).into_response();
            if !answer.errors.is_empty() {
                response.extensions_mut().insert(WithErrors);
            }
            response
        }
        Err(fault) => {
            tracing::error!(%fault, "an answer could not be written");
            Problem::FAULT.in_media(media)
        }
    }
}
