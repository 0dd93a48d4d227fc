//! Budgets that commissioners delegated within contracts, by chance: changed, withdrawn and overspent,
//! and what their holders recorded as spent, some of it reversed.

use chrono::{Days, NaiveDate};
use entities::{
    contract, delegated_budget as budget, delegated_budget_amount as amount,
    delegated_budget_version as version, delegated_spending as spending,
    value::{FinancialYear, Pence},
};
use uuid::Uuid;

use super::Maker;
use crate::raw::day;

/// What is delegated within contracts.
#[derive(Clone, Debug, Default)]
pub struct Delegated {
    /// Budgets.
    pub budgets: Vec<budget::Model>,
    /// What was decided about them.
    pub versions: Vec<version::Model>,
    /// How much in which year.
    pub amounts: Vec<amount::Model>,
    /// What was spent of them, each after what it takes back.
    pub spending: Vec<spending::Model>,
}

impl Delegated {
    /// A budget.
    ///
    /// # Panics
    /// When it is none of this world.
    #[must_use]
    pub fn budget(&self, id: Uuid) -> &budget::Model {
        self.budgets.iter().find(|row| row.id == id).expect("a budget of this world")
    }

    /// Keeps some budgets, with all that belongs to them.
    pub fn keep(&mut self, keeps: impl Fn(&budget::Model) -> bool) {
        self.budgets.retain(keeps);
        let kept: Vec<Uuid> = self.budgets.iter().map(|row| row.id).collect();
        self.keep_versions(|row| kept.contains(&row.budget_id));
        self.keep_spending(|row| kept.contains(&row.budget_id));
    }

    /// Keeps some versions, with their amounts.
    pub fn keep_versions(&mut self, keeps: impl Fn(&version::Model) -> bool) {
        self.versions.retain(keeps);
        let kept: Vec<(Uuid, i32)> =
            self.versions.iter().map(|row| (row.budget_id, row.number)).collect();
        self.amounts.retain(|row| kept.contains(&(row.budget_id, row.version)));
    }

    /// Keeps some of what was spent, with what takes it back.
    pub fn keep_spending(&mut self, keeps: impl Fn(&spending::Model) -> bool) {
        self.spending.retain(keeps);
        let kept: Vec<Uuid> = self.spending.iter().map(|row| row.id).collect();
        self.spending.retain(|row| row.reverses_id.is_none_or(|of| kept.contains(&of)));
    }
}

/// The last day on which anything is recorded.
fn last() -> NaiveDate {
    day(2025, 9, 30)
}

fn year(start: i32) -> FinancialYear {
    FinancialYear::starting(start).expect("a year")
}

impl Maker {
    /// Up to three within every contract that was awarded.
    pub(super) fn delegated_budgets(&mut self) {
        let awarded = self.it.contracting.contracts.clone();
        for row in awarded.iter().filter(|row| row.shared_on.is_some_and(|on| on < last())) {
            for _ in 0..self.below(4) {
                let holder = self.organisation();
                self.delegates(row, holder);
            }
        }
    }

    /// Lets an organisation hold a budget within a contract that was awarded.
    pub(super) fn delegates(&mut self, within: &contract::Model, holder: Uuid) {
        let shared_on = within.shared_on.unwrap_or(within.opened_on);
        let (id, recorded_at) = (self.id(), self.known_at());
        let later = self.pick(&[day(2025, 1, 15), day(2025, 6, 1)]);
        let recorded_on = self.pick(&[shared_on, shared_on, later]).max(shared_on);
        let starts_on = self.pick(&[shared_on, recorded_on]);
        let purpose = self.pick(&["Diabetes care", "Foot checks", "Interpreters"]).to_owned();
        self.it.contracting.delegated.budgets.push(budget::Model {
            id,
            contract_id: within.id,
            holder_id: holder,
            purpose,
            starts_on,
            recorded_by_id: None,
            recorded_as_id: within.owner_id,
            recorded_on,
            recorded_at,
        });
        let mut on = (starts_on, recorded_on);
        for number in 1..=self.pick(&[1, 1, 2, 3]) {
            let is_withdrawal = number == 3 || (number == 2 && self.one_in(3));
            self.version(within, (id, number, is_withdrawal), on);
            if is_withdrawal {
                break;
            }
            let later = self.pick(&[30, 120, 200]);
            on = (on.0 + Days::new(later), (on.1 + Days::new(later)).min(last()));
        }
        // Most have something that was spent, which is what there is to hide.
        for number in 1..=i32::try_from(self.below(5)).unwrap_or(0) {
            self.spends((id, number), (starts_on, recorded_on), holder);
        }
        self.takes_back(id);
    }

