//! Looking organisations up, and listing them.

use async_graphql::{Context, Enum, InputObject, Object, Result};

use super::{
    cursor::CursorKey,
    filter::{self, DateFilter, StringFilter},
    organisation::{Organisation, OrganisationConnection},
    organisation_kind::OrganisationKindFilter,
    paging::{Page, PageArguments},
    request::{Asked, fault, stopped},
    scalars::Date,
};
use crate::service::{
    Code, Refusal,
    criteria::Where,
    organisation::{self, Criterion, Listing, Order},
};

/// The most characters that a search may have.
const LONGEST_SEARCH: usize = 100;
/// The most criteria that one `and` or `or` may join.
const MOST_CRITERIA: usize = 20;
/// How many orders a list may have one after the other.
const MOST_ORDERS: usize = 4;

/// Organisations, looked up and listed.
#[derive(Default)]
pub struct OrganisationQuery;

/// A code by which the world knows an organisation.
#[derive(Clone, Debug, InputObject)]
pub struct OrganisationIdentifierInput {
    /// Who gives the code: `GB-NHS` (ODS code), `GB-LAE`, `GB-COH`, `GB-CHC`, `GSS` or `CASSR`.
    pub scheme: String,
    /// The code.
    pub value: String,
}

/// What organisations are ordered by. Ties are settled by identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum OrganisationOrder {
    /// By name, A first.
    NameAsc,
    /// By name, Z first.
    NameDesc,
    /// By first day, the unknown and then the oldest first.
    OpenedOnAsc,
    /// By first day, the newest first and the unknown last.
    OpenedOnDesc,
}

/// Which organisations are wanted. All that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct OrganisationWhere {
    /// All of these hold, at most 20.
    pub and: Option<Vec<OrganisationWhere>>,
    /// At least one of these holds, at most 20.
    pub or: Option<Vec<OrganisationWhere>>,
    /// This does not hold.
    pub not: Option<Box<OrganisationWhere>>,
    /// What sort of body it is.
    pub kind: Option<OrganisationKindFilter>,
    /// Its name.
    pub name: Option<StringFilter>,
    /// Its first day.
    pub opened_on: Option<DateFilter>,
    /// It was there on this day; a first or last day that is not known is no bound.
    pub is_open_on: Option<Date>,
    /// Whether it is known by its name or code alone.
    pub is_placeholder: Option<bool>,
}

#[Object]
impl OrganisationQuery {
    /// The organisation known by a code; null when there is none. Where several bodies had the
    /// code one after the other, the one that is open today, else the latest. Every signed-in
    /// organisation may ask.
    async fn organisation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The code, and who gives it.")] identifier: OrganisationIdentifierInput,
    ) -> Result<Option<Organisation>> {
        ctx.viewer()?;
        let request = ctx.request()?;
        let today = request.database.clock().today();
        let snapshot = request.snapshot().await?;
        let OrganisationIdentifierInput { scheme, value } = identifier;
        let found =
            organisation::by_identifier(snapshot.connection(), today, &scheme, &value).await;
        Ok(found.map_err(fault)?.map(Organisation))
    }

    /// Organisations, closed ones too. Every signed-in organisation sees all of them.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn organisations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Words of the name, or their beginnings, in any order and case.")]
        search: Option<String>,
        #[graphql(desc = "Which are wanted.", name = "where")] wanted: Option<OrganisationWhere>,
        #[graphql(desc = "What they are ordered by, outermost first; by name unless said.")]
        order_by: Option<Vec<OrganisationOrder>>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<OrganisationConnection> {
        let viewer = ctx.viewer()?;
        let request = ctx.request()?;
        let listing = listing(search, wanted, order_by).map_err(|why| stopped(why.into()))?;
        let list = bound(&request.cursors, viewer.holder(), &listing);
        let page = PageArguments::of(first, after, last, before).request(&list)?;
        let snapshot = request.snapshot().await?;
        let connection = snapshot.connection();
        let cut = organisation::list(connection, viewer, &listing, &page).await.map_err(fault)?;
        let total = if ctx.look_ahead().field("totalCount").exists() {
            Some(organisation::count(connection, viewer, &listing).await.map_err(fault)?)
        } else {
            None
        };
        let page = Page::new(cut, &list, |row| listing.place(row)).of_total(total);
        Ok(OrganisationConnection(page.map(Organisation)))
    }
}

/// The list in which cursors are good: the same search, criteria and order.
fn bound<'a>(
    cursors: &'a CursorKey,
    viewer: uuid::Uuid,
    listing: &Listing,
) -> super::cursor::List<'a> {
    let Listing { search, criteria, order } = listing;
    cursors.list(viewer, "organisations", &format!("{order:?}"), &format!("{search:?}{criteria:?}"))
}

fn listing(
    search: Option<String>,
    wanted: Option<OrganisationWhere>,
    order_by: Option<Vec<OrganisationOrder>>,
) -> Result<Listing, Refusal> {
    if search.as_ref().is_some_and(|search| search.chars().count() > LONGEST_SEARCH) {
        let sentence = format_args!("a search has at most {LONGEST_SEARCH} characters");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("search"));
    }
    let order = order_by.unwrap_or_default();
    if order.len() > MOST_ORDERS {
        let sentence = format_args!("at most {MOST_ORDERS} orders may be named");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("orderBy"));
    }
    let mut order: Vec<Order> = order.into_iter().map(Order::from).collect();
    if order.is_empty() {
        order.push(Order::NameAscending);
    }
    let criteria = wanted.unwrap_or_default().criteria()?;
    Ok(Listing { search, criteria, order })
}

impl From<OrganisationOrder> for Order {
    fn from(order: OrganisationOrder) -> Self {
        match order {
            OrganisationOrder::NameAsc => Self::NameAscending,
            OrganisationOrder::NameDesc => Self::NameDescending,
            OrganisationOrder::OpenedOnAsc => Self::OpenedOnAscending,
            OrganisationOrder::OpenedOnDesc => Self::OpenedOnDescending,
        }
    }
}

impl OrganisationWhere {
    fn criteria(&self) -> Result<Where<Criterion>, Refusal> {
        let each = |parts: &[Self]| {
            if parts.len() > MOST_CRITERIA {
                let sentence = format_args!("at most {MOST_CRITERIA} criteria may be joined");
                return Err(Refusal::new(Code::InvalidValue, sentence).at("where"));
            }
            parts.iter().map(Self::criteria).collect::<Result<Vec<_>, _>>()
        };
        let mut all = self.and.as_deref().map(each).transpose()?.unwrap_or_default();
        if let Some(any) = &self.or {
            all.push(Where::Any(each(any)?));
        }
        if let Some(not) = &self.not {
            all.push(Where::Not(Box::new(not.criteria()?)));
        }
        if let Some(kind) = &self.kind {
            all.extend(filter::all(kind.tests("where.kind")?, Criterion::Kind));
        }
        if let Some(name) = &self.name {
            all.extend(filter::all(name.tests("where.name")?, Criterion::Name));
        }
        if let Some(opened_on) = &self.opened_on {
            all.extend(filter::all(opened_on.tests("where.openedOn")?, Criterion::OpenedOn));
        }
        if let Some(day) = &self.is_open_on {
            all.push(Where::Is(Criterion::OpenOn(day.day("where.isOpenOn")?)));
        }
        all.extend(self.is_placeholder.map(|is| Where::Is(Criterion::IsPlaceholder(is))));
        Ok(Where::All(all))
    }
}
