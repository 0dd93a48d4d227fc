//! Looking contracts up, and listing them.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result};

use super::{
    contract::{Contract, ContractConnection},
    contract_kind::{ContractModelFilter, ContractStatusFilter},
    contract_loaders::ContractById,
    filter::{self, DateFilter, IdFilter, StringFilter},
    loaders::Loading,
    node::Kind,
    paging::{Page, PageArguments},
    request::{Asked, fault, stopped},
    scalars::{Date, DateTime},
};
use crate::service::{
    Refusal,
    contract::{self as service, At, Criterion, Listing, Order},
    criteria::Where,
};

/// Contracts, looked up and listed.
#[derive(Default)]
pub struct ContractQuery;

/// What contracts are ordered by. Ties are settled by identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ContractOrder {
    /// By title, A first.
    TitleAsc,
    /// By title, Z first.
    TitleDesc,
    /// By reference, A first.
    ReferenceAsc,
    /// By reference, Z first.
    ReferenceDesc,
    /// By first day, the oldest first; of one without a first day by the day of its draft.
    StartsOnAsc,
    /// By first day, the newest first; of one without a first day by the day of its draft.
    StartsOnDesc,
}

/// Which contracts are wanted, each as you read it today. All that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ContractWhere {
    /// All of these hold, at most 20.
    pub and: Option<Vec<ContractWhere>>,
    /// At least one of these holds, at most 20.
    pub or: Option<Vec<ContractWhere>>,
    /// This does not hold.
    pub not: Option<Box<ContractWhere>>,
    /// What its commissioners call it.
    pub reference: Option<StringFilter>,
    /// Its title.
    pub title: Option<StringFilter>,
    /// How it is built.
    pub model: Option<ContractModelFilter>,
    /// Where it stands.
    pub status: Option<ContractStatusFilter>,
    /// The agreement under which it is.
    pub agreement: Option<IdFilter>,
    /// This organisation is one of its commissioners.
    pub commissioner: Option<ID>,
    /// This organisation is one of its providers.
    pub provider: Option<ID>,
    /// Its first day.
    pub starts_on: Option<DateFilter>,
    /// Its last day.
    pub ends_on: Option<DateFilter>,
}

#[Object]
impl ContractQuery {
    /// The contract with an id, or that goes by a reference: your own organisation's, else the only
    /// one that you see; null when there is none, or you do not see it.
    async fn contract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its identity; or say its reference.")] id: Option<ID>,
        #[graphql(desc = "What its commissioners call it; or say its id.")] reference: Option<
            String,
        >,
        #[graphql(desc = "As at which day; today unless said.")] as_of: Option<Date>,
        #[graphql(desc = "By what was known at which instant; by everything unless said.")]
        known_at: Option<DateTime>,
    ) -> Result<Option<Contract>> {
        let viewer = ctx.viewer()?;
        let as_of = as_of.map(|day| day.day("asOf")).transpose();
        let as_of = as_of.map_err(|why| stopped(why.into()))?;
        let at = At { as_of, known_at: known_at.map(|at| at.0) };
        match (id, reference) {
            (Some(id), None) => {
                let Ok(id) = Kind::Contract.read(&id, "id") else { return Ok(None) };
                Ok(ctx.loaders()?.load_one(ContractById(id, at)).await?.map(Contract))
            }
            (None, Some(reference)) => {
                let snapshot = ctx.request()?.snapshot().await?;
                let connection = snapshot.connection();
                let found = service::by_reference(connection, viewer, &reference, at).await;
                Ok(found.map_err(fault)?.map(Contract::from))
            }
            _ => {
                let sentence = "say either the id or the reference";
                let refusal = Refusal::new(crate::service::Code::InvalidValue, sentence);
                Err(stopped(refusal.into()))
            }
        }
    }

    /// The contracts that you see.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn contracts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which are wanted.", name = "where")] wanted: Option<ContractWhere>,
        #[graphql(desc = "What they are ordered by, outermost first; by title unless said.")]
        order_by: Option<Vec<ContractOrder>>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<ContractConnection> {
        let viewer = ctx.viewer()?;
        let request = ctx.request()?;
        let listing = listing(wanted, order_by).map_err(|why| stopped(why.into()))?;
        let list = request.cursors.list(
            viewer.holder(),
            "contracts",
            &format!("{:?}", listing.order),
            &format!("{:?}", listing.criteria),
        );
        let page = PageArguments::of(first, after, last, before).request(&list)?;
        let snapshot = request.snapshot().await?;
        let connection = snapshot.connection();
        let cut = service::list(connection, viewer, &listing, &page).await.map_err(fault)?;
        let total = if ctx.look_ahead().field("totalCount").exists() {
            Some(service::count(connection, viewer, &listing).await.map_err(fault)?)
        } else {
            None
        };
        let page = Page::new(cut, &list, |told| listing.place(told)).of_total(total);
        Ok(ContractConnection(page.map(Contract::from)))
    }
}

