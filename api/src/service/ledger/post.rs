use chrono::NaiveDate;
use domain::{
    policy::matrix::FieldGroup,
    rules::{
        calendar,
        closing::{self, Closing, PeriodRefusal},
        correction, entries,
        ledger_posting::{self, AccountKey, Entry},
    },
};
use entities::{
    ledger_account, ledger_entry, ledger_head, ledger_transaction as transaction,
    ledger_transaction::TransactionKind,
    partnership_agreement as agreement, period_closing,
    value::{FinancialYear, Instant, Pence, Period},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{accounts, seal};
use crate::access::facts::whole;
use crate::{
    auth::Viewer,
    database::Writing,
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        fund_lock::HeldFund,
        ground::{self, Ground},
        posting_limit, text,
    },
};

/// The most characters of a description or a reason.
const LONGEST_TEXT: usize = 2_000;

/// When something takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// The day.
    pub effective_on: NaiveDate,
    /// Period 13 or 14, of something that belongs to the year's end.
    pub adjustment_period: Option<Period>,
}

/// The closed period that a posting corrects (rule M9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Its year.
    pub year: FinancialYear,
    /// The period.
    pub period: Period,
}

impl Correction {
    /// What a posting with effect at `when` corrects by pointing at `original`; none when both lie
    /// in one period, and the original corrects no other.
    #[must_use]
    pub fn pointing_at(original: &transaction::Model, when: When) -> Option<Self> {
        let own = (original.financial_year, original.period);
        let corrects = original.corrects_year.zip(original.corrects_period);
        let posted = calendar::period_of(when.effective_on, when.adjustment_period).ok()?;
        let (year, period) = correction::pointed_at(posted, own, corrects)?;
        Some(Self { year, period })
    }
}

/// A transaction that is about to be posted.
#[derive(Clone, Debug)]
pub struct Posting {
    /// What happened.
    pub kind: TransactionKind,
    /// When it takes effect.
    pub when: When,
    /// What it is about.
    pub description: String,
    /// Why, of a correction or a posting into a soft-closed period.
    pub reason: Option<String>,
    /// The scheme.
    pub scheme: Option<Uuid>,
    /// Who was paid.
    pub payee: Option<Uuid>,
    /// The transaction that it takes back.
    pub reverses: Option<Uuid>,
    /// The transaction that it adjusts.
    pub adjusts: Option<Uuid>,
    /// The accrual that it pays.
    pub settles: Option<Uuid>,
    /// The period that it corrects.
    pub corrects: Option<Correction>,
    /// Its entries.
    pub entries: Vec<Entry>,
}

/// Posts a transaction under the identity `id` into a fund that is held.
///
/// # Errors
/// When the day lies outside the agreement, its period is closed, the entries do not balance, the
/// year that it corrects is open, or nothing is said about it.
pub async fn post(
    tx: &Writing,
    viewer: &Viewer,
    ground: &Ground,
    held: HeldFund,
    id: Uuid,
    mut posting: Posting,
) -> Result<transaction::Model, Stopped> {
    let description = match posting.reverses {
        // It repeats what it takes back, which was held to the limit.
        Some(_) => posting.description,
        None => text::required(&posting.description, LONGEST_TEXT, "description")?,
    };
    let reason = text::optional(posting.reason.as_deref(), LONGEST_TEXT, "reason")?;
    let amounts: Vec<_> = posting.entries.iter().map(|entry| entry.amount).collect();
    entries::balanced(&amounts).map_err(|why| Refusal::new(Code::Unbalanced, why).at("lines"))?;
    let (year, period) = period_within(&ground.agreement, posting.when, posting.kind)?;
    if posting.corrects.is_some() && reason.is_none() {
        let refusal = Refusal::new(Code::ReasonRequired, "say why the period is corrected");
        return Err(refusal.at("reason").into());
    }
    // What only the host does in a period that is closing, no team does for it.
    let by_host = viewer.own().is_some() && ground.host() == viewer.own();
    may_post(tx, ground.fund.row.id, (year, period), by_host, reason.as_deref()).await?;
    let prior_year = prior_year(tx, ground.fund.row.id, year, posting.corrects).await?;
    if let Some(corrected) = prior_year {
        posting.entries = ledger_posting::correcting(posting.entries, corrected);
    }
    let row = transaction::Model {
        id,
        fund_id: ground.fund.row.id,
        sequence: held.head.sequence + 1,
        kind: prior_year.map_or(posting.kind, |_| TransactionKind::PriorYear),
        financial_year: year,
        period,
        effective_on: posting.when.effective_on,
        known_at: held.known_at,
        known_month: held.known_at.month(),
        description,
        reason,
        scheme_id: posting.scheme,
        payee_id: posting.payee,
        reverses_id: posting.reverses,
        adjusts_id: posting.adjusts,
        settles_id: posting.settles,
        corrects_year: posting.corrects.map(|corrected| corrected.year),
        corrects_period: posting.corrects.map(|corrected| corrected.period),
        posted_by_id: viewer.account,
        posted_as_id: ground.recorded_as(viewer),
        previous_hash: held.head.hash.clone(),
        hash: Vec::new(),
    };
    let (action, group) = audited_as(posting.kind);
    let (row, lines) = write(tx, held, row, &posting.entries).await?;
    let act = Act::new(action, "LedgerTransaction", row.id)
        .under(row.fund_id, group)
        .from_day(row.effective_on)
        .after(said(&row).with("entries", &lines));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}

