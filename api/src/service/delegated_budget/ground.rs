//! What delegating within a contract stands on, whatever the caller may see of it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    policy::decisions::ContractParties,
    rules::delegated_budget::{self as rules, Version},
};
use entities::{
    contract, delegated_budget_amount as amount, delegated_budget_version as version,
    value::{FinancialYear, Pence},
};
use sea_orm::{DbErr, EntityTrait};
use uuid::Uuid;

use super::{Amounts, versions_of};
use crate::{
    access::{
        delegated_budget::whole_of,
        facts::{
            contracts::{self, ContractFacts},
            supply_chain, whole,
        },
    },
    auth::Viewer,
    database::Writing,
    service::{Code, Refusal, Stopped, decision::Decision},
};

/// The most years that a version names.
const MOST_YEARS: usize = 50;

/// The facts about a contract, and everything that was delegated within it.
pub(super) struct Ground {
    pub(super) row: contract::Model,
    pub(super) facts: ContractFacts,
    pub(super) parties: ContractParties,
    pub(super) budgets: BTreeMap<Uuid, Vec<Version>>,
}

/// What is on record of a contract that the caller has found through its view, or a budget within it.
#[expect(clippy::disallowed_methods, reason = "the caller found the contract through its view")]
pub(super) async fn ground(tx: &Writing, contract: Uuid) -> Result<Ground, Stopped> {
    let row = contract::Entity::find_by_id(contract).one(&whole(&**tx)).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound(format!("contract {contract}")))?;
    let facts = contracts::whole_of(&**tx, contract).await?;
    let heirs = contracts::heirs_of(&**tx, &[(&row, &facts)]).await?.remove(&contract);
    let parties = facts.parties_on(&heirs.unwrap_or_default(), tx.today());
    let budgets = whole_of(&**tx, contract).await?;
    let budgets = budgets.iter().map(|(row, versions)| (row.id, versions_of(versions))).collect();
    Ok(Ground { row, facts, parties, budgets })
}

impl Ground {
    /// Whether the budgets within the contract come to no more than it costs, once this one has such
    /// versions. The refusal names no amount: others' budgets are none of every caller's.
    pub(super) fn fits(&self, budget: Uuid, next: Version, path: &str) -> Result<(), Refusal> {
        let values = supply_chain::head(&self.facts, Vec::new()).values;
        let others = self.budgets.iter().filter(|(id, _)| **id != budget);
        let others: Vec<Vec<Version>> = others.map(|(_, versions)| versions.clone()).collect();
        let before = self.budgets.get(&budget).cloned().unwrap_or_default();
        let after = [before.clone(), vec![next]].concat();
        rules::fits(&values, &others, (&before, &after)).map_err(|year| {
            let sentence = format!(
                "the budgets delegated within this contract would come to more than it is expected \
                 to cost in {year}: delegate less, or vary the contract first"
            );
            Refusal::new(Code::InsufficientAmount, sentence).at(path)
        })
    }
}

/// Whether these are amounts of years, each once, and none before the day on which they are in force.
pub(super) fn check(amounts: &Amounts, effective_on: NaiveDate) -> Result<(), Refusal> {
    if !(1..=MOST_YEARS).contains(&amounts.len()) {
        let sentence = format!("name 1 to {MOST_YEARS} years");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("amounts"));
    }
    let first = FinancialYear::of(effective_on);
    for (place, (year, amount)) in amounts.iter().enumerate() {
        let at = |field: &str| format!("amounts.{place}.{field}");
        if *year < first {
            let sentence = format!("this is in force from {first} on: name no earlier year");
            return Err(Refusal::new(Code::WrongYear, sentence).at(&at("financialYear")));
        }
        if amounts[..place].iter().any(|(other, _)| other == year) {
            let sentence = "this year is named twice: name each once";
            return Err(Refusal::new(Code::InvalidValue, sentence).at(&at("financialYear")));
        }
        if amount.is_negative() {
            let sentence = "a budget is nothing or more: give such an amount";
            return Err(Refusal::new(Code::InvalidValue, sentence).at(&at("amount")));
        }
    }
    Ok(())
}

/// A version that is about to be recorded.
pub(super) struct Next {
    pub(super) budget: Uuid,
    pub(super) number: i32,
    pub(super) effective_on: NaiveDate,
    pub(super) withdrawn_for: Option<String>,
    pub(super) amounts: Amounts,
    pub(super) decision: Decision,
}

impl Next {
    /// It, as the rules know it.
    pub(super) fn version(&self, tx: &Writing) -> Version {
        Version {
            number: self.number,
            effective_on: self.effective_on,
            known_at: tx.now(),
            is_withdrawal: self.withdrawn_for.is_some(),
            amounts: self.amounts.iter().copied().collect::<BTreeMap<FinancialYear, Pence>>(),
        }
    }

    /// Records it with its amounts.
    pub(super) async fn insert(
        self,
        tx: &Writing,
        viewer: &Viewer,
    ) -> Result<(version::Model, Vec<amount::Model>), Stopped> {
        let row = version::Model {
            budget_id: self.budget,
            number: self.number,
            effective_on: self.effective_on,
            is_withdrawal: self.withdrawn_for.is_some(),
            reason: self.withdrawn_for,
            deciding_body: self.decision.deciding_body,
            decided_on: self.decision.decided_on,
            minute_reference: self.decision.minute_reference,
            recorded_by_id: viewer.account,
            recorded_as_id: viewer.organisation,
            recorded_on: tx.today(),
            recorded_at: tx.now(),
        };
        let row = tx.insert(row).await?;
        let mut amounts = Vec::new();
        for (financial_year, amount_pence) in self.amounts {
            let (budget_id, version) = (row.budget_id, row.number);
            let of_year = amount::Model { budget_id, version, financial_year, amount_pence };
            amounts.push(tx.insert(of_year).await?);
        }
        Ok((row, amounts))
    }
}
