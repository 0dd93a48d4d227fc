//! What contracts are to achieve, and what was measured of it.

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use domain::rules::pay as rules;
use entities::{measurement_decision, outcome_framework};

use super::{
    contract_interest::ContractInterest,
    contract_pay::decision,
    decision::Decision,
    organisation::Organisation,
    scalars::{Date, DateTime, FinancialYear},
};
use crate::service::pay::Measured;

/// What a contract is to achieve, from a day on. Whoever reads the outcome measures sees it.
#[derive(Clone, Debug)]
pub struct OutcomeFramework(pub outcome_framework::Model, pub rules::Framework);

/// A part of what is to be achieved. Whoever reads the outcome measures sees it.
#[derive(Clone, Debug)]
pub struct OutcomeDomain(rules::Domain);

/// One thing that is measured. Whoever reads the outcome measures sees it.
#[derive(Clone, Debug)]
pub struct OutcomeMeasure(pub rules::Measure);

/// One step of a score. Whoever reads the outcome measures sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct OutcomeStep {
    /// Where it is reached, in the measure's unit, as a decimal.
    pub at: String,
    /// What it earns, in hundredths of a per cent.
    pub basis_points: i32,
}

/// What a measure looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rules::MeasureKind")]
pub enum OutcomeMeasureKind {
    /// What became of people's health or life.
    Outcome,
    /// What people say became of it.
    PatientReported,
    /// How people found their care.
    Experience,
    /// What was done.
    Process,
    /// What there is to do it with.
    Structure,
}

/// Which way a measure is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rules::Direction")]
pub enum OutcomeDirection {
    /// More is better.
    HigherIsBetter,
    /// Less is better.
    LowerIsBetter,
}

/// How a reading becomes a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum OutcomeScoring {
    /// In proportion to the way from the threshold to the target.
    Linear,
    /// The whole at the target, and nothing before it.
    AllOrNothing,
    /// The best of the steps that were reached.
    Stepped,
}

/// What somebody measured of an outcome in a year. Before it is validated, only whoever submits or
/// validates measurements sees it.
#[derive(Clone, Debug)]
pub struct Measurement(pub Measured);

/// Where a measurement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum MeasurementState {
    /// It waits for somebody else to look at it, and counts for nothing.
    Submitted,
    /// It counts.
    Validated,
    /// It does not count.
    Rejected,
}

/// What a contract is to achieve, from a day on. Whoever reads the outcome measures sees it.
#[Object]
impl OutcomeFramework {
    /// Its number among the contract's, from 1.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// The first day on which it counts.
    async fn effective_on(&self) -> Date {
        self.0.effective_on.into()
    }

    /// When it was recorded.
    async fn known_at(&self) -> DateTime {
        self.0.known_at.into()
    }

    /// The decision by which it is so; null of a draft.
    async fn decision(&self) -> Option<Decision> {
        decision((&self.0.deciding_body, &self.0.minute_reference), self.0.decided_on)
    }

    /// The domains, whose weights add up to 10,000.
    async fn domains(&self) -> Vec<OutcomeDomain> {
        self.1.domains.iter().cloned().map(OutcomeDomain).collect()
    }

    /// Measures without weight, for the goals of incentive schemes.
    async fn further(&self) -> Vec<OutcomeMeasure> {
        self.1.further.iter().cloned().map(OutcomeMeasure).collect()
    }

    /// How many days after the end of a year its measurements can still be validated (rule C5).
    async fn cut_off_days(&self) -> i32 {
        i32::try_from(self.1.cut_off_days).unwrap_or(i32::MAX)
    }
}

/// A part of what is to be achieved. Whoever reads the outcome measures sees it.
#[Object]
impl OutcomeDomain {
    /// What it is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its weight, in hundredths of a per cent of the framework.
    async fn weight(&self) -> i32 {
        small(self.0.weight)
    }

    /// Its measures, whose weights add up to 10,000.
    async fn measures(&self) -> Vec<OutcomeMeasure> {
        self.0.measures.iter().cloned().map(OutcomeMeasure).collect()
    }
}

/// One thing that is measured. Whoever reads the outcome measures sees it.
#[Object]
impl OutcomeMeasure {
    /// What its parties call it; unique in the framework.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it looks at.
    async fn kind(&self) -> OutcomeMeasureKind {
        self.0.kind.into()
    }

    /// In what it is counted.
    async fn unit(&self) -> &str {
        &self.0.unit
    }

