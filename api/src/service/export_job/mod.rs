//! Exports: whole lists, as their maker sees them, written to a file in the background under one
//! snapshot. The file is its maker's alone, is given out while the maker's view is the same, and is
//! deleted after a time.

mod charge;
mod file;
mod keep;
mod pieces;
mod run;

use entities::{
    export_job::{self as export, Column, ExportFormat, ExportStatus},
    value::Instant,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    PaginatorTrait, QueryFilter, Value,
};
use uuid::Uuid;

use super::{
    Code, Refusal, Stopped,
    audit::{self, Act, Said},
};
use crate::{
    access::export_job::sees_exports,
    auth::Viewer,
    database::{Cut, Database, Keyset, PageRequest, Writing},
};

pub use charge::{Budget, Pays, Unpaid, cost_of_beginning};
pub use file::{NoFile, open, part};
pub use keep::{keep_tidy, tidy};
pub use pieces::Pieces;
use run::go_on;

/// How many exports of one organisation run at once.
pub const MOST_RUNNING: u64 = 2;
/// How many files of one organisation are kept.
pub const MOST_KEPT: u64 = 20;

/// An export that is to be made.
#[derive(Clone, Debug)]
pub struct NewExport {
    /// Which list.
    pub kind: &'static str,
    /// How rows are written.
    pub format: ExportFormat,
    /// The fields of each row, in their order.
    pub fields: Vec<&'static str>,
}

/// Begins an export for the viewer, and answers with the job, which goes on by itself: `write` reads
/// the rows under the snapshot and hands them to the pieces of the file.
///
/// # Errors
/// `NOT_ALLOWED` while as many of the organisation's run, or are kept, as may be; in a preview.
pub async fn start<W>(
    database: &Database,
    viewer: &Viewer,
    new: NewExport,
    (pays, write): (Box<dyn Pays>, W),
) -> Result<export::Model, Stopped>
where
    W: AsyncFnOnce(&crate::database::Snapshot, &mut Pieces<'_>) -> Result<(), Stopped>
        + Send
        + 'static,
{
    if viewer.preview.is_some() {
        let sentence = "this is a preview of another organisation's view: act as yourself";
        return Err(Refusal::new(Code::NotAllowed, sentence).into());
    }
    let kept = pays.kept_microseconds();
    let new = &new;
    let begin = async |tx: Writing| begin_in(&tx, viewer, new, kept).await;
    let job = database.write(false, begin).await?;
    go_on(database, viewer, &job, (pays, write));
    Ok(job)
}

async fn begin_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewExport,
    kept_microseconds: i64,
) -> Result<export::Model, Stopped> {
    let own = || of_organisation(viewer.organisation);
    let running = own().filter(Column::Status.eq(ExportStatus::Running)).count(&**tx).await?;
    if running >= MOST_RUNNING {
        let sentence = format!(
            "{MOST_RUNNING} exports of your organisation are under way: wait for one to end, or \
             cancel one"
        );
        return Err(Refusal::new(Code::NotAllowed, sentence).into());
    }
    let ready = own().filter(Column::Status.eq(ExportStatus::Ready));
    if ready.filter(Column::ExpiresAt.gt(tx.now())).count(&**tx).await? >= MOST_KEPT {
        let sentence = format!(
            "{MOST_KEPT} exports of your organisation are kept: cancel one that you have downloaded"
        );
        return Err(Refusal::new(Code::NotAllowed, sentence).into());
    }
    let job = export::Model {
        id: tx.new_id(),
        organisation_id: viewer.organisation,
        holder_id: viewer.holder(),
        started_by: viewer.account,
        kind: new.kind.to_owned(),
        format: new.format,
        fields: new.fields.join(","),
        status: ExportStatus::Running,
        row_count: 0,
        size_bytes: 0,
        failure: None,
        // Known once there is a snapshot.
        view_digest: String::new(),
        changes_cursor: None,
        started_at: tx.now(),
        alive_at: tx.now(),
        finished_at: None,
        expires_at: Instant(tx.now().0.saturating_add(kept_microseconds)),
    };
    let job = tx.insert(job).await?;
    let said = Said::default().and("kind", job.kind.as_str()).and("fields", job.fields.as_str());
    audit::record(tx, viewer, Act::new("startExport", "Export", job.id).after(said)).await?;
    Ok(job)
}

/// Gives an export up: it is broken off where it runs, and its file is deleted.
///
/// # Errors
/// `NOT_FOUND` at `export`; `ALREADY_DONE` of one that has no file and does not run.
pub async fn cancel(
    database: &Database,
    viewer: &Viewer,
    id: Uuid,
) -> Result<export::Model, Stopped> {
    database.write(false, |tx| async move { cancel_in(&tx, viewer, id).await }).await
}

async fn cancel_in(tx: &Writing, viewer: &Viewer, id: Uuid) -> Result<export::Model, Stopped> {
    let found = sees_exports(viewer).filter(Column::Id.eq(id)).one(&**tx).await?;
    let job = found.ok_or_else(|| Refusal::not_found("export", "export"))?;
    if !matches!(job.status, ExportStatus::Running | ExportStatus::Ready) {
        let sentence = "this export has ended, and there is no file of it any more";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("export").into());
    }
    let job = end_in(tx, (id, ExportStatus::Cancelled, None)).await?;
    let act = Act::new("cancelExport", "Export", id);
    audit::record(tx, viewer, act).await?;
    Ok(job)
}

/// Ends an export without a file.
async fn end_in(
    tx: &Writing,
    (id, status, failure): (Uuid, ExportStatus, Option<String>),
) -> Result<export::Model, DbErr> {
    let ended = export::ActiveModel {
        id: Set(id),
        status: Set(status),
        failure: Set(failure),
        finished_at: Set(Some(tx.now())),
        ..Default::default()
    };
    // The row first: whoever stores a piece holds it, and none comes after this.
    let ended = ended.update(&**tx).await?;
    pieces::delete(tx, &[id]).await?;
    Ok(ended)
}

/// The exports with these identities that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<export::Model>, DbErr> {
    sees_exports(viewer).filter(Column::Id.is_in(ids.iter().copied())).all(connection).await
}

/// A page of the exports that the viewer sees, the last first.
///
/// # Errors
/// A fault of the database.
pub async fn list(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    page: &PageRequest,
) -> Result<Cut<export::Model>, DbErr> {
    let order = Keyset::new().descending((export::Entity, Column::Id));
    Ok(page.cut(order.page(sees_exports(viewer), page).all(connection).await?))
}

/// How many exports the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn count(connection: &impl ConnectionTrait, viewer: &Viewer) -> Result<u64, DbErr> {
    sees_exports(viewer).count(connection).await
}

/// The values by which an export has its place in the list.
#[must_use]
pub fn place(row: &export::Model) -> Vec<Value> {
    vec![row.id.into()]
}

#[expect(clippy::disallowed_methods, reason = "jobs are counted by their organisation")]
fn of_organisation(organisation: Uuid) -> sea_orm::Select<export::Entity> {
    export::Entity::find().filter(Column::OrganisationId.eq(organisation))
}
