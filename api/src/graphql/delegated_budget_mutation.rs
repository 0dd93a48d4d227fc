//! Budgets, delegated within contracts, changed and withdrawn; and what their holders spent of them.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::{
    decision::DecisionInput,
    delegated_budget::DelegatedBudget,
    delegated_position::DelegatedSpendingWarning,
    delegated_spending::DelegatedSpending,
    errors::{self, UserError},
    node::Kind,
    request::Asked,
    scalars::{Date, FinancialYear, Money},
};
use crate::{
    payload,
    service::{
        Refusal,
        delegated_budget::{
            self as service, Amounts, NewBudget, NewChange, NewReversal, NewSpending, NewWithdrawal,
        },
    },
};

/// Delegated budgets.
#[derive(Default)]
pub struct DelegatedBudgetMutation;

/// How much is delegated in a financial year.
#[derive(Clone, Debug, InputObject)]
pub struct DelegatedYearAmountInput {
    /// The year.
    pub financial_year: FinancialYear,
    /// How much, in pounds; nothing or more.
    pub amount: Money,
}

/// A budget that your own organisation delegates.
#[derive(Clone, Debug, InputObject)]
pub struct DelegateBudgetInput {
    /// The contract within which you do, whose co-ordinating commissioner you are.
    pub contract: ID,
    /// Who holds it: another organisation, such as a practice, a network or a federation.
    pub holder: ID,
    /// What it is for, 1 to 200 characters; never the name of a person who receives care.
    pub purpose: String,
    /// The first day on which it may be spent, on which services are delivered under the contract.
    pub starts_on: Date,
    /// How much in which year, 1 to 50. In no year do the budgets within a contract come to more than
    /// it is expected to cost.
    pub amounts: Vec<DelegatedYearAmountInput>,
    /// Who decided (rule G4).
    pub decision: DecisionInput,
    /// The caller's own key: the same key and content answer with the first result.
    pub idempotency_key: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// Other amounts of a delegated budget, from a day on.
#[derive(Clone, Debug, InputObject)]
pub struct ChangeDelegatedBudgetInput {
    /// The budget.
    pub budget: ID,
    /// Its version as you read it.
    pub expected_version: i32,
    /// The first day on which they are in force; no earlier than that of the last version.
    pub effective_on: Date,
    /// How much in which year, 1 to 50, of that day's year and later ones; one that is not named stays
    /// as it was.
    pub amounts: Vec<DelegatedYearAmountInput>,
    /// Who decided (rule G4).
    pub decision: DecisionInput,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That a delegated budget is withdrawn.
#[derive(Clone, Debug, InputObject)]
pub struct WithdrawDelegatedBudgetInput {
    /// The budget.
    pub budget: ID,
    /// Its version as you read it.
    pub expected_version: i32,
    /// The first day on which it is withdrawn; no earlier than that of the last version.
    pub effective_on: Date,
    /// What stays of that day's year, in pounds, for what was spent by then: nothing or more, and no
    /// more than was delegated.
    pub kept: Money,
    /// Why, 1 to 1,000 characters.
    pub reason: String,
    /// Who decided (rule G4).
    pub decision: DecisionInput,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What your own organisation spent of a budget that it holds.
#[derive(Clone, Debug, InputObject)]
pub struct RecordDelegatedSpendingInput {
    /// The budget, which you hold.
    pub budget: ID,
    /// The day on which it was spent; not before the budget starts, and today at the latest.
    pub spent_on: Date,
    /// Who was paid.
    pub payee: ID,
    /// What for, 1 to 200 characters; never the name of a person who receives care.
    pub purpose: String,
    /// How much, in pounds; above zero. What goes beyond the budget is recorded all the same.
    pub amount: Money,
    /// The document that shows it, as you number it, 1 to 100 characters.
    pub document_reference: String,
    /// The caller's own key: the same key and content answer with the first result.
    pub idempotency_key: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That something was recorded as spent wrongly.
#[derive(Clone, Debug, InputObject)]
pub struct ReverseDelegatedSpendingInput {
    /// What was recorded, of a budget that you hold.
    pub spending: ID,
    /// What was wrong, 1 to 1,000 characters.
    pub reason: String,
    /// The caller's own key: the same key and content answer with the first result.
    pub idempotency_key: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload!(
    /// What came of delegating a budget.
    DelegateBudgetPayload {
        /// The budget; null when it was refused.
        budget: DelegatedBudget
    }
);
payload!(
    /// What came of changing a delegated budget.
    ChangeDelegatedBudgetPayload {
        /// The budget; null when it was refused.
        budget: DelegatedBudget
    }
);
payload!(
    /// What came of withdrawing a delegated budget.
    WithdrawDelegatedBudgetPayload {
        /// The budget; null when it was refused.
        budget: DelegatedBudget
    }
);
payload!(
    /// What came of taking back what was recorded as spent.
    ReverseDelegatedSpendingPayload {
        /// What takes it back; null when it was refused.
        spending: DelegatedSpending
    }
);

/// What came of recording what was spent.
#[derive(SimpleObject)]
pub struct RecordDelegatedSpendingPayload {
    /// What was recorded; null when it was refused.
    pub spending: Option<DelegatedSpending>,
    /// What is told of it: it was recorded all the same.
    pub warnings: Vec<DelegatedSpendingWarning>,
    /// What the caller has to put right; empty when it was done.
    pub errors: Vec<UserError>,
}

#[Object]
impl DelegatedBudgetMutation {
    /// Delegates a budget within a contract to another organisation, for a purpose and from a day on, as
    /// was decided (rule G4). Needs the role COMMISSIONER or FINANCE of the co-ordinating commissioner.
    async fn delegate_budget(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The budget.")] input: DelegateBudgetInput,
    ) -> Result<DelegateBudgetPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::delegate(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        DelegateBudgetPayload::answer(done, DelegatedBudget::from)
    }

