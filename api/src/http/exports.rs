//! Spreadsheets to download: `/exports/returns/ID.xlsx`, `/exports/positions/ID.csv?…` and
//! `/exports/memorandum-accounts/ID.xlsx?…`, in the view of whoever the bearer token stands for.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tokio::time::timeout;

use super::{App, authorization, media::Media, observe::RequestId, problem, problem::Problem};
use crate::{
    database::took_too_long,
    export::{self, Asked, Cut, Form, Refused, What},
    graphql::node::Kind,
};

/// What a client says beside the name of the file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wanted {
    financial_year: Option<String>,
    as_of: Option<String>,
    known_at: Option<String>,
    sheet: Option<String>,
}

/// A spreadsheet, in the viewer's own view. What is not there and what may not be seen answer alike.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    Path((kind, file)): Path<(String, String)>,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let viewer = match authorization::viewer(&app, &headers, Media::Json, id).await {
        Ok(Some(viewer)) => viewer,
        Ok(None) => {
            let sentence = "sign in, and send the access token as a bearer token";
            return problem::unauthenticated(Media::Json, sentence);
        }
        Err(refused) => return *refused,
    };
    let Ok(Query(wanted)) = wanted else { return Problem::NO_EXPORT.into_response() };
    let asked = match read(&kind, &file, wanted) {
        Ok(asked) => asked,
        Err(problem) => return problem.into_response(),
    };
    let Ok(_turn) = app.turns.try_acquire() else { return problem::overloaded(Media::Json) };
    let downloading = export::download(&app.database, &viewer, &asked);
    let Ok(downloaded) = timeout(app.deadline, downloading).await else {
        return problem::too_slow(Media::Json, app.deadline);
    };
    match downloaded {
        Ok(written) => {
            let name = format!("attachment; filename=\"{file}\"");
            let headers = [
                (header::CONTENT_TYPE, written.media_type.to_owned()),
                (header::CONTENT_DISPOSITION, name),
                (header::CACHE_CONTROL, "no-store".to_owned()),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
            ];
            (StatusCode::OK, headers, written.bytes).into_response()
        }
        Err(Refused::NotFound) => Problem::NO_SUCH_EXPORT.into_response(),
        Err(Refused::Fault(fault)) if took_too_long(&fault.to_string()) => {
            tracing::warn!(%fault, "a spreadsheet took longer than its deadline");
            problem::too_slow(Media::Json, app.deadline)
        }
        Err(Refused::Fault(fault)) => {
            tracing::error!(%fault, "a spreadsheet could not be written");
            Problem::FAULT.into_response()
        }
    }
}

fn read(kind: &str, file: &str, wanted: Wanted) -> Result<Asked, Problem> {
    let (name, form) = match file.rsplit_once('.') {
        Some((name, "xlsx")) => (name, Form::Xlsx),
        Some((name, "csv")) => (name, Form::Csv(wanted.sheet)),
        _ => return Err(Problem::NO_SUCH_EXPORT),
    };
    let id = |kind: Kind| kind.read(&name.into(), "id").map_err(|_| Problem::NO_SUCH_EXPORT);
    let cut = || {
        let year = wanted.financial_year.as_deref().unwrap_or_default();
        let cut = Cut::read(year, wanted.as_of.as_deref(), wanted.known_at.as_deref());
        cut.map_err(|_| Problem::NO_EXPORT)
    };
    let what = match kind {
        "returns" => What::Return(id(Kind::Return)?),
        "positions" => What::Position(id(Kind::Fund)?, cut()?),
        "memorandum-accounts" => What::Memorandum(id(Kind::Fund)?, cut()?),
        _ => return Err(Problem::NOT_FOUND),
    };
    Ok(Asked { what, form })
}
