//! Movements of budget.

use std::collections::HashMap;

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject, dataloader::Loader};
use domain::policy::matrix::FieldGroup;
use entities::budget_movement as movement;
use uuid::Uuid;

use super::{
    contribution::Contribution,
    decision::Decision,
    fund::PooledFund,
    loaders::{LoadFailed, Loading, Scoped},
    node::Kind,
    request::fault,
    scalars::{Date, DateTime, FinancialYear, Money},
    withheld::Withheld,
};
use crate::{
    access::Seen,
    connection, service,
    service::movement::{MovedContribution, MovedScheme},
};

/// Where budget moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "movement::MovementKind")]
pub enum BudgetMovementKind {
    /// Between schemes of the pool; it nets to zero.
    Virement,
    /// Into the pool, with the contribution that carries it.
    IntoPool,
    /// Out of the pool, with the contribution that is lowered.
    OutOfPool,
}

/// A decision that moved budget between schemes, or in or out of the pool, or that varied a
/// contribution. The agreement's host and partners see it.
#[derive(Clone, Debug)]
pub struct BudgetMovement(pub Seen<movement::Model>);

/// What a movement added to one scheme's budget. The agreement's host and partners see it.
#[derive(Clone, Debug, SimpleObject)]
pub struct BudgetMovementScheme {
    /// The scheme's identity.
    pub scheme: ID,
    /// What the partners call the scheme.
    pub reference: String,
    /// The scheme's name.
    pub name: String,
    /// The amount, in pounds; negative when the budget was lowered.
    pub amount: Money,
}

/// What a movement added to one contribution. The agreement's host and partners see it.
#[derive(Clone, Debug)]
pub struct BudgetMovementContribution(MovedContribution);

connection!(
    BudgetMovementConnection,
    BudgetMovementEdge,
    BudgetMovement,
    "movements of budget, which the agreement's host and partners see"
);

/// The fields that the summary leaves out.
const DETAILS: &[&str] = &["reason", "decision", "knownAt", "schemes", "contributions"];

impl BudgetMovement {
    fn is_whole(&self) -> bool {
        self.0.reads(FieldGroup::BudgetMovements)
    }
}

/// A decision that moved budget between schemes, or in or out of the pool, or that varied a
/// contribution. The agreement's host and partners see it; observers and others like them see that
/// there was one, of which kind and from when.
#[Object]
impl BudgetMovement {
    /// The identity, opaque and lasting.
    pub(crate) async fn id(&self) -> ID {
        Kind::Movement.id(self.0.row.id)
    }

    /// The fund.
    async fn fund(&self, ctx: &Context<'_>) -> Result<Option<PooledFund>> {
        PooledFund::load(ctx, self.0.row.fund_id).await
    }

    /// The year whose budgets it changes.
    async fn financial_year(&self) -> FinancialYear {
        self.0.row.financial_year.into()
    }

    /// Between schemes, or in or out of the pool.
    async fn kind(&self) -> BudgetMovementKind {
        self.0.row.kind.into()
    }

    /// Why. Withheld from whoever reads a summary.
    async fn reason(&self) -> Option<&str> {
        self.is_whole().then_some(self.0.row.reason.as_str())
    }

    /// Who decided, when, and where it is minuted. Withheld from whoever reads a summary.
    async fn decision(&self) -> Option<Decision> {
        self.is_whole().then(|| Decision {
            deciding_body: self.0.row.deciding_body.clone(),
            decided_on: self.0.row.decided_on.into(),
            minute_reference: self.0.row.minute_reference.clone(),
        })
    }

    /// From when it counts.
    async fn effective_on(&self) -> Date {
        self.0.row.effective_on.into()
    }

    /// The instant of its recording: later than that of everything recorded in the fund before.
    /// Withheld from whoever reads a summary.
    async fn known_at(&self) -> Option<DateTime> {
        self.is_whole().then(|| self.0.row.known_at.into())
    }

    /// What it added to the budgets of schemes, at most 100; none when it varied a contribution
    /// only. Withheld from whoever reads a summary.
    async fn schemes(&self, ctx: &Context<'_>) -> Result<Option<Vec<BudgetMovementScheme>>> {
        if !self.is_whole() {
            return Ok(None);
        }
        let rows = ctx.loaders()?.load_one(MovedSchemesOf(self.0.row.id)).await?;
        let line = |row: MovedScheme| BudgetMovementScheme {
            scheme: Kind::Scheme.id(row.scheme_id),
            reference: row.reference,
            name: row.name,
            amount: row.amount_pence.into(),
        };
        Ok(Some(rows.unwrap_or_default().into_iter().map(line).collect()))
    }

    /// What it added to contributions, at most 100; none of a virement. Withheld from whoever
    /// reads a summary.
    async fn contributions(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Option<Vec<BudgetMovementContribution>>> {
        if !self.is_whole() {
            return Ok(None);
        }
        let rows = ctx.loaders()?.load_one(MovedContributionsOf(self.0.row.id)).await?;
        Ok(Some(rows.unwrap_or_default().into_iter().map(BudgetMovementContribution).collect()))
    }

    /// The fields that are null because they are hidden from you.
    async fn withheld(&self) -> Vec<Withheld> {
        let standing = &self.0.standing;
        Withheld::because(standing.hidden(standing, FieldGroup::BudgetMovements), DETAILS)
    }
}

/// What a movement added to one contribution. The agreement's host and partners see it.
#[Object]
impl BudgetMovementContribution {
    /// The contribution.
    async fn contribution(&self, ctx: &Context<'_>) -> Result<Option<Contribution>> {
        Contribution::load(ctx, self.0.contribution_id).await
    }

    /// The amount, in pounds; negative when the contribution was lowered.
    async fn amount(&self) -> Money {
        self.0.amount_pence.into()
    }
}

/// The movement with this identity, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MovementById(pub Uuid);

/// What a movement that the viewer sees added to the budgets of schemes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MovedSchemesOf(pub Uuid);

/// What a movement that the viewer sees added to contributions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MovedContributionsOf(pub Uuid);

impl Loader<MovementById> for Scoped {
    type Value = Seen<movement::Model>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[MovementById],
    ) -> Result<HashMap<MovementById, Self::Value>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let found = service::movement::by_ids(snapshot.connection(), viewer, &ids).await;
        let found = found.map_err(fault)?.into_iter();
        Ok(found.map(|seen| (MovementById(seen.row.id), seen)).collect())
    }
}

impl Loader<MovedSchemesOf> for Scoped {
    type Value = Vec<MovedScheme>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[MovedSchemesOf],
    ) -> Result<HashMap<MovedSchemesOf, Self::Value>, LoadFailed> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let rows = service::movement::schemes_of(snapshot.connection(), &ids).await;
        let mut lines: HashMap<MovedSchemesOf, Self::Value> = HashMap::new();
        for row in rows.map_err(fault)? {
            lines.entry(MovedSchemesOf(row.movement_id)).or_default().push(row);
        }
        Ok(lines)
    }
}

impl Loader<MovedContributionsOf> for Scoped {
    type Value = Vec<MovedContribution>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[MovedContributionsOf],
    ) -> Result<HashMap<MovedContributionsOf, Self::Value>, LoadFailed> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let rows = service::movement::contributions_of(snapshot.connection(), &ids).await;
        let mut lines: HashMap<MovedContributionsOf, Self::Value> = HashMap::new();
        for row in rows.map_err(fault)? {
            lines.entry(MovedContributionsOf(row.movement_id)).or_default().push(row);
        }
        Ok(lines)
    }
}
