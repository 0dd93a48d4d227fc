//! What everybody may read, without signing in.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use uuid::Uuid;

use super::{
    decision::Decision,
    node::{self, Kind},
    paging::{Page, PageArguments},
    request::{Asked, fault, stopped},
    scalars::{Date, DateTime, FinancialYear, Money},
};
use crate::{
    connection,
    service::publication::{self as service, Published},
};

/// What partners published of an agreement and a year, as it was then. For everybody, signed in or
/// not.
#[derive(Clone, Debug)]
pub struct Publication(Box<Published>);

impl From<Published> for Publication {
    fn from(published: Published) -> Self {
        Self(Box::new(published))
    }
}

/// An agreement and its funds, as published.
#[derive(Clone, Debug, SimpleObject)]
pub struct PublishedAgreement {
    /// What the partners call it.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// The law that it is made under.
    pub statutory_basis: String,
    /// Where it stands.
    pub status: String,
    /// First day.
    pub starts_on: Date,
    /// Last day; null where none is set.
    pub ends_on: Option<Date>,
    /// The host's name; null where it is not known.
    pub host: Option<String>,
    /// The partners' names, in their order.
    pub partners: Vec<String>,
    /// The last day of effect that counts in every figure.
    pub as_of: Date,
    /// The approved return whose day and instant every figure is of; null where it follows none.
    pub approved_return: Option<PublishedReturn>,
    /// Its funds, by reference.
    pub funds: Vec<PublishedFund>,
}

/// The approved return that a publication follows.
#[derive(Clone, Debug, SimpleObject)]
pub struct PublishedReturn {
    /// The reference of the fund that it was about.
    pub fund_reference: String,
    /// The quarter, `Q1` to `Q4`, or `YEAR`.
    pub span: String,
    /// The last instant of recording that counts.
    pub known_at: DateTime,
}

/// A fund, as published. All figures are of the whole fund, held back schemes included.
#[derive(Clone, Debug, SimpleObject)]
pub struct PublishedFund {
    /// What the partners call it.
    pub reference: String,
    /// Its name.
    pub name: String,
    /// How its money is bound.
    pub kind: String,
    /// What all partners together agreed to put in.
    pub contributions: Money,
    /// The budget of the year.
    pub budget: Money,
    /// What was spent, less what was given back.
    pub actual: Money,
    /// Actual and what is still forecast; null without a submitted forecast.
    pub forecast_outturn: Option<Money>,
    /// Outturn less budget: positive is adverse; null without a submitted forecast.
    pub variance: Option<Money>,
    /// Its schemes, by reference, without those that were held back.
    pub schemes: Vec<PublishedScheme>,
    /// What was paid from the pool, by period.
    pub payments: Vec<PublishedPayment>,
}

/// A scheme, as published.
#[derive(Clone, Debug, SimpleObject)]
pub struct PublishedScheme {
    /// What the partners call it.
    pub reference: String,
    /// Its name.
    pub name: String,
    /// Its type.
    pub scheme_type: String,
    /// The budget of the year.
    pub budget: Money,
    /// Who funds it.
    pub funded_by: Vec<PublishedShare>,
}

/// A part of a scheme's funding, as published.
#[derive(Clone, Debug, SimpleObject)]
pub struct PublishedShare {
    /// The partner's name.
    pub partner: String,
    /// The funding source.
    pub source: String,
    /// Its weight among the scheme's shares.
    pub weight: i32,
}

/// What was paid from the pool in a period.
#[derive(Clone, Debug, SimpleObject)]
pub struct PublishedPayment {
    /// 1 is April, 12 is March, 13 and 14 are the adjustment periods.
    pub period: i32,
    /// How much.
    pub amount: Money,
}

connection!(PublicationConnection, PublicationEdge, Publication, "what was published");

