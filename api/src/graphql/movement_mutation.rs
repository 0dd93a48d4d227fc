//! Moving budget.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::{
    decision::DecisionInput,
    movement::{BudgetMovement, BudgetMovementKind},
    node::Kind,
    request::Asked,
    scalars::{Date, FinancialYear, Money},
};
use crate::{
    payload,
    service::{
        Refusal,
        movement::{self, ContributionLine, NewMovement, SchemeLine},
    },
};

/// Movements of budget.
#[derive(Default)]
pub struct MovementMutation;

/// A movement of budget that a body has decided.
#[derive(Clone, Debug, InputObject)]
pub struct MoveBudgetInput {
    /// The fund.
    pub fund: ID,
    /// The year whose budgets change.
    pub financial_year: FinancialYear,
    /// Between schemes, or in or out of the pool.
    pub kind: BudgetMovementKind,
    /// Why, 1 to 1,000 characters.
    pub reason: String,
    /// Who decided.
    pub decision: DecisionInput,
    /// From when it counts, in the year.
    pub effective_on: Date,
    /// What it adds to the budgets of schemes, at most 100. Of a virement the amounts sum to zero.
    pub schemes: Vec<MovedSchemeInput>,
    /// What it adds to contributions, the same in sum; none of a virement.
    #[graphql(default)]
    pub contributions: Vec<MovedContributionInput>,
    /// The caller's own key: the same key and content answer with the first result.
    pub idempotency_key: String,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What a movement adds to one scheme's budget.
#[derive(Clone, Debug, InputObject)]
pub struct MovedSchemeInput {
    /// The scheme.
    pub scheme: ID,
    /// The amount, in pounds; negative when the budget is lowered.
    pub amount: Money,
    /// Its twelve months, April first, in pounds; left out, it is spread equally over the months
    /// from its effect to March.
    pub months: Option<Vec<Money>>,
}

/// What a movement adds to what one partner puts in from one funding source.
#[derive(Clone, Debug, InputObject)]
pub struct MovedContributionInput {
    /// The partner.
    pub partner: ID,
    /// The code of the funding source, from the year's code list.
    pub source_code: String,
    /// The amount, in pounds; negative when the contribution is lowered.
    pub amount: Money,
}

payload!(
    /// What came of moving budget.
    MoveBudgetPayload {
        /// The movement; null when it was refused.
        movement: BudgetMovement
    }
);

#[Object]
impl MovementMutation {
    /// Records a movement of budget between schemes, or in or out of the pool with the contribution
    /// that carries it, so that income and budget never part. Needs the role FINANCE of the host.
    async fn move_budget(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The movement.")] input: MoveBudgetInput,
    ) -> Result<MoveBudgetPayload> {
        let viewer = ctx.viewer()?;
        let dry_run = input.dry_run;
        let done = match input.read() {
            Ok(new) => movement::record(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        MoveBudgetPayload::answer(done, BudgetMovement)
    }
}

impl MoveBudgetInput {
    fn read(self) -> std::result::Result<NewMovement, Refusal> {
        let schemes = self.schemes.into_iter().enumerate();
        let contributions = self.contributions.into_iter().enumerate();
        Ok(NewMovement {
            fund: Kind::Fund.read(&self.fund, "fund")?,
            year: self.financial_year.year("financialYear")?,
            kind: self.kind.into(),
            reason: self.reason,
            decision: self.decision.read("decision")?,
            effective_on: self.effective_on.day("effectiveOn")?,
            schemes: schemes.map(MovedSchemeInput::read).collect::<Result<_, _>>()?,
            contributions: contributions
                .map(MovedContributionInput::read)
                .collect::<Result<_, _>>()?,
            idempotency_key: self.idempotency_key,
        })
    }
}

impl MovedSchemeInput {
    pub(super) fn read((place, line): (usize, Self)) -> std::result::Result<SchemeLine, Refusal> {
        let path = |field: &str| format!("schemes.{place}.{field}");
        let month = |(month, amount): (usize, &Money)| {
            amount.pence(&format!("schemes.{place}.months.{month}"))
        };
        let months = line.months.as_ref().map(|months| {
            months.iter().enumerate().map(month).collect::<Result<Vec<_>, Refusal>>()
        });
        Ok(SchemeLine {
            scheme: Kind::Scheme.read(&line.scheme, &path("scheme"))?,
            amount: line.amount.pence(&path("amount"))?,
            months: months.transpose()?,
        })
    }
}

impl MovedContributionInput {
    pub(super) fn read(
        (place, line): (usize, Self),
    ) -> std::result::Result<ContributionLine, Refusal> {
        let path = |field: &str| format!("contributions.{place}.{field}");
        Ok(ContributionLine {
            partner: Kind::Organisation.read(&line.partner, &path("partner"))?,
            source_code: line.source_code,
            amount: line.amount.pence(&path("amount"))?,
        })
    }
}
