//! What a contract pays in a year, line by line.

use std::sync::Arc;

use async_graphql::{Enum, Object, SimpleObject};
use domain::rules::pay as rules;

use super::{
    contract_pay::PayKind,
    position_figures::Explanation,
    scalars::{Date, DateTime, FinancialYear, Money},
};
use crate::service::pay::Scheduled;

/// What a contract pays in a year, as far as it is known. Whoever reads all that enters it sees it.
#[derive(Clone, Debug)]
pub struct PaySchedule(pub Arc<Scheduled>);

/// What a component comes to in the year. Whoever reads all that enters it sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct PayComponentTotal {
    /// What the component is called by its parties.
    pub reference: String,
    /// Its name.
    pub name: String,
    /// How it pays; null of one that pays nothing in the year.
    pub kind: Option<PayKind>,
    /// What it comes to, in pounds; below nothing when it is taken back.
    pub amount: Money,
    /// The most that measures could earn of it, in pounds.
    pub most: Money,
}

/// One line of a schedule. Whoever reads all that enters it sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct PayLine {
    /// What its component is called by its parties.
    pub component: String,
    /// The month that it is for: 1 is April, 12 is March.
    pub period: i32,
    /// What it is.
    pub nature: PayNature,
    /// How much, in pounds; below nothing when it is taken back.
    pub amount: Money,
    /// How that comes about.
    pub explanation: Explanation,
}

/// What a line of a schedule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rules::Nature")]
pub enum PayNature {
    /// Pay that is due.
    Due,
    /// Pay before it is known what is earned.
    OnAccount,
    /// What is withheld of it.
    Withheld,
    /// What was withheld and is given back.
    Released,
}

/// What one measure earned of what one component pays for it: the most is what was earned, what can
/// still be earned, what was forfeited and what was missed, added up. Whoever reads all that enters
/// it sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct PayMeasureResult {
    /// What the component is called by its parties.
    pub component: String,
    /// The reference of the measure.
    pub measure: String,
    /// What the measure, or the goal, is called.
    pub name: String,
    /// What became of it.
    pub state: PayMeasureState,
    /// The most that it could earn, in pounds.
    pub most: Money,
    /// What it earned, in pounds.
    pub earned: Money,
    /// What it can still earn, in pounds: nothing was validated, and the cut-off is not past.
    pub payable_yet: Money,
    /// What it can no longer earn, in pounds, because nothing was validated by the cut-off.
    pub forfeited: Money,
    /// What was measured as missed, in pounds.
    pub missed: Money,
}

/// What became of a measure in a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rules::State")]
pub enum PayMeasureState {
    /// All of it was reached.
    Met,
    /// A part of it was reached.
    PartlyMet,
    /// It was measured, and nothing of it was reached.
    Failed,
    /// Nothing was validated: not the same as failed (rule C5).
    NotEvidenced,
}

/// What became of a saving, or of an overspend, against a target. Whoever reads all that enters it
/// sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct PayShared {
    /// What the component is called by its parties.
    pub component: String,
    /// What the care was to cost, in pounds.
    pub target: Money,
    /// What it cost, in pounds.
    pub cost: Money,
    /// What was saved, or overspent, in pounds.
    pub variance: Money,
    /// What of that the provider keeps, or bears, in pounds.
    pub provider: Money,
    /// What of that the pool keeps, or bears, in pounds.
    pub pool: Money,
    /// Whether quality was good enough; null where it is no condition.
    pub is_gate_passed: Option<bool>,
}

impl PaySchedule {
    fn reference(&self, component: uuid::Uuid) -> String {
        self.0.components.get(&component).map(|row| row.reference.clone()).unwrap_or_default()
    }
}

/// What a contract pays in a year, as far as it is known. Whoever reads all that enters it sees it.
#[Object]
impl PaySchedule {
    /// The year.
    async fn financial_year(&self) -> FinancialYear {
        self.0.schedule.year.into()
    }

    /// The last day of effect that counts.
    async fn as_of(&self) -> Date {
        self.0.as_of.into()
    }

    /// The last instant of recording that counts; null when everything on record does.
    async fn known_at(&self) -> Option<DateTime> {
        self.0.known_at.map(DateTime::from)
    }

    /// The version of the rules by which it is worked out.
    async fn rule_version(&self) -> i32 {
        i32::try_from(self.0.schedule.version).unwrap_or(i32::MAX)
    }

    /// What the year comes to, in pounds: the sum of the lines.
    async fn total(&self) -> Money {
        self.0.schedule.total().into()
    }

    /// What was spent on the care before the contract, as agreed for the year, in pounds.
    async fn baseline_spend(&self) -> Money {
        self.0.schedule.bases.baseline_spend.into()
    }

    /// The value of the contract, as agreed for the year, in pounds.
    async fn contract_value(&self) -> Money {
        self.0.schedule.bases.contract_value.into()
    }

    /// What care itself comes to, in pounds.
    async fn actual_annual_value(&self) -> Money {
        self.0.schedule.bases.actual_annual_value.into()
    }

    /// Block and capitation, in pounds.
    async fn fixed_element(&self) -> Money {
        self.0.schedule.bases.fixed_element.into()
    }

    /// What each component comes to, in the contract's order.
    async fn components(&self) -> Vec<PayComponentTotal> {
        let mut rows: Vec<_> = self.0.components.values().collect();
        rows.sort_by_key(|row| row.position);
        let schedule = &self.0.schedule;
        let total = |row: &&entities::pay_component::Model| PayComponentTotal {
            reference: row.reference.clone(),
            name: row.name.clone(),
            kind: self.0.kinds.get(&row.id).copied().map(PayKind::from),
            amount: schedule.of(row.id).into(),
            most: schedule.most_of(row.id).into(),
        };
        rows.iter().map(total).collect()
    }

    /// The lines, by component in the contract's order, then by month.
    async fn lines(&self) -> Vec<PayLine> {
        let line = |it: &rules::Line| PayLine {
            component: self.reference(it.component),
            period: it.month.number(),
            nature: it.nature.into(),
            amount: it.amount.into(),
            explanation: it.explanation.clone().into(),
        };
        self.0.schedule.lines.iter().map(line).collect()
    }

    /// What became of each measure that pay depends on.
    async fn results(&self) -> Vec<PayMeasureResult> {
        let result = |it: &rules::MeasureResult| PayMeasureResult {
            component: self.reference(it.component),
            measure: self.0.measures.get(&it.measure).cloned().unwrap_or_default(),
            name: it.name.clone(),
            state: it.state.into(),
            most: it.most.into(),
            earned: it.earned.into(),
            payable_yet: it.payable_yet.into(),
            forfeited: it.forfeited.into(),
            missed: it.missed.into(),
        };
        self.0.schedule.results.iter().map(result).collect()
    }

    /// What became of savings and overspends, where the year's cost is known.
    async fn shared(&self) -> Vec<PayShared> {
        let shared = |it: &rules::Shared| PayShared {
            component: self.reference(it.component),
            target: it.target.into(),
            cost: it.cost.into(),
            variance: it.variance.into(),
            provider: it.provider.into(),
            pool: it.pool.into(),
            is_gate_passed: it.is_gate_passed,
        };
        self.0.schedule.shared.iter().map(shared).collect()
    }
}
