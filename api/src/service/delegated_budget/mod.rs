//! Budgets that the co-ordinating commissioner of a contract delegates to others: delegated, changed
//! and withdrawn by it, and spent by who holds them, who says what of it went to whom. What is spent
//! posts nothing in a pooled fund's books.

mod change;
mod delegate;
mod ground;
mod read;
mod reverse;
mod spend;

use domain::{
    policy::{Standing, dated::Hidden, matrix::FieldGroup},
    rules::{
        delegated_budget::{self as rules, At, Figures, Spent, Version, Warning},
        explanation::Explanation,
    },
};
use entities::{
    delegated_spending as spending,
    value::{FinancialYear, Pence},
};
use uuid::Uuid;

pub use change::{NewChange, NewWithdrawal, change, withdraw};
pub use delegate::{NewBudget, delegate, delegate_in};
pub use read::{held, of_contracts, paid, spending_with_ids, with_ids};
pub use reverse::{NewReversal, reverse};
pub use spend::{NewSpending, record, record_in};

use crate::{
    access::delegated_budget::{SeenBudget, VersionRows},
    auth::Viewer,
    service::decision::Decision,
};

const GROUP: FieldGroup = FieldGroup::DelegatedBudgets;

/// How much in which year.
pub type Amounts = Vec<(FinancialYear, Pence)>;

/// A delegated budget as a viewer sees it.
#[derive(Clone, Debug)]
pub struct DelegatedBudget(pub SeenBudget);

/// A statement of what was spent of a budget, as a viewer sees it.
#[derive(Clone, Debug)]
pub struct Spending {
    /// It.
    pub row: spending::Model,
    /// What took it back, if that is seen.
    pub reversed_by: Option<Uuid>,
}

/// What was recorded as spent, and what is told of it.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// It.
    pub spending: Spending,
    /// What is told.
    pub warnings: Vec<Warning>,
}

/// What one or several budgets come to in a year.
#[derive(Clone, Debug)]
pub struct Position {
    /// How much; or why that is not read.
    pub figures: Result<Figures, Hidden>,
    /// How what is left came about; none of several, and where it is not read.
    pub explanation: Option<Explanation>,
}

impl DelegatedBudget {
    /// How the viewer stands to it.
    #[must_use]
    pub fn standing(&self) -> &Standing {
        &self.0.seen.standing
    }

    /// Why the viewer does not read all of it; none when it does.
    #[must_use]
    pub fn hidden(&self) -> Option<Hidden> {
        (!self.standing().reads_own(GROUP)).then_some(Hidden::SummaryOnly)
    }

    /// Counts what was decided about it and is read; none where nothing is.
    #[must_use]
    pub fn version(&self) -> Option<i32> {
        self.0.versions.last().filter(|_| self.hidden().is_none()).map(|(row, _)| row.number)
    }

    /// The viewer, where it holds the budget.
    #[must_use]
    pub fn holder(&self, viewer: &Viewer) -> Option<Uuid> {
        self.standing().holds_budget(viewer.today).then_some(viewer.organisation)
    }

    /// What was spent of it and is read, in the order of recording.
    #[must_use]
    pub fn spending(&self) -> Vec<Spending> {
        let all = &self.0.spending;
        all.iter().map(|row| Spending::among(row.clone(), all)).collect()
    }

    /// What it comes to in a year, as far as the viewer reads it.
    #[must_use]
    pub fn position(&self, year: FinancialYear, at: At) -> Position {
        if !self.standing().of_delegated_year(year).reads_own(GROUP) {
            let hidden = self.hidden().unwrap_or(Hidden::OutsideItsDays);
            return Position { figures: Err(hidden), explanation: None };
        }
        let (versions, spent) = (versions_of(&self.0.versions), spent_of(&self.0.spending));
        Position {
            figures: Ok(rules::figures(&versions, &spent, year, at)),
            explanation: Some(rules::explain(&versions, &spent, year, at)),
        }
    }

    /// What is told of a statement about it.
    fn warnings(&self, of: &spending::Model) -> Vec<Warning> {
        let (versions, spent) = (versions_of(&self.0.versions), spent_of(&self.0.spending));
        rules::warnings((&versions, &spent), &spent_by(of), (of.recorded_as_id, of.payee_id))
    }
}

impl Spending {
    /// A row, with what took it back of those that are seen.
    #[must_use]
    pub fn among(row: spending::Model, seen: &[spending::Model]) -> Self {
        let reversal = seen.iter().find(|it| it.reverses_id == Some(row.id));
        Self { reversed_by: reversal.map(|it| it.id), row }
    }

    /// The viewer, where it holds the budget of which it was spent: by the budget, if it sees that.
    #[must_use]
    pub fn holder(of: Option<&DelegatedBudget>, viewer: &Viewer) -> Option<Uuid> {
        of.and_then(|budget| budget.holder(viewer))
    }
}

/// What several budgets come to in a year: made of those that are read, and withheld where one is seen
/// of which that year is not (rule V8).
#[must_use]
pub fn together(budgets: &[&DelegatedBudget], year: FinancialYear, at: At) -> Position {
    let mut read = Vec::new();
    for (budget, number) in budgets.iter().zip(1..) {
        match budget.position(year, at).figures {
            Ok(figures) => read.push((format!("{number}: {}", budget.0.seen.row.purpose), figures)),
            Err(hidden) => return Position { figures: Err(hidden), explanation: None },
        }
    }
    let sum = read.iter().fold(Figures::default(), |sum, (_, own)| sum.and(*own));
    Position { figures: Ok(sum), explanation: Some(rules::explain_together(&read)) }
}

/// Versions as the rules know them.
fn versions_of(rows: &[VersionRows]) -> Vec<Version> {
    let version = |(row, amounts): &VersionRows| Version {
        number: row.number,
        effective_on: row.effective_on,
        known_at: row.recorded_at,
        is_withdrawal: row.is_withdrawal,
        amounts: amounts.iter().map(|it| (it.financial_year, it.amount_pence)).collect(),
    };
    rows.iter().map(version).collect()
}

/// What was spent, as the rules know it.
fn spent_of(rows: &[spending::Model]) -> Vec<Spent> {
    rows.iter().map(spent_by).collect()
}

fn spent_by(row: &spending::Model) -> Spent {
    Spent { spent_on: row.spent_on, known_at: row.recorded_at, amount: row.amount_pence }
}

/// What is asked, the same for the same: amounts and the decision.
fn content(amounts: &Amounts, decision: &Decision) -> String {
    let amounts: String =
        amounts.iter().map(|(year, amount)| format!("{year}={amount},")).collect();
    let Decision { deciding_body, decided_on, minute_reference } = decision;
    format!("{amounts}|{decided_on}|{minute_reference}|{deciding_body}")
}
