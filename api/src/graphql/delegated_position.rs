//! What delegated budgets come to in a year, one by one and within a contract.

use std::{collections::BTreeMap, sync::Arc};

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use domain::rules::delegated_budget::{self as rules, At};
use entities::value::{self, Instant};
use uuid::Uuid;

use super::{
    costs::{COMPUTED, cost},
    delegated_budget::{DelegatedBudget, DelegatedBudgetConnection, GROUP},
    delegated_budget_loaders::DelegatedWithin,
    loaders::Loading,
    organisation::Organisation,
    paging::{PageArguments, page_of},
    position_figures::Explanation,
    request::{Asked, stopped},
    scalars::{Date, DateTime, FinancialYear, Money},
    withheld::{Permission, Withheld},
};
use crate::{
    connection,
    service::{
        contract::Told,
        delegated_budget::{DelegatedBudget as Budget, Position, together},
    },
};

/// What a delegated budget, or several of those that you read, come to in a year.
#[derive(Clone, Debug)]
pub struct DelegatedPosition {
    pub(super) year: value::FinancialYear,
    pub(super) at: At,
    pub(super) position: Position,
}

/// What is told of what was spent of a delegated budget. It is a fact, and recorded all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rules::Warning")]
pub enum DelegatedSpendingWarning {
    /// More was spent in the year than was delegated.
    Overspent,
    /// The budget was withdrawn by then.
    AfterWithdrawal,
    /// The holder paid itself.
    PaidToItself,
}

/// What is delegated within a contract, as far as you read it.
#[derive(Clone, Debug)]
pub struct ContractDelegation(pub Arc<Told>);

/// What you may do about what is delegated within a contract.
#[derive(Clone, Debug, SimpleObject)]
pub struct ContractDelegationPermissions {
    /// Delegating a budget.
    pub delegate: Permission,
}

/// What the budgets delegated within a contract come to in a year, of those that you see.
#[derive(Clone, Debug)]
pub struct DelegatedYear {
    of: Arc<Told>,
    year: value::FinancialYear,
    at: At,
    budgets: Arc<Vec<Arc<Budget>>>,
}

/// What an organisation holds of the budgets delegated within a contract in a year, of those that you
/// see.
#[derive(Clone, Debug)]
pub struct DelegatedHolder {
    holder: Uuid,
    year: value::FinancialYear,
    at: At,
    budgets: Vec<Arc<Budget>>,
}

connection!(
    DelegatedHolderConnection,
    DelegatedHolderEdge,
    DelegatedHolder,
    "organisations that hold budgets, of those that you see"
);

/// The year, the day and the instant that are asked for.
///
/// # Errors
/// `WRONG_YEAR` or `INVALID_DATE`.
pub(super) fn asked(
    ctx: &Context<'_>,
    year: Option<FinancialYear>,
    as_of: Option<Date>,
    known_at: Option<DateTime>,
) -> Result<(value::FinancialYear, At)> {
    let today = ctx.viewer()?.today;
    let year = year.map(|it| it.year("financialYear")).transpose();
    let year = year.map_err(|why| stopped(why.into()))?;
    let as_of = as_of.map(|it| it.day("asOf")).transpose().map_err(|why| stopped(why.into()))?;
    let known_at = known_at.map_or(Instant(i64::MAX), |at| at.0);
    let at = At { as_of: as_of.unwrap_or(today), known_at };
    Ok((year.unwrap_or_else(|| value::FinancialYear::of(today)), at))
}

/// What a delegated budget, or several of those that you read, come to in a year.
#[Object]
impl DelegatedPosition {
    /// The year.
    async fn financial_year(&self) -> FinancialYear {
        self.year.into()
    }

    /// The last day of effect that counts.
    async fn as_of(&self) -> Date {
        self.at.as_of.into()
    }

    /// What was delegated for the year, in pounds. Withheld from whoever does not read the budget, or
    /// that year of it.
    async fn budget(&self) -> Option<Money> {
        self.position.figures.ok().map(|it| it.budget.into())
    }

    /// What the holder recorded as spent, less what it took back, in pounds. It posts nothing in a
    /// pooled fund's books. Withheld as `budget` is.
    async fn spent(&self) -> Option<Money> {
        self.position.figures.ok().map(|it| it.spent.into())
    }

    /// What is left, in pounds; below nothing when more was spent. Withheld as `budget` is.
    async fn left(&self) -> Option<Money> {
        self.position.figures.ok().map(|it| it.left.into())
    }

    /// True when more was spent than was delegated. Withheld as `budget` is.
    async fn is_overspent(&self) -> Option<bool> {
        self.position.figures.ok().map(|it| it.left.is_negative())
    }

