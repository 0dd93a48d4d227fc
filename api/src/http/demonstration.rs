//! "View as", in a demonstration only: elsewhere these routes do not exist.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use super::{App, media::is_json, problem::Problem};
use crate::{
    auth::{role_name, role_named, token::LIFETIME},
    service::demonstration,
};

#[derive(Deserialize)]
struct Chosen {
    code: String,
    role: String,
}

/// As whom the demonstration can be viewed.
pub(super) async fn identities(State(app): State<Arc<App>>) -> Response {
    let found = match demonstration::identities(&app.database).await {
        Ok(found) => found,
        Err(fault) => return fail(fault),
    };
    let identities: Vec<_> = found
        .iter()
        .map(|(identity, organisation)| {
            json!({
                "code": identity.code,
                "name": organisation.name,
                "role": role_name(identity.role),
                "description": identity.description,
            })
        })
        .collect();
    Json(json!({ "identities": identities })).into_response()
}

/// A token to view as one of them.
pub(super) async fn token(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    // A page of another origin cannot send JSON without asking first.
    if !is_json(&headers) {
        return Problem::NOT_JSON.into_response();
    }
    let Ok(chosen) = serde_json::from_slice::<Chosen>(&body) else {
        return Problem::NO_IDENTITY.into_response();
    };
    let Some(role) = role_named(&chosen.role) else { return Problem::NOT_FOUND.into_response() };
    match demonstration::token(&app.database, &app.keys, &chosen.code, role).await {
        Ok(Some(token)) => {
            let answer =
                json!({ "accessToken": token.text, "expiresInSeconds": LIFETIME.as_secs() });
            Json(answer).into_response()
        }
        Ok(None) => Problem::NOT_FOUND.into_response(),
        Err(fault) => fail(fault),
    }
}

fn fail(fault: impl std::fmt::Display) -> Response {
    tracing::error!(%fault, "the demonstration failed");
    Problem::FAULT.into_response()
}
