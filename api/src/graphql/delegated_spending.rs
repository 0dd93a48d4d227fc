//! What holders of delegated budgets spent of them.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use uuid::Uuid;

use super::{
    delegated_budget::DelegatedBudget,
    delegated_budget_loaders::DelegatedSpendingById,
    loaders::Loading,
    node::Kind,
    organisation::Organisation,
    request::Asked,
    scalars::{Date, DateTime, Money},
    withheld::Permission,
};
use crate::{connection, service::delegated_budget::Spending};

/// What the holder of a delegated budget says it spent of it, or that it takes such a statement back.
/// Whoever reads the budget sees it, and who was paid.
#[derive(Clone, Debug)]
pub struct DelegatedSpending(pub Spending);

/// What you may do to a statement of what was spent.
#[derive(Clone, Debug, SimpleObject)]
pub struct DelegatedSpendingPermissions {
    /// Taking it back.
    pub reverse: Permission,
}

connection!(
    DelegatedSpendingConnection,
    DelegatedSpendingEdge,
    DelegatedSpending,
    "statements of what was spent of delegated budgets"
);

impl DelegatedSpending {
    /// The statement with this identity, if the viewer sees it.
    ///
    /// # Errors
    /// A fault.
    pub async fn load(ctx: &Context<'_>, id: Uuid) -> Result<Option<Self>> {
        Ok(ctx.loaders()?.load_one(DelegatedSpendingById(id)).await?.map(Self))
    }
}

/// What the holder of a delegated budget says it spent of it, or that it takes such a statement back.
/// Whoever reads the budget sees it, and who was paid.
#[Object]
impl DelegatedSpending {
    /// The identity, opaque and lasting.
    pub(crate) async fn id(&self) -> ID {
        Kind::DelegatedSpending.id(self.0.row.id)
    }

    /// The budget; null when you were paid from it and do not see it.
    async fn budget(&self, ctx: &Context<'_>) -> Result<Option<DelegatedBudget>> {
        DelegatedBudget::load(ctx, self.0.row.budget_id).await
    }

    /// Who paid: the holder of the budget, or who stood in its place when it was recorded.
    async fn payer(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.row.recorded_as_id).await
    }

    /// Who was paid.
    async fn payee(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.row.payee_id).await
    }

    /// The day on which it was spent; of what takes it back the same.
    async fn spent_on(&self) -> Date {
        self.0.row.spent_on.into()
    }

    /// What for.
    async fn purpose(&self) -> &str {
        &self.0.row.purpose
    }

    /// How much, in pounds; below nothing of what takes a statement back.
    async fn amount(&self) -> Money {
        self.0.row.amount_pence.into()
    }

    /// The document that shows it, as its holder numbers it.
    async fn document_reference(&self) -> &str {
        &self.0.row.document_reference
    }

    /// What it takes back; null of what was spent.
    async fn reverses(&self, ctx: &Context<'_>) -> Result<Option<DelegatedSpending>> {
        match self.0.row.reverses_id {
            Some(of) => DelegatedSpending::load(ctx, of).await,
            None => Ok(None),
        }
    }

    /// What took it back; null of what stands.
    async fn reversed_by(&self, ctx: &Context<'_>) -> Result<Option<DelegatedSpending>> {
        match self.0.reversed_by {
            Some(by) => DelegatedSpending::load(ctx, by).await,
            None => Ok(None),
        }
    }

    /// Why it was taken back; null of what was spent.
    async fn reason(&self) -> Option<&str> {
        self.0.row.reason.as_deref()
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime {
        self.0.row.recorded_at.into()
    }

    /// What you may do to it, by the same decisions that guard the doing (rule V3).
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<DelegatedSpendingPermissions> {
        let viewer = ctx.viewer()?;
        let of = DelegatedBudget::load(ctx, self.0.row.budget_id).await?;
        let holder = Spending::holder(of.as_ref().map(|it| it.0.as_ref()), viewer);
        let may = viewer.actor().may_record_delegated_spending(holder);
        Ok(DelegatedSpendingPermissions { reverse: may.into() })
    }
}