    fn version(
        &mut self,
        within: &contract::Model,
        (budget_id, number, is_withdrawal): (Uuid, i32, bool),
        (effective_on, recorded_on): (NaiveDate, NaiveDate),
    ) {
        let recorded_at = self.known_at();
        let delegated = &mut self.it.contracting.delegated;
        delegated.versions.push(version::Model {
            budget_id,
            number,
            effective_on,
            is_withdrawal,
            reason: is_withdrawal.then(|| "It is done otherwise".to_owned()),
            deciding_body: "Governing body".to_owned(),
            decided_on: recorded_on,
            minute_reference: format!("GB {number}"),
            recorded_by_id: None,
            recorded_as_id: within.owner_id,
            recorded_on,
            recorded_at,
        });
        let first = FinancialYear::of(effective_on).start_year();
        let named = if is_withdrawal { first..=first } else { first..=2026 };
        for start in named {
            let pence = i64::try_from(self.between(0, 5_000_000)).unwrap_or(1);
            self.it.contracting.delegated.amounts.push(amount::Model {
                budget_id,
                version: number,
                financial_year: year(start),
                amount_pence: Pence(pence),
            });
        }
    }

    fn spends(
        &mut self,
        (budget_id, number): (Uuid, i32),
        (starts_on, recorded): (NaiveDate, NaiveDate),
        holder: Uuid,
    ) {
        let (id, recorded_at) = (self.id(), self.known_at());
        let first = if self.one_in(3) { starts_on } else { starts_on.max(day(2025, 4, 1)) };
        let span = u64::try_from((last() - first).num_days()).unwrap_or(0);
        let spent_on = first + Days::new(self.random.below(span + 1));
        let later = spent_on + Days::new(20);
        let recorded_on = self.pick(&[spent_on, later, last()]).min(last()).max(recorded);
        let payee_id = self.organisation();
        let spent = &self.it.contracting.delegated.spending;
        let of_budget = spent.iter().filter(|row| row.budget_id == budget_id);
        let known = of_budget.clone().find(|row| row.payee_id == payee_id);
        let known = known.map(|row| row.payee_position);
        let last_place = of_budget.map(|row| row.payee_position).max().unwrap_or(0);
        let amount = i64::try_from(self.between(1, 3_000_000)).unwrap_or(1);
        self.it.contracting.delegated.spending.push(spending::Model {
            id,
            budget_id,
            number,
            payee_id,
            payee_position: known.unwrap_or(last_place + 1),
            spent_on,
            purpose: "Clinics".to_owned(),
            amount_pence: Pence(amount),
            document_reference: format!("INV {number}"),
            reverses_id: None,
            reason: None,
            recorded_by_id: None,
            recorded_as_id: holder,
            recorded_on,
            recorded_at,
        });
    }

    /// Takes back some of what was recorded as spent.
    fn takes_back(&mut self, budget: Uuid) {
        let spent = self.it.contracting.delegated.spending.clone();
        let of_budget: Vec<_> = spent.iter().filter(|row| row.budget_id == budget).collect();
        let mut number = of_budget.last().map_or(0, |row| row.number);
        for row in of_budget {
            if !self.one_in(4) {
                continue;
            }
            number += 1;
            let later = row.recorded_on + Days::new(40);
            let recorded_on = self.pick(&[row.recorded_on, later]).min(last());
            let reversal = spending::Model {
                id: self.id(),
                number,
                amount_pence: -row.amount_pence,
                reverses_id: Some(row.id),
                reason: Some("Paid by somebody else".to_owned()),
                recorded_on: recorded_on.max(row.recorded_on),
                recorded_at: self.known_at(),
                ..row.clone()
            };
            self.it.contracting.delegated.spending.push(reversal);
        }
    }
}
