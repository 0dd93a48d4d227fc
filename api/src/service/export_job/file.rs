//! The file of an export, given to its maker piece by piece while the maker's view is the same.

use entities::{
    export_job::{self as export, Column, ExportStatus},
    export_piece as piece,
    value::Instant,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::end_in;
use crate::{
    access::{export_job::made_exports, view_digest},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Stopped,
        audit::{self, Act},
    },
};

/// Why there is no file for the viewer.
#[derive(Debug)]
pub enum NoFile {
    /// There is no such export, or it is somebody else's.
    NotFound,
    /// It is not written yet.
    NotReady,
    /// There is no file any more, or never was, for this reason.
    Gone(String),
    /// The maker's view is not the one that it was made in; the file was deleted.
    Stale,
    /// The database failed.
    Fault(DbErr),
}

impl From<DbErr> for NoFile {
    fn from(fault: DbErr) -> Self {
        Self::Fault(fault)
    }
}

/// The export whose file the viewer may have now.
///
/// # Errors
/// Why it may not. Where its view has changed, the file is deleted.
pub async fn open(database: &Database, viewer: &Viewer, id: Uuid) -> Result<export::Model, NoFile> {
    Ok(opened(database, viewer, (id, None)).await?.0)
}

/// The part of the file from a byte on, as far as it is stored together.
///
/// # Errors
/// Why the viewer may not have it any more.
pub async fn part(
    database: &Database,
    viewer: &Viewer,
    (id, from): (Uuid, i64),
) -> Result<Vec<u8>, NoFile> {
    let (_, piece) = opened(database, viewer, (id, Some(from))).await?;
    let lost = || NoFile::Fault(DbErr::RecordNotFound(format!("byte {from} of export {id}")));
    let mut piece = piece.ok_or_else(lost)?;
    let skipped = usize::try_from(from - piece.first_byte).map_err(|_| lost())?;
    if skipped >= piece.content.len() {
        return Err(lost());
    }
    Ok(piece.content.split_off(skipped))
}

/// The export and the piece in which a byte is, under one snapshot with the view.
async fn opened(
    database: &Database,
    viewer: &Viewer,
    (id, from): (Uuid, Option<i64>),
) -> Result<(export::Model, Option<piece::Model>), NoFile> {
    let snapshot = database.snapshot().await?;
    let connection = snapshot.connection();
    let found = made_exports(viewer).filter(Column::Id.eq(id)).one(connection).await?;
    let job = found.ok_or(NoFile::NotFound)?;
    check(&job, database.clock().now())?;
    if view_digest::of(connection, viewer).await? != job.view_digest {
        drop(snapshot);
        make_stale(database, viewer, id).await?;
        return Err(NoFile::Stale);
    }
    let piece = match from {
        Some(from) => holding(connection, id, from).await?,
        None => None,
    };
    Ok((job, piece))
}

fn check(job: &export::Model, now: Instant) -> Result<(), NoFile> {
    let gone = |why: &str| Err(NoFile::Gone(why.to_owned()));
    match job.status {
        ExportStatus::Running => Err(NoFile::NotReady),
        ExportStatus::Failed => {
            let why = job.failure.as_deref().unwrap_or("it failed");
            Err(NoFile::Gone(format!("there is no file of this export: {why}")))
        }
        ExportStatus::Cancelled => gone("this export was cancelled: export it again"),
        ExportStatus::Stale => Err(NoFile::Stale),
        ExportStatus::Ready if now < job.expires_at => Ok(()),
        ExportStatus::Ready | ExportStatus::Expired => {
            gone("this export was kept for as long as it was to be: export it again")
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the export was found as the viewer's own")]
async fn holding(
    connection: &impl ConnectionTrait,
    export: Uuid,
    byte: i64,
) -> Result<Option<piece::Model>, DbErr> {
    piece::Entity::find()
        .filter(piece::Column::ExportId.eq(export))
        .filter(piece::Column::FirstByte.lte(byte))
        .order_by_desc(piece::Column::Number)
        .one(connection)
        .await
}

async fn make_stale(database: &Database, viewer: &Viewer, id: Uuid) -> Result<(), NoFile> {
    let end = async |tx: Writing| {
        end_in(&tx, (id, ExportStatus::Stale, None)).await?;
        let act = Act::new("deleteStaleExport", "Export", id);
        Ok::<_, Stopped>(audit::record(&tx, viewer, act).await?)
    };
    match database.write(false, end).await {
        Ok(()) => Ok(()),
        Err(Stopped::Fault(fault)) => Err(fault.into()),
        Err(Stopped::Refused(refusal)) => Err(DbErr::Custom(refusal.message).into()),
    }
}