/// The closed year that a posting with effect in `year` corrects; none when it corrects no other.
async fn prior_year(
    tx: &Writing,
    fund: Uuid,
    year: FinancialYear,
    corrects: Option<Correction>,
) -> Result<Option<FinancialYear>, Stopped> {
    let Some(Correction { year: corrected, .. }) = corrects.filter(|it| it.year != year) else {
        return Ok(None);
    };
    let closings = closings(&**tx, fund, corrected).await?;
    correction::is_prior_year(year, corrected, &closings)
        .map(|is_prior| is_prior.then_some(corrected))
        .map_err(|why| Refusal::new(Code::WrongYear, why).at("effective.effectiveOn").into())
}

/// The mutation that posts what happened, and the fields that it is about.
fn audited_as(kind: TransactionKind) -> (&'static str, FieldGroup) {
    use TransactionKind as Kind;
    match kind {
        Kind::Expenditure | Kind::ExpenditureRefund | Kind::Accrual | Kind::AccrualPaid => {
            ("recordExpenditure", FieldGroup::Ledger)
        }
        Kind::Adjustment | Kind::PriorYear => ("recordAdjustment", FieldGroup::Ledger),
        Kind::ContributionInvoiced => ("invoiceContribution", FieldGroup::ContributionsPaid),
        Kind::ContributionReceived => ("receiveContribution", FieldGroup::ContributionsPaid),
        Kind::ContributionRefund => ("refundContribution", FieldGroup::ContributionsPaid),
        Kind::Journal => ("postJournal", FieldGroup::Ledger),
        Kind::Reversal => ("reverseTransaction", FieldGroup::Ledger),
        Kind::CarryForward => ("carryForward", FieldGroup::Ledger),
        Kind::Settlement => ("acceptSettlementLine", FieldGroup::Ledger),
    }
}

/// Whether what was posted since `began` without an approval is within the agreement's limit (rule
/// M13). The answer to a key that was used before was posted earlier, and stays.
pub(super) async fn within_limit(
    tx: &Writing,
    viewer: &Viewer,
    (row, began): (&transaction::Model, Instant),
    (amount, path): (Pence, &str),
) -> Result<(), Stopped> {
    if row.known_at < began {
        return Ok(());
    }
    let ground = ground::of_fund(&**tx, viewer, row.fund_id, path).await?;
    posting_limit::within(tx, ground.agreement.id, amount, path).await
}

