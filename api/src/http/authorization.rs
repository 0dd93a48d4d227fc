use axum::{
    http::{HeaderMap, header},
    response::Response,
};

use super::{App, media::Media, observe::RequestId, problem};
use crate::auth::{Unauthenticated, Viewer, issuer, viewer_of};

/// Who asks: nobody without a token, and an answer of 401 when the token is no good.
pub(super) async fn viewer(
    app: &App,
    headers: &HeaderMap,
    media: Media,
    RequestId(id): RequestId,
) -> Result<Option<Viewer>, Box<Response>> {
    let refuse = |message: &str| Box::new(problem::unauthenticated(media, message));
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let Some(first) = given.next() else { return Ok(None) };
    let token = first.to_str().ok().and_then(bearer).filter(|_| given.next().is_none());
    let Some(token) = token else {
        return Err(refuse("send the access token as `Authorization: Bearer …`"));
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
        Err(why) => Err(refuse(&why.to_string())),
    }
}

fn bearer(credentials: &str) -> Option<&str> {
    let (scheme, token) = credentials.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
