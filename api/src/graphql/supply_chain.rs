//! Supply chains: their links as a tree and as a list, and what can be said of the whole.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use domain::rules::supply_chain::{self as rules, Breach, Ratio, Shown};
use entities::value::FinancialYear as Year;
use uuid::Uuid;

use super::{
    contract_kind::ValueBand,
    flow_down::FlowDown,
    loaders::Loading,
    node::Kind,
    organisation::Organisation,
    paging::{PageArguments, page_of},
    request::{Asked, fault},
    scalars::{FinancialYear, Money},
    subcontract::{Subcontract, SubcontractConnection},
    subcontract_loaders::{ChainOf, ClausesOfChain},
    subcontract_value::points,
};
use crate::service::{
    contract::Told,
    subcontract::{self as service, ChainFigures, ChainLink},
};

/// The links under a head contract that you see.
#[derive(Clone, Debug)]
pub struct SupplyChain {
    head: Arc<Told>,
    year: Year,
    depth: i32,
    links: Arc<Vec<ChainLink>>,
}

/// A subcontract, with what stands under it.
#[derive(Clone, Debug)]
pub struct SupplyChainBranch {
    chain: SupplyChain,
    link: ChainLink,
}

/// An amount as it is shown to you (rules V2 and V8).
#[derive(Clone, Debug, SimpleObject)]
pub struct ShownAmount {
    /// The amount, in pounds; null where something hidden enters it.
    pub amount: Option<Money>,
    /// The band in which it lies for sure, when three hidden parts or more enter it; null otherwise.
    pub value_band: Option<ValueBand>,
}

/// How many organisations deliver at a tier.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct SupplyChainTier {
    /// The tier; 0 of the head contract.
    pub tier: i32,
    /// How many organisations.
    pub organisations: i32,
}

/// That nobody delivers a service without this organisation.
#[derive(Clone, Debug)]
pub struct SinglePointOfFailure(rules::SinglePoint);

/// What of rule C2 is broken, as it may be after the value of a contract fell or its days were
/// shortened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum SupplyChainBreachKind {
    /// What stands under the contract is worth more than it may be.
    BeyondValue,
    /// The subcontract has days that the contract above it has not.
    OutsideDates,
}

/// Where a chain breaks rule C2. It names no amount (rule V8).
#[derive(Clone, Debug, SimpleObject)]
pub struct SupplyChainBreach {
    /// What is broken.
    pub kind: SupplyChainBreachKind,
    /// The subcontract; null of the head contract.
    pub subcontract: Option<ID>,
    /// The year, of a value; null of dates.
    pub financial_year: Option<FinancialYear>,
}

/// What can be said of a supply chain in a financial year, from what you see of it (rule V8).
#[derive(Clone, Debug)]
pub struct SupplyChainFigures(ChainFigures);

/// The supply chain of a contract that the viewer sees.
///
/// # Errors
/// A fault, or what is wrong with the arguments.
pub async fn of_contract(
    ctx: &Context<'_>,
    head: Arc<Told>,
    depth: Option<i32>,
    year: Option<FinancialYear>,
) -> Result<SupplyChain> {
    let viewer = ctx.viewer()?;
    let year = match year {
        Some(year) => {
            let year = year.year("financialYear");
            year.map_err(|why| super::request::stopped(why.into()))?
        }
        None => Year::of(viewer.today),
    };
    let links = ctx.loaders()?.load_one(ChainOf(head.seen.row.id, year)).await?.unwrap_or_default();
    Ok(SupplyChain {
        head,
        year,
        depth: depth.unwrap_or(rules::MOST_TIERS),
        links: Arc::new(links),
    })
}

impl SupplyChain {
    fn within(&self) -> impl Iterator<Item = &ChainLink> {
        self.links.iter().filter(|it| it.seen.row.tier <= self.depth)
    }

    fn under(&self, parent: Option<Uuid>) -> Vec<SupplyChainBranch> {
        let is_seen = |id: Uuid| self.links.iter().any(|it| it.seen.row.id == id);
        let stands = |it: &&ChainLink| {
            // What stands under a link that you do not see stands at the top of what you see.
            it.seen.row.parent_id.filter(|id| is_seen(*id)) == parent
        };
        let branch = |it: &ChainLink| SupplyChainBranch { chain: self.clone(), link: it.clone() };
        self.within().filter(stands).map(branch).collect()
    }
}

/// The links under a head contract that you see, with their values in a financial year.
#[Object]
impl SupplyChain {
    /// The financial year of its values.
    async fn financial_year(&self) -> FinancialYear {
        self.year.into()
    }

