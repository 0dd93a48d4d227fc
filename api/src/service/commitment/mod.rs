//! Commitments: parts of a scheme's budget promised to somebody, and their release.

mod read;

use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{
    commitment,
    team_limit::LimitKind,
    value::{FinancialYear, Pence},
};
use uuid::Uuid;

use super::{
    Code, Refusal, Stopped,
    audit::{self, Act, said},
    budget, fund_lock,
    ground::{self, Ground},
    idempotency::{self, Attempt},
    scheme as schemes, text,
};
use crate::{
    access::{self, Seen},
    auth::Viewer,
    database::{Database, Writing},
};

pub use read::{List, by_ids, counts, pages, place, released};

/// A promise to be recorded.
#[derive(Clone, Debug)]
pub struct NewCommitment {
    /// The scheme whose budget is promised.
    pub scheme: Uuid,
    /// The year of the budget.
    pub year: FinancialYear,
    /// How much.
    pub amount: Pence,
    /// To whom, where it has a record here.
    pub payee: Option<Uuid>,
    /// For what.
    pub description: String,
    /// From when it counts: at the latest the year's last day.
    pub effective_on: NaiveDate,
    /// The caller's key (rule M14).
    pub idempotency_key: String,
}

/// The release of a promise, or of a part of it.
#[derive(Clone, Debug)]
pub struct NewRelease {
    /// The promise.
    pub commitment: Uuid,
    /// How much is released; a positive amount.
    pub amount: Pence,
    /// From when it counts: not before the promise does.
    pub effective_on: NaiveDate,
    /// The caller's key (rule M14).
    pub idempotency_key: String,
}

/// Records a promise; with `dry_run`, checks whether it could be.
///
/// # Errors
/// As [`record_in`].
pub async fn record(
    db: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewCommitment,
) -> Result<Seen<commitment::Model>, Stopped> {
    let new = &new;
    db.write(dry_run, |tx| async move { record_in(&tx, viewer, new.clone()).await }).await
}

/// Releases a promise; with `dry_run`, checks whether it could be.
///
/// # Errors
/// As [`release_in`].
pub async fn release(
    db: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewRelease,
) -> Result<Seen<commitment::Model>, Stopped> {
    let new = &new;
    db.write(dry_run, |tx| async move { release_in(&tx, viewer, new.clone()).await }).await
}

