//! Files on their way to the import that uses them: kept for their organisation alone, until they
//! are used or a day has passed.

use aws_lc_rs::digest::{SHA256, digest};
use entities::{
    upload::{self, Column, Entity},
    value::Instant,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait,
    QueryFilter, QuerySelect,
};
use uuid::Uuid;

use super::{
    Code, Refusal, Stopped,
    audit::{self, Act, Said},
    import_job,
};
use crate::{
    auth::Viewer,
    database::{Database, Writing},
};

/// How long a file is kept that nothing uses.
const LONGEST_KEPT_MICROSECONDS: i64 = 24 * 3_600 * 1_000_000;
/// How many files of one organisation are kept.
const MOST_KEPT: u64 = 10;

/// Whether the viewer may send files.
///
/// # Errors
/// `NOT_ALLOWED`.
pub fn may_upload(viewer: &Viewer) -> Result<(), Refusal> {
    import_job::may_import(viewer)
}

/// Keeps a file of the viewer's organisation, and answers its identity.
///
/// # Errors
/// `NOT_ALLOWED`, or when the organisation has as many as are kept.
pub async fn keep(database: &Database, viewer: &Viewer, content: Vec<u8>) -> Result<Uuid, Stopped> {
    may_upload(viewer)?;
    let content = &content;
    database.write(false, |tx| async move { keep_in(&tx, viewer, content).await }).await
}

#[expect(clippy::disallowed_methods, reason = "files are found by their organisation")]
async fn keep_in(tx: &Writing, viewer: &Viewer, content: &[u8]) -> Result<Uuid, Stopped> {
    let own = Column::OrganisationId.eq(viewer.organisation);
    let expired = Column::UploadedAt.lt(oldest(tx.now()));
    Entity::delete_many().filter(own.clone()).filter(expired).exec(&**tx).await?;
    if Entity::find().filter(own).count(&**tx).await? >= MOST_KEPT {
        let sentence = format!(
            "{MOST_KEPT} files of your organisation wait for their import: use them, or send this \
             one when they are a day old"
        );
        return Err(Refusal::new(Code::NotAllowed, sentence).into());
    }
    let id = tx.new_id();
    let row = upload::ActiveModel {
        id: Set(id),
        organisation_id: Set(viewer.organisation),
        uploaded_by_id: Set(viewer.account),
        content: Set(content.to_vec()),
        uploaded_at: Set(tx.now()),
    };
    Entity::insert(row).exec_without_returning(&**tx).await?;
    let digest = digest(&SHA256, content);
    let digest: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let said = Said::default().and("size_bytes", content.len()).and("sha256", digest);
    audit::record(tx, viewer, Act::new("uploadFile", "Upload", id).after(said)).await?;
    Ok(id)
}

/// Whether there is such a file of the viewer's organisation now.
///
/// # Errors
/// `NOT_FOUND` at `upload`.
#[expect(clippy::disallowed_methods, reason = "files are found by their organisation")]
pub async fn exists(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    (id, now): (Uuid, Instant),
) -> Result<(), Stopped> {
    let found = Entity::find().filter(kept(viewer, id, now)?).count(connection).await?;
    if found == 0 { Err(missing().into()) } else { Ok(()) }
}

/// The file.
///
/// # Errors
/// `NOT_FOUND` at `upload`.
#[expect(clippy::disallowed_methods, reason = "files are found by their organisation")]
pub async fn content(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    (id, now): (Uuid, Instant),
) -> Result<Vec<u8>, Stopped> {
    let found = Entity::find().filter(kept(viewer, id, now)?).select_only().column(Column::Content);
    let found: Option<Vec<u8>> = found.into_tuple().one(connection).await?;
    found.ok_or_else(|| missing().into())
}

/// Takes the file away, because it is used in this transaction.
///
/// # Errors
/// `NOT_FOUND` at `upload` when it was used meanwhile.
pub async fn use_up(tx: &Writing, viewer: &Viewer, id: Uuid) -> Result<(), Stopped> {
    let own = Column::OrganisationId.eq(viewer.organisation);
    let used = Entity::delete_many().filter(Column::Id.eq(id)).filter(own).exec(&**tx).await?;
    if used.rows_affected == 0 { Err(missing().into()) } else { Ok(()) }
}

/// Takes away a file that nothing will use.
///
/// # Errors
/// A fault of the database.
pub async fn discard(database: &Database, viewer: &Viewer, id: Uuid) -> Result<(), Stopped> {
    let discard = async |tx: Writing| {
        tx.goes_unaudited("nothing was done with the file, and nothing is");
        use_up(&tx, viewer, id).await
    };
    database.write(false, discard).await
}

/// The file of this identity, if it is the viewer's organisation's and not too old.
fn kept(viewer: &Viewer, id: Uuid, now: Instant) -> Result<Condition, Refusal> {
    let organisation = viewer.own().ok_or_else(missing)?;
    Ok(Condition::all()
        .add(Column::Id.eq(id))
        .add(Column::OrganisationId.eq(organisation))
        .add(Column::UploadedAt.gte(oldest(now))))
}

fn oldest(now: Instant) -> Instant {
    Instant(now.0 - LONGEST_KEPT_MICROSECONDS)
}

fn missing() -> Refusal {
    Refusal::not_found("upload", "upload")
}