    /// Its weight, in hundredths of a per cent of its domain; 0 of a further measure.
    async fn weight(&self) -> i32 {
        small(self.0.weight)
    }

    /// Which way is better.
    async fn direction(&self) -> OutcomeDirection {
        self.0.direction.into()
    }

    /// Where it stood before the contract, in its unit, as a decimal; null where that is not known.
    async fn baseline(&self) -> Option<String> {
        self.0.baseline.map(decimal)
    }

    /// Where a linear score begins, in its unit, as a decimal.
    async fn threshold(&self) -> String {
        decimal(self.0.threshold)
    }

    /// Where the whole is earned, in its unit, as a decimal.
    async fn target(&self) -> String {
        decimal(self.0.target)
    }

    /// How a reading becomes a score.
    async fn scoring(&self) -> OutcomeScoring {
        match self.0.scoring {
            rules::Scoring::Linear => OutcomeScoring::Linear,
            rules::Scoring::AllOrNothing => OutcomeScoring::AllOrNothing,
            rules::Scoring::Stepped { .. } => OutcomeScoring::Stepped,
        }
    }

    /// Of STEPPED: the steps, from the worst to the best.
    async fn steps(&self) -> Vec<OutcomeStep> {
        let rules::Scoring::Stepped { steps } = &self.0.scoring else { return Vec::new() };
        let step = |it: &rules::Step| OutcomeStep {
            at: decimal(it.at),
            basis_points: small(it.basis_points),
        };
        steps.iter().map(step).collect()
    }

    /// True of what the contract requires anyway: nobody is given an incentive for it (rule C6).
    async fn is_required_anyway(&self) -> bool {
        self.0.is_required_anyway
    }
}

/// What somebody measured of an outcome in a year. Before it is validated, only whoever submits or
/// validates measurements sees it.
#[Object]
impl Measurement {
    /// Its number among the contract's, from 1.
    async fn number(&self) -> i32 {
        self.0.row.number
    }

    /// What was measured.
    async fn measure(&self) -> OutcomeMeasure {
        OutcomeMeasure(self.0.measure.clone())
    }

    /// The year that it is about.
    async fn financial_year(&self) -> FinancialYear {
        self.0.row.financial_year.into()
    }

    /// What came out, in the measure's unit, as a decimal.
    async fn reading(&self) -> String {
        decimal(rules::Reading(self.0.row.reading))
    }

    /// Where it is shown.
    async fn evidence(&self) -> &str {
        &self.0.row.evidence
    }

    /// What is to be known about the quality of the data.
    async fn data_quality(&self) -> Option<&str> {
        self.0.row.data_quality.as_deref()
    }

    /// Whose measurement it is, when a commissioner entered it for a provider (rule C10); null when
    /// its submitter measured itself.
    async fn on_behalf_of(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        match self.0.row.on_behalf_of_id {
            Some(id) => Organisation::load(ctx, id).await,
            None => Ok(None),
        }
    }

    /// Where it stands.
    async fn state(&self) -> MeasurementState {
        use measurement_decision::Decision::{Rejected, Validated};
        match self.0.decision.as_ref().map(|it| it.decision) {
            None => MeasurementState::Submitted,
            Some(Validated) => MeasurementState::Validated,
            Some(Rejected) => MeasurementState::Rejected,
        }
    }

    /// Why it was rejected.
    async fn reason(&self) -> Option<&str> {
        self.0.decision.as_ref()?.reason.as_deref()
    }

    /// The day on which it was validated or rejected.
    async fn decided_on(&self) -> Option<Date> {
        self.0.decision.as_ref().map(|it| it.recorded_on.into())
    }

    /// The interests in the contract that stood when it was validated or rejected (rule G3); null
    /// before, and withheld from whoever reads none.
    async fn interests(&self, ctx: &Context<'_>) -> Result<Option<Vec<ContractInterest>>> {
        let decided_at = self.0.decision.as_ref().map(|it| it.known_at);
        ContractInterest::loaded_at(ctx, self.0.row.contract_id, decided_at).await
    }
}

/// A reading as a decimal, without zeros at its end.
pub(super) fn decimal(reading: rules::Reading) -> String {
    let sign = if reading.0 < 0 { "-" } else { "" };
    let thousandths = reading.0.unsigned_abs();
    let text = format!("{sign}{}.{:03}", thousandths / 1_000, thousandths % 1_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Weights and basis points, which are bounded when they are recorded.
pub(super) fn small(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
