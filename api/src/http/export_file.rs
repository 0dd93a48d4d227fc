//! The file of an export, sent to its maker: piece by piece, from whatever byte a download broke off
//! at, and no piece without a look at whether the maker's token is good and its view the same.

use std::{ops::Range, sync::Arc};

use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream::try_unfold;
use uuid::Uuid;

use super::{
    App, authorization, export_range,
    media::Media,
    observe::RequestId,
    problem::{self, Problem},
};
use crate::{
    auth::Viewer,
    export::bulk::form_of,
    graphql::node::Kind,
    service::export_job::{self, NoFile},
};

/// A file that is being sent.
struct Sending {
    app: Arc<App>,
    headers: HeaderMap,
    request: RequestId,
    viewer: Viewer,
    export: Uuid,
    left: Range<i64>,
    is_begun: bool,
}

/// The file of an export, whole or from a byte on.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Extension(request): Extension<RequestId>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let viewer = match authorization::viewer(&app, &headers, Media::Json, request).await {
        Ok(Some(viewer)) => viewer,
        Ok(None) => {
            let sentence = "sign in, and send the access token as a bearer token";
            return problem::unauthenticated(Media::Json, sentence);
        }
        Err(refused) => return *refused,
    };
    let Ok(export) = Kind::Export.read(&id.into(), "id") else {
        return Problem::NO_SUCH_FILE.into_response();
    };
    let Ok(turn) = app.turns.try_acquire() else { return problem::overloaded(Media::Json) };
    let database = app.database.acting_for(&viewer);
    let job = match export_job::open(&database, &viewer, export).await {
        Ok(job) => job,
        Err(why) => return refused(why),
    };
    drop(turn);
    let tag = format!("\"{}\"", export.simple());
    let wanted = export_range::wanted(&headers, &tag, job.size_bytes);
    let Ok(wanted) = wanted else { return export_range::beyond(job.size_bytes) };
    let left = wanted.clone().unwrap_or(0..job.size_bytes);
    let length = left.end - left.start;
    let sending = Sending {
        app: Arc::clone(&app),
        headers: headers.clone(),
        request,
        viewer,
        export,
        left,
        is_begun: false,
    };
    let (media_type, name) = form_of(&job);
    let mut response = Body::from_stream(try_unfold(sending, Sending::next)).into_response();
    let is_whole = wanted.is_none();
    let said = response.headers_mut();
    let mut say = |name, value: String| {
        if let Ok(value) = HeaderValue::try_from(value) {
            said.insert(name, value);
        }
    };
    say(header::CONTENT_TYPE, media_type.to_owned());
    say(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""));
    say(header::ACCEPT_RANGES, "bytes".to_owned());
    say(header::CONTENT_LENGTH, length.to_string());
    say(header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned());
    // What may be compressed on its way has other bytes than the file.
    let is_weak = is_whole && headers.contains_key(header::ACCEPT_ENCODING);
    say(header::ETAG, if is_weak { format!("W/{tag}") } else { tag });
    if let Some(Range { start, end }) = wanted {
        say(header::CONTENT_RANGE, format!("bytes {start}-{}/{}", end - 1, job.size_bytes));
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    response
}

impl Sending {
    /// The next piece, and what is left after it. Who is not to have it any more is cut off.
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, &'static str> {
        if self.left.is_empty() {
            return Ok(None);
        }
        if self.is_begun {
            let media = Media::Json;
            let again = authorization::viewer(&self.app, &self.headers, media, self.request).await;
            let Ok(Some(viewer)) = again else { return Err("the token is no good any more") };
            self.viewer = viewer;
        }
        self.is_begun = true;
        let database = self.app.database.acting_for(&self.viewer);
        let part = export_job::part(&database, &self.viewer, (self.export, self.left.start)).await;
        let mut part = match part {
            Ok(part) => part,
            Err(NoFile::Fault(fault)) => {
                tracing::error!(%fault, "a piece of an export could not be read");
                return Err("the database failed");
            }
            Err(_) => return Err("the file is not given out any more"),
        };
        let left = usize::try_from(self.left.end - self.left.start).unwrap_or(usize::MAX);
        part.truncate(left);
        self.left.start += i64::try_from(part.len()).unwrap_or(i64::MAX);
        Ok(Some((part.into(), self)))
    }
}

fn refused(why: NoFile) -> Response {
    match why {
        NoFile::NotFound => Problem::NO_SUCH_FILE.into_response(),
        NoFile::NotReady => {
            let mut response = Problem::FILE_NOT_READY.into_response();
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
            response
        }
        NoFile::Gone(why) => problem::gone(&why),
        NoFile::Stale => Problem::FILE_STALE.into_response(),
        NoFile::Fault(fault) => {
            tracing::error!(%fault, "an export could not be read");
            Problem::FAULT.into_response()
        }
    }
}
