use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{
    contract, contract_value as value,
    value::{FinancialYear, Pence},
};
use sea_orm::{EntityTrait, QuerySelect};
use uuid::Uuid;

use super::{At, Told, draft::is_draft, held, tell};
use crate::{
    access::facts::contracts::ContractFacts,
    auth::Viewer,
    database::{Database, HOLDING, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
    },
};

/// The most years that a contract is expected to cost something in.
const MOST_YEARS: usize = 50;

/// What a draft is expected to cost, year by year; a year that is left out stays.
#[derive(Clone, Debug)]
pub struct NewValues {
    /// The contract.
    pub contract: Uuid,
    /// The version of its values as the caller read it; 0 before there are any.
    pub expected_version: i32,
    /// How much in which year.
    pub years: Vec<(FinancialYear, Pence)>,
}

/// Says what a draft is expected to cost. Once awarded, that is varied with the approval of the
/// commissioners.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `STALE_VERSION`, `ALREADY_DONE` once awarded, or `INVALID_VALUE`.
pub async fn plan(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewValues,
) -> Result<Told, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            plan_in(&tx, viewer, new).await?;
            tell(&*tx, viewer, new.contract, At::NOW).await
        })
        .await
}

/// The same in a transaction of the caller's.
///
/// # Errors
/// What is refused, or a fault of the database.
pub async fn plan_in(tx: &Writing, viewer: &Viewer, new: &NewValues) -> Result<(), Stopped> {
    hold(tx, new.contract).await?;
    let held = held(tx, viewer, new.contract, "contract").await?;
    viewer.actor().may_plan_contract_value(&held.parties)?;
    is_draft(&held.row)?;
    let current = version(&held.facts);
    if current != new.expected_version {
        return Err(Refusal::stale(current).into());
    }
    check(&new.years, held.row.opened_on, "years")?;
    let of = |(year, amount): &(FinancialYear, Pence)| value::Model {
        id: tx.new_id(),
        contract_id: held.row.id,
        version: current + 1,
        financial_year: *year,
        is_draft: true,
        amount_pence: *amount,
        variation_id: None,
        effective_on: held.row.opened_on,
        recorded_on: tx.today(),
        known_at: tx.now(),
    };
    let rows: Vec<value::Model> = new.years.iter().map(of).collect();
    for row in &rows {
        tx.insert(row.clone()).await?;
    }
    let act = Act::new("planContractValue", "Contract", held.row.id)
        .under(held.row.id, FieldGroup::ContractValue)
        .after(said(&held.row).with("values", &rows));
    Ok(audit::record(tx, viewer, act).await?)
}

/// Holds the contract without counting its version up: whoever reads that learns nothing of what it
/// costs (rule V8).
#[expect(clippy::disallowed_methods, reason = "what is held is found through the view afterwards")]
pub(super) async fn hold(tx: &Writing, id: Uuid) -> Result<(), Stopped> {
    contract::Entity::find_by_id(id).lock(HOLDING).one(&**tx).await?;
    Ok(())
}

/// The version of a contract's values; 0 before there are any.
#[must_use]
pub(super) fn version(facts: &ContractFacts) -> i32 {
    facts.values.iter().map(|row| row.version).max().unwrap_or(0)
}

/// Whether these are amounts of years, each once, and none before the contract.
pub(super) fn check(
    years: &[(FinancialYear, Pence)],
    opened_on: NaiveDate,
    path: &str,
) -> Result<(), Refusal> {
    if !(1..=MOST_YEARS).contains(&years.len()) {
        let sentence = format!("name 1 to {MOST_YEARS} years");
        return Err(Refusal::new(Code::InvalidValue, sentence).at(path));
    }
    let first = FinancialYear::of(opened_on);
    for (place, (year, amount)) in years.iter().enumerate() {
        if *year < first {
            let sentence = format!("the contract begins in {first}: it costs nothing before");
            let path = format!("{path}.{place}.financialYear");
            return Err(Refusal::new(Code::InvalidValue, sentence).at(&path));
        }
        if amount.0 < 0 {
            let sentence = "a contract is expected to cost nothing or more";
            let path = format!("{path}.{place}.amount");
            return Err(Refusal::new(Code::InvalidValue, sentence).at(&path));
        }
        if years[..place].iter().any(|(other, _)| other == year) {
            let path = format!("{path}.{place}.financialYear");
            return Err(Refusal::new(Code::InvalidValue, "this year is named twice").at(&path));
        }
    }
    Ok(())
}
