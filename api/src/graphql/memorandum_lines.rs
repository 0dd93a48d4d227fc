//! The lines of a memorandum account. Seen like the account.

use async_graphql::{Context, Object, Result};
use domain::rules::memorandum as rule;
use entities::accounting_treatment;

use super::{memorandum::AccountingTreatment, organisation::Organisation, scalars::Money};
use crate::connection;

/// What one partner contributed from one source, in pounds.
#[derive(Clone, Debug)]
pub struct MemorandumIncome(pub(super) rule::Income);

/// What was spent on one scheme in the year, in pounds.
#[derive(Clone, Debug)]
pub struct MemorandumExpenditure {
    pub(super) reference: String,
    pub(super) name: String,
    pub(super) line: rule::Expenditure,
}

/// One partner's share of a fund's year, in pounds.
#[derive(Clone, Debug)]
pub struct MemorandumShare {
    pub(super) line: rule::Share,
    pub(super) treatment: Option<accounting_treatment::Model>,
}

connection!(
    MemorandumIncomeConnection,
    MemorandumIncomeEdge,
    MemorandumIncome,
    "the income of a memorandum account"
);
connection!(
    MemorandumExpenditureConnection,
    MemorandumExpenditureEdge,
    MemorandumExpenditure,
    "the expenditure of a memorandum account"
);

/// What one partner contributed from one source, in pounds.
#[Object]
impl MemorandumIncome {
    /// The partner.
    async fn partner(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.partner).await
    }

    /// The funding source's code in the year's list.
    async fn source_code(&self) -> &str {
        &self.0.source
    }

    /// What it was invoiced.
    async fn invoiced(&self) -> Money {
        self.0.invoiced.into()
    }

    /// What it was given back.
    async fn refunded(&self) -> Money {
        self.0.refunded.into()
    }

    /// Invoiced less refunded.
    async fn net(&self) -> Money {
        self.0.net.into()
    }
}

/// What was spent on one scheme in the year, in pounds.
#[Object]
impl MemorandumExpenditure {
    /// What the partners call the scheme.
    async fn scheme_reference(&self) -> &str {
        &self.reference
    }

    /// The scheme's name.
    async fn scheme_name(&self) -> &str {
        &self.name
    }

    /// What was spent.
    async fn spent(&self) -> Money {
        self.line.spent.into()
    }

    /// What was given back of it: below nothing, as a rule.
    async fn refunded(&self) -> Money {
        self.line.refunded.into()
    }

    /// What corrects closed years, and was recorded in this one.
    async fn of_prior_years(&self) -> Money {
        self.line.of_prior_years.into()
    }

    /// All of it together.
    async fn net(&self) -> Money {
        self.line.net.into()
    }
}

/// One partner's share of a fund's year, in pounds.
#[Object]
impl MemorandumShare {
    /// The partner.
    async fn partner(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.line.partner).await
    }

    /// What it contributed, less what it was given back.
    async fn contributed(&self) -> Money {
        self.line.contributed.into()
    }

    /// What it spent itself, from its own books.
    async fn met_itself(&self) -> Money {
        self.line.met_itself.into()
    }

    /// What it bears of earlier years by settlements of this one; below nothing, what it is given
    /// back.
    async fn settled(&self) -> Money {
        self.line.settled.into()
    }

    /// What it funds of the expenditure, by the parts that were stored when it was posted.
    async fn expenditure(&self) -> Money {
        self.line.expenditure.into()
    }

    /// What it put in less what it funds.
    async fn balance(&self) -> Money {
        self.line.balance.into()
    }

    /// How it accounts for its share, as it was last stated; null where nothing was.
    async fn accounting_treatment(&self) -> Option<AccountingTreatment> {
        self.treatment.clone().map(AccountingTreatment)
    }
}