    /// Changes the amounts of a delegated budget from a day on, as was decided (rule G4). Needs the role
    /// COMMISSIONER or FINANCE of the co-ordinating commissioner.
    async fn change_delegated_budget(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and how much.")] input: ChangeDelegatedBudgetInput,
    ) -> Result<ChangeDelegatedBudgetPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::change(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ChangeDelegatedBudgetPayload::answer(done, DelegatedBudget::from)
    }

    /// Withdraws a delegated budget from a day on, as was decided (rule G4); it stays on record. Needs
    /// the role COMMISSIONER or FINANCE of the co-ordinating commissioner.
    async fn withdraw_delegated_budget(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: WithdrawDelegatedBudgetInput,
    ) -> Result<WithdrawDelegatedBudgetPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::withdraw(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        WithdrawDelegatedBudgetPayload::answer(done, DelegatedBudget::from)
    }

    /// Records what your own organisation spent of a budget that it holds: how the money was used. It
    /// posts nothing in a pooled fund's books, and what goes beyond the budget is recorded with a
    /// warning. Needs the role FINANCE or COMMISSIONER of the holder.
    async fn record_delegated_spending(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was spent.")] input: RecordDelegatedSpendingInput,
    ) -> Result<RecordDelegatedSpendingPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::record(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        let (done, errors) = errors::outcome(done)?;
        let (spending, warnings) = done.map(|it| (it.spending, it.warnings)).unzip();
        let warnings = warnings.into_iter().flatten().map(Into::into).collect();
        Ok(RecordDelegatedSpendingPayload {
            spending: spending.map(DelegatedSpending),
            warnings,
            errors,
        })
    }

    /// Takes back what your own organisation recorded as spent wrongly, whole and of the day on which it
    /// was spent; then record it as it is. Needs the role FINANCE or COMMISSIONER of the holder.
    async fn reverse_delegated_spending(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ReverseDelegatedSpendingInput,
    ) -> Result<ReverseDelegatedSpendingPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match Kind::DelegatedSpending.read(&input.spending, "spending") {
            Ok(spending) => {
                let (reason, idempotency_key) = (input.reason, input.idempotency_key);
                let new = NewReversal { spending, reason, idempotency_key };
                service::reverse(ctx.database()?, viewer, dry_run, new).await
            }
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ReverseDelegatedSpendingPayload::answer(done, DelegatedSpending)
    }
}

type Read<T> = std::result::Result<T, Refusal>;

fn amounts(inputs: Vec<DelegatedYearAmountInput>) -> Read<Amounts> {
    let read = |(place, it): (usize, DelegatedYearAmountInput)| {
        let year = it.financial_year.year(&format!("amounts.{place}.financialYear"))?;
        Ok((year, it.amount.pence(&format!("amounts.{place}.amount"))?))
    };
    inputs.into_iter().enumerate().map(read).collect()
}

impl DelegateBudgetInput {
    fn read(self) -> Read<NewBudget> {
        Ok(NewBudget {
            contract: Kind::Contract.read(&self.contract, "contract")?,
            holder: Kind::Organisation.read(&self.holder, "holder")?,
            purpose: self.purpose,
            starts_on: self.starts_on.day("startsOn")?,
            amounts: amounts(self.amounts)?,
            decision: self.decision.read("decision")?,
            idempotency_key: self.idempotency_key,
        })
    }
}

impl ChangeDelegatedBudgetInput {
    fn read(self) -> Read<NewChange> {
        Ok(NewChange {
            budget: Kind::DelegatedBudget.read(&self.budget, "budget")?,
            expected_version: self.expected_version,
            effective_on: self.effective_on.day("effectiveOn")?,
            amounts: amounts(self.amounts)?,
            decision: self.decision.read("decision")?,
        })
    }
}

impl WithdrawDelegatedBudgetInput {
    fn read(self) -> Read<NewWithdrawal> {
        Ok(NewWithdrawal {
            budget: Kind::DelegatedBudget.read(&self.budget, "budget")?,
            expected_version: self.expected_version,
            effective_on: self.effective_on.day("effectiveOn")?,
            kept: self.kept.pence("kept")?,
            reason: self.reason,
            decision: self.decision.read("decision")?,
        })
    }
}

impl RecordDelegatedSpendingInput {
    fn read(self) -> Read<NewSpending> {
        Ok(NewSpending {
            budget: Kind::DelegatedBudget.read(&self.budget, "budget")?,
            spent_on: self.spent_on.day("spentOn")?,
            payee: Kind::Organisation.read(&self.payee, "payee")?,
            purpose: self.purpose,
            amount: self.amount.pence("amount")?,
            document_reference: self.document_reference,
            idempotency_key: self.idempotency_key,
        })
    }
}
