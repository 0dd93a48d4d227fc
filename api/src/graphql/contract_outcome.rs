//! What contracts are to achieve.

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use domain::{policy::dated::Hidden, rules::pay as rules};
use entities::outcome_framework;
use uuid::Uuid;

use super::{
    contract_pay::decision,
    decision::Decision,
    measure_feed::MeasureFeed,
    scalars::{Date, DateTime},
    withheld::Withheld,
};

/// What a contract is to achieve, from a day on. Whoever reads the outcome measures sees it.
#[derive(Clone, Debug)]
pub struct OutcomeFramework(pub outcome_framework::Model, pub rules::Framework);

/// A part of what is to be achieved. Whoever reads the outcome measures sees it.
#[derive(Clone, Debug)]
pub struct OutcomeDomain(rules::Domain, Uuid);

/// One thing that is measured. Whoever reads the outcome measures sees it, and who buys or sells under a
/// subcontract that feeds it.
#[derive(Clone, Debug)]
pub struct OutcomeMeasure {
    /// The measure.
    pub measure: rules::Measure,
    /// Its contract.
    pub contract: Uuid,
    /// True when it is read as one of all, and not only as one that is fed.
    pub is_whole: bool,
}

/// One step of a score. Whoever reads the measure sees it.
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
        let contract = self.0.contract_id;
        self.1.domains.iter().cloned().map(|it| OutcomeDomain(it, contract)).collect()
    }

    /// Measures without weight, for the goals of incentive schemes.
    async fn further(&self) -> Vec<OutcomeMeasure> {
        OutcomeMeasure::all(&self.1.further, self.0.contract_id)
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
        OutcomeMeasure::all(&self.0.measures, self.1)
    }
}

impl OutcomeMeasure {
    fn all(measures: &[rules::Measure], contract: Uuid) -> Vec<Self> {
        let whole = |measure| Self { measure, contract, is_whole: true };
        measures.iter().cloned().map(whole).collect()
    }
}

/// One thing that is measured. Whoever reads the outcome measures sees it, and who buys or sells under a
/// subcontract that feeds it.
#[Object]
impl OutcomeMeasure {
    /// What its parties call it; unique in the framework.
    async fn reference(&self) -> &str {
        &self.measure.reference
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.measure.name
    }

    /// What it looks at.
    async fn kind(&self) -> OutcomeMeasureKind {
        self.measure.kind.into()
    }

    /// In what it is counted.
    async fn unit(&self) -> &str {
        &self.measure.unit
    }

    /// Its weight, in hundredths of a per cent of its domain; 0 of a further measure. Withheld from
    /// whoever reads only what its subcontract feeds: it tells of other measures.
    async fn weight(&self) -> Option<i32> {
        self.is_whole.then(|| small(self.measure.weight))
    }

    /// Which way is better.
    async fn direction(&self) -> OutcomeDirection {
        self.measure.direction.into()
    }

    /// Where it stood before the contract, in its unit, as a decimal; null where that is not known.
    async fn baseline(&self) -> Option<String> {
        self.measure.baseline.map(decimal)
    }

    /// Where a linear score begins, in its unit, as a decimal.
    async fn threshold(&self) -> String {
        decimal(self.measure.threshold)
    }

    /// Where the whole is earned, in its unit, as a decimal.
    async fn target(&self) -> String {
        decimal(self.measure.target)
    }

    /// How a reading becomes a score.
    async fn scoring(&self) -> OutcomeScoring {
        match self.measure.scoring {
            rules::Scoring::Linear => OutcomeScoring::Linear,
            rules::Scoring::AllOrNothing => OutcomeScoring::AllOrNothing,
            rules::Scoring::Stepped { .. } => OutcomeScoring::Stepped,
        }
    }

    /// Of STEPPED: the steps, from the worst to the best.
    async fn steps(&self) -> Vec<OutcomeStep> {
        let rules::Scoring::Stepped { steps } = &self.measure.scoring else { return Vec::new() };
        let step = |it: &rules::Step| OutcomeStep {
            at: decimal(it.at),
            basis_points: small(it.basis_points),
        };
        steps.iter().map(step).collect()
    }

    /// True of what the contract requires anyway: nobody is given an incentive for it (rule C6).
    async fn is_required_anyway(&self) -> bool {
        self.measure.is_required_anyway
    }

    /// Which subcontracts feed it, and did, of those that you read whole, tier by tier.
    async fn feeds(&self, ctx: &Context<'_>) -> Result<Vec<MeasureFeed>> {
        MeasureFeed::of_measure(ctx, (self.contract, self.measure.id)).await
    }

    /// The fields that are hidden from you, and why.
    async fn withheld(&self) -> Vec<Withheld> {
        Withheld::because((!self.is_whole).then_some(Hidden::OwnOnly), &["weight"])
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
