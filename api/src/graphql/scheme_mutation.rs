//! Setting schemes up, describing them, and saying what they may cost and who funds them.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};
use entities::value::Pence;

use super::{
    node::Kind,
    request::Asked,
    scalars::{Date, FinancialYear, Money},
    scheme::Scheme,
};
use crate::{
    payload,
    service::{
        Refusal,
        funding_split::{self, Dated, NewFundingSplit, NewShare},
        scheme::{self as service, NewBudget, NewScheme, NewSchemeBudget, SchemeChange},
    },
};

/// One part of a funding split.
#[derive(Clone, Debug, InputObject)]
pub struct FundingShareInput {
    /// The partner that funds.
    pub partner: ID,
    /// From which source: a code of the year's list of funding sources. A ring-fenced one funds
    /// the scheme types named for it only.
    pub source: String,
    /// Its weight, above zero: the whole is the sum of the weights.
    pub weight: i32,
}

/// The original budget of a scheme for a year, and who funds it.
#[derive(Clone, Debug, InputObject)]
pub struct SchemeBudgetInput {
    /// The financial year, in which the agreement runs.
    pub financial_year: FinancialYear,
    /// The amount for the whole year, in pounds; not below zero.
    pub amount: Money,
    /// Twelve amounts in pounds, April first, that add up to the amount; equal when left out.
    pub months: Option<Vec<Money>>,
    /// Who funds it from which source, at least one and at most 100.
    pub funding: Vec<FundingShareInput>,
}

