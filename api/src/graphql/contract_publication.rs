//! What everybody may read of contracts, without signing in.

use std::collections::HashMap;

use async_graphql::{Context, ID, Object, Result, SimpleObject, dataloader::Loader};
use uuid::Uuid;

use super::{
    decision::Decision,
    loaders::{LoadFailed, Loading, Scoped},
    node::{self, Kind},
    paging::{Page, PageArguments, page_of},
    publication::{PublishedPayment, money},
    request::{Asked, fault, stopped},
    scalars::{Date, DateTime, FinancialYear, Money},
};
use crate::{
    connection,
    service::contract_publication::{self as service, Published},
};

/// What the co-ordinating commissioner published of a contract and a year, as it was then. For
/// everybody, signed in or not.
#[derive(Clone, Debug)]
pub struct ContractPublication(Box<Published>);

impl From<Published> for ContractPublication {
    fn from(published: Published) -> Self {
        Self(Box::new(published))
    }
}

/// A contract, as published. What was held back is null, or is not in its list.
#[derive(Clone, Debug, SimpleObject)]
pub struct PublishedContract {
    /// What its commissioners call it.
    pub reference: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// How it is built; null where that was not known.
    pub model: Option<String>,
    /// The service areas and pathways.
    pub services: Option<Vec<String>>,
    /// First day; null where that was not known.
    pub starts_on: Option<Date>,
    /// Last day; null where that was not known.
    pub ends_on: Option<Date>,
    /// Where it stood.
    pub status: Option<String>,
    /// Since when.
    pub status_since: Option<Date>,
    /// How it came to stand so since it was awarded, the first first.
    pub status_history: Option<Vec<PublishedStatusChange>>,
    /// The commissioners' names, the one that leads first.
    pub commissioners: Option<Vec<String>>,
    /// The providers' names, in their order.
    pub providers: Option<Vec<String>>,
    /// The last day of effect that counts in everything here.
    pub as_of: Date,
    /// What it was expected to cost in the year, in pounds; null where that was not known.
    pub yearly_value: Option<Money>,
    /// What it is to achieve; null where nothing was agreed.
    pub outcome_measures: Option<Vec<PublishedMeasure>>,
    /// What its outcomes earned in the year, in pounds; null where it pays for none.
    pub outcome_pay_earned: Option<Money>,
    /// The material subcontracts that had started.
    pub material_subcontracts: Option<Vec<PublishedSubcontract>>,
    /// What was paid from the pool in the year, by month.
    pub payments: Option<Vec<PublishedPayment>>,
}

/// That a contract came to stand otherwise, as published.
#[derive(Clone, Debug, SimpleObject)]
pub struct PublishedStatusChange {
    /// Where it stood from then on.
    pub status: String,
    /// The first day on which it stood so.
    pub effective_on: Date,
    /// The part that was suspended; null when the whole was, or it was held back.
    pub suspended_part: Option<String>,
    /// The kind of reason; null where none was given.
    pub reason_code: Option<String>,
    /// The day on which a notice takes effect, or a standstill ends; null where there is none.
    pub takes_effect_on: Option<Date>,
}

/// A measure of an outcome, as published.
#[derive(Clone, Debug, SimpleObject)]
pub struct PublishedMeasure {
    /// What the contract's parties call it.
    pub reference: String,
    /// What it is called.
    pub name: String,
    /// In what it is counted.
    pub unit: String,
    /// Where earning begins, in the measure's unit, as a decimal of three places.
    pub threshold: String,
    /// Where the whole is earned, in the measure's unit, as a decimal of three places.
    pub target: String,
}

/// A material subcontract, as published.
#[derive(Clone, Debug, SimpleObject)]
pub struct PublishedSubcontract {
    /// One more than the tier above; the contract is at tier 0.
    pub tier: i32,
    /// What is sold.
    pub service: String,
    /// The buyer's name.
    pub buyer: String,
    /// The seller's name.
    pub seller: String,
}

connection!(
    ContractPublicationConnection,
    ContractPublicationEdge,
    ContractPublication,
    "what was published of contracts"
);

/// What the co-ordinating commissioner published of a contract and a year, as it was then. For
/// everybody, signed in or not.
#[Object]
impl ContractPublication {
    /// The identity, opaque and lasting.
    pub(crate) async fn id(&self) -> ID {
        Kind::ContractPublication.id(self.0.row.id)
    }

    /// The year.
    async fn financial_year(&self) -> FinancialYear {
        self.0.row.financial_year.into()
    }

    /// When it was published.
    async fn published_at(&self) -> DateTime {
        self.0.row.published_at.into()
    }

    /// Who decided to publish.
    async fn decision(&self) -> Decision {
        let row = &self.0.row;
        Decision {
            deciding_body: row.deciding_body.clone(),
            decided_on: row.decided_on.into(),
            minute_reference: row.minute_reference.clone(),
        }
    }

    /// How many items were held back for a reason. Sums include them.
    async fn items_held_back(&self) -> i32 {
        self.0.row.items_held_back
    }

    /// When it was withdrawn; null while it stands.
    async fn withdrawn_at(&self) -> Option<DateTime> {
        self.0.withdrawal.as_ref().map(|row| row.withdrawn_at.into())
    }

    /// Why it was withdrawn; null while it stands.
    async fn withdrawal_reason(&self) -> Option<&str> {
        self.0.withdrawal.as_ref().map(|row| row.reason.as_str())
    }