fn listing(
    wanted: Option<ContractWhere>,
    order_by: Option<Vec<ContractOrder>>,
) -> Result<Listing, Refusal> {
    let order = filter::orders(order_by, ContractOrder::TitleAsc)?;
    let criteria = wanted.unwrap_or_default().criteria()?;
    Ok(Listing { criteria, order: order.into_iter().map(Order::from).collect() })
}

impl From<ContractOrder> for Order {
    fn from(order: ContractOrder) -> Self {
        match order {
            ContractOrder::TitleAsc => Self::TitleAscending,
            ContractOrder::TitleDesc => Self::TitleDescending,
            ContractOrder::ReferenceAsc => Self::ReferenceAscending,
            ContractOrder::ReferenceDesc => Self::ReferenceDescending,
            ContractOrder::StartsOnAsc => Self::StartsOnAscending,
            ContractOrder::StartsOnDesc => Self::StartsOnDescending,
        }
    }
}

impl ContractWhere {
    pub(super) fn criteria(&self) -> Result<Where<Criterion>, Refusal> {
        let mut all = filter::joined(
            (self.and.as_deref(), self.or.as_deref(), self.not.as_deref()),
            &Self::criteria,
        )?;
        if let Some(reference) = &self.reference {
            all.extend(filter::all(reference.tests("where.reference")?, Criterion::Reference));
        }
        if let Some(title) = &self.title {
            all.extend(filter::all(title.tests("where.title")?, Criterion::Title));
        }
        if let Some(model) = &self.model {
            all.extend(filter::all(model.tests("where.model")?, Criterion::Model));
        }
        if let Some(status) = &self.status {
            all.extend(filter::all(status.tests("where.status")?, Criterion::Status));
        }
        if let Some(agreement) = &self.agreement {
            let tests = agreement.tests(Kind::Agreement, "where.agreement")?;
            all.extend(filter::all(tests, Criterion::Agreement));
        }
        // An id that cannot be is the id of no party.
        let party = |id: &ID, path: &str, criterion: fn(uuid::Uuid) -> Criterion| {
            let id = Kind::Organisation.read(id, path).ok();
            id.map_or(Where::Any(Vec::new()), |id| Where::Is(criterion(id)))
        };
        if let Some(id) = &self.commissioner {
            all.push(party(id, "where.commissioner", Criterion::Commissioner));
        }
        if let Some(id) = &self.provider {
            all.push(party(id, "where.provider", Criterion::Provider));
        }
        if let Some(starts_on) = &self.starts_on {
            all.extend(filter::all(starts_on.tests("where.startsOn")?, Criterion::StartsOn));
        }
        if let Some(ends_on) = &self.ends_on {
            all.extend(filter::all(ends_on.tests("where.endsOn")?, Criterion::EndsOn));
        }
        Ok(Where::All(all))
    }
}