/// What partners published of an agreement and a year, as it was then. For everybody, signed in or
/// not.
#[Object]
impl Publication {
    /// The identity, opaque and lasting.
    pub(crate) async fn id(&self) -> ID {
        Kind::Publication.id(self.0.row.id)
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

    /// How many items were held back for a reason. The fund's figures include them.
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
    async fn agreement(&self) -> Result<Option<PublishedAgreement>> {
        self.0.content.as_ref().map(agreement).transpose()
    }
}

/// What is published, looked up.
#[derive(Default)]
pub struct PublicationQuery;

#[Object]
impl PublicationQuery {
    /// What was published with this identity; null when nothing was. For everybody, signed in or
    /// not.
    async fn publication(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The identity.")] id: ID,
    ) -> Result<Option<Publication>> {
        match node::of(&id) {
            Some((Kind::Publication, id)) => find(ctx, id).await,
            _ => Ok(None),
        }
    }

    /// What was published, the last first, withdrawn ones too. For everybody, signed in or not.
    async fn publications(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of this year only.")] financial_year: Option<FinancialYear>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<PublicationConnection> {
        let year = financial_year.as_ref().map(|year| year.year("financialYear")).transpose();
        let year = year.map_err(|why| stopped(why.into()))?;
        let request = ctx.request()?;
        // The list is the same for everybody, and so are its cursors.
        let list = request.cursors.list(Uuid::nil(), "publications", "", &format!("{year:?}"));
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
        Ok(PublicationConnection(page.map(Publication::from)))
    }
}

/// What was published with this identity.
///
/// # Errors
/// A fault.
pub async fn find(ctx: &Context<'_>, id: Uuid) -> Result<Option<Publication>> {
    let snapshot = ctx.request()?.snapshot().await?;
    let found = service::find(snapshot.connection(), id).await.map_err(fault)?;
    Ok(found.map(Publication::from))
}

fn agreement(content: &service::Content) -> Result<PublishedAgreement> {
    Ok(PublishedAgreement {
        reference: content.reference.clone(),
        title: content.title.clone(),
        statutory_basis: content.statutory_basis.clone(),
        status: content.status.clone(),
        starts_on: content.starts_on.into(),
        ends_on: content.ends_on.map(Date::from),
        host: content.host.clone(),
        partners: content.partners.clone(),
        as_of: content.as_of.into(),
        approved_return: content.approved_return.as_ref().map(|it| PublishedReturn {
            fund_reference: it.fund_reference.clone(),
            span: it.span.clone(),
            known_at: DateTime(it.known_at.into()),
        }),
        funds: content.funds.iter().map(fund).collect::<Result<_>>()?,
    })
}

fn fund(fund: &service::Fund) -> Result<PublishedFund> {
    Ok(PublishedFund {
        reference: fund.reference.clone(),
        name: fund.name.clone(),
        kind: fund.kind.clone(),
        contributions: money(&fund.contributions)?,
        budget: money(&fund.budget)?,
        actual: money(&fund.actual)?,
        forecast_outturn: fund.forecast_outturn.as_deref().map(money).transpose()?,
        variance: fund.variance.as_deref().map(money).transpose()?,
        schemes: fund.schemes.iter().map(scheme).collect::<Result<_>>()?,
        payments: fund.payments.iter().map(payment).collect::<Result<_>>()?,
    })
}

fn scheme(scheme: &service::Scheme) -> Result<PublishedScheme> {
    let share = |share: &service::Share| PublishedShare {
        partner: share.partner.clone(),
        source: share.source.clone(),
        weight: i32::try_from(share.weight).unwrap_or(i32::MAX),
    };
    Ok(PublishedScheme {
        reference: scheme.reference.clone(),
        name: scheme.name.clone(),
        scheme_type: scheme.scheme_type.clone(),
        budget: money(&scheme.budget)?,
        funded_by: scheme.funded_by.iter().map(share).collect(),
    })
}

fn payment(payment: &service::Payment) -> Result<PublishedPayment> {
    Ok(PublishedPayment { period: payment.period, amount: money(&payment.amount)? })
}

pub(super) fn money(amount: &str) -> Result<Money> {
    amount.parse::<entities::value::Pence>().map(Money::from).map_err(fault)
}
