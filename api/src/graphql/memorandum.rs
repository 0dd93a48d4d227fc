//! The memorandum account of a fund and a year.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, ID, InputObject, Object, Result, dataloader::Loader};
use domain::rules::memorandum as rule;
use entities::accounting_treatment;
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Loading, Scoped},
    memorandum_lines::{
        MemorandumExpenditure, MemorandumExpenditureConnection, MemorandumIncome,
        MemorandumIncomeConnection, MemorandumShare,
    },
    node::Kind,
    organisation::Organisation,
    paging::PageArguments,
    position::terms,
    position_breakdown::page,
    request::{Asked, stopped},
    scalars::{Date, DateTime, FinancialYear, Money},
};
use crate::{
    payload,
    service::{
        Refusal,
        memorandum::{self as service, NewTreatment, Stated},
        position::Terms,
    },
};

/// The memorandum account of a fund and a year: what every partner needs to account for its own
/// share. The host and the partners read it, and whoever they granted access.
#[derive(Clone, Debug)]
pub struct MemorandumAccount(pub Arc<Stated>);

/// What the host holds of a fund, in pounds. Debts of the fund are below nothing, as a rule.
#[derive(Clone, Copy, Debug)]
pub struct MemorandumHeld(rule::Held);

/// How a partner accounts for its share of a fund in a year, in its own words.
#[derive(Clone, Debug)]
pub struct AccountingTreatment(pub accounting_treatment::Model);

/// The memorandum account of a fund and a year: what every partner needs to account for its own
/// share. The host and the partners read it, and whoever they granted access. Opening balance, income
/// and what was settled less expenditure are the closing balance.
#[Object]
impl MemorandumAccount {
    /// The fund's reference.
    async fn fund_reference(&self) -> &str {
        &self.0.position.fund.reference
    }

    /// The fund's name.
    async fn fund_name(&self) -> &str {
        &self.0.position.fund.name
    }

    /// The year.
    async fn financial_year(&self) -> FinancialYear {
        self.0.position.terms.cutoff.year.into()
    }

    /// The last day of effect that counts.
    async fn as_of(&self) -> Date {
        self.0.position.terms.cutoff.as_of.into()
    }

    /// The instant of the last recording that is included. Asked again with it as `knownAt`, the
    /// account answers the same for ever.
    async fn known_at(&self) -> DateTime {
        self.0.position.known_at.into()
    }

    /// What was carried forward out of earlier years, and what a journal brought in from outside,
    /// in pounds.
    async fn opening_balance(&self) -> Money {
        self.0.account.opening.into()
    }

    /// The contributions of the year by partner and source, whenever they were invoiced; partners
    /// in the agreement's order.
    async fn income(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<MemorandumIncomeConnection> {
        let lines = self.0.account.income.iter().cloned().map(MemorandumIncome);
        let lines: Vec<_> = lines.collect();
        let arguments = PageArguments::of(first, after, last, before);
        let key = |line: &MemorandumIncome| format!("{}|{}", line.0.partner, line.0.source);
        page(ctx, self.0.position.fund.id, "memorandum income", &arguments, &lines, key)
            .map(MemorandumIncomeConnection)
    }

    /// The contributions of the year less what was given back, and what partners spent themselves,
    /// in pounds.
    async fn total_income(&self) -> Money {
        self.0.account.total_income.into()
    }

    /// What partners bear of earlier years by settlements of this one, below nothing what they are
    /// given back, in pounds.
    async fn settled(&self) -> Money {
        self.0.account.settled.into()
    }

    /// What was spent in the year by scheme, by the schemes' references.
    async fn expenditure(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<MemorandumExpenditureConnection> {
        let line = |line: &rule::Expenditure| {
            let scheme = self.0.position.schemes.get(&line.scheme);
            MemorandumExpenditure {
                reference: scheme.map_or_else(String::new, |it| it.reference.clone()),
                name: scheme.map_or_else(String::new, |it| it.name.clone()),
                line: line.clone(),
            }
        };
        let lines: Vec<_> = self.0.account.expenditure.iter().map(line).collect();
        let arguments = PageArguments::of(first, after, last, before);
        let key = |it: &MemorandumExpenditure| it.line.scheme.to_string();
        page(ctx, self.0.position.fund.id, "memorandum expenditure", &arguments, &lines, key)
            .map(MemorandumExpenditureConnection)
    }

    /// What was spent in the year, less what was given back, in pounds.
    async fn total_expenditure(&self) -> Money {
        self.0.account.total_expenditure.into()
    }

    /// Opening balance, income and what was settled less expenditure: what there is to carry forward,
    /// in pounds.
    async fn closing_balance(&self) -> Money {
        self.0.account.closing.into()
    }

    /// Each partner's share of income and expenditure, in the agreement's order: expenditure as it
    /// is funded. Their balances and the opening balance add up to the closing balance.
    async fn shares(&self) -> Vec<MemorandumShare> {
        let share = |line: &rule::Share| MemorandumShare {
            treatment: self.0.treatments.get(&line.partner).cloned(),
            line: line.clone(),
        };
        self.0.account.shares.iter().map(share).collect()
    }

    /// What the host holds.
    async fn held_by_host(&self) -> MemorandumHeld {
        MemorandumHeld(self.0.account.held)
    }

    /// By how much the host holds more than the closing balance, in pounds: what earlier years left
    /// and no transaction carried forward.
    async fn of_earlier_years(&self) -> Money {
        self.0.account.of_earlier_years.into()
    }
}

/// What the host holds of a fund, in pounds. Debts of the fund are below nothing, as a rule.
#[Object]
impl MemorandumHeld {
    /// Cash: received less paid.
    async fn cash(&self) -> Money {
        self.0.cash.into()
    }

    /// What partners were invoiced and have not paid.
    async fn receivable(&self) -> Money {
        self.0.receivable.into()
    }

    /// What is invoiced to the fund and not paid.
    async fn payable(&self) -> Money {
        self.0.payable.into()
    }

    /// What was used and is not invoiced.
    async fn accrued(&self) -> Money {
        self.0.accrued.into()
    }

    /// What is held against risk.
    async fn reserve(&self) -> Money {
        self.0.reserve.into()
    }

    /// What partners and other funds owe by settlements of risk shares; below nothing, what they are
    /// owed.
    async fn due_by_settlement(&self) -> Money {
        self.0.due_by_settlement.into()
    }

    /// What was invoiced for later years.
    async fn in_advance(&self) -> Money {
        self.0.in_advance.into()
    }

    /// All of it together.
    async fn total(&self) -> Money {
        self.0.net.into()
    }
}

/// How a partner accounts for its share of a fund in a year, in its own words.
#[Object]
impl AccountingTreatment {
    /// The partner.
    async fn partner(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.partner_id).await
    }

    /// The year.
    async fn financial_year(&self) -> FinancialYear {
        self.0.financial_year.into()
    }

    /// How it accounts for its share.
    async fn treatment(&self) -> &str {
        &self.0.treatment
    }

    /// Who stated it: the partner, or the host on its behalf.
    async fn stated_by(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.stated_as_id).await
    }