    /// The links as a list, tier by tier, each with its path.
    async fn links(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<SubcontractConnection> {
        let viewer = ctx.viewer()?.holder();
        let of = format!("{} {} {}", self.head.seen.row.id, self.year, self.depth);
        let list = ctx.request()?.cursors.list(viewer, "supplyChain", "", &of);
        let links: Vec<ChainLink> = self.within().cloned().collect();
        let arguments = PageArguments::of(first, after, last, before);
        let page = page_of(&links, &arguments, &list, |it| it.seen.row.id.to_string())?;
        Ok(SubcontractConnection(page.map(Subcontract)))
    }

    /// The links directly under the head contract, each with what stands under it, at most 1,000.
    async fn tree(&self) -> Vec<SupplyChainBranch> {
        let mut tree = self.under(None);
        tree.truncate(MOST_BRANCHES);
        tree
    }

    /// What can be said of the whole chain, whatever the depth asked for.
    async fn figures(&self, ctx: &Context<'_>) -> Result<SupplyChainFigures> {
        let (viewer, snapshot) = (ctx.viewer()?, ctx.request()?.snapshot().await?);
        let day = (self.year, viewer.today);
        let figures = service::figures(snapshot.connection(), &self.head, &self.links, day).await;
        figures.map(SupplyChainFigures).map_err(fault)
    }

    /// How far each clause has come that is recorded of any link that you see, by name, whatever the
    /// depth asked for (rule C3); at most 200. Of links whose terms you read; null for whoever reads a
    /// summary of all.
    async fn flow_down(&self, ctx: &Context<'_>) -> Result<Option<Vec<FlowDown>>> {
        let today = ctx.viewer()?.today;
        let day = today.clamp(self.year.first_day(), self.year.last_day());
        let recorded = ctx.loaders()?.load_one(ClausesOfChain(self.head.seen.row.id)).await?;
        let told = service::flow_down(&self.links, recorded.unwrap_or_default(), day);
        Ok(told.map(|it| it.into_iter().take(MOST_CLAUSES).map(FlowDown::from).collect()))
    }
}

/// The most clauses that are told of.
const MOST_CLAUSES: usize = 200;

/// The most branches that stand side by side.
const MOST_BRANCHES: usize = 1_000;

/// A subcontract, with what stands under it.
#[Object]
impl SupplyChainBranch {
    /// The subcontract.
    async fn subcontract(&self) -> Subcontract {
        Subcontract(self.link.clone())
    }

    /// The subcontracts directly under it, at most 1,000.
    async fn children(&self) -> Vec<SupplyChainBranch> {
        let mut children = self.chain.under(Some(self.link.seen.row.id));
        children.truncate(MOST_BRANCHES);
        children
    }
}

/// That nobody delivers a service without this organisation: it stands on every way to those who do.
#[Object]
impl SinglePointOfFailure {
    /// The service.
    async fn service(&self) -> &str {
        &self.0.service
    }

    /// The organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.organisation).await
    }
}

/// What can be said of a supply chain in a financial year, from what you see of it (rule V8).
#[Object]
impl SupplyChainFigures {
    /// How many organisations deliver at each tier, from tier 0.
    async fn organisations_by_tier(&self) -> Vec<SupplyChainTier> {
        let tiers = self.0.figures.organisations_by_tier.iter();
        tiers
            .map(|(tier, count)| SupplyChainTier { tier: *tier, organisations: whole(*count) })
            .collect()
    }

    /// How many links have no value recorded for the year; they enter the sums as nothing.
    async fn links_without_value(&self) -> i32 {
        whole(self.0.figures.without_value)
    }

    /// What is subcontracted at tier 1.
    async fn subcontracted(&self) -> ShownAmount {
        self.0.figures.subcontracted.into()
    }

    /// What the lead provider, or the consortium, retains of the head contract's value.
    async fn retained(&self) -> ShownAmount {
        self.0.figures.retained.into()
    }

    /// The share of the head contract's value that is subcontracted, in hundredths of a per cent; null
    /// where something hidden enters it, or no value is recorded.
    async fn share_subcontracted(&self) -> Option<i32> {
        ratio(self.0.figures.share_subcontracted)
    }

    /// How concentrated the money is, from 0 to 10,000, when one organisation keeps all of it: the sum
    /// of the squares of what each keeps (the Herfindahl index); null where something hidden enters
    /// it, or no value is recorded.
    async fn concentration(&self) -> Option<i32> {
        ratio(self.0.figures.concentration)
    }

    /// Those on whom a whole service depends, at most one for each service and organisation.
    async fn single_points_of_failure(&self) -> Vec<SinglePointOfFailure> {
        self.0.figures.single_points.iter().cloned().map(SinglePointOfFailure).collect()
    }

    /// Where the chain breaks rule C2, computed over all of it; null for who does not read the terms
    /// of all its links.
    async fn breaches(&self) -> Option<Vec<SupplyChainBreach>> {
        Some(self.0.breaches.as_ref()?.iter().map(SupplyChainBreach::from).collect())
    }
}

impl From<&Breach> for SupplyChainBreach {
    fn from(breach: &Breach) -> Self {
        match breach {
            Breach::Beyond { contract, year, .. } => Self {
                kind: SupplyChainBreachKind::BeyondValue,
                subcontract: contract.map(|id| Kind::Subcontract.id(id)),
                financial_year: Some((*year).into()),
            },
            Breach::Outside { link, .. } => Self {
                kind: SupplyChainBreachKind::OutsideDates,
                subcontract: Some(Kind::Subcontract.id(*link)),
                financial_year: None,
            },
        }
    }
}

impl From<Shown> for ShownAmount {
    fn from(shown: Shown) -> Self {
        match shown {
            Shown::Exact(amount) => Self { amount: Some(amount.into()), value_band: None },
            Shown::Banded(band) => Self { amount: None, value_band: Some(band.into()) },
            Shown::Withheld => Self { amount: None, value_band: None },
        }
    }
}

pub(super) fn ratio(ratio: Ratio) -> Option<i32> {
    match ratio {
        Ratio::BasisPoints(share) => Some(points(share)),
        Ratio::Withheld | Ratio::NothingToDivide => None,
    }
}

pub(super) fn whole(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
