//! Forecasts: the expected spend of a fund's schemes by month, in versions that are never
//! overwritten.

mod read;

use std::collections::BTreeSet;

use domain::policy::matrix::FieldGroup;
use entities::{
    forecast, forecast_line, forecast_submission as submission, scheme,
    value::{FinancialYear, Pence, Period},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use super::{
    Code, Refusal, Stopped,
    audit::{self, Act, said},
    fund_lock, ground, scheme as schemes,
};
use crate::access::facts::whole;
use crate::{
    access::{self, Seen},
    auth::Viewer,
    database::{Database, Writing},
};

pub(super) use read::latest;
pub use read::{by_ids, counts, lines, pages, place, submissions};

/// A forecast to be saved.
#[derive(Clone, Debug)]
pub struct NewForecast {
    /// The fund.
    pub fund: Uuid,
    /// The year.
    pub year: FinancialYear,
    /// What the pool manager says about it.
    pub commentary: String,
    /// The expected spend by scheme and month.
    pub lines: Vec<NewLine>,
}

/// The expected spend of a scheme in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewLine {
    /// The scheme.
    pub scheme: Uuid,
    /// The month: 1 is April, 12 is March.
    pub period: i32,
    /// The amount; negative of money expected back.
    pub amount: Pence,
}

/// How many lines are written by one statement: engines limit what one may bind.
const LINES_AT_ONCE: usize = 500;

/// Saves a forecast; with `dry_run`, checks whether it could be.
///
/// # Errors
/// As [`save_in`].
pub async fn save(
    db: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewForecast,
) -> Result<Seen<forecast::Model>, Stopped> {
    let new = &new;
    db.write(dry_run, |tx| async move { save_in(&tx, viewer, new.clone()).await }).await
}

/// Submits a forecast; with `dry_run`, checks whether it could be.
///
/// # Errors
/// As [`submit_in`].
pub async fn submit(
    db: &Database,
    viewer: &Viewer,
    dry_run: bool,
    forecast: Uuid,
) -> Result<Seen<forecast::Model>, Stopped> {
    db.write(dry_run, |tx| async move { submit_in(&tx, viewer, forecast).await }).await
}

/// Saves a new version of a fund's forecast for a year, as a draft.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `WRONG_YEAR`; `INVALID_VALUE` of a month or a line given twice;
/// `NOT_FOUND` of a scheme that is not the fund's.
pub async fn save_in(
    tx: &Writing,
    viewer: &Viewer,
    new: NewForecast,
) -> Result<Seen<forecast::Model>, Stopped> {
    let ground = ground::of_fund(&**tx, viewer, new.fund, "fund").await?;
    viewer.actor().may_save_forecast(&ground.parties())?;
    schemes::year_in_term(&ground.agreement, new.year, "financialYear")?;
    if new.commentary.chars().count() > 10_000 {
        let refusal = Refusal::new(Code::InvalidValue, "a commentary has at most 10000 characters");
        return Err(refusal.at("commentary").into());
    }
    fund_lock::hold_silently(tx, new.fund).await?;
    let lines = check_lines(tx, &new).await?;
    let row = forecast::Model {
        id: tx.new_id(),
        fund_id: new.fund,
        financial_year: new.year,
        version: latest(tx, new.fund, new.year).await?.map_or(1, |last| last.version + 1),
        commentary: new.commentary,
        recorded_at: tx.now(),
        recorded_on: tx.today(),
    };
    let row = tx.insert(row).await?;
    let line = |(scheme_id, period, amount_pence)| {
        let forecast_id = row.id;
        forecast_line::Model { forecast_id, scheme_id, period, amount_pence }
    };
    let lines: Vec<_> = lines.into_iter().map(line).collect();
    for chunk in lines.chunks(LINES_AT_ONCE) {
        let lines = chunk.iter().map(|line| line.clone().into_active_model().reset_all());
        forecast_line::Entity::insert_many(lines).exec_without_returning(&**tx).await?;
    }
    let act = Act::new("saveForecast", "Forecast", row.id)
        .under(row.fund_id, FieldGroup::ForecastDraft)
        .after(said(&row).with("lines", &lines));
    audit::record(tx, viewer, act).await?;
    Ok(ground.fund.with(row))
}