    /// The day on which it was stated.
    async fn stated_on(&self) -> Date {
        self.0.stated_on.into()
    }
}

/// Asks for the memorandum account of a fund.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct AccountOf {
    fund: Uuid,
    terms: Terms,
}

impl Loader<AccountOf> for Scoped {
    type Value = Arc<Stated>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[AccountOf]) -> Result<HashMap<AccountOf, Self::Value>> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let snapshot = self.0.snapshot().await?;
        let mut by_terms: HashMap<Terms, Vec<Uuid>> = HashMap::new();
        for key in keys {
            by_terms.entry(key.terms).or_default().push(key.fund);
        }
        let mut loaded = HashMap::new();
        for (terms, funds) in by_terms {
            let found = service::of_funds(snapshot.connection(), viewer, &funds, terms).await;
            for stated in found.map_err(stopped)? {
                let key = AccountOf { fund: stated.position.fund.id, terms };
                loaded.insert(key, Arc::new(stated));
            }
        }
        Ok(loaded)
    }
}

/// The memorandum account of a fund; none for who does not read all that enters.
///
/// # Errors
/// `WRONG_YEAR` or `INVALID_DATE`, or a fault.
pub async fn of_fund(
    ctx: &Context<'_>,
    fund: Uuid,
    financial_year: &FinancialYear,
    (as_of, known_at): (Option<Date>, Option<DateTime>),
) -> Result<Option<MemorandumAccount>> {
    let year = financial_year.year("financialYear").map_err(|why| stopped(why.into()))?;
    let as_of = as_of.unwrap_or_else(|| year.last_day().into());
    let terms = terms(ctx, financial_year, Some(&as_of), known_at, None)?;
    Ok(ctx.loaders()?.load_one(AccountOf { fund, terms }).await?.map(MemorandumAccount))
}

/// How a partner accounts for its share of a fund in a year.
#[derive(Clone, Debug, InputObject)]
pub struct StateAccountingTreatmentInput {
    /// The fund.
    pub fund: ID,
    /// The year.
    pub financial_year: FinancialYear,
    /// The partner: your own organisation, or any when you are the host.
    pub partner: ID,
    /// How it accounts for its share, in its own words, 1 to 2,000 characters.
    pub treatment: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload! {
    /// What came of stating an accounting treatment.
    StateAccountingTreatmentPayload {
        /// What was stated; null when it was refused.
        treatment: AccountingTreatment
    }
}

/// Memorandum accounts.
#[derive(Default)]
pub struct MemorandumMutation;

#[Object]
impl MemorandumMutation {
    /// States how a partner accounts for its share of a fund in a year; what was stated before
    /// stays on record. The partner's FINANCE, or the host's.
    async fn state_accounting_treatment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The treatment.")] input: StateAccountingTreatmentInput,
    ) -> Result<StateAccountingTreatmentPayload> {
        let dry_run = input.dry_run;
        let (database, viewer) = (ctx.database()?, ctx.viewer()?);
        let done = match new_treatment(input) {
            Ok(new) => service::state(database, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        StateAccountingTreatmentPayload::answer(done, AccountingTreatment)
    }
}

fn new_treatment(input: StateAccountingTreatmentInput) -> Result<NewTreatment, Refusal> {
    Ok(NewTreatment {
        fund: Kind::Fund.read(&input.fund, "fund")?,
        year: input.financial_year.year("financialYear")?,
        partner: Kind::Organisation.read(&input.partner, "partner")?,
        treatment: input.treatment,
    })
}
