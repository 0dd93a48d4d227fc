//! What contracts pay and for what.

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use domain::{policy::matrix::FieldGroup, rules::pay as rules};
use entities::{contract, pay_component_version};

use super::{
    contract_outcome::{OutcomeFramework, small},
    contract_pay_schedule::PaySchedule,
    decision::Decision,
    measurement::Measurement,
    pay_withholding::PayWithholding,
    payment_run::PaymentRun,
    request::{Asked as _, stopped},
    scalars::{Date, DateTime, FinancialYear},
    what_if_input::WhatIfInput,
    withheld::Withheld,
};
use crate::{
    access::Seen,
    service::{
        Refusal, Stopped,
        pay::{self as service, Asked, Component, WhatIf},
        pay_withholding, payment_run,
    },
};

/// What a contract pays and for what. Whoever sees the contract sees it, and of it what it reads.
#[derive(Clone, Debug)]
pub struct ContractPay(pub Seen<contract::Model>);

/// A component of what a contract pays. Whoever reads the contract's value sees it.
#[derive(Clone, Debug)]
pub struct PayComponent(pub Component);

/// A component as agreed from a day on. Whoever reads the contract's value sees it.
#[derive(Clone, Debug)]
pub struct PayComponentVersion(pay_component_version::Model, rules::Pay);

/// How a component pays (rule C4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rules::KindName")]
pub enum PayKind {
    /// A sum for the year, whatever is done.
    Block,
    /// A price for each person on a list.
    Capitation,
    /// A price for each unit of activity.
    Activity,
    /// A sum for the year that covers a range of activity.
    CostAndVolume,
    /// A price for each episode of care.
    Episode,
    /// A price for a year's care of one person.
    YearOfCare,
    /// A sum that the measures of the outcome framework earn.
    OutcomeContingent,
    /// Goals, each with its own part (CQUIN).
    Incentive,
    /// The provider's part of what is saved against a target.
    GainShare,
    /// The provider's part of what is spent beyond a target.
    LossShare,
    /// Stated payments for the change from one arrangement to another.
    Transition,
    /// Costs that are paid as they are evidenced.
    PassThrough,
}

/// What a contract pays and for what. Whoever sees the contract sees it, and of it what it reads.
#[Object]
impl ContractPay {
    /// What the contract is to achieve, as in force on a day; null before anything was defined, and
    /// withheld from whoever does not read outcome measures.
    async fn outcome_framework(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day; today when left out.")] as_of: Option<Date>,
        #[graphql(desc = "The last instant of recording that counts; now when left out.")]
        known_at: Option<DateTime>,
    ) -> Result<Option<OutcomeFramework>> {
        let viewer = ctx.viewer()?;
        let as_of = as_of.map(|day| day.day("asOf")).transpose().map_err(refused)?;
        let asked = (self.0.row.id, as_of.unwrap_or(viewer.today), known_at.map(|at| at.0));
        let snapshot = ctx.request()?.snapshot().await?;
        let found = service::framework_of(snapshot.connection(), viewer, asked).await;
        Ok(found.map_err(stopped)?.map(|(row, content)| OutcomeFramework(row, content)))
    }

    /// What it pays, in the contract's order, at most 100. Withheld from whoever does not read the
    /// contract's value.
    async fn components(&self, ctx: &Context<'_>) -> Result<Option<Vec<PayComponent>>> {
        if !self.0.reads(FieldGroup::ContractValue) {
            return Ok(None);
        }
        let snapshot = ctx.request()?.snapshot().await?;
        let found =
            service::components_of(snapshot.connection(), ctx.viewer()?, self.0.row.id).await;
        Ok(Some(found.map_err(stopped)?.into_iter().map(PayComponent).collect()))
    }

    /// What was measured, the first first: what was validated, and of whoever submits or validates
    /// also what was not. Withheld from whoever does not read measurements.
    async fn measurements(&self, ctx: &Context<'_>) -> Result<Option<Vec<Measurement>>> {
        if !self.0.reads(FieldGroup::Measurements) {
            return Ok(None);
        }
        let snapshot = ctx.request()?.snapshot().await?;
        let found =
            service::measurements_of(snapshot.connection(), ctx.viewer()?, self.0.row.id).await;
        Ok(Some(found.map_err(stopped)?.into_iter().map(Measurement).collect()))
    }