/// Records that a part of a scheme's budget was promised.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `NOT_POSITIVE`, `WRONG_YEAR`, `INVALID_VALUE`;
/// `INSUFFICIENT_AMOUNT` when the year's budget, less what is promised already, is smaller;
/// `IDEMPOTENCY_KEY_REUSED`.
pub async fn record_in(
    tx: &Writing,
    viewer: &Viewer,
    new: NewCommitment,
) -> Result<Seen<commitment::Model>, Stopped> {
    let scheme = schemes::seen(tx, viewer, new.scheme, "scheme").await?;
    let ground = ground::under(&**tx, viewer, scheme.row.fund_id, ("scheme", "scheme")).await?;
    let actor = viewer.actor();
    actor.may_commit(&ground.parties())?;
    actor
        .within_limit(LimitKind::Commitment, new.amount)
        .map_err(|why| Refusal::from(why).at("amount"))?;
    let id = tx.new_id();
    let content = new.content();
    let attempt = Attempt { mutation: "recordCommitment", key: &new.idempotency_key, content };
    if let Some(first) = idempotency::claim(tx, viewer, &attempt, id).await? {
        return first_result(tx, viewer, first).await;
    }
    let held = fund_lock::hold(tx, scheme.row.fund_id).await?;
    check_new(tx, &ground, &new).await?;
    let row = commitment::Model {
        id,
        scheme_id: new.scheme,
        financial_year: new.year,
        payee_id: new.payee,
        description: new.description,
        amount_pence: new.amount,
        releases_id: None,
        effective_on: new.effective_on,
        known_at: held.known_at,
    };
    let row = tx.insert(row).await?;
    let act = Act::new("recordCommitment", "Commitment", row.id)
        .under(scheme.row.fund_id, FieldGroup::Ledger)
        .from_day(row.effective_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(scheme.with(row))
}

/// Records that a promise, or a part of it, is released. Answers with the promise.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `NOT_POSITIVE`, `WRONG_YEAR`, `INVALID_DATE`;
/// `INSUFFICIENT_AMOUNT` when less is left of the promise; `IDEMPOTENCY_KEY_REUSED`.
pub async fn release_in(
    tx: &Writing,
    viewer: &Viewer,
    new: NewRelease,
) -> Result<Seen<commitment::Model>, Stopped> {
    let promise = promise(tx, viewer, new.commitment).await?;
    let scheme = schemes::seen(tx, viewer, promise.row.scheme_id, "commitment").await?;
    let ground =
        ground::under(&**tx, viewer, scheme.row.fund_id, ("commitment", "commitment")).await?;
    viewer.actor().may_commit(&ground.parties())?;
    let id = tx.new_id();
    let content = format!("{}|{}|{}", new.commitment, new.amount, new.effective_on);
    let attempt = Attempt { mutation: "releaseCommitment", key: &new.idempotency_key, content };
    if idempotency::claim(tx, viewer, &attempt, id).await?.is_some() {
        return Ok(promise);
    }
    let held = fund_lock::hold(tx, scheme.row.fund_id).await?;
    check_release(tx, &promise.row, &new).await?;
    let row = commitment::Model {
        id,
        amount_pence: -new.amount,
        releases_id: Some(promise.row.id),
        effective_on: new.effective_on,
        known_at: held.known_at,
        ..promise.row.clone()
    };
    let row = tx.insert(row).await?;
    let act = Act::new("releaseCommitment", "Commitment", promise.row.id)
        .under(scheme.row.fund_id, FieldGroup::Ledger)
        .from_day(row.effective_on)
        .before(said(&promise.row))
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(promise)
}

impl NewCommitment {
    /// All that is asked, the same for the same.
    fn content(&self) -> String {
        let payee = self.payee.map_or_else(|| "nobody".to_owned(), |payee| payee.to_string());
        let Self { scheme, year, amount, description, effective_on, .. } = self;
        format!("{scheme}|{year}|{amount}|{payee}|{effective_on}|{description}")
    }
}

async fn check_new(tx: &Writing, ground: &Ground, new: &NewCommitment) -> Result<(), Stopped> {
    positive(new.amount)?;
    schemes::year_in_term(&ground.agreement, new.year, "financialYear")?;
    not_after(new.effective_on, new.year)?;
    text::required(&new.description, 1_000, "description")?;
    if let Some(payee) = new.payee {
        schemes::organisation_exists(tx, payee, "payee").await?;
    }
    let budget = budget::budget_of_scheme(&**tx, new.scheme, new.year).await?;
    let committed = read::committed(tx, new.scheme, new.year).await?;
    let left = budget - committed;
    if new.amount > left {
        let sentence = format!(
            "{left} of the scheme's budget for {} is not promised yet: promise at most that, \
             release another promise, or raise the budget",
            new.year
        );
        return Err(Refusal::new(Code::InsufficientAmount, sentence).at("amount").into());
    }
    Ok(())
}

async fn check_release(
    tx: &Writing,
    promise: &commitment::Model,
    new: &NewRelease,
) -> Result<(), Stopped> {
    positive(new.amount)?;
    not_after(new.effective_on, promise.financial_year)?;
    if new.effective_on < promise.effective_on {
        let sentence = format!(
            "the promise counts from {}: it cannot be released before",
            promise.effective_on
        );
        return Err(Refusal::new(Code::InvalidDate, sentence).at("effectiveOn").into());
    }
    // Releases are negative, so that adding them leaves the rest.
    let released: Pence =
        released(&**tx, &[(promise.id, None)]).await?.into_iter().map(|(_, amount)| amount).sum();
    let left = promise.amount_pence + released;
    if new.amount > left {
        let sentence = format!("{left} of the promise is left: release at most that");
        return Err(Refusal::new(Code::InsufficientAmount, sentence).at("amount").into());
    }
    Ok(())
}

/// The promise that is to be released; a release is none.
async fn promise(
    tx: &Writing,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Seen<commitment::Model>, Stopped> {
    let found = access::commitment::visible(&**tx, viewer, id)
        .await?
        .ok_or_else(|| Refusal::not_found("commitment", "commitment"))?;
    if found.row.releases_id.is_some() {
        let sentence = "this is the release of a commitment: name the commitment itself";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("commitment").into());
    }
    Ok(found)
}

/// What was recorded under the key, read again through today's view.
async fn first_result(
    tx: &Writing,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Seen<commitment::Model>, Stopped> {
    let found = access::commitment::visible(&**tx, viewer, id).await?;
    Ok(found.ok_or_else(|| Refusal::not_found("commitment", "idempotencyKey"))?)
}

fn positive(amount: Pence) -> Result<(), Refusal> {
    let refusal = || Refusal::new(Code::NotPositive, "write an amount above zero").at("amount");
    amount.positive().map(drop).ok_or_else(refusal)
}

/// What counts after its year's end would count in no position of the year.
fn not_after(day: NaiveDate, year: FinancialYear) -> Result<(), Refusal> {
    if day <= year.last_day() {
        return Ok(());
    }
    let sentence = format!("{day} is after the end of {year}");
    Err(Refusal::new(Code::WrongYear, sentence).at("effectiveOn"))
}
