//! What contracts were paid, run by run and line by line.

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use domain::rules::pay::LineState;
use entities::{
    payment_run_act::{self as act, LineActKind, LineSide},
    payment_run_decision::RunDecision,
    payment_run_line::LineNature,
};

use super::{
    contract_interest::ContractInterest,
    contract_pay_schedule::PayNature,
    fund::PooledFund,
    organisation::Organisation,
    position_figures::{Explanation, ExplanationInput, ExplanationStep},
    request::stopped,
    scalars::{Date, DateTime, FinancialYear, Money},
    scheme::Scheme,
    withheld::{Permission, Withheld, WithheldReason},
};
use crate::service::payment_run::{self as service, Explained, PaidLine, Shows};

/// What a contract pays up to a month, less what its earlier runs took. Whoever reads all payments
/// from the pool sees it; once it is approved also who is paid, and of its own share an associate
/// commissioner.
#[derive(Clone, Debug)]
pub struct PaymentRun(pub service::PaymentRun);

/// A line of a payment run. Whoever reads all payments from the pool sees it, and once the run is
/// approved who is paid.
#[derive(Clone, Debug)]
pub struct PaymentRunLine(pub PaidLine);

/// What was done about a line. Whoever sees the line sees it.
#[derive(Clone, Debug)]
pub struct PaymentRunLineAct(act::Model);

/// What you may do to a payment run.
#[derive(Clone, Debug, SimpleObject)]
pub struct PaymentRunPermissions {
    /// Approving and posting it, or refusing it.
    pub decide: Permission,
}

/// What you may do about a line of a payment run.
#[derive(Clone, Debug, SimpleObject)]
pub struct PaymentRunLinePermissions {
    /// Claiming it.
    pub claim: Permission,
    /// Asking the other side about it.
    pub query: Permission,
    /// Answering what the other side asked.
    pub answer: Permission,
    /// Accepting it.
    pub accept: Permission,
    /// Recording that it was paid.
    pub record_paid: Permission,
    /// Confirming that it arrived.
    pub reconcile: Permission,
}

/// Where a payment run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum PaymentRunState {
    /// It waits for the host.
    AwaitingApproval,
    /// It is posted, and its lines are paid.
    Approved,
    /// It counts for nothing, and a later run takes its lines again.
    Refused,
}

/// Where a line of a payment run stands (rule C11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "LineState")]
pub enum PaymentRunLineState {
    /// It is paid before it is known what is earned.
    OnAccount,
    /// It is due.
    Due,
    /// Its payee asked for it.
    Claimed,
    /// One side asked about it, and the other has not answered.
    Queried,
    /// The commissioner accepted it.
    Accepted,
    /// It was paid.
    Paid,
    /// Its payee confirmed that it arrived.
    Reconciled,
}

/// What is done about a line (rule C11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "LineActKind")]
pub enum PaymentRunLineActKind {
    /// The payee asks for it.
    Claimed,
    /// One side asks the other about it.
    Queried,
    /// The other side answers.
    Answered,
    /// The commissioner accepts it.
    Accepted,
    /// The host paid it.
    Paid,
    /// The payee confirms that it arrived.
    Reconciled,
}

/// The two sides of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "LineSide")]
pub enum PaymentSide {
    /// Who pays: the co-ordinating commissioner, and the host of the fund.
    Payer,
    /// Who is paid.
    Payee,
}

/// What a contract pays up to a month, less what its earlier runs took. Whoever reads all payments
/// from the pool sees it; once it is approved also who is paid, and of its own share an associate
/// commissioner.
#[Object]
impl PaymentRun {
    /// Its number in the contract, from 1.
    async fn number(&self) -> i32 {
        self.0.row.number
    }

    /// The year.
    async fn financial_year(&self) -> FinancialYear {
        self.0.row.financial_year.into()
    }

    /// The last month that it pays: 1 is April, 12 is March.
    async fn period(&self) -> i32 {
        self.0.row.period.number()
    }

