use chrono::NaiveDate;
use domain::rules::delegated_budget::{At, Version, amount};
use entities::value::{FinancialYear, Instant, Pence};
use uuid::Uuid;

use super::{
    Amounts, DelegatedBudget, GROUP,
    ground::{Ground, Next, check, ground},
    read,
};
use crate::{
    access::facts::supply_chain,
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        decision::Decision,
        text,
    },
};

/// Other amounts of a budget, from a day on.
#[derive(Clone, Debug)]
pub struct NewChange {
    /// The budget.
    pub budget: Uuid,
    /// The version that was read.
    pub expected_version: i32,
    /// The first day on which they are in force.
    pub effective_on: NaiveDate,
    /// How much in which year; one that is not named stays as it was.
    pub amounts: Amounts,
    /// Who decided (rule G4).
    pub decision: Decision,
}

/// That a budget is withdrawn from a day on.
#[derive(Clone, Debug)]
pub struct NewWithdrawal {
    /// The budget.
    pub budget: Uuid,
    /// The version that was read.
    pub expected_version: i32,
    /// The first day on which it is withdrawn.
    pub effective_on: NaiveDate,
    /// What stays of the year of that day.
    pub kept: Pence,
    /// Why.
    pub reason: String,
    /// Who decided (rule G4).
    pub decision: Decision,
}

/// Changes what is delegated from a day on.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `STALE_VERSION`, `ALREADY_DONE` once withdrawn, `INVALID_DATE`,
/// `WRONG_YEAR`, `INVALID_VALUE` or `INSUFFICIENT_AMOUNT`.
pub async fn change(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewChange,
) -> Result<DelegatedBudget, Stopped> {
    let new = &new;
    let change = |tx: Writing| async move {
        let of = (new.budget, new.expected_version, new.effective_on);
        let (ground, number) = Box::pin(held(&tx, viewer, of)).await?;
        check(&new.amounts, new.effective_on)?;
        let next = Next {
            budget: new.budget,
            number,
            effective_on: new.effective_on,
            withdrawn_for: None,
            amounts: new.amounts.clone(),
            decision: new.decision.checked(tx.today(), "decision")?,
        };
        Box::pin(add(&tx, viewer, ("changeDelegatedBudget", "amounts"), (&ground, next))).await
    };
    database.write(dry_run, change).await
}

/// Withdraws what was delegated from a day on. It stays on record.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `STALE_VERSION`, `ALREADY_DONE`, `INVALID_DATE`, `INVALID_VALUE` or
/// `INSUFFICIENT_AMOUNT` where more would stay than there was.
pub async fn withdraw(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewWithdrawal,
) -> Result<DelegatedBudget, Stopped> {
    let new = &new;
    let withdraw = |tx: Writing| async move {
        let of = (new.budget, new.expected_version, new.effective_on);
        let (ground, number) = Box::pin(held(&tx, viewer, of)).await?;
        let year = FinancialYear::of(new.effective_on);
        let versions = ground.budgets.get(&new.budget).map_or(&[][..], Vec::as_slice);
        stays(versions, (year, new.effective_on), new.kept)?;
        let next = Next {
            budget: new.budget,
            number,
            effective_on: new.effective_on,
            withdrawn_for: Some(text::required(&new.reason, 1_000, "reason")?),
            amounts: vec![(year, new.kept)],
            decision: new.decision.checked(tx.today(), "decision")?,
        };
        Box::pin(add(&tx, viewer, ("withdrawDelegatedBudget", "kept"), (&ground, next))).await
    };
    database.write(dry_run, withdraw).await
}

/// The contract with all that was delegated within it, and the number of the next version, of a budget
/// that the caller may change and that nobody changed since it was read.
async fn held(
    tx: &Writing,
    viewer: &Viewer,
    (budget, expected_version, effective_on): (Uuid, i32, NaiveDate),
) -> Result<(Ground, i32), Stopped> {
    let contract = read::find(&**tx, viewer, budget, "budget").await?.0.seen.row.contract_id;
    viewer.actor().may_delegate_budget(&ground(tx, contract).await?.parties)?;
    supply_chain::hold(&**tx, contract).await?;
    let ground = ground(tx, contract).await?;
    let last = ground.budgets.get(&budget).and_then(|versions| versions.last());
    let last = last.ok_or_else(|| Refusal::not_found("delegated budget", "budget"))?;
    if last.number != expected_version {
        return Err(Refusal::stale(last.number).into());
    }
    if last.is_withdrawal {
        let sentence = "this budget was withdrawn: delegate a new one instead";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("budget").into());
    }
    if effective_on < last.effective_on {
        let sentence =
            format!("give {} or a later day: the last version is of it", last.effective_on);
        return Err(Refusal::new(Code::InvalidDate, sentence).at("effectiveOn").into());
    }
    let number = last.number + 1;
    Ok((ground, number))
}

/// Whether so much may stay of the year in which a budget is withdrawn: no more than it had.
fn stays(
    versions: &[Version],
    (year, effective_on): (FinancialYear, NaiveDate),
    kept: Pence,
) -> Result<(), Refusal> {
    if kept.is_negative() {
        let sentence = "nothing or more stays of the year: give such an amount";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("kept"));
    }
    let had = amount(versions, year, At { as_of: effective_on, known_at: Instant(i64::MAX) });
    if had < kept {
        let sentence = format!("no more stays of {year} than the {had} that was delegated for it");
        return Err(Refusal::new(Code::InsufficientAmount, sentence).at("kept"));
    }
    Ok(())
}

async fn add(
    tx: &Writing,
    viewer: &Viewer,
    (mutation, path): (&'static str, &str),
    (ground, next): (&Ground, Next),
) -> Result<DelegatedBudget, Stopped> {
    let budget = next.budget;
    ground.fits(budget, next.version(tx), path)?;
    let before = read::find(&**tx, viewer, budget, "budget").await?.0.seen.row;
    let (version, amounts) = next.insert(tx, viewer).await?;
    let act = Act::new(mutation, "DelegatedBudget", budget)
        .under(before.contract_id, GROUP)
        .from_day(version.effective_on)
        .before(said(&before))
        .after(said(&before).with("versions", &[version]).with("amounts", &amounts));
    audit::record(tx, viewer, act).await?;
    read::find(&**tx, viewer, budget, "budget").await
}
