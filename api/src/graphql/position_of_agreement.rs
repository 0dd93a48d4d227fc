//! Where agreements stand: their funds together.

use async_graphql::{Object, SimpleObject};
use entities::value::Pence;

use super::{
    fund::FundKind,
    position::PooledFundPosition,
    position_figures::{BudgetByOrigin, PositionFigures},
    scalars::Money,
};
use crate::service::position::BudgetChanges;

/// Where an agreement stands: its funds' positions, summed by kind. Aligned and in-view money is
/// reported beside the pool and never crosses to another partner.
#[derive(Clone, Debug)]
pub struct AgreementPosition(pub Vec<PooledFundPosition>);

/// The funds of one kind together.
#[derive(Clone, Debug, SimpleObject)]
pub struct KindPosition {
    /// How the money is bound.
    pub kind: FundKind,
    /// The figures.
    pub figures: PositionFigures,
}

/// Where an agreement stands: its funds' positions, summed by kind. Aligned and in-view money is
/// reported beside the pool and never crosses to another partner.
#[Object]
impl AgreementPosition {
    /// All funds together.
    async fn total(&self) -> PositionFigures {
        summed(self.0.iter())
    }

    /// The budget of all funds by how it came about.
    async fn budget_by_origin(&self) -> BudgetByOrigin {
        let mut sum = BudgetChanges::default();
        for changes in self.0.iter().map(|fund| fund.0.budget_changes()) {
            sum.original += changes.original;
            sum.virements += changes.virements;
            sum.variations += changes.variations;
        }
        sum.into()
    }

    /// What the host holds in cash for all funds.
    async fn cash(&self) -> Money {
        self.0.iter().map(|fund| fund.0.cash).sum::<Pence>().into()
    }

    /// The funds summed by kind.
    async fn by_kind(&self) -> Vec<KindPosition> {
        let mut kinds: Vec<_> = self.0.iter().map(|fund| fund.0.kind()).collect();
        kinds.sort();
        kinds.dedup();
        kinds
            .into_iter()
            .map(|kind| KindPosition {
                kind: kind.into(),
                figures: summed(self.0.iter().filter(|fund| fund.0.kind() == kind)),
            })
            .collect()
    }

    /// The position of each fund.
    async fn funds(&self) -> Vec<PooledFundPosition> {
        self.0.clone()
    }
}

fn summed<'a>(funds: impl Iterator<Item = &'a PooledFundPosition>) -> PositionFigures {
    let part = |fund: &PooledFundPosition| (fund.0.fund.name.clone(), fund.0.position.total);
    PositionFigures::together(funds.map(part).collect())
}
