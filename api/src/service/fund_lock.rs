//! Recording money facts of a fund, one after the other (rule M8).

use entities::{ledger_head, value::Instant};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect,
};
use uuid::Uuid;

use super::Stopped;
use crate::database::{HOLDING, Writing};

/// A fund held for recording, until the transaction ends.
pub struct HeldFund {
    /// The fund's last transaction.
    pub head: ledger_head::Model,
    /// The instant of this recording: later than every earlier one of the fund.
    pub known_at: Instant,
}

/// Holds `fund`, and takes the instant of the recording while it is held.
///
/// # Errors
/// A fault of the database.
pub async fn hold(tx: &Writing, fund: Uuid) -> Result<HeldFund, Stopped> {
    let head = hold_silently(tx, fund).await?;
    let known_at = tx.now().max(head.known_at.just_after());
    let mut moved = head.into_active_model();
    moved.known_at = Set(known_at);
    let head = moved.update(&**tx).await?;
    Ok(HeldFund { head, known_at })
}

/// Holds `fund` for what only its host reads: every reader of a position is told the instant of the
/// last recording, and must not learn of a draft by it (rule V1).
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the fund through its view")]
pub async fn hold_silently(tx: &Writing, fund: Uuid) -> Result<ledger_head::Model, Stopped> {
    let head = ledger_head::Entity::find()
        .filter(ledger_head::Column::FundId.eq(fund))
        .lock(HOLDING)
        .one(&**tx)
        .await?
        .ok_or_else(|| sea_orm::DbErr::RecordNotFound(format!("ledger head of fund {fund}")))?;
    Ok(head)
}

/// The head of a fund in which nothing is recorded yet.
#[must_use]
pub fn new_head(fund: Uuid) -> ledger_head::ActiveModel {
    ledger_head::Model { fund_id: fund, sequence: 0, known_at: Instant::EARLIEST, hash: Vec::new() }
        .into_active_model()
        .reset_all()
}