    /// Who is paid: the provider that led in the month.
    async fn payee(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.row.payee_id).await
    }

    /// The fund that pays; null when you do not see it.
    async fn fund(&self, ctx: &Context<'_>) -> Result<Option<PooledFund>> {
        PooledFund::load(ctx, self.0.row.fund_id).await
    }

    /// The scheme that it is charged to; null when you do not see it.
    async fn scheme(&self, ctx: &Context<'_>) -> Result<Option<Scheme>> {
        Scheme::load(ctx, self.0.row.scheme_id).await
    }

    /// The version of the rules by which it was worked out.
    async fn rule_version(&self) -> i32 {
        self.0.row.rule_version
    }

    /// The last day of effect that counted.
    async fn as_of(&self) -> Date {
        self.0.row.as_of.into()
    }

    /// When it was run: what was known by then counted.
    async fn known_at(&self) -> DateTime {
        self.0.row.known_at.into()
    }

    /// Who ran it.
    async fn run_by(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.row.recorded_as_id).await
    }

    /// Where it stands.
    async fn state(&self) -> PaymentRunState {
        match self.0.decision.as_ref().map(|it| it.decision) {
            None => PaymentRunState::AwaitingApproval,
            Some(RunDecision::Approved) => PaymentRunState::Approved,
            Some(RunDecision::Refused) => PaymentRunState::Refused,
        }
    }

    /// The day on which it was approved or refused; null before.
    async fn decided_on(&self) -> Option<Date> {
        self.0.decision.as_ref().map(|it| it.recorded_on.into())
    }

    /// The interests in the contract that stood when it was approved or refused (rule G3); null
    /// before, and withheld from whoever reads none.
    async fn interests(&self, ctx: &Context<'_>) -> Result<Option<Vec<ContractInterest>>> {
        let decided_at = self.0.decision.as_ref().map(|it| it.known_at);
        ContractInterest::loaded_at(ctx, self.0.row.contract_id, decided_at).await
    }

    /// Why it was refused, or posted where it was; null when nothing was said.
    async fn reason(&self) -> Option<&str> {
        self.0.decision.as_ref()?.reason.as_deref()
    }

    /// What it comes to, in pounds: the sum of the lines. Withheld from an associate commissioner,
    /// which reads its own share.
    async fn total(&self) -> Option<Money> {
        self.0.total.map(Money::from)
    }

    /// What your organisation bears of it as a commissioner, in pounds: of each month as shares were on
    /// its last day, and of months with the same shares together (rule C1). Null of anybody else, and while shares are not agreed.
    async fn own_share(&self) -> Option<Money> {
        self.0.own_share.map(Money::from)
    }

    /// Its lines, by month, in their order. Withheld from an associate commissioner.
    async fn lines(&self) -> Option<Vec<PaymentRunLine>> {
        let lines = self.0.lines.as_ref()?;
        Some(lines.iter().cloned().map(PaymentRunLine).collect())
    }

    /// What is hidden from you here, and why.
    async fn withheld(&self, ctx: &Context<'_>) -> Result<Vec<Withheld>> {
        let mut withheld = Vec::new();
        let hidden = |field, reason| Withheld { field, reason };
        if self.0.shows == Shows::Share {
            withheld.extend(["total", "lines"].map(|it| hidden(it, WithheldReason::OwnOnly)));
        }
        if PooledFund::load(ctx, self.0.row.fund_id).await?.is_none() {
            withheld.push(hidden("fund", WithheldReason::NotAParty));
        }
        if Scheme::load(ctx, self.0.row.scheme_id).await?.is_none() {
            withheld.push(hidden("scheme", WithheldReason::NotAParty));
        }
        Ok(withheld)
    }

    /// What you may do to it, by the same decisions that guard the doing (rule V3).
    async fn viewer_can(&self) -> PaymentRunPermissions {
        PaymentRunPermissions { decide: self.0.may_decide.clone().into() }
    }
}

/// A line of a payment run. Whoever reads all payments from the pool sees it, and once the run is
/// approved who is paid.
#[Object]
impl PaymentRunLine {
    /// Its number in the run, from 1.
    async fn number(&self) -> i32 {
        self.0.row.number
    }

    /// What its component is called by its parties.
    async fn component(&self) -> &str {
        &self.0.component
    }

    /// The month that it is for: 1 is April, 12 is March.
    async fn period(&self) -> i32 {
        self.0.row.period.number()
    }

    /// What it is.
    async fn nature(&self) -> PayNature {
        match self.0.row.nature {
            LineNature::Due => PayNature::Due,
            LineNature::OnAccount => PayNature::OnAccount,
            LineNature::Withheld => PayNature::Withheld,
            LineNature::Released => PayNature::Released,
        }
    }

    /// True when an earlier run paid something for it: this is the difference (rule C7).
    async fn is_adjustment(&self) -> bool {
        self.0.row.is_adjustment
    }

    /// How much, in pounds; below nothing when it is taken back.
    async fn amount(&self) -> Money {
        self.0.row.amount_pence.into()
    }

    /// How that came about, as it was when it was run.
    async fn explanation(&self) -> Result<Explanation> {
        Ok(self.0.explained().map_err(stopped)?.into())
    }

    /// Where it stands.
    async fn state(&self) -> PaymentRunLineState {
        self.0.state.into()
    }

    /// What was done about it, the first first.
    async fn acts(&self) -> Vec<PaymentRunLineAct> {
        self.0.acts.iter().cloned().map(PaymentRunLineAct).collect()
    }

    /// What you may do about it, by the same decisions that guard the doing (rule V3).
    async fn viewer_can(&self) -> PaymentRunLinePermissions {
        let may = self.0.may.clone();
        PaymentRunLinePermissions {
            claim: may.claim.into(),
            query: may.query.into(),
            answer: may.answer.into(),
            accept: may.accept.into(),
            record_paid: may.record_paid.into(),
            reconcile: may.reconcile.into(),
        }
    }
}

/// What was done about a line. Whoever sees the line sees it.
#[Object]
impl PaymentRunLineAct {
    /// What.
    async fn kind(&self) -> PaymentRunLineActKind {
        self.0.kind.into()
    }

    /// By which side.
    async fn side(&self) -> PaymentSide {
        self.0.side.into()
    }

    /// Who recorded it.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.recorded_as_id).await
    }

    /// How much is queried, in pounds; null of anything else.
    async fn amount(&self) -> Option<Money> {
        self.0.amount_pence.map(Money::from)
    }

    /// Why it is queried, the answer, or a reference of the invoice or the payment.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// The day on which it was paid, or arrived; null of anything else.
    async fn happened_on(&self) -> Option<Date> {
        self.0.happened_on.map(Date::from)
    }

    /// When it was recorded.
    async fn known_at(&self) -> DateTime {
        self.0.known_at.into()
    }
}

impl From<Explained> for Explanation {
    fn from(kept: Explained) -> Self {
        let input = |it: service::ExplainedInput| ExplanationInput {
            name: it.name,
            amount: it.amount.into(),
        };
        let step = |it: service::ExplainedStep| ExplanationStep {
            label: it.label,
            formula: it.formula,
            inputs: it.inputs.into_iter().map(input).collect(),
            result: it.result.into(),
        };
        Self {
            rule: kept.rule,
            version: i32::try_from(kept.version).unwrap_or(i32::MAX),
            steps: kept.steps.into_iter().map(step).collect(),
        }
    }
}
