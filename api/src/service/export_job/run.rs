use std::time::Duration;

use entities::{
    export_job::{self as export, Column, ExportStatus},
    value::Instant,
};
use sea_orm::{
    ActiveEnum, ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter,
    sea_query::Expr,
};
use tokio::{runtime::Handle, sync::Semaphore, task::spawn_blocking, time};
use uuid::Uuid;

use super::{Pays, Pieces, charge::cost_of_row, end_in, pieces::GIVEN_UP};
use crate::{
    access::view_digest,
    auth::Viewer,
    database::{Database, Snapshot, Writing},
    service::{
        Stopped,
        audit::{self, Act, Said},
        change,
        import_job::UnderWay,
    },
};

/// How many exports are written at once by this process: each holds a connection for as long.
const AT_A_TIME: usize = 4;
/// How long the statement of an export may take.
const LONGEST: Duration = Duration::from_secs(60 * 60);
/// How often whoever writes an export says that it is still at it.
const SIGN_OF_LIFE: Duration = Duration::from_secs(5);
/// What an export says that was broken off.
const BROKEN_OFF: &str = "the server was stopped before the file was written: export it again";

static TURNS: Semaphore = Semaphore::const_new(AT_A_TIME);

/// A file that was written whole.
struct Written {
    rows: i64,
    size_bytes: i64,
    /// What its maker saw by at the instant that is in it.
    view_digest: String,
    /// Where its maker goes on in the feed of changes.
    changes_cursor: Option<String>,
}

/// One run of an export.
struct Run<'a> {
    database: &'a Database,
    viewer: &'a Viewer,
    job: &'a export::Model,
    pays: &'a dyn Pays,
}

/// Lets an export that was begun go on by itself, to its end.
pub(super) fn go_on<W>(
    database: &Database,
    viewer: &Viewer,
    job: &export::Model,
    (pays, write): (Box<dyn Pays>, W),
) where
    W: AsyncFnOnce(&Snapshot, &mut Pieces<'_>) -> Result<(), Stopped> + Send + 'static,
{
    let (database, viewer, job) = (database.clone(), viewer.clone(), job.clone());
    // On a thread of its own: writing many rows would keep others waiting.
    let runtime = Handle::current();
    let under_way = UnderWay::begin();
    spawn_blocking(move || {
        let run = Run { database: &database, viewer: &viewer, job: &job, pays: &*pays };
        runtime.block_on(async {
            let work = under_way.unless_broken_off(run.carry_out(write), BROKEN_OFF);
            let written = tokio::select! {
                written = work => written,
                never = run.say_that_it_lives() => never,
            };
            if let Err(stopped) = run.end(written).await {
                tracing::error!(%stopped, job = %job.id, "an export could not be recorded");
            }
        });
    });
}

impl Run<'_> {
    async fn carry_out<W>(&self, write: W) -> Result<Written, Stopped>
    where
        W: AsyncFnOnce(&Snapshot, &mut Pieces<'_>) -> Result<(), Stopped>,
    {
        // Turns are given for as long as there is a process.
        let _turn = TURNS.acquire().await;
        let snapshot = self.database.long_snapshot(LONGEST).await?;
        let cost_a_row = cost_of_row(self.job.fields.split(',').count());
        let mut pieces = Pieces::new(self.database, self.job.id, (self.pays, cost_a_row));
        // Of the same instant as the rows: the file is given out while it is the same.
        let view_digest = view_digest::of(snapshot.connection(), self.viewer).await?;
        let cursor = change::cursor_now(snapshot.connection(), self.viewer).await?;
        write(&snapshot, &mut pieces).await?;
        drop(snapshot);
        let size = pieces.size_bytes();
        pieces.store().await?;
        let changes_cursor = change::kept(&cursor);
        Ok(Written { rows: pieces.rows, size_bytes: size, view_digest, changes_cursor })
    }

    /// Says again and again that it is still at it; ends only with a fault.
    async fn say_that_it_lives<T>(&self) -> Result<T, Stopped> {
        let id = self.job.id;
        loop {
            time::sleep(SIGN_OF_LIFE).await;
            self.database.write(false, |tx| async move { sign_of_life(&tx, id).await }).await?;
        }
    }

    async fn end(&self, written: Result<Written, Stopped>) -> Result<(), Stopped> {
        let failure = match written {
            Ok(written) => {
                let written = &written;
                let finish = async |tx: Writing| self.finish_in(&tx, written).await;
                return self.database.write(false, finish).await;
            }
            // Whoever cancelled it has said so already.
            Err(Stopped::Refused(refusal)) if refusal.message == GIVEN_UP => return Ok(()),
            Err(Stopped::Refused(refusal)) => refusal.message,
            Err(Stopped::Fault(fault)) => {
                tracing::error!(%fault, job = %self.job.id, "an export failed");
                "the database failed, and there is no file: export it again".to_owned()
            }
        };
        let (id, failure) = (self.job.id, &failure);
        let fail = async |tx: Writing| {
            tx.goes_unaudited("what failed gave nothing away");
            end_in(&tx, (id, ExportStatus::Failed, Some(failure.clone()))).await?;
            Ok::<_, Stopped>(())
        };
        self.database.write(false, fail).await
    }

    async fn finish_in(&self, tx: &Writing, written: &Written) -> Result<(), Stopped> {
        let &Written { rows, size_bytes, ref view_digest, ref changes_cursor } = written;
        let running = export::Entity::update_many()
            .col_expr(Column::Status, Expr::val(ExportStatus::Ready.to_value()))
            .filter(Column::Id.eq(self.job.id))
            .filter(Column::Status.eq(ExportStatus::Running));
        if running.exec(&**tx).await?.rows_affected == 0 {
            tx.goes_unaudited("it was cancelled before its end, and that is on record");
            return Ok(());
        }
        let kept = self.pays.kept_microseconds();
        let finished = export::ActiveModel {
            id: Set(self.job.id),
            row_count: Set(rows),
            size_bytes: Set(size_bytes),
            view_digest: Set(view_digest.clone()),
            changes_cursor: Set(changes_cursor.clone()),
            finished_at: Set(Some(tx.now())),
            expires_at: Set(Instant(tx.now().0.saturating_add(kept))),
            ..Default::default()
        };
        finished.update(&**tx).await?;
        let said = Said::default().and("rows", rows).and("size_bytes", size_bytes);
        let act = Act::new("finishExport", "Export", self.job.id).after(said);
        Ok(audit::record(tx, self.viewer, act).await?)
    }
}

async fn sign_of_life(tx: &Writing, id: Uuid) -> Result<(), Stopped> {
    tx.goes_unaudited("that an export goes on is no act");
    export::Entity::update_many()
        .col_expr(Column::AliveAt, Expr::val(tx.now()))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(ExportStatus::Running))
        .exec(&**tx)
        .await?;
    Ok(())
}