/// Submits a forecast: from now on it counts in positions, and the partners see it.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`; `ALREADY_DONE` when it, or a later version, was submitted.
pub async fn submit_in(
    tx: &Writing,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Seen<forecast::Model>, Stopped> {
    let found = access::forecast::visible(&**tx, viewer, id)
        .await?
        .ok_or_else(|| Refusal::not_found("forecast", "forecast"))?;
    let ground = ground::under(&**tx, viewer, found.row.fund_id, ("forecast", "forecast")).await?;
    viewer.actor().may_submit_forecast(&ground.parties())?;
    let held = fund_lock::hold(tx, found.row.fund_id).await?;
    let last = read::last_submitted(tx, found.row.fund_id, found.row.financial_year).await?;
    if let Some(last) = last.filter(|last| *last >= found.row.version) {
        // The last submitted version counts: an earlier one would be submitted to no effect.
        let sentence = if last == found.row.version {
            "this forecast was submitted before: save a new version to change it".to_owned()
        } else {
            format!("version {last} was submitted meanwhile: save this as a new version first")
        };
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("forecast").into());
    }
    let row = submission::Model {
        forecast_id: found.row.id,
        known_at: held.known_at,
        submitted_on: tx.today(),
    };
    let row = tx.insert(row).await?;
    let act = Act::new("submitForecast", "Forecast", found.row.id)
        .under(found.row.fund_id, FieldGroup::ForecastSubmitted)
        .before(said(&found.row))
        .after(said(&found.row).with("submission", &[row]));
    audit::record(tx, viewer, act).await?;
    Ok(found)
}

async fn check_lines(
    tx: &Writing,
    new: &NewForecast,
) -> Result<Vec<(Uuid, Period, Pence)>, Stopped> {
    let mut lines = Vec::with_capacity(new.lines.len());
    let mut given = BTreeSet::new();
    let ours = schemes_of(tx, new.fund).await?;
    for (place, line) in new.lines.iter().enumerate() {
        let refuse = |field: &str, sentence: &str| {
            Refusal::new(Code::InvalidValue, sentence).at(&format!("lines.{place}.{field}"))
        };
        let month = Period::new(line.period).ok().filter(|period| !period.is_adjustment());
        let sentence = "a month is a number from 1 (April) to 12 (March)";
        let month = month.ok_or_else(|| refuse("month", sentence))?;
        if !ours.contains(&line.scheme) {
            return Err(Refusal::not_found("scheme", &format!("lines.{place}.scheme")).into());
        }
        if !given.insert((line.scheme, month)) {
            let sentence = "this scheme and month have a line already: give them one amount";
            return Err(refuse("month", sentence).into());
        }
        lines.push((line.scheme, month, line.amount));
    }
    total_fits(&lines)?;
    Ok(lines)
}

/// Whether the lines can be added up.
fn total_fits(lines: &[(Uuid, Period, Pence)]) -> Result<(), Refusal> {
    let mut total = Pence::ZERO;
    for (.., amount) in lines {
        let sum = total.plus(*amount);
        let refuse = || Refusal::new(Code::InvalidMoney, "the lines are too large to add up");
        total = sum.ok_or_else(|| refuse().at("lines"))?;
    }
    Ok(())
}

/// The schemes of a fund.
#[expect(clippy::disallowed_methods, reason = "the host of a fund sees all of its schemes")]
pub(super) async fn schemes_of(tx: &Writing, fund: Uuid) -> Result<BTreeSet<Uuid>, Stopped> {
    let ids: Vec<Uuid> = scheme::Entity::find()
        .filter(scheme::Column::FundId.eq(fund))
        .select_only()
        .column(scheme::Column::Id)
        .into_tuple()
        .all(&whole(&**tx))
        .await?;
    Ok(ids.into_iter().collect())
}
