//! Contracts in the place of others.

use async_graphql::{Context, Object, Result, SimpleObject};
use domain::rules::supply_chain::{USUAL_MOST_PER_HEAD, explain_per_head};

use super::{
    contract::Contract,
    decision::Decision,
    position_figures::Explanation,
    scalars::{Date, DateTime, FinancialYear, Money},
};
use crate::{
    connection,
    service::contract::{Novated, PerHead},
};

/// That a contract was replaced by another. Whoever reads all of the status of either sees it.
#[derive(Clone, Debug)]
pub struct ContractNovation(pub Novated);

connection!(
    ContractNovationConnection,
    ContractNovationEdge,
    ContractNovation,
    "the contracts that another has replaced, of those that you see"
);

/// What a year of a contract comes to for each of the people that it is for. Whoever reads all of the
/// contract's value sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct ContractValuePerHead {
    /// The financial year.
    pub financial_year: FinancialYear,
    /// What the contract is expected to cost in it, in pounds.
    pub value: Money,
    /// How many people: those that were asked about, or the last count of every group.
    pub people: i32,
    /// What that comes to for each of them, in pounds, to the nearest penny.
    pub amount: Money,
    /// What it usually comes to at most, in pounds.
    pub usual_most: Money,
    /// What a reader has to know: `UNUSUAL_VALUE_PER_HEAD` of more than usual, when the value or the
    /// number of people is probably a mistake.
    pub warnings: Vec<&'static str>,
    /// How it came about, and how far it is from what is usual.
    pub explanation: Explanation,
}

impl From<PerHead> for ContractValuePerHead {
    fn from(found: PerHead) -> Self {
        let explanation = explain_per_head(found.value, found.people, found.amount);
        Self {
            financial_year: found.year.into(),
            value: found.value.into(),
            people: i32::try_from(found.people).unwrap_or(i32::MAX),
            amount: found.amount.into(),
            usual_most: USUAL_MOST_PER_HEAD.into(),
            warnings: found.is_outlier.then_some("UNUSUAL_VALUE_PER_HEAD").into_iter().collect(),
            explanation: explanation.into(),
        }
    }
}

/// That a contract was replaced by another. Whoever reads all of the status of either sees it.
#[Object]
impl ContractNovation {
    /// The contract that takes the other's place; null when you do not see it.
    async fn head(&self, ctx: &Context<'_>) -> Result<Option<Contract>> {
        Contract::load(ctx, self.0.row.head_id).await
    }

    /// The contract that is replaced; null when you do not see it.
    async fn contract(&self, ctx: &Context<'_>) -> Result<Option<Contract>> {
        Contract::load(ctx, self.0.row.contract_id).await
    }

    /// The first day on which it is replaced.
    async fn effective_on(&self) -> Date {
        self.0.row.effective_on.into()
    }

    /// The deed.
    async fn document_reference(&self) -> &str {
        &self.0.row.document_reference
    }

    /// Who decided, when, and where it is minuted.
    async fn decision(&self) -> Decision {
        Decision {
            deciding_body: self.0.row.deciding_body.clone(),
            decided_on: self.0.row.decided_on.into(),
            minute_reference: self.0.row.minute_reference.clone(),
        }
    }

    /// When it was recorded.
    async fn known_at(&self) -> DateTime {
        self.0.row.known_at.into()
    }
}
