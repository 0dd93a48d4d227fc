//! Budgets that are delegated within contracts.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use domain::{policy::matrix::FieldGroup, rules::delegated_budget::At};
use entities::value;
use uuid::Uuid;

use super::{
    contract::Contract,
    costs::{COMPUTED, cost},
    decision::Decision,
    delegated_budget_loaders::DelegatedBudgetById,
    delegated_position::{DelegatedPosition, asked},
    delegated_spending::{DelegatedSpending, DelegatedSpendingConnection},
    loaders::Loading,
    node::Kind,
    organisation::Organisation,
    paging::{PageArguments, page_of},
    request::Asked,
    scalars::{Date, DateTime, FinancialYear, Money},
    withheld::{Permission, Withheld},
};
use crate::{
    access::delegated_budget::VersionRows, connection,
    service::delegated_budget::DelegatedBudget as Budget,
};

/// A budget that the co-ordinating commissioner of a contract delegated to an organisation, its holder.
/// Its holder sees it, and whoever reads what is delegated within the contract; another holder does
/// not.
#[derive(Clone, Debug)]
pub struct DelegatedBudget(pub Arc<Budget>);

/// What was decided about a delegated budget, in force from a day on: its delegation, a change of its
/// amounts, or its withdrawal.
#[derive(Clone, Debug)]
pub struct DelegatedBudgetVersion(VersionRows);

/// How much is delegated in a financial year.
#[derive(Clone, Debug, SimpleObject)]
pub struct DelegatedYearAmount {
    /// The year.
    pub financial_year: FinancialYear,
    /// How much, in pounds: nothing or more.
    pub amount: Money,
}

/// What you may do to a delegated budget.
#[derive(Clone, Debug, SimpleObject)]
pub struct DelegatedBudgetPermissions {
    /// Changing its amounts, and withdrawing it.
    pub change: Permission,
    /// Recording what was spent of it.
    pub record_spending: Permission,
}

connection!(
    DelegatedBudgetConnection,
    DelegatedBudgetEdge,
    DelegatedBudget,
    "delegated budgets, of those that you see"
);

/// What a summary leaves out.
const LEFT_OUT: [&str; 4] = ["version", "versions", "isWithdrawn", "spending"];

impl From<Budget> for DelegatedBudget {
    fn from(budget: Budget) -> Self {
        Self(Arc::new(budget))
    }
}

impl DelegatedBudget {
    /// The budget with this identity, if the viewer sees it.
    ///
    /// # Errors
    /// A fault.
    pub async fn load(ctx: &Context<'_>, id: Uuid) -> Result<Option<Self>> {
        Ok(ctx.loaders()?.load_one(DelegatedBudgetById(id)).await?.map(Self))
    }

    fn reads(&self) -> bool {
        self.0.hidden().is_none()
    }
}

/// A budget that the co-ordinating commissioner of a contract delegated to an organisation, its holder.
/// Its holder sees it, and whoever reads what is delegated within the contract; another holder does
/// not.
#[Object]
impl DelegatedBudget {
    /// The identity, opaque and lasting.
    pub(crate) async fn id(&self) -> ID {
        Kind::DelegatedBudget.id(self.0.0.seen.row.id)
    }

    /// The contract within which it was delegated; null when you do not see that.
    async fn contract(&self, ctx: &Context<'_>) -> Result<Option<Contract>> {
        Contract::load(ctx, self.0.0.seen.row.contract_id).await
    }

