//! Where agreements stand: their funds together.

use async_graphql::{Object, SimpleObject};
use domain::policy::{dated::Hidden, matrix::FieldGroup};
use entities::value::Pence;

use super::{
    fund::FundKind,
    position::PooledFundPosition,
    position_figures::{BudgetByOrigin, PositionFigures},
    scalars::Money,
    withheld::Withheld,
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
    /// All funds together whose position you read.
    async fn total(&self) -> PositionFigures {
        summed(self.0.iter())
    }

    /// The budget of these funds by how it came about. Withheld unless you read that of each.
    async fn budget_by_origin(&self) -> Option<BudgetByOrigin> {
        if !self.0.iter().all(|fund| fund.0.is_whole()) {
            return None;
        }
        let mut sum = BudgetChanges::default();
        for changes in self.0.iter().map(|fund| fund.0.budget_changes()) {
            sum.original += changes.original;
            sum.virements += changes.virements;
            sum.variations += changes.variations;
        }
        Some(sum.into())
    }

    /// What the host holds in cash for these funds. Withheld unless you read that of each.
    async fn cash(&self) -> Option<Money> {
        let reads = |fund: &PooledFundPosition| fund.0.standing.reads_summary(FieldGroup::Cash);
        let cash = || self.0.iter().map(|fund| fund.0.cash).sum::<Pence>().into();
        self.0.iter().all(reads).then(cash)
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

    /// The position of each fund, each as of its own day.
    async fn funds(&self) -> Vec<PooledFundPosition> {
        self.0.clone()
    }

    /// The fields that are null because they are hidden from you.
    async fn withheld(&self) -> Vec<Withheld> {
        let cash = |fund: &PooledFundPosition| {
            fund.0.standing.hidden_summary(&fund.0.everywhere, FieldGroup::Cash)
        };
        let mut withheld = Withheld::because(hidden(self.0.iter()), &["budgetByOrigin"]);
        withheld.extend(Withheld::because(self.0.iter().find_map(cash), &["cash"]));
        withheld
    }
}

fn summed<'a>(funds: impl Iterator<Item = &'a PooledFundPosition>) -> PositionFigures {
    let part = |fund: &PooledFundPosition| (fund.0.fund.name.clone(), fund.0.position.total);
    let funds: Vec<&PooledFundPosition> = funds.collect();
    let hidden = hidden(funds.iter().copied());
    PositionFigures::together(funds.into_iter().map(part).collect(), hidden)
}

/// Why no more than totals are read of some of these funds; none when all of each is read.
fn hidden<'a>(mut funds: impl Iterator<Item = &'a PooledFundPosition>) -> Option<Hidden> {
    funds.find_map(|fund| fund.0.standing.hidden(&fund.0.everywhere, FieldGroup::Position))
}
