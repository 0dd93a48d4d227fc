//! The file of an export, in pieces: memory holds one of them, however many rows there are.

use entities::{
    export_job::{self as export, ExportStatus},
    export_piece::{self as piece, Column},
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{Code, Pays, Refusal, Stopped};
use crate::database::{Database, Writing};

/// How large a piece is at least, beside the last.
const PIECE_BYTES: usize = 1024 * 1024;

/// Why a file is not written on.
pub(super) const GIVEN_UP: &str = "it was cancelled";

/// The file that is being written.
pub struct Pieces<'a> {
    database: &'a Database,
    export: Uuid,
    pays: &'a dyn Pays,
    cost_a_row: u64,
    /// What is not stored yet.
    buffer: Vec<u8>,
    stored: i32,
    stored_bytes: i64,
    pub(super) rows: i64,
    unpaid_rows: u64,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(
        database: &'a Database,
        export: Uuid,
        (pays, cost_a_row): (&'a dyn Pays, u64),
    ) -> Self {
        let buffer = Vec::new();
        let (stored, stored_bytes, rows, unpaid_rows) = (0, 0, 0, 0);
        Self { database, export, pays, cost_a_row, buffer, stored, stored_bytes, rows, unpaid_rows }
    }

    /// Where the next bytes go.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// Ends a row: what is large enough for a piece is stored.
    ///
    /// # Errors
    /// A fault of the database; when the export was cancelled.
    pub async fn end_row(&mut self) -> Result<(), Stopped> {
        self.rows += 1;
        self.unpaid_rows += 1;
        if self.buffer.len() >= PIECE_BYTES { self.store().await } else { Ok(()) }
    }

    /// How many bytes the file has.
    pub(super) fn size_bytes(&self) -> i64 {
        self.stored_bytes + i64::try_from(self.buffer.len()).unwrap_or(i64::MAX)
    }

    /// Stores what is left.
    pub(super) async fn store(&mut self) -> Result<(), Stopped> {
        let charged = self.unpaid_rows.saturating_mul(self.cost_a_row);
        self.pays.pay(charged);
        self.unpaid_rows = 0;
        if self.buffer.is_empty() {
            return Ok(());
        }
        let size = self.size_bytes();
        let row = piece::Model {
            export_id: self.export,
            number: self.stored,
            first_byte: self.stored_bytes,
            content: std::mem::take(&mut self.buffer),
        };
        let (row, so_far) = (&row, (self.rows, size));
        let keep = async |tx: Writing| keep_in(&tx, row, so_far).await;
        self.database.write(false, keep).await?;
        self.stored += 1;
        self.stored_bytes = size;
        Ok(())
    }
}

async fn keep_in(
    tx: &Writing,
    row: &piece::Model,
    (rows, size_bytes): (i64, i64),
) -> Result<(), Stopped> {
    tx.goes_unaudited("how far an export is lies between the acts of its ends");
    let so_far = [
        (export::Column::RowCount, Expr::val(rows)),
        (export::Column::SizeBytes, Expr::val(size_bytes)),
        (export::Column::AliveAt, Expr::val(tx.now())),
    ];
    let updated = so_far
        .into_iter()
        .fold(export::Entity::update_many(), |update, (column, value)| {
            update.col_expr(column, value)
        })
        .filter(export::Column::Id.eq(row.export_id))
        .filter(export::Column::Status.eq(ExportStatus::Running))
        .exec(&**tx)
        .await?;
    if updated.rows_affected == 0 {
        return Err(Refusal::new(Code::AlreadyDone, GIVEN_UP).into());
    }
    tx.insert(row.clone()).await?;
    Ok(())
}

/// Deletes the files of these exports.
pub(super) async fn delete(tx: &Writing, exports: &[Uuid]) -> Result<(), DbErr> {
    let these = Column::ExportId.is_in(exports.iter().copied());
    piece::Entity::delete_many().filter(these).exec(&**tx).await.map(drop)
}
