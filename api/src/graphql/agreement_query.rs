//! Looking agreements up, and listing them.

use async_graphql::{Context, Enum, InputObject, Object, Result};

use super::{
    agreement::{PartnershipAgreement, PartnershipAgreementConnection},
    agreement_kind::{AgreementEvidenceFilter, AgreementStatusFilter, StatutoryBasisFilter},
    filter::{self, DateFilter, IdFilter, StringFilter},
    node::Kind,
    paging::{Page, PageArguments},
    request::{Asked, fault, stopped},
};
use crate::service::{
    Refusal,
    agreement::{self, Criterion, Listing, Order},
    criteria::Where,
};

/// Partnership agreements, looked up and listed.
#[derive(Default)]
pub struct AgreementQuery;

/// What agreements are ordered by. Ties are settled by identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum PartnershipAgreementOrder {
    /// By title, A first.
    TitleAsc,
    /// By title, Z first.
    TitleDesc,
    /// By reference, A first.
    ReferenceAsc,
    /// By reference, Z first.
    ReferenceDesc,
    /// By first day, the oldest first.
    StartsOnAsc,
    /// By first day, the newest first.
    StartsOnDesc,
}

/// Which agreements are wanted. All that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct PartnershipAgreementWhere {
    /// All of these hold, at most 20.
    pub and: Option<Vec<PartnershipAgreementWhere>>,
    /// At least one of these holds, at most 20.
    pub or: Option<Vec<PartnershipAgreementWhere>>,
    /// This does not hold.
    pub not: Option<Box<PartnershipAgreementWhere>>,
    /// What the partners call it.
    pub reference: Option<StringFilter>,
    /// Its title.
    pub title: Option<StringFilter>,
    /// The law it is made under.
    pub statutory_basis: Option<StatutoryBasisFilter>,
    /// Where it stands.
    pub status: Option<AgreementStatusFilter>,
    /// How well it is documented.
    pub evidence: Option<AgreementEvidenceFilter>,
    /// The partner that keeps the books.
    pub host: Option<IdFilter>,
    /// This organisation is one of the partners.
    pub partner: Option<async_graphql::ID>,
    /// Its first day.
    pub starts_on: Option<DateFilter>,
    /// Its last day.
    pub ends_on: Option<DateFilter>,
}

#[Object]
impl AgreementQuery {
    /// The agreement that goes by a reference; null when there is none, or you are neither its
    /// host nor a partner.
    async fn partnership_agreement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the partners call it.")] reference: String,
    ) -> Result<Option<PartnershipAgreement>> {
        let viewer = ctx.viewer()?;
        let snapshot = ctx.request()?.snapshot().await?;
        let found = agreement::by_reference(snapshot.connection(), viewer, &reference);
        Ok(found.await.map_err(fault)?.map(PartnershipAgreement))
    }

    /// The agreements that you are host or partner of.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn partnership_agreements(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which are wanted.", name = "where")] wanted: Option<
            PartnershipAgreementWhere,
        >,
        #[graphql(desc = "What they are ordered by, outermost first; by title unless said.")]
        order_by: Option<Vec<PartnershipAgreementOrder>>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<PartnershipAgreementConnection> {
        let viewer = ctx.viewer()?;
        let request = ctx.request()?;
        let listing = listing(wanted, order_by).map_err(|why| stopped(why.into()))?;
        let list = request.cursors.list(
            viewer.holder(),
            "partnershipAgreements",
            &format!("{:?}", listing.order),
            &format!("{:?}", listing.criteria),
        );
        let page = PageArguments::of(first, after, last, before).request(&list)?;
        let snapshot = request.snapshot().await?;
        let connection = snapshot.connection();
        let cut = agreement::list(connection, viewer, &listing, &page).await.map_err(fault)?;
        let total = if ctx.look_ahead().field("totalCount").exists() {
            Some(agreement::count(connection, viewer, &listing).await.map_err(fault)?)
        } else {
            None
        };
        let page = Page::new(cut, &list, |seen| listing.place(&seen.row)).of_total(total);
        Ok(PartnershipAgreementConnection(page.map(PartnershipAgreement)))
    }
}

fn listing(
    wanted: Option<PartnershipAgreementWhere>,
    order_by: Option<Vec<PartnershipAgreementOrder>>,
) -> Result<Listing, Refusal> {
    let order = filter::orders(order_by, PartnershipAgreementOrder::TitleAsc)?;
    let criteria = wanted.unwrap_or_default().criteria()?;
    Ok(Listing { criteria, order: order.into_iter().map(Order::from).collect() })
}

impl From<PartnershipAgreementOrder> for Order {
    fn from(order: PartnershipAgreementOrder) -> Self {
        match order {
            PartnershipAgreementOrder::TitleAsc => Self::TitleAscending,
            PartnershipAgreementOrder::TitleDesc => Self::TitleDescending,
            PartnershipAgreementOrder::ReferenceAsc => Self::ReferenceAscending,
            PartnershipAgreementOrder::ReferenceDesc => Self::ReferenceDescending,
            PartnershipAgreementOrder::StartsOnAsc => Self::StartsOnAscending,
            PartnershipAgreementOrder::StartsOnDesc => Self::StartsOnDescending,
        }
    }
}

impl PartnershipAgreementWhere {
    fn criteria(&self) -> Result<Where<Criterion>, Refusal> {
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
        if let Some(basis) = &self.statutory_basis {
            let tests = basis.tests("where.statutoryBasis")?;
            all.extend(filter::all(tests, Criterion::StatutoryBasis));
        }
        if let Some(status) = &self.status {
            all.extend(filter::all(status.tests("where.status")?, Criterion::Status));
        }
        if let Some(evidence) = &self.evidence {
            all.extend(filter::all(evidence.tests("where.evidence")?, Criterion::Evidence));
        }
        if let Some(host) = &self.host {
            let tests = host.tests(Kind::Organisation, "where.host")?;
            all.extend(filter::all(tests, Criterion::Host));
        }
        if let Some(partner) = &self.partner {
            // An id that cannot be is the id of no partner.
            let partner = Kind::Organisation.read(partner, "where.partner").ok();
            all.push(
                partner.map_or(Where::Any(Vec::new()), |id| Where::Is(Criterion::Partner(id))),
            );
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
