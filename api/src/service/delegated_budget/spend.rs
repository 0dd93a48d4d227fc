use chrono::NaiveDate;
use entities::{delegated_budget as budget, delegated_spending as spending, value::Pence};
use uuid::Uuid;

use super::{DelegatedBudget, GROUP, Recorded, Spending, read};
use crate::{
    access::{
        delegated_budget::{HOLDER_PLACE, whole_spending},
        derive,
        facts::supply_chain,
    },
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        idempotency::{self, Attempt},
        scheme::organisation_exists,
        text,
    },
};

/// What the holder of a budget spent of it.
#[derive(Clone, Debug)]
pub struct NewSpending {
    /// The budget.
    pub budget: Uuid,
    /// The day on which it was spent.
    pub spent_on: NaiveDate,
    /// Who was paid.
    pub payee: Uuid,
    /// What for.
    pub purpose: String,
    /// How much.
    pub amount: Pence,
    /// The document that shows it.
    pub document_reference: String,
    /// The caller's key (rule M14).
    pub idempotency_key: String,
}

/// Records what was spent of a budget, for who holds it. It is a fact: what goes beyond the budget is
/// recorded all the same, and told.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `NOT_POSITIVE`, `INVALID_DATE`, `INVALID_VALUE` or
/// `IDEMPOTENCY_KEY_REUSED`.
pub async fn record(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewSpending,
) -> Result<Recorded, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { Box::pin(record_in(&tx, viewer, new)).await }).await
}

/// The same in a transaction of the caller's.
///
/// # Errors
/// As [`record`].
pub async fn record_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewSpending,
) -> Result<Recorded, Stopped> {
    let found = read::find(&**tx, viewer, new.budget, "budget").await?;
    viewer.actor().may_record_delegated_spending(found.holder(viewer))?;
    let (id, key) = (tx.new_id(), new.idempotency_key.as_str());
    let attempt = Attempt { mutation: "recordDelegatedSpending", key, content: new.content() };
    if let Some(first) = idempotency::claim(tx, viewer, &attempt, id).await? {
        return recorded(tx, viewer, first, "idempotencyKey").await;
    }
    let of = &found.0.seen.row;
    supply_chain::hold(&**tx, of.contract_id).await?;
    organisation_exists(tx, new.payee, "payee").await?;
    let row = checked((of, new), (tx.today(), id))?;
    let before = whole_spending(&**tx, of.id).await?;
    let known = before.iter().find(|it| it.payee_id == new.payee).map(|it| it.payee_position);
    let last = before.iter().map(|it| it.payee_position).max().unwrap_or(HOLDER_PLACE);
    let row = spending::Model {
        number: before.last().map_or(1, |it| it.number + 1),
        payee_position: known.unwrap_or(last + 1),
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_at: tx.now(),
        ..row
    };
    let row = tx.insert(row).await?;
    derive::budgets(&**tx, &[row.budget_id]).await?;
    let act = Act::new("recordDelegatedSpending", "DelegatedSpending", row.id)
        .under(of.contract_id, GROUP)
        .from_day(row.spent_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    recorded(tx, viewer, row.id, "budget").await
}

/// A statement that was recorded, and what is told of it.
async fn recorded(
    tx: &Writing,
    viewer: &Viewer,
    id: Uuid,
    path: &str,
) -> Result<Recorded, Stopped> {
    let spending: Spending = read::find_spending(&**tx, viewer, id, path).await?;
    let of: DelegatedBudget = read::find(&**tx, viewer, spending.row.budget_id, path).await?;
    Ok(Recorded { warnings: of.warnings(&spending.row), spending })
}

/// What can be recorded, but for its place and who records it.
fn checked(
    (of, new): (&budget::Model, &NewSpending),
    (today, id): (NaiveDate, Uuid),
) -> Result<spending::Model, Refusal> {
    if new.amount <= Pence::ZERO {
        let sentence = "what was spent is above nothing: what was recorded wrongly is reversed";
        return Err(Refusal::new(Code::NotPositive, sentence).at("amount"));
    }
    if today < new.spent_on {
        let sentence = "this day is to come: what is spent is recorded on the day or later";
        return Err(Refusal::new(Code::InvalidDate, sentence).at("spentOn"));
    }
    if new.spent_on < of.starts_on {
        let sentence =
            format!("the budget may be spent from {} on: give a later day", of.starts_on);
        return Err(Refusal::new(Code::InvalidDate, sentence).at("spentOn"));
    }
    Ok(spending::Model {
        id,
        budget_id: of.id,
        number: 0,
        payee_id: new.payee,
        payee_position: 0,
        spent_on: new.spent_on,
        purpose: text::required(&new.purpose, 200, "purpose")?,
        amount_pence: new.amount,
        document_reference: text::required(&new.document_reference, 100, "documentReference")?,
        reverses_id: None,
        reason: None,
        recorded_by_id: None,
        recorded_as_id: of.holder_id,
        recorded_on: today,
        recorded_at: of.recorded_at,
    })
}

impl NewSpending {
    /// All that is asked, the same for the same.
    fn content(&self) -> String {
        let Self { budget, spent_on, payee, purpose, amount, document_reference, .. } = self;
        let lengths = (purpose.len(), document_reference.len());
        format!("{budget}|{spent_on}|{payee}|{amount}|{lengths:?}|{purpose}|{document_reference}")
    }
}