    /// How what is left came about. Withheld as `budget` is.
    async fn explanation(&self) -> Option<Explanation> {
        self.position.explanation.clone().map(Explanation::from)
    }

    /// The fields that are null because they are hidden from you (rule V2).
    async fn withheld(&self) -> Vec<Withheld> {
        let fields = ["budget", "spent", "left", "isOverspent", "explanation"];
        Withheld::because(self.position.figures.err(), &fields)
    }
}

impl ContractDelegation {
    async fn budgets_seen(&self, ctx: &Context<'_>) -> Result<Arc<Vec<Arc<Budget>>>> {
        let within = DelegatedWithin(self.0.seen.row.id);
        Ok(ctx.loaders()?.load_one(within).await?.unwrap_or_default())
    }
}

/// What is delegated within a contract, as far as you read it: all of it as its co-ordinating
/// commissioner, or as the host, a partner or a team of its agreement, and as a holder your own.
#[Object]
impl ContractDelegation {
    /// The budgets, in the order of recording.
    async fn budgets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<DelegatedBudgetConnection> {
        let seen = self.budgets_seen(ctx).await?;
        let (viewer, of) = (ctx.viewer()?.holder(), self.0.seen.row.id.to_string());
        let list = ctx.request()?.cursors.list(viewer, "delegatedWithin", "", &of);
        let arguments = PageArguments::of(first, after, last, before);
        let page = page_of(&seen, &arguments, &list, |it| it.0.seen.row.id.to_string())?;
        Ok(DelegatedBudgetConnection(page.map(DelegatedBudget)))
    }

    /// What they come to in a year, together and by holder, of those that you see.
    #[graphql(directive = cost::apply(COMPUTED))]
    async fn year(
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
    ) -> Result<DelegatedYear> {
        let (year, at) = asked(ctx, financial_year, as_of, known_at)?;
        let budgets = self.budgets_seen(ctx).await?;
        Ok(DelegatedYear { of: Arc::clone(&self.0), year, at, budgets })
    }

    /// What you may do about it, by the same decisions that guard the doing (rule V3).
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<ContractDelegationPermissions> {
        let may = ctx.viewer()?.actor().may_delegate_budget(self.0.parties());
        Ok(ContractDelegationPermissions { delegate: may.into() })
    }
}

/// What the budgets delegated within a contract come to in a year, of those that you see.
#[Object]
impl DelegatedYear {
    /// All of them together: withheld where you see one of which you do not read the year (rule V8), or
    /// see none and would read none.
    async fn whole(&self) -> DelegatedPosition {
        let everywhere = &self.of.seen.standing;
        let of_year = everywhere.of_delegated_year(self.year);
        let hidden = of_year.hidden(everywhere, GROUP).filter(|_| self.budgets.is_empty());
        let position = match hidden {
            Some(hidden) => Position { figures: Err(hidden), explanation: None },
            None => position_of(&self.budgets, self.year, self.at),
        };
        DelegatedPosition { year: self.year, at: self.at, position }
    }

    /// By holder.
    async fn holders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<DelegatedHolderConnection> {
        let mut of: BTreeMap<Uuid, Vec<Arc<Budget>>> = BTreeMap::new();
        for budget in self.budgets.iter() {
            of.entry(budget.0.seen.row.holder_id).or_default().push(Arc::clone(budget));
        }
        let (year, at) = (self.year, self.at);
        let holder = |(holder, budgets)| DelegatedHolder { holder, year, at, budgets };
        let all: Vec<DelegatedHolder> = of.into_iter().map(holder).collect();
        let viewer = ctx.viewer()?.holder();
        let of = format!("{} {year} {at:?}", self.of.seen.row.id);
        let list = ctx.request()?.cursors.list(viewer, "delegatedHolders", "", &of);
        let arguments = PageArguments::of(first, after, last, before);
        let page = page_of(&all, &arguments, &list, |it| it.holder.to_string())?;
        Ok(DelegatedHolderConnection(page))
    }
}

/// What an organisation holds of the budgets delegated within a contract in a year, of those that you
/// see.
#[Object]
impl DelegatedHolder {
    /// Who holds them.
    async fn holder(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.holder).await
    }

    /// What they come to together.
    async fn position(&self) -> DelegatedPosition {
        let position = position_of(&self.budgets, self.year, self.at);
        DelegatedPosition { year: self.year, at: self.at, position }
    }
}

fn position_of(budgets: &[Arc<Budget>], year: value::FinancialYear, at: At) -> Position {
    let budgets: Vec<&Budget> = budgets.iter().map(Arc::as_ref).collect();
    together(&budgets, year, at)
}