    /// Who holds it.
    async fn holder(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.0.seen.row.holder_id).await
    }

    /// What it is for.
    async fn purpose(&self) -> &str {
        &self.0.0.seen.row.purpose
    }

    /// The first day on which it may be spent.
    async fn starts_on(&self) -> Date {
        self.0.0.seen.row.starts_on.into()
    }

    /// Counts its versions, for `expectedVersion`. Withheld from whoever reads a summary.
    async fn version(&self) -> Option<i32> {
        self.0.version()
    }

    /// What was decided about it, the first first. Withheld from whoever reads a summary.
    async fn versions(&self) -> Option<Vec<DelegatedBudgetVersion>> {
        let all = || self.0.0.versions.iter().cloned().map(DelegatedBudgetVersion).collect();
        self.reads().then(all)
    }

    /// True when it was withdrawn, from a day that has come or is to come. Withheld from whoever reads a
    /// summary.
    async fn is_withdrawn(&self) -> Option<bool> {
        let withdrawn = || self.0.0.versions.iter().any(|(row, _)| row.is_withdrawal);
        self.reads().then(withdrawn)
    }

    /// What it comes to in a year: the budget, what was spent of it and what is left.
    #[graphql(directive = cost::apply(COMPUTED))]
    async fn position(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year; the current one unless said.")] financial_year: Option<
            FinancialYear,
        >,
        #[graphql(desc = "The last day of effect that counts; today unless said.")] as_of: Option<
            Date,
        >,
        #[graphql(desc = "By what was known at which instant; by everything unless said.")]
        known_at: Option<DateTime>,
    ) -> Result<DelegatedPosition> {
        let (year, at): (value::FinancialYear, At) = asked(ctx, financial_year, as_of, known_at)?;
        Ok(DelegatedPosition { year, at, position: self.0.position(year, at) })
    }

    /// What its holder recorded as spent of it, in the order of recording, and what it took back.
    /// Withheld from whoever reads a summary.
    async fn spending(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<Option<DelegatedSpendingConnection>> {
        if !self.reads() {
            return Ok(None);
        }
        let (viewer, of) = (ctx.viewer()?.holder(), self.0.0.seen.row.id.to_string());
        let list = ctx.request()?.cursors.list(viewer, "delegatedSpending", "", &of);
        let arguments = PageArguments::of(first, after, last, before);
        let page = page_of(&self.0.spending(), &arguments, &list, |it| it.row.id.to_string())?;
        Ok(Some(DelegatedSpendingConnection(page.map(DelegatedSpending))))
    }

    /// The fields that are null because they are hidden from you (rule V2).
    async fn withheld(&self) -> Vec<Withheld> {
        Withheld::because(self.0.hidden(), &LEFT_OUT)
    }

    /// What you may do to it, by the same decisions that guard the doing (rule V3).
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<DelegatedBudgetPermissions> {
        let viewer = ctx.viewer()?;
        let contract = Contract::load(ctx, self.0.0.seen.row.contract_id).await?;
        let parties = contract.map(|it| it.0.parties().clone()).unwrap_or_default();
        let holder = self.0.holder(viewer);
        Ok(DelegatedBudgetPermissions {
            change: viewer.actor().may_delegate_budget(&parties).into(),
            record_spending: viewer.actor().may_record_delegated_spending(holder).into(),
        })
    }
}

/// What was decided about a delegated budget, in force from a day on: its delegation, a change of its
/// amounts, or its withdrawal.
#[Object]
impl DelegatedBudgetVersion {
    /// Its number, from 1.
    async fn number(&self) -> i32 {
        self.0.0.number
    }

    /// The first day on which it is in force.
    async fn effective_on(&self) -> Date {
        self.0.0.effective_on.into()
    }

    /// How much in which year, at most 50: one that is not named stays as it was. Of a withdrawal what
    /// stays of its year.
    async fn amounts(&self) -> Vec<DelegatedYearAmount> {
        let amount = |it: &entities::delegated_budget_amount::Model| DelegatedYearAmount {
            financial_year: it.financial_year.into(),
            amount: it.amount_pence.into(),
        };
        self.0.1.iter().map(amount).collect()
    }

    /// True of a withdrawal: nothing is left of later years.
    async fn is_withdrawal(&self) -> bool {
        self.0.0.is_withdrawal
    }

    /// Why it was withdrawn; null of others.
    async fn reason(&self) -> Option<&str> {
        self.0.0.reason.as_deref()
    }

    /// Who decided (rule G4).
    async fn decision(&self) -> Decision {
        Decision {
            deciding_body: self.0.0.deciding_body.clone(),
            decided_on: self.0.0.decided_on.into(),
            minute_reference: self.0.0.minute_reference.clone(),
        }
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime {
        self.0.0.recorded_at.into()
    }
}

/// What decides about all of it.
pub(super) const GROUP: FieldGroup = FieldGroup::DelegatedBudgets;