async fn write(
    tx: &Writing,
    held: HeldFund,
    mut row: transaction::Model,
    entries: &[Entry],
) -> Result<(transaction::Model, Vec<ledger_entry::Model>), Stopped> {
    let keys: Vec<&AccountKey> = entries.iter().map(|entry| &entry.account).collect();
    let accounts = accounts::opened(tx, row.fund_id, &keys).await?;
    let lines: Vec<ledger_entry::Model> = entries
        .iter()
        .zip(1..)
        .map(|(entry, line)| ledger_entry::Model {
            transaction_id: row.id,
            line,
            account_id: accounts[&entry.account.designation()],
            amount_pence: entry.amount,
        })
        .collect();
    row.hash = seal::hash_of(&seal::Sealed { transaction: &row, entries: &lines });
    let new = lines.iter().cloned().map(IntoActiveModel::into_active_model);
    ledger_entry::Entity::insert_many(new).exec_without_returning(&**tx).await?;
    transaction::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    let head = ledger_head::ActiveModel {
        fund_id: Set(row.fund_id),
        sequence: Set(row.sequence),
        known_at: Set(held.known_at),
        hash: Set(row.hash.clone()),
    };
    head.update(&**tx).await?;
    Ok((row, lines))
}

/// The year and period in which something takes effect, which lie within the agreement's term. A
/// pool that has ended is settled afterwards.
fn period_within(
    agreement: &agreement::Model,
    when: When,
    kind: TransactionKind,
) -> Result<(FinancialYear, Period), Refusal> {
    let ended = agreement.ends_on.is_some_and(|end| when.effective_on > end) && !runs_off(kind);
    if when.effective_on < agreement.starts_on || ended {
        return Err(Refusal::new(
            Code::WrongYear,
            format_args!("{} lies outside the term of the agreement", when.effective_on),
        )
        .at("effective.effectiveOn"));
    }
    calendar::period_of(when.effective_on, when.adjustment_period)
        .map_err(|why| Refusal::new(Code::WrongYear, why).at("effective.adjustmentPeriod"))
}

/// What is settled and paid when a pool has ended: nothing is spent or asked for any more.
fn runs_off(kind: TransactionKind) -> bool {
    use TransactionKind as Kind;
    matches!(
        kind,
        Kind::Settlement
            | Kind::Journal
            | Kind::ContributionReceived
            | Kind::ContributionRefund
            | Kind::AccrualPaid
    )
}

async fn may_post(
    tx: &Writing,
    fund: Uuid,
    (year, period): (FinancialYear, Period),
    by_host: bool,
    reason: Option<&str>,
) -> Result<(), Stopped> {
    let closings = closings(&**tx, fund, year).await?;
    let state = closing::state_of(period, &closings);
    closing::may_post_into(state, by_host, reason).map_err(|why| {
        let (code, path) = match why {
            PeriodRefusal::OnlyHost => (Code::NotAllowed, "effective.effectiveOn"),
            PeriodRefusal::NeedsReason => (Code::ReasonRequired, "reason"),
            PeriodRefusal::Closed => (Code::PeriodClosed, "effective.effectiveOn"),
        };
        Refusal::new(code, format_args!("period {period} of {year}: {why}")).at(path).into()
    })
}

/// How far the periods of a fund and year are closed.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn closings(
    connection: &impl ConnectionTrait,
    fund: Uuid,
    year: FinancialYear,
) -> Result<Vec<Closing>, DbErr> {
    let rows = period_closing::Entity::find()
        .filter(period_closing::Column::FundId.eq(fund))
        .filter(period_closing::Column::FinancialYear.eq(year))
        .all(&whole(connection))
        .await?;
    Ok(rows.iter().map(|row| Closing { period: row.period, status: row.status }).collect())
}

/// The entries of a transaction that the caller has found through its view, with their accounts.
///
/// # Errors
/// A fault of the database.
pub async fn entries_of(connection: &impl ConnectionTrait, id: Uuid) -> Result<Vec<Entry>, DbErr> {
    Ok(super::entries_of_all(connection, &[id]).await?.remove(&id).unwrap_or_default())
}

pub(super) fn key_of(account: &ledger_account::Model) -> AccountKey {
    AccountKey {
        kind: account.kind,
        scheme: account.scheme_id,
        partner: account.partner_id,
        funder: account.funder_id,
        source: account.source_code.clone(),
        year: account.contribution_year,
    }
}
