//! Closing the periods of a fund (rule M9).

use domain::{
    policy::matrix::FieldGroup,
    rules::closing::{self, ClosingRefusal},
};
use entities::{
    period_closing::{self, PeriodStatus},
    value::{FinancialYear, Period},
};
use sea_orm::{EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::{
    Code, Refusal, Stopped,
    audit::{self, Act, said},
    contribution, fund_lock, ground, ledger, text,
};
use crate::{
    auth::Viewer,
    database::{Database, Writing},
};

/// How far a period is to be closed.
#[derive(Clone, Debug)]
pub struct NewClosing {
    /// The fund.
    pub fund: Uuid,
    /// The year.
    pub year: FinancialYear,
    /// The period.
    pub period: Period,
    /// How far.
    pub status: PeriodStatus,
    /// Why.
    pub reason: String,
}

/// Closes a period, softly or for good. Only the host does, and no closing is undone.
///
/// # Errors
/// When an earlier period is less far closed, or this one is already.
pub async fn close(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewClosing,
) -> Result<period_closing::Model, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { close_in(&tx, viewer, new).await }).await
}

/// The same, within a transaction.
///
/// # Errors
/// As [`close`].
pub async fn close_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewClosing,
) -> Result<period_closing::Model, Stopped> {
    let ground = ground::of_fund(&**tx, viewer, new.fund, "fund").await?;
    viewer.actor().may_close_period(&ground.parties())?;
    contribution::within_term(&ground.agreement, new.year)?;
    let reason = text::optional(Some(&new.reason), 1_000, "reason")?.ok_or_else(|| {
        Refusal::new(Code::ReasonRequired, "say why the period is closed").at("reason")
    })?;
    let held = fund_lock::hold(tx, new.fund).await?;
    let closings = ledger::closings(&**tx, new.fund, new.year).await?;
    closing::may_close(new.period, new.status, &closings).map_err(|why| {
        let code = match why {
            ClosingRefusal::AlreadyClosed { .. } => Code::AlreadyDone,
            ClosingRefusal::EarlierNotClosed { .. } => Code::InvalidValue,
        };
        Refusal::new(code, why).at("period")
    })?;
    let row = period_closing::Model {
        fund_id: new.fund,
        financial_year: new.year,
        period: new.period,
        status: new.status,
        reason,
        known_at: held.known_at,
    };
    period_closing::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    // A closing has no identity of its own: it is something done to the fund.
    let act = Act::new("closePeriod", "PooledFund", new.fund)
        .under(new.fund, FieldGroup::PeriodClosings)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}
