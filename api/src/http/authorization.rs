use axum::{
    http::{HeaderMap, header},
    response::Response,
};

use super::{App, media::Media, observe::RequestId, problem};
use crate::auth::{
    Unauthenticated, Viewer, issuer,
    token::{self, Refused},
    viewer_of,
};

/// Why it is not known who asks: beside the answer that says so, for those who do not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    /// What was sent is no bearer token.
    NoBearer,
    /// It is no token of this program or of an issuer that it trusts.
    Invalid,
    /// It has expired.
    Expired,
    /// What it was given for has ended.
    Ended,
    /// It stands for no member here.
    Unlinked,
}

/// Who asks: nobody without a token, and an answer of 401 when the token is no good.
pub(super) async fn viewer(
    app: &App,
    headers: &HeaderMap,
    media: Media,
    RequestId(id): RequestId,
) -> Result<Option<Viewer>, Box<Response>> {
    let refuse = |why: Unknown, message: &str| {
        let mut response = problem::unauthenticated(media, message);
        response.extensions_mut().insert(why);
        Box::new(response)
    };
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let Some(first) = given.next() else { return Ok(None) };
    let token = first.to_str().ok().and_then(bearer).filter(|_| given.next().is_none());
    let Some(token) = token else {
        return Err(refuse(
            Unknown::NoBearer,
            "send the access token as `Authorization: Bearer …`",
        ));
    };
    let found = match app.issuers.of(token) {
        Some(issuer) => issuer::viewer_of(&app.database, issuer, token, id).await,
        None => viewer_of(&app.database, &app.keys, token, id).await,
    };
    match found {
        Ok(viewer) => Ok(Some(viewer)),
        Err(Unauthenticated::Fault(fault)) => {
            tracing::error!(%fault, "a token could not be verified");
            Err(Box::new(problem::Problem::FAULT.in_media(media)))
        }
        Err(Unauthenticated::IssuerSilent) => {
            Err(Box::new(problem::Problem::ISSUER_SILENT.in_media(media)))
        }
        Err(Unauthenticated::Token(why)) => {
            let is_expired = why == Refused::Expired;
            let unknown = if is_expired { Unknown::Expired } else { Unknown::Invalid };
            Err(refuse(unknown, &why.to_string()))
        }
        Err(why @ Unauthenticated::Ended) => Err(refuse(Unknown::Ended, &why.to_string())),
        Err(why @ Unauthenticated::Unlinked) => Err(refuse(Unknown::Unlinked, &why.to_string())),
    }
}

/// When the access token of `headers` ends, in microseconds; none without one. It is for whoever knows
/// already that the token is good.
pub(super) fn ends_at(headers: &HeaderMap) -> Option<i64> {
    let token = bearer(headers.get(header::AUTHORIZATION)?.to_str().ok()?)?;
    token::ends_at(token)
}

fn bearer(credentials: &str) -> Option<&str> {
    let (scheme, token) = credentials.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