/// A scheme.
#[derive(Clone, Debug, InputObject)]
pub struct CreateSchemeInput {
    /// The fund.
    pub fund: ID,
    /// What the partners call it, 1 to 60 characters; unique in the fund.
    pub reference: String,
    /// Its name, 1 to 300 characters; a funded provider sees it.
    pub name: String,
    /// A code of the list of scheme types: of the budget's year, else the current one.
    pub scheme_type: String,
    /// A code of the list of areas of spend, of the same year.
    pub area_of_spend: Option<String>,
    /// The partner that commissions it.
    pub commissioner: ID,
    /// The funded provider, which then sees the scheme's name and budget.
    pub provider: Option<ID>,
    /// True when it goes on from year to year.
    pub is_recurrent: bool,
    /// True of capital, false of revenue.
    #[graphql(default)]
    pub is_capital: bool,
    /// First day; that of the year of its budget when left out.
    pub starts_on: Option<Date>,
    /// Its original budget, where it is known.
    pub budget: Option<SchemeBudgetInput>,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What is to change about a scheme: what is left out stays.
#[derive(Clone, Debug, InputObject)]
pub struct UpdateSchemeInput {
    /// The scheme.
    pub scheme: ID,
    /// The version that you read.
    pub expected_version: i32,
    /// A new name, 1 to 300 characters.
    pub name: Option<String>,
    /// Another code of the current list of scheme types. Every source that funds the scheme has to
    /// be free to fund it.
    pub scheme_type: Option<String>,
    /// Another code of the current list of areas of spend; null takes it away.
    pub area_of_spend: MaybeUndefined<String>,
    /// Another funded provider; null when there is none any more.
    pub provider: MaybeUndefined<ID>,
    /// Whether it goes on from year to year.
    pub is_recurrent: Option<bool>,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// The original budget of a further year.
#[derive(Clone, Debug, InputObject)]
pub struct SetSchemeBudgetInput {
    /// The scheme.
    pub scheme: ID,
    /// The financial year, which has no budget yet and in which the agreement runs.
    pub financial_year: FinancialYear,
    /// The amount for the whole year, in pounds; not below zero.
    pub amount: Money,
    /// Twelve amounts in pounds, April first, that add up to the amount; equal when left out.
    pub months: Option<Vec<Money>>,
    /// Who funds it from which source, at least one and at most 100.
    pub funding: Vec<FundingShareInput>,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// Who funds a scheme, from a day on.
#[derive(Clone, Debug, InputObject)]
pub struct SetFundingSplitInput {
    /// The scheme.
    pub scheme: ID,
    /// The financial year.
    pub financial_year: FinancialYear,
    /// The first day on which it counts, in that year.
    pub effective_on: Date,
    /// Its parts, at least one and at most 100.
    pub shares: Vec<FundingShareInput>,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload! {
    /// What came of setting up a scheme.
    CreateSchemePayload {
        /// The scheme; null when it was refused.
        scheme: Scheme
    }
}

payload! {
    /// What came of changing a scheme.
    UpdateSchemePayload {
        /// The scheme as it is now; null when it was refused.
        scheme: Scheme
    }
}

payload! {
    /// What came of setting a budget.
    SetSchemeBudgetPayload {
        /// The scheme; null when it was refused.
        scheme: Scheme
    }
}

payload! {
    /// What came of setting a funding split.
    SetFundingSplitPayload {
        /// The scheme; null when it was refused.
        scheme: Scheme
    }
}

/// Schemes, set up and described.
#[derive(Default)]
pub struct SchemeMutation;

#[Object]
impl SchemeMutation {
    /// Sets up a scheme of a fund, with its original budget where it is known. Budgets stay within
    /// the fund's contributions unless over-programming was approved. The host's COMMISSIONER or
    /// FINANCE.
    async fn create_scheme(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The scheme.")] input: CreateSchemeInput,
    ) -> Result<CreateSchemePayload> {
        let dry_run = input.dry_run;
        let (database, viewer) = (ctx.database()?, ctx.viewer()?);
        let done = match new_scheme(input) {
            Ok(new) => service::create(database, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        CreateSchemePayload::answer(done, Scheme)
    }

    /// Changes what a scheme is called and described by. Whose budget it is stays. The host's
    /// COMMISSIONER or FINANCE.
    async fn update_scheme(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The change.")] input: UpdateSchemeInput,
    ) -> Result<UpdateSchemePayload> {
        let dry_run = input.dry_run;
        let (database, viewer) = (ctx.database()?, ctx.viewer()?);
        let done = match change(input) {
            Ok(change) => service::update(database, viewer, dry_run, change).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        UpdateSchemePayload::answer(done, Scheme)
    }

    /// Sets a scheme's original budget for a further year, and who funds it. Later changes are
    /// movements of budget. The host's COMMISSIONER or FINANCE.
    async fn set_scheme_budget(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The budget.")] input: SetSchemeBudgetInput,
    ) -> Result<SetSchemeBudgetPayload> {
        let dry_run = input.dry_run;
        let (database, viewer) = (ctx.database()?, ctx.viewer()?);
        let done = match scheme_budget(input) {
            Ok(new) => service::set_budget(database, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        SetSchemeBudgetPayload::answer(done, Scheme)
    }

    /// Sets who funds a scheme from a day on. What was posted before keeps the split by which it
    /// was posted. The host's COMMISSIONER or FINANCE.
    async fn set_funding_split(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The split.")] input: SetFundingSplitInput,
    ) -> Result<SetFundingSplitPayload> {
        let dry_run = input.dry_run;
        let (database, viewer) = (ctx.database()?, ctx.viewer()?);
        let done = match split(input) {
            Ok(new) => funding_split::set(database, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        SetFundingSplitPayload::answer(done, Scheme)
    }
}

fn new_scheme(input: CreateSchemeInput) -> Result<NewScheme, Refusal> {
    let provider = input.provider.as_ref().map(|id| Kind::Organisation.read(id, "provider"));
    let budget = input.budget.map(|budget| {
        let SchemeBudgetInput { financial_year, amount, months, funding } = budget;
        new_budget(&financial_year, &amount, months.as_deref(), &funding, "budget.")
    });
    Ok(NewScheme {
        fund: Kind::Fund.read(&input.fund, "fund")?,
        reference: input.reference,
        name: input.name,
        scheme_type_code: input.scheme_type,
        area_of_spend_code: input.area_of_spend,
        commissioner: Kind::Organisation.read(&input.commissioner, "commissioner")?,
        provider: provider.transpose()?,
        is_recurrent: input.is_recurrent,
        is_capital: input.is_capital,
        starts_on: input.starts_on.as_ref().map(|day| day.day("startsOn")).transpose()?,
        budget: budget.transpose()?,
    })
}

fn change(input: UpdateSchemeInput) -> Result<SchemeChange, Refusal> {
    let provider = match &input.provider {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(id) => Some(Some(Kind::Organisation.read(id, "provider")?)),
    };
    Ok(SchemeChange {
        scheme: Kind::Scheme.read(&input.scheme, "scheme")?,
        expected_version: input.expected_version,
        name: input.name,
        scheme_type_code: input.scheme_type,
        area_of_spend_code: input.area_of_spend.into(),
        provider,
        is_recurrent: input.is_recurrent,
    })
}

fn scheme_budget(input: SetSchemeBudgetInput) -> Result<NewSchemeBudget, Refusal> {
    let SetSchemeBudgetInput { scheme, financial_year, amount, months, funding, .. } = input;
    Ok(NewSchemeBudget {
        scheme: Kind::Scheme.read(&scheme, "scheme")?,
        budget: new_budget(&financial_year, &amount, months.as_deref(), &funding, "")?,
    })
}

fn split(input: SetFundingSplitInput) -> Result<NewFundingSplit, Refusal> {
    Ok(NewFundingSplit {
        scheme: Kind::Scheme.read(&input.scheme, "scheme")?,
        split: Dated {
            year: input.financial_year.year("financialYear")?,
            effective_on: input.effective_on.day("effectiveOn")?,
            shares: shares(&input.shares, "shares")?,
        },
    })
}

/// A budget whose fields stand under `prefix` in the input.
fn new_budget(
    year: &FinancialYear,
    amount: &Money,
    months: Option<&[Money]>,
    funding: &[FundingShareInput],
    prefix: &str,
) -> Result<NewBudget, Refusal> {
    let month = |(place, month): (usize, &Money)| month.pence(&format!("{prefix}months.{place}"));
    let months: Option<Result<Vec<Pence>, Refusal>> =
        months.map(|months| months.iter().enumerate().map(month).collect());
    Ok(NewBudget {
        year: year.year(&format!("{prefix}financialYear"))?,
        amount: amount.pence(&format!("{prefix}amount"))?,
        months: months.transpose()?,
        funding: shares(funding, &format!("{prefix}funding"))?,
    })
}

fn shares(shares: &[FundingShareInput], path: &str) -> Result<Vec<NewShare>, Refusal> {
    let share = |(place, share): (usize, &FundingShareInput)| {
        Ok(NewShare {
            partner: Kind::Organisation.read(&share.partner, &format!("{path}.{place}.partner"))?,
            source: share.source.clone(),
            weight: share.weight.into(),
        })
    };
    shares.iter().enumerate().map(share).collect()
}
