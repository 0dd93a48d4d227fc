//! What a closed year leaves is carried into the next, once (rule M12).

use domain::{
    policy::decisions::Posting as MayPost,
    rules::{
        accrual::reverses_in,
        closing::year_is_closed,
        ledger_posting::{AccountKey, Entry},
    },
};
use entities::{
    ledger_transaction::{self as transaction, TransactionKind},
    value::{FinancialYear, Pence, Period},
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use super::{Posting, When, closings, expenditure::first_result, post};
use crate::{
    access::facts::{whole, year_end},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        decision::Decision,
        fund_lock, ground,
        idempotency::{self, Attempt},
    },
};

/// That what a closed year left is carried into the next.
#[derive(Clone, Debug)]
pub struct NewCarryForward {
    /// The fund.
    pub fund: Uuid,
    /// The closed year.
    pub year: FinancialYear,
    /// Who decided to carry it (rule G4).
    pub decision: Decision,
    /// The caller's own key.
    pub idempotency_key: String,
}

/// Carries what each partner has left from each source in a closed year into the next, with effect on
/// its first day, or on that of its first month that is not closed. It is done once, by the host.
///
/// # Errors
/// `WRONG_YEAR` of a year that is not closed, `ALREADY_DONE`, `INVALID_VALUE` when nothing is left,
/// or what the ledger or the policy refuses.
pub async fn carry_forward(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewCarryForward,
) -> Result<transaction::Model, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { carry_forward_in(&tx, viewer, new).await }).await
}

async fn carry_forward_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewCarryForward,
) -> Result<transaction::Model, Stopped> {
    let ground = ground::of_fund(&**tx, viewer, new.fund, "fund").await?;
    viewer.actor().may_post(&ground.parties(), MayPost::HostsBooks)?;
    let id = tx.new_id();
    let attempt = Attempt {
        mutation: "carryForward",
        key: &new.idempotency_key,
        content: format!("{new:?}"),
    };
    if let Some(first) = idempotency::claim(tx, viewer, &attempt, id).await? {
        return first_result(tx, viewer, first).await;
    }
    let decision = new.decision.checked(tx.today(), "decision")?;
    let held = fund_lock::hold(tx, new.fund).await?;
    if !year_is_closed(&closings(&**tx, new.fund, new.year).await?) {
        let sentence = format!("{} is not closed yet: close all fourteen periods first", new.year);
        return Err(Refusal::new(Code::WrongYear, sentence).at("financialYear").into());
    }
    let next = new.year.next();
    refuse_second(tx, new.fund, next).await?;
    let period = reverses_in(Period::APRIL, &closings(&**tx, new.fund, next).await?);
    let period = period.ok_or_else(|| {
        let sentence = format!("every month of {next} is closed");
        Refusal::new(Code::PeriodClosed, sentence).at("financialYear")
    })?;
    let mut entries = Vec::new();
    for ((partner, source), end) in year_end::of(&**tx, new.fund, new.year).await? {
        let carried = end.carried();
        if carried == Pence::ZERO {
            continue;
        }
        let account = |year| AccountKey::carried_forward(partner, &source, year);
        entries.push(Entry { account: account(new.year), amount: carried });
        entries.push(Entry { account: account(next), amount: -carried });
    }
    if entries.is_empty() {
        let sentence = format!("of {} nothing is left, and nothing overspent", new.year);
        return Err(Refusal::new(Code::InvalidValue, sentence).at("financialYear").into());
    }
    let Decision { deciding_body, decided_on, minute_reference } = decision;
    let posting = Posting {
        kind: TransactionKind::CarryForward,
        when: When { effective_on: period.first_day(next), adjustment_period: None },
        description: format!("Carried forward from {}", new.year),
        reason: Some(format!("{deciding_body}, {decided_on}, minute {minute_reference}")),
        scheme: None,
        payee: None,
        reverses: None,
        adjusts: None,
        settles: None,
        corrects: None,
        entries,
    };
    post(tx, viewer, &ground, held, id, posting).await
}

/// Asked while the fund is held, so that of two at once the second finds the first.
#[expect(clippy::disallowed_methods, reason = "the caller found the fund through its view")]
async fn refuse_second(tx: &Writing, fund: Uuid, into: FinancialYear) -> Result<(), Stopped> {
    let done = transaction::Entity::find()
        .filter(transaction::Column::FundId.eq(fund))
        .filter(transaction::Column::FinancialYear.eq(into))
        .filter(transaction::Column::Kind.eq(TransactionKind::CarryForward));
    if done.count(&whole(&**tx)).await? == 0 {
        return Ok(());
    }
    let sentence = format!("what was left was carried into {into} before");
    Err(Refusal::new(Code::AlreadyDone, sentence).at("financialYear").into())
}
