//! Carrying what a closed year left into the next.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::{
    decision::DecisionInput,
    node::Kind,
    request::Asked,
    scalars::FinancialYear,
    transaction_mutation::{LedgerTransactionPayload, answer},
};
use crate::service::{
    Refusal,
    ledger::{self, NewCarryForward},
};

/// Carry-forwards.
#[derive(Default)]
pub struct CarryForwardMutation;

/// A closed year whose balance is carried into the next.
#[derive(Clone, Debug, InputObject)]
pub struct CarryForwardInput {
    /// The fund.
    pub fund: ID,
    /// The closed year.
    pub financial_year: FinancialYear,
    /// Who decided to carry it.
    pub decision: DecisionInput,
    /// The caller's own key: the same key and content answer with the first result.
    pub idempotency_key: String,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

#[Object]
impl CarryForwardMutation {
    /// Carries what each partner has left from each funding source in a closed year, or has
    /// overspent, into the next: what was brought forward and put in, less what was spent. It is done
    /// once for a fund and year. The host's FINANCE.
    async fn carry_forward(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year.")] input: CarryForwardInput,
    ) -> Result<LedgerTransactionPayload> {
        let dry_run = input.dry_run;
        let (database, viewer) = (ctx.database()?, ctx.viewer()?);
        let done = match input.read() {
            Ok(new) => ledger::carry_forward(database, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        answer(ctx, done).await
    }
}

impl CarryForwardInput {
    fn read(self) -> std::result::Result<NewCarryForward, Refusal> {
        Ok(NewCarryForward {
            fund: Kind::Fund.read(&self.fund, "fund")?,
            year: self.financial_year.year("financialYear")?,
            decision: self.decision.read("decision")?,
            idempotency_key: self.idempotency_key,
        })
    }
}
