//! Looking funds up, and listing them.

use async_graphql::{Context, Enum, InputObject, Object, Result};

use super::{
    filter::{self, IdFilter, StringFilter},
    fund::{FundKindFilter, PooledFund, PooledFundConnection},
    node::Kind,
    paging::{Page, PageArguments},
    request::{Asked, fault, stopped},
};
use crate::service::{
    Refusal,
    criteria::Where,
    fund::{self, Criterion, Listing, Order},
};

/// Pooled funds, looked up and listed.
#[derive(Default)]
pub struct FundQuery;

/// What funds are ordered by. Ties are settled by identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum PooledFundOrder {
    /// By name, those whose name is withheld first, then A.
    NameAsc,
    /// By name, Z first.
    NameDesc,
    /// By reference, A first.
    ReferenceAsc,
    /// By reference, Z first.
    ReferenceDesc,
}

/// Which funds are wanted. All that is given must hold. What is withheld from you counts as not
/// set.
#[derive(Clone, Debug, Default, InputObject)]
pub struct PooledFundWhere {
    /// All of these hold, at most 20.
    pub and: Option<Vec<PooledFundWhere>>,
    /// At least one of these holds, at most 20.
    pub or: Option<Vec<PooledFundWhere>>,
    /// This does not hold.
    pub not: Option<Box<PooledFundWhere>>,
    /// What the partners call it.
    pub reference: Option<StringFilter>,
    /// Its name.
    pub name: Option<StringFilter>,
    /// How its money is bound.
    pub kind: Option<FundKindFilter>,
    /// Its agreement.
    pub agreement: Option<IdFilter>,
}

#[Object]
impl FundQuery {
    /// The fund that goes by a reference; null when there is none, or you are neither host nor
    /// partner of its agreement and it pays you for no scheme.
    async fn pooled_fund(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the partners call it.")] reference: String,
    ) -> Result<Option<PooledFund>> {
        let viewer = ctx.viewer()?;
        let snapshot = ctx.request()?.snapshot().await?;
        let found = fund::by_reference(snapshot.connection(), viewer, &reference);
        Ok(found.await.map_err(fault)?.map(PooledFund))
    }

    /// The funds of the agreements that you are host or partner of, and those that pay you.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn pooled_funds(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which are wanted.", name = "where")] wanted: Option<PooledFundWhere>,
        #[graphql(desc = "What they are ordered by, outermost first; by name unless said.")]
        order_by: Option<Vec<PooledFundOrder>>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<PooledFundConnection> {
        let viewer = ctx.viewer()?;
        let request = ctx.request()?;
        let listing = listing(wanted, order_by).map_err(|why| stopped(why.into()))?;
        let list = request.cursors.list(
            viewer.holder(),
            "pooledFunds",
            &format!("{:?}", listing.order),
            &format!("{:?}", listing.criteria),
        );
        let page = PageArguments::of(first, after, last, before).request(&list)?;
        let snapshot = request.snapshot().await?;
        let connection = snapshot.connection();
        let cut = fund::list(connection, viewer, &listing, &page).await.map_err(fault)?;
        let total = if ctx.look_ahead().field("totalCount").exists() {
            Some(fund::count(connection, viewer, &listing).await.map_err(fault)?)
        } else {
            None
        };
        let page = Page::new(cut, &list, |seen| listing.place(seen)).of_total(total);
        Ok(PooledFundConnection(page.map(PooledFund)))
    }
}

fn listing(
    wanted: Option<PooledFundWhere>,
    order_by: Option<Vec<PooledFundOrder>>,
) -> Result<Listing, Refusal> {
    let order = filter::orders(order_by, PooledFundOrder::NameAsc)?;
    let criteria = wanted.unwrap_or_default().criteria()?;
    Ok(Listing { criteria, order: order.into_iter().map(Order::from).collect() })
}

impl From<PooledFundOrder> for Order {
    fn from(order: PooledFundOrder) -> Self {
        match order {
            PooledFundOrder::NameAsc => Self::NameAscending,
            PooledFundOrder::NameDesc => Self::NameDescending,
            PooledFundOrder::ReferenceAsc => Self::ReferenceAscending,
            PooledFundOrder::ReferenceDesc => Self::ReferenceDescending,
        }
    }
}

impl PooledFundWhere {
    fn criteria(&self) -> Result<Where<Criterion>, Refusal> {
        let mut all = filter::joined(
            (self.and.as_deref(), self.or.as_deref(), self.not.as_deref()),
            &Self::criteria,
        )?;
        if let Some(reference) = &self.reference {
            all.extend(filter::all(reference.tests("where.reference")?, Criterion::Reference));
        }
        if let Some(name) = &self.name {
            all.extend(filter::all(name.tests("where.name")?, Criterion::Name));
        }
        if let Some(kind) = &self.kind {
            all.extend(filter::all(kind.tests("where.kind")?, Criterion::Kind));
        }
        if let Some(agreement) = &self.agreement {
            let tests = agreement.tests(Kind::Agreement, "where.agreement")?;
            all.extend(filter::all(tests, Criterion::Agreement));
        }
        Ok(Where::All(all))
    }
}
