//! Releasing the periods of a fund to the partners of an agreement that chose so (rule V11), and
//! how far each period of a year is closed and released.

use std::collections::HashMap;

use domain::{
    policy::matrix::FieldGroup,
    rules::{
        closing::PeriodState,
        release::{self, ReleaseRefusal},
    },
};
use entities::{
    period_closing, period_release, pooled_fund,
    value::{FinancialYear, Instant, Period},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

use super::{
    Code, Refusal, Stopped,
    audit::{self, Act, said},
    contribution, fund_lock, ground, ledger,
};
use crate::{
    access::Seen,
    auth::Viewer,
    database::{Database, Writing},
};

/// A period that is to be released.
#[derive(Clone, Copy, Debug)]
pub struct NewRelease {
    /// The fund.
    pub fund: Uuid,
    /// The year.
    pub year: FinancialYear,
    /// The period.
    pub period: Period,
}

/// A period of a fund, as far as it is closed and released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The period.
    pub period: Period,
    /// How far it is closed.
    pub state: PeriodState,
    /// Why it was closed so far; none while it is open.
    pub reason: Option<String>,
    /// When it was closed so far.
    pub closed_at: Option<Instant>,
    /// When its postings were released to the partners.
    pub released_at: Option<Instant>,
}

/// Releases the postings of a period to the partners. Only the host does, and no release is undone.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `WRONG_YEAR`; `ALREADY_DONE`; `INVALID_VALUE` when the period is open
/// or an earlier one is not released.
pub async fn release(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewRelease,
) -> Result<Seen<pooled_fund::Model>, Stopped> {
    database.write(dry_run, |tx| async move { release_in(&tx, viewer, new).await }).await
}

/// The same, within a transaction.
///
/// # Errors
/// As [`release`].
pub async fn release_in(
    tx: &Writing,
    viewer: &Viewer,
    new: NewRelease,
) -> Result<Seen<pooled_fund::Model>, Stopped> {
    let ground = ground::of_fund(&**tx, viewer, new.fund, "fund").await?;
    viewer.actor().may_release_period(&ground.parties())?;
    contribution::within_term(&ground.agreement, new.year)?;
    // Silently: partners read when the last recording was, and a release is none.
    fund_lock::hold_silently(tx, new.fund).await?;
    let closings = ledger::closings(&**tx, new.fund, new.year).await?;
    let released = releases(&**tx, &[new.fund], new.year).await?;
    let released: Vec<Period> = released.iter().map(|row| row.period).collect();
    release::may_release(new.period, &closings, &released).map_err(|why| {
        let code = match why {
            ReleaseRefusal::AlreadyReleased { .. } => Code::AlreadyDone,
            ReleaseRefusal::StillOpen { .. } | ReleaseRefusal::EarlierNotReleased { .. } => {
                Code::InvalidValue
            }
        };
        Refusal::new(code, why).at("period")
    })?;
    let row = period_release::Model {
        fund_id: new.fund,
        financial_year: new.year,
        period: new.period,
        known_at: tx.now(),
    };
    period_release::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    let act = Act::new("releasePeriod", "PooledFund", new.fund)
        .under(new.fund, FieldGroup::PeriodClosings)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(ground.fund)
}

/// How far the periods of a year are closed and released, of each of these funds that the caller has
/// found through its view.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the funds through its view")]
pub async fn periods(
    connection: &impl ConnectionTrait,
    funds: &[Uuid],
    year: FinancialYear,
) -> Result<HashMap<Uuid, Vec<Standing>>, DbErr> {
    let closings = period_closing::Entity::find()
        .filter(period_closing::Column::FundId.is_in(funds.iter().copied()))
        .filter(period_closing::Column::FinancialYear.eq(year))
        .all(connection)
        .await?;
    let releases = releases(connection, funds, year).await?;
    let of_fund = |fund: &Uuid| {
        let standing = |period| {
            let of = |row: &&period_closing::Model| row.fund_id == *fund && row.period == period;
            let closing = closings.iter().filter(of).max_by_key(|row| row.status);
            let released = releases.iter().find(|row| row.fund_id == *fund && row.period == period);
            Standing {
                period,
                state: closing.map_or(PeriodState::Open, |row| row.status.into()),
                reason: closing.map(|row| row.reason.clone()),
                closed_at: closing.map(|row| row.known_at),
                released_at: released.map(|row| row.known_at),
            }
        };
        (*fund, Period::all().map(standing).collect())
    };
    Ok(funds.iter().map(of_fund).collect())
}

#[expect(clippy::disallowed_methods, reason = "the caller found the funds through its view")]
async fn releases(
    connection: &impl ConnectionTrait,
    funds: &[Uuid],
    year: FinancialYear,
) -> Result<Vec<period_release::Model>, DbErr> {
    period_release::Entity::find()
        .filter(period_release::Column::FundId.is_in(funds.iter().copied()))
        .filter(period_release::Column::FinancialYear.eq(year))
        .all(connection)
        .await
}