    /// What it pays in a year, worked out from what is on record, each line explained. With a what-if
    /// it is worked out from that instead, by the same code, as of the last day on which what was
    /// measured of the year can be validated, and nothing is written. Withheld unless
    /// you read all of what enters it, of the day asked for too. If you have left the contract, it is
    /// what you were told on your last day: nothing of later days enters it, nor what became known
    /// since.
    async fn schedule(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year.")] financial_year: FinancialYear,
        #[graphql(desc = "The last day of effect that counts; today when left out.")] as_of: Option<
            Date,
        >,
        #[graphql(desc = "The last instant of recording that counts; now when left out.")]
        known_at: Option<DateTime>,
        #[graphql(desc = "Other terms and facts than those on record.")] what_if: Option<
            WhatIfInput,
        >,
    ) -> Result<Option<PaySchedule>> {
        let asked = Asked {
            contract: self.0.row.id,
            year: financial_year.year("financialYear").map_err(refused)?,
            as_of: as_of.map(|day| day.day("asOf")).transpose().map_err(refused)?,
            known_at: known_at.map(|at| at.0),
            what_if: match what_if {
                Some(what_if) => what_if.read().map_err(refused)?,
                None => service::WhatIf::default(),
            },
        };
        let snapshot = ctx.request()?.snapshot().await?;
        let found = service::scheduled(snapshot.connection(), ctx.viewer()?, &asked).await;
        Ok(found.map_err(stopped)?.map(|it| PaySchedule(it.into())))
    }

    /// What is withheld of it in a year, the first first, with what that comes to by a day. Withheld from
    /// whoever reads neither the contract's value nor its own share of it.
    async fn withholdings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year.")] financial_year: FinancialYear,
        #[graphql(desc = "The last day of effect that counts; today when left out.")] as_of: Option<
            Date,
        >,
        #[graphql(desc = "The last instant of recording that counts; now when left out.")]
        known_at: Option<DateTime>,
    ) -> Result<Option<Vec<PayWithholding>>> {
        if !self.0.reads_own(FieldGroup::ContractValue) {
            return Ok(None);
        }
        let asked = Asked {
            contract: self.0.row.id,
            year: financial_year.year("financialYear").map_err(refused)?,
            as_of: as_of.map(|day| day.day("asOf")).transpose().map_err(refused)?,
            known_at: known_at.map(|at| at.0),
            what_if: WhatIf::default(),
        };
        let snapshot = ctx.request()?.snapshot().await?;
        let found =
            pay_withholding::withholdings_of(snapshot.connection(), ctx.viewer()?, &asked).await;
        Ok(Some(found.map_err(stopped)?.into_iter().map(PayWithholding).collect()))
    }

    /// What was run of it in a year, the first first. Withheld from whoever reads no payments from
    /// the pool.
    async fn payment_runs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year.")] financial_year: FinancialYear,
    ) -> Result<Option<Vec<PaymentRun>>> {
        if !self.0.reads_own(FieldGroup::PaymentsFromPool) {
            return Ok(None);
        }
        let year = financial_year.year("financialYear").map_err(refused)?;
        let snapshot = ctx.request()?.snapshot().await?;
        let asked = (self.0.row.id, year);
        let found = payment_run::runs_of(snapshot.connection(), ctx.viewer()?, asked).await;
        Ok(Some(found.map_err(stopped)?.into_iter().map(PaymentRun).collect()))
    }

    /// What is hidden from you here, and why.
    async fn withheld(&self, ctx: &Context<'_>) -> Result<Vec<Withheld>> {
        let (standing, today) = (&self.0.standing, ctx.viewer()?.today);
        let hidden = |group, field: &'static str| {
            Withheld::because(standing.hidden(standing, group), &[field])
        };
        let schedule =
            [FieldGroup::ContractValue, FieldGroup::OutcomePay, FieldGroup::OutcomeMeasures];
        // A schedule is worked out from the facts of today, or of the last day on which all is read.
        let last = standing.last_day_read(&schedule, today).unwrap_or(today);
        let then = standing.during(last, last);
        let schedule = schedule
            .into_iter()
            .map(|group| Withheld::because(then.hidden(standing, group), &["schedule"]));
        let mut withheld = hidden(FieldGroup::OutcomeMeasures, "outcomeFramework");
        withheld.extend(hidden(FieldGroup::ContractValue, "components"));
        withheld.extend(hidden(FieldGroup::Measurements, "measurements"));
        if !standing.reads_own(FieldGroup::ContractValue) {
            withheld.extend(hidden(FieldGroup::ContractValue, "withholdings"));
        }
        if !standing.reads_own(FieldGroup::PaymentsFromPool) {
            withheld.extend(hidden(FieldGroup::PaymentsFromPool, "paymentRuns"));
        }
        withheld.extend(schedule.into_iter().find(|it| !it.is_empty()).unwrap_or_default());
        Ok(withheld)
    }
}

