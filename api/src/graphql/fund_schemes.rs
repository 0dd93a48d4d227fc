//! The lists of a fund's schemes and forecasts: fields of the fund, kept beside what they list.

use std::sync::Arc;

use async_graphql::{Context, Enum, InputObject, Result};
use domain::policy::matrix::FieldGroup;
use entities::{forecast, pooled_fund};

use super::{
    filter::{self, IdFilter, StringFilter},
    forecast::{Forecast, ForecastConnection},
    forecast_loaders::ForecastsOfFund,
    loaders::Loading,
    nested::NestedPage,
    node::Kind,
    paging::{Page, PageArguments},
    request::{Asked, fault, stopped},
    scalars::FinancialYear,
    scheme::{Scheme, SchemeConnection},
    scheme_loaders::SchemesOfFund,
};
use crate::{
    access::Seen,
    database::Cut,
    service::{
        Code, Refusal,
        criteria::Where,
        forecast as service,
        scheme::{Criterion, Listing, Order},
    },
};

/// The most criteria that one `and` or `or` may join.
const MOST_CRITERIA: usize = 20;

/// Which schemes are wanted. All that is given must hold. What you may not see fails every
/// criterion.
#[derive(Clone, Debug, Default, InputObject)]
pub struct SchemeWhere {
    /// All of these hold, at most 20.
    pub and: Option<Vec<SchemeWhere>>,
    /// At least one of these holds, at most 20.
    pub or: Option<Vec<SchemeWhere>>,
    /// This does not hold.
    pub not: Option<Box<SchemeWhere>>,
    /// What the partners call it.
    pub reference: Option<StringFilter>,
    /// Its name.
    pub name: Option<StringFilter>,
    /// The code of its type; for the host and the partners.
    pub scheme_type: Option<StringFilter>,
    /// The code of its area of spend; for the host and the partners.
    pub area_of_spend: Option<StringFilter>,
    /// Who commissions it; for the host and the partners.
    pub commissioner: Option<IdFilter>,
    /// Who provides it.
    pub provider: Option<IdFilter>,
    /// Whether it goes on from year to year; for the host and the partners.
    pub is_recurrent: Option<bool>,
    /// Whether it is capital; for the host and the partners.
    pub is_capital: Option<bool>,
}

/// What schemes are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Order")]
pub enum SchemeOrder {
    /// By reference, A first.
    #[graphql(name = "REFERENCE_ASC")]
    ReferenceAscending,
    /// By reference, Z first.
    #[graphql(name = "REFERENCE_DESC")]
    ReferenceDescending,
}

/// The schemes of a fund that the viewer sees: of the agreement, all; a funded provider, its own.
/// Null for who sees none for what it is.
///
/// # Errors
/// A bad page, cursor or filter, or a fault.
pub async fn schemes(
    ctx: &Context<'_>,
    fund: &Seen<pooled_fund::Model>,
    wanted: Option<SchemeWhere>,
    order_by: Option<Vec<SchemeOrder>>,
    page: PageArguments,
) -> Result<Option<SchemeConnection>> {
    if !fund.reads_summary(FieldGroup::SchemeName) && !fund.reads_own(FieldGroup::SchemeName) {
        return Ok(None);
    }
    let criteria = wanted.unwrap_or_default().criteria();
    let criteria = criteria.map_err(|refusal| stopped(refusal.into()))?;
    // References are unique in a fund, so that no further order can matter.
    let order = order_by.and_then(|orders| orders.first().copied());
    let order = order.map_or(Order::ReferenceAscending, Order::from);
    let key = SchemesOfFund {
        fund: fund.row.id,
        listing: Arc::new(Listing { criteria, order }),
        page,
        counted: ctx.look_ahead().field("totalCount").exists(),
    };
    let page = ctx.loaders()?.load_one(key).await?;
    let page = page.ok_or_else(|| fault("a list of schemes was not read"))?;
    Ok(Some(SchemeConnection(page.map(Scheme))))
}

/// The forecasts of a fund that the viewer sees, the latest first: the host, drafts too; a partner,
/// what was submitted. Null for who may not read the fund's money.
///
/// # Errors
/// A bad page or cursor, or a fault.
pub async fn forecasts(
    ctx: &Context<'_>,
    fund: &Seen<pooled_fund::Model>,
    financial_year: Option<FinancialYear>,
    arguments: &PageArguments,
) -> Result<Option<ForecastConnection>> {
    if !fund.reads_summary(FieldGroup::ForecastSubmitted) {
        return Ok(None);
    }
    let year = financial_year.map(|year| year.year("financialYear")).transpose();
    let year = year.map_err(|refusal| stopped(refusal.into()))?;
    let bound = format!("{} {year:?}", fund.row.id);
    let viewer = ctx.viewer()?.holder();
    let list = ctx.request()?.cursors.list(viewer, "forecasts", "", &bound);
    let page = arguments.request(&list)?;
    let key = ForecastsOfFund(NestedPage::new(ctx, fund.row.id, page, year));
    let (cut, total) = ctx.loaders()?.load_one(key).await?.unwrap_or_else(|| (Cut::empty(), None));
    let place = |seen: &Seen<forecast::Model>| service::place(&seen.row);
    let page = Page::new(cut, &list, place).of_total(total);
    Ok(Some(ForecastConnection(page.map(Forecast))))
}

impl SchemeWhere {
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
        all.extend(texts(&self.reference, "reference", Criterion::Reference)?);
        all.extend(texts(&self.name, "name", Criterion::Name)?);
        all.extend(texts(&self.scheme_type, "schemeType", Criterion::SchemeType)?);
        all.extend(texts(&self.area_of_spend, "areaOfSpend", Criterion::AreaOfSpend)?);
        if let Some(ids) = &self.commissioner {
            let tests = ids.tests(Kind::Organisation, "where.commissioner")?;
            all.extend(filter::all(tests, Criterion::Commissioner));
        }
        if let Some(ids) = &self.provider {
            let tests = ids.tests(Kind::Organisation, "where.provider")?;
            all.extend(filter::all(tests, Criterion::Provider));
        }
        all.extend(self.is_recurrent.map(|is| Where::Is(Criterion::IsRecurrent(is))));
        all.extend(self.is_capital.map(|is| Where::Is(Criterion::IsCapital(is))));
        Ok(Where::All(all))
    }
}

fn texts(
    filter: &Option<StringFilter>,
    field: &str,
    criterion: impl Fn(crate::service::criteria::Test<String>) -> Criterion,
) -> Result<Vec<Where<Criterion>>, Refusal> {
    let tests = filter.as_ref().map(|filter| filter.tests(&format!("where.{field}")));
    Ok(filter::all(tests.transpose()?.unwrap_or_default(), criterion))
}