    /// What was published; null when it was withdrawn.
    async fn contract(&self) -> Result<Option<PublishedContract>> {
        self.0.content.as_ref().map(contract).transpose()
    }
}

/// What is published of contracts, looked up.
#[derive(Default)]
pub struct ContractPublicationQuery;

#[Object]
impl ContractPublicationQuery {
    /// What was published of a contract with this identity; null when nothing was. For everybody,
    /// signed in or not.
    async fn contract_publication(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The identity.")] id: ID,
    ) -> Result<Option<ContractPublication>> {
        match node::of(&id) {
            Some((Kind::ContractPublication, id)) => find(ctx, id).await,
            _ => Ok(None),
        }
    }

    /// What was published of contracts, the last first, withdrawn ones too. For everybody, signed in
    /// or not.
    async fn contract_publications(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of this year only.")] financial_year: Option<FinancialYear>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<ContractPublicationConnection> {
        let year = financial_year.as_ref().map(|year| year.year("financialYear")).transpose();
        let year = year.map_err(|why| stopped(why.into()))?;
        let request = ctx.request()?;
        // The list is the same for everybody, and so are its cursors.
        let narrowed = format!("{year:?}");
        let list = request.cursors.list(Uuid::nil(), "contractPublications", "", &narrowed);
        let page = PageArguments::of(first, after, last, before).request(&list)?;
        let snapshot = request.snapshot().await?;
        let connection = snapshot.connection();
        let cut = service::list(connection, year, &page).await.map_err(fault)?;
        let total = if ctx.look_ahead().field("totalCount").exists() {
            Some(service::count(connection, year).await.map_err(fault)?)
        } else {
            None
        };
        let page = Page::new(cut, &list, service::place).of_total(total);
        Ok(ContractPublicationConnection(page.map(ContractPublication::from)))
    }
}

/// What was published of a contract with this identity.
///
/// # Errors
/// A fault.
pub async fn find(ctx: &Context<'_>, id: Uuid) -> Result<Option<ContractPublication>> {
    let snapshot = ctx.request()?.snapshot().await?;
    let found = service::find(snapshot.connection(), id).await.map_err(fault)?;
    Ok(found.map(ContractPublication::from))
}

/// A page of what was published of one contract, the last first.
///
/// # Errors
/// A fault.
pub async fn of_contract(
    ctx: &Context<'_>,
    contract: Uuid,
    page: PageArguments,
) -> Result<ContractPublicationConnection> {
    let all = ctx.loaders()?.load_one(PublicationsOf(contract)).await?.unwrap_or_default();
    let of = contract.to_string();
    let list = ctx.request()?.cursors.list(Uuid::nil(), "publications", "", &of);
    let page = page_of(&all, &page, &list, |it| it.row.id.to_string())?;
    Ok(ContractPublicationConnection(page.map(ContractPublication::from)))
}

/// What was published of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PublicationsOf(pub Uuid);

impl Loader<PublicationsOf> for Scoped {
    type Value = Vec<Published>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[PublicationsOf],
    ) -> std::result::Result<HashMap<PublicationsOf, Self::Value>, LoadFailed> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let of = service::of_contracts(snapshot.connection(), &ids).await.map_err(fault)?;
        Ok(of.into_iter().map(|(id, rows)| (PublicationsOf(id), rows)).collect())
    }
}

fn contract(content: &service::Content) -> Result<PublishedContract> {
    let change = |it: &service::StatusChange| PublishedStatusChange {
        status: it.status.clone(),
        effective_on: it.effective_on.into(),
        suspended_part: it.suspended_part.clone(),
        reason_code: it.reason_code.clone(),
        takes_effect_on: it.takes_effect_on.map(Date::from),
    };
    let measure = |it: &service::Measure| PublishedMeasure {
        reference: it.reference.clone(),
        name: it.name.clone(),
        unit: it.unit.clone(),
        threshold: it.threshold.clone(),
        target: it.target.clone(),
    };
    let link = |it: &service::Link| PublishedSubcontract {
        tier: it.tier,
        service: it.service.clone(),
        buyer: it.buyer.clone(),
        seller: it.seller.clone(),
    };
    let payment = |it: &service::Payment| -> Result<PublishedPayment> {
        Ok(PublishedPayment { period: it.period, amount: money(&it.amount)? })
    };
    let payments = content.payments.as_ref().map(|rows| rows.iter().map(payment).collect());
    Ok(PublishedContract {
        reference: content.reference.clone(),
        title: content.title.clone(),
        model: content.model.clone(),
        services: content.services.clone(),
        starts_on: content.starts_on.map(Date::from),
        ends_on: content.ends_on.map(Date::from),
        status: content.status.clone(),
        status_since: content.status_since.map(Date::from),
        status_history: content.status_history.as_ref().map(|it| it.iter().map(change).collect()),
        commissioners: content.commissioners.clone(),
        providers: content.providers.clone(),
        as_of: content.as_of.into(),
        yearly_value: content.value.as_deref().map(money).transpose()?,
        outcome_measures: content.measures.as_ref().map(|it| it.iter().map(measure).collect()),
        outcome_pay_earned: content.outcome_pay.as_deref().map(money).transpose()?,
        material_subcontracts: content.links.as_ref().map(|it| it.iter().map(link).collect()),
        payments: payments.transpose()?,
    })
}