/// A component of what a contract pays. Whoever reads the contract's value sees it.
#[Object]
impl PayComponent {
    /// What its parties call it; unique in the contract.
    async fn reference(&self) -> &str {
        &self.0.row.reference
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.row.name
    }

    /// How it pays.
    async fn kind(&self) -> Option<PayKind> {
        self.0.versions.first().map(|(_, pay)| pay.kind.name().into())
    }

    /// What was agreed about it, the first first.
    async fn versions(&self) -> Vec<PayComponentVersion> {
        let versions = self.0.versions.iter().cloned();
        versions.map(|(row, pay)| PayComponentVersion(row, pay)).collect()
    }
}

/// A goal of an incentive scheme, as agreed. Whoever reads the contract's value sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct PayGoal {
    /// What it is called.
    pub name: String,
    /// True of a goal that is set nationally, false of a local one.
    pub is_national: bool,
    /// Its part, in hundredths of a per cent of the scheme's basis.
    pub basis_points: i32,
    /// The month in which it is due: 1 is April, 12 is March.
    pub period: i32,
}

/// A component as agreed from a day on. Whoever reads the contract's value sees it.
#[Object]
impl PayComponentVersion {
    /// Its number in the component, from 1.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// The first day on which it counts.
    async fn effective_on(&self) -> Date {
        self.0.effective_on.into()
    }

    /// The last day on which it counts; null when it goes on until another version.
    async fn ends_on(&self) -> Option<Date> {
        self.0.ends_on.map(Date::from)
    }

    /// How it pays.
    async fn kind(&self) -> PayKind {
        self.1.kind.name().into()
    }

    /// Of INCENTIVE: the goals of the scheme, national and local ones; of any other kind there are none.
    async fn goals(&self) -> Vec<PayGoal> {
        let rules::Kind::Incentive(scheme) = &self.1.kind else { return Vec::new() };
        let goal = |it: &rules::Goal| PayGoal {
            name: it.name.clone(),
            is_national: it.is_national,
            basis_points: small(it.basis_points),
            period: it.due.number(),
        };
        scheme.goals.iter().map(goal).collect()
    }

    /// What is agreed, as the JSON that is kept, with amounts in pounds.
    async fn content(&self) -> &str {
        &self.0.content
    }

    /// When it was recorded.
    async fn known_at(&self) -> DateTime {
        self.0.known_at.into()
    }

    /// The decision by which it is so; null of a draft.
    async fn decision(&self) -> Option<Decision> {
        decision((&self.0.deciding_body, &self.0.minute_reference), self.0.decided_on)
    }
}

/// A decision, where one was named.
pub(super) fn decision(
    (body, minute): (&Option<String>, &Option<String>),
    decided_on: Option<chrono::NaiveDate>,
) -> Option<Decision> {
    Some(Decision {
        deciding_body: body.clone()?,
        decided_on: decided_on?.into(),
        minute_reference: minute.clone()?,
    })
}

fn refused(refusal: Refusal) -> async_graphql::Error {
    stopped(Stopped::Refused(refusal))
}
