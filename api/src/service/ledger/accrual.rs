//! Accruals: they reverse themselves in the next period, or stay until they are paid (rules M9, M12).

use domain::rules::{
    accrual::{next_period, reverses_in},
    ledger_posting::{self as entries, Entry, Paid},
};
use entities::{
    ledger_account::{self as account, AccountKind},
    ledger_entry as entry,
    ledger_transaction::{self as transaction, TransactionKind},
    value::Pence,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QuerySelect, Select,
};
use uuid::Uuid;

use super::{
    NewExpenditure, Posting, SpendingEvent, When, closings, entries_of, expenditure::refused,
    payment_run::refuse_if_of_run, post,
};
use crate::{
    access::{self, facts::whole},
    auth::Viewer,
    database::{Writing, total},
    service::{Code, Refusal, Stopped, fund_lock, ground::Ground},
};

/// What is said about an accrual is said of one, and what pays one is spent.
pub(super) fn check(new: &NewExpenditure) -> Result<(), Refusal> {
    let invalid = |sentence, path: &str| Refusal::new(Code::InvalidValue, sentence).at(path);
    if new.reverses_itself.is_some() && new.event != SpendingEvent::Accrued {
        return Err(invalid("only an accrual reverses itself", "reversesItself"));
    }
    if new.settles.is_some() && new.event != SpendingEvent::Spent {
        return Err(invalid("what pays an accrual is spent", "settles"));
    }
    if new.settles.is_some() && new.corrects.is_some() {
        let sentence = "a payment of what was accrued corrects no period: it moves cash alone";
        return Err(invalid(sentence, "corrects"));
    }
    Ok(())
}

/// Takes an accrual back on the first day of the next period, in the write that posts it. A period
/// that is closed already is passed over. Its parts are its own, so that no funding of the next year
/// is needed.
///
/// # Errors
/// When there is no such day in the agreement's term, or no open period.
pub(super) async fn reverse_itself(
    tx: &Writing,
    viewer: &Viewer,
    ground: &Ground,
    accrual: &transaction::Model,
) -> Result<(), Stopped> {
    let (year, next) = next_period(accrual.financial_year, accrual.period);
    let closings = closings(&**tx, accrual.fund_id, year).await?;
    let refused = |sentence: String| {
        let sentence = format!("{sentence}: say that the accrual does not reverse itself");
        Refusal::new(Code::WrongYear, sentence).at("reversesItself")
    };
    let period = reverses_in(next, &closings)
        .ok_or_else(|| refused(format!("every month of {year} is closed")))?;
    let day = period.first_day(year);
    if ground.agreement.ends_on.is_some_and(|end| end < day) {
        return Err(refused(format!("the agreement ends before {day}")).into());
    }
    let reason = accrual.reason.clone();
    let posting = Posting {
        kind: TransactionKind::Reversal,
        when: When { effective_on: day, adjustment_period: None },
        description: format!("Reversal of {}", accrual.description),
        reason: reason.or_else(|| Some("An accrual reverses itself".to_owned())),
        scheme: accrual.scheme_id,
        payee: accrual.payee_id,
        reverses: Some(accrual.id),
        adjusts: None,
        settles: None,
        corrects: None,
        entries: entries::accrual_reversal(&entries_of(&**tx, accrual.id).await?),
    };
    let held = fund_lock::hold(tx, accrual.fund_id).await?;
    post(tx, viewer, ground, held, tx.new_id(), posting).await.map(drop)
}

/// True of an accrual that reverses itself: such a reversal corrects no period, because the accrual
/// was no mistake.
pub(super) async fn reverses_itself(tx: &Writing, id: Uuid) -> Result<bool, Stopped> {
    let by_itself = reversals_of(id).filter(transaction::Column::CorrectsYear.is_null());
    Ok(by_itself.count(&whole(&**tx)).await? > 0)
}

#[expect(clippy::disallowed_methods, reason = "the caller found the transaction through its view")]
fn reversals_of(id: Uuid) -> Select<transaction::Entity> {
    transaction::Entity::find().filter(transaction::Column::ReversesId.eq(id))
}

/// The entries by which something that was accrued is paid, while its fund is held.
///
/// # Errors
/// When the accrual is none of the scheme's, was taken back, or less is left of it.
pub(super) async fn payment(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewExpenditure,
    (paid, incurred_by): (Paid, Uuid),
) -> Result<Vec<Entry>, Stopped> {
    let not_found = || Refusal::not_found("accrual of the scheme", "settles");
    let id = new.settles.ok_or_else(not_found)?;
    let row = access::ledger::visible_transaction(&**tx, viewer, id)
        .await?
        .map(|seen| seen.row)
        .filter(|row| row.scheme_id == Some(new.scheme) && row.reverses_id.is_none())
        .filter(|row| row.adjusts_id.is_none() && row.settles_id.is_none())
        .ok_or_else(not_found)?;
    refuse_if_of_run(tx, row.id, "settles").await?;
    let lines = entries_of(&**tx, row.id).await?;
    let is_accrual = lines.iter().any(|line| line.account.kind == AccountKind::Accrual);
    let by = lines.iter().find_map(|line| line.account.partner);
    if !is_accrual {
        return Err(not_found().into());
    }
    if by != Some(incurred_by) {
        let sentence = "what was accrued is paid by the partner that incurred it";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("spentBy").into());
    }
    if reversals_of(row.id).count(&whole(&**tx)).await? > 0 {
        let sentence = "this accrual was taken back, or reverses itself: record what is paid as \
                        spent, without it";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("settles").into());
    }
    let left = left_of(tx, row.id).await?;
    if new.amount > left {
        let sentence = format!("{left} of this accrual is left: record the rest as spent");
        return Err(Refusal::new(Code::InsufficientAmount, sentence).at("amount").into());
    }
    Ok(entries::accrual_paid(new.amount, paid, incurred_by).map_err(refused)?)
}

/// What is left of an accrual: with its adjustments, less its payments, and what was taken back of
/// either.
#[expect(clippy::disallowed_methods, reason = "the caller found the accrual through its view")]
async fn left_of(tx: &Writing, accrual: Uuid) -> Result<Pence, Stopped> {
    use transaction::Column::{AdjustsId, Id, ReversesId, SettlesId};
    let of_accrual =
        Condition::any().add(Id.eq(accrual)).add(AdjustsId.eq(accrual)).add(SettlesId.eq(accrual));
    let own: Vec<Uuid> = transaction::Entity::find()
        .filter(of_accrual)
        .select_only()
        .column(Id)
        .into_tuple()
        .all(&whole(&**tx))
        .await?;
    let counts = Condition::any()
        .add(Id.is_in(own.iter().copied()))
        .add(ReversesId.is_in(own.iter().copied()));
    let query = transaction::Entity::find()
        .join(
            JoinType::InnerJoin,
            transaction::Entity::belongs_to(entry::Entity)
                .from(Id)
                .to(entry::Column::TransactionId)
                .into(),
        )
        .join(
            JoinType::InnerJoin,
            entry::Entity::belongs_to(account::Entity)
                .from(entry::Column::AccountId)
                .to(account::Column::Id)
                .into(),
        )
        .filter(counts)
        .filter(account::Column::Kind.eq(AccountKind::Accrual))
        .select_only()
        .expr_as(total(entry::Column::AmountPence), "total");
    let sum: Option<Option<Pence>> = query.into_tuple().one(&whole(&**tx)).await?;
    // A credit is what is owed.
    Ok(-sum.flatten().unwrap_or_default())
}
