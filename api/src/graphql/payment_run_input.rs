//! What is sent to run what contracts pay, and to deal with its lines.

use async_graphql::{ID, InputObject};
use entities::{payment_run_act::LineActKind, payment_run_decision::RunDecision, value::Period};

use super::{
    node::Kind,
    scalars::{Date, FinancialYear, Money},
};
use crate::service::{
    Code, Refusal,
    payment_run::{Acting, Deciding, NewRun},
};

/// What a contract pays up to a month of a year.
#[derive(Clone, Debug, InputObject)]
pub struct RunPaymentInput {
    /// The contract, which is under an agreement.
    pub contract: ID,
    /// The year.
    pub financial_year: FinancialYear,
    /// The last month that is paid: 1 is April, 12 is March.
    pub period: i32,
    /// The scheme that it is charged to, of a fund of that agreement.
    pub scheme: ID,
    /// Your own key for this run: the same key never runs twice (rule M14).
    pub idempotency_key: String,
    /// True to check everything, show the lines and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A payment run that is posted.
#[derive(Clone, Debug, InputObject)]
pub struct ApprovePaymentRunInput {
    /// The contract.
    pub contract: ID,
    /// The run's number in it.
    pub run: i32,
    /// The day on which it takes effect in the books; the last of the month that it pays when left
    /// out. In another year it corrects the year of the run.
    pub effective_on: Option<Date>,
    /// Why, 1 to 2000 characters, where the period is closing or lies in another year.
    pub reason: Option<String>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A payment run that is not posted.
#[derive(Clone, Debug, InputObject)]
pub struct RefusePaymentRunInput {
    /// The contract.
    pub contract: ID,
    /// The run's number in it.
    pub run: i32,
    /// Why, 1 to 2000 characters.
    pub reason: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A line that its payee asks for.
#[derive(Clone, Debug, InputObject)]
pub struct ClaimPaymentLineInput {
    /// The contract.
    pub contract: ID,
    /// The run's number in it.
    pub run: i32,
    /// The line's number in the run.
    pub line: i32,
    /// The invoice, at most 1000 characters.
    pub reference: Option<String>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What one side asks the other about a line.
#[derive(Clone, Debug, InputObject)]
pub struct QueryPaymentLineInput {
    /// The contract.
    pub contract: ID,
    /// The run's number in it.
    pub run: i32,
    /// The line's number in the run.
    pub line: i32,
    /// How much of it is queried, in pounds: more than nothing, and no more than the line.
    pub amount: Money,
    /// Why, 1 to 1000 characters.
    pub reason: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What the other side answers.
#[derive(Clone, Debug, InputObject)]
pub struct AnswerPaymentQueryInput {
    /// The contract.
    pub contract: ID,
    /// The run's number in it.
    pub run: i32,
    /// The line's number in the run.
    pub line: i32,
    /// The answer, 1 to 1000 characters.
    pub answer: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A line that the commissioner accepts.
#[derive(Clone, Debug, InputObject)]
pub struct AcceptPaymentLineInput {
    /// The contract.
    pub contract: ID,
    /// The run's number in it.
    pub run: i32,
    /// The line's number in the run.
    pub line: i32,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A line that the host paid.
#[derive(Clone, Debug, InputObject)]
pub struct RecordPaymentMadeInput {
    /// The contract.
    pub contract: ID,
    /// The run's number in it.
    pub run: i32,
    /// The line's number in the run.
    pub line: i32,
    /// The day on which it was paid.
    pub paid_on: Date,
    /// The reference of the payment, at most 1000 characters.
    pub reference: Option<String>,
    /// Your own key for this payment: the same key never pays twice (rule M14).
    pub idempotency_key: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A line whose payment arrived.
#[derive(Clone, Debug, InputObject)]
pub struct ReconcilePaymentLineInput {
    /// The contract.
    pub contract: ID,
    /// The run's number in it.
    pub run: i32,
    /// The line's number in the run.
    pub line: i32,
    /// The day on which it arrived.
    pub received_on: Date,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

impl RunPaymentInput {
    pub(super) fn read(self) -> Result<NewRun, Refusal> {
        let period = Period::new(self.period)
            .map_err(|why| Refusal::new(Code::InvalidValue, why).at("period"))?;
        Ok(NewRun {
            contract: Kind::Contract.read(&self.contract, "contract")?,
            year: self.financial_year.year("financialYear")?,
            period,
            scheme: Kind::Scheme.read(&self.scheme, "scheme")?,
            idempotency_key: self.idempotency_key,
        })
    }
}

impl ApprovePaymentRunInput {
    pub(super) fn read(self) -> Result<Deciding, Refusal> {
        Ok(Deciding {
            mutation: "approvePaymentRun",
            contract: Kind::Contract.read(&self.contract, "contract")?,
            number: self.run,
            decision: RunDecision::Approved,
            effective_on: self.effective_on.map(|day| day.day("effectiveOn")).transpose()?,
            reason: self.reason,
        })
    }
}

impl RefusePaymentRunInput {
    pub(super) fn read(self) -> Result<Deciding, Refusal> {
        Ok(Deciding {
            mutation: "refusePaymentRun",
            contract: Kind::Contract.read(&self.contract, "contract")?,
            number: self.run,
            decision: RunDecision::Refused,
            effective_on: None,
            reason: Some(self.reason),
        })
    }
}

impl ClaimPaymentLineInput {
    pub(super) fn read(self) -> Result<Acting, Refusal> {
        let act = acting(
            "claimPaymentLine",
            LineActKind::Claimed,
            (&self.contract, self.run, self.line),
        )?;
        Ok(Acting { reason: self.reference, ..act })
    }
}

impl QueryPaymentLineInput {
    pub(super) fn read(self) -> Result<Acting, Refusal> {
        let act = acting(
            "queryPaymentLine",
            LineActKind::Queried,
            (&self.contract, self.run, self.line),
        )?;
        Ok(Acting { amount: Some(self.amount.pence("amount")?), reason: Some(self.reason), ..act })
    }
}

impl AnswerPaymentQueryInput {
    pub(super) fn read(self) -> Result<Acting, Refusal> {
        let act = acting(
            "answerPaymentQuery",
            LineActKind::Answered,
            (&self.contract, self.run, self.line),
        )?;
        Ok(Acting { reason: Some(self.answer), ..act })
    }
}

impl AcceptPaymentLineInput {
    pub(super) fn read(self) -> Result<Acting, Refusal> {
        acting("acceptPaymentLine", LineActKind::Accepted, (&self.contract, self.run, self.line))
    }
}

impl RecordPaymentMadeInput {
    pub(super) fn read(self) -> Result<Acting, Refusal> {
        let act =
            acting("recordPaymentMade", LineActKind::Paid, (&self.contract, self.run, self.line))?;
        Ok(Acting {
            reason: self.reference,
            happened_on: Some(self.paid_on.day("paidOn")?),
            idempotency_key: Some(self.idempotency_key),
            ..act
        })
    }
}

impl ReconcilePaymentLineInput {
    pub(super) fn read(self) -> Result<Acting, Refusal> {
        let act = acting(
            "reconcilePaymentLine",
            LineActKind::Reconciled,
            (&self.contract, self.run, self.line),
        )?;
        Ok(Acting { happened_on: Some(self.received_on.day("receivedOn")?), ..act })
    }
}

fn acting(
    mutation: &'static str,
    kind: LineActKind,
    (contract, run, line): (&ID, i32, i32),
) -> Result<Acting, Refusal> {
    Ok(Acting {
        mutation,
        contract: Kind::Contract.read(contract, "contract")?,
        run,
        line,
        kind,
        amount: None,
        reason: None,
        happened_on: None,
        idempotency_key: None,
    })
}
