//! What is sent to say what contracts are to achieve, and what was measured.

use async_graphql::InputObject;
use domain::rules::pay as rules;
use uuid::Uuid;

use super::{
    contract_outcome::{OutcomeDirection, OutcomeMeasureKind, OutcomeScoring},
    contract_pay_input::list,
};
use crate::service::{Code, Refusal};

type Read<T> = Result<T, Refusal>;

/// A part of what is to be achieved.
#[derive(Clone, Debug, InputObject)]
pub struct OutcomeDomainInput {
    /// What it is called.
    pub name: String,
    /// Its weight, in hundredths of a per cent of the framework.
    pub weight: i32,
    /// Its measures, 1 to 200, whose weights add up to 10,000.
    pub measures: Vec<OutcomeMeasureInput>,
}

/// One thing that is measured.
#[derive(Clone, Debug, InputObject)]
pub struct OutcomeMeasureInput {
    /// What its parties call it; unique in the framework. By it a measure stays the same.
    pub reference: String,
    /// What it is called.
    pub name: String,
    /// What it looks at.
    pub kind: OutcomeMeasureKind,
    /// In what it is counted.
    pub unit: String,
    /// Its weight, in hundredths of a per cent of its domain; none of a further measure.
    #[graphql(default)]
    pub weight: i32,
    /// Which way is better.
    pub direction: OutcomeDirection,
    /// Where it stood before the contract, as a decimal of at most three places.
    pub baseline: Option<String>,
    /// Where a linear score begins, as a decimal of at most three places.
    pub threshold: String,
    /// Where the whole is earned, as a decimal of at most three places.
    pub target: String,
    /// How a reading becomes a score.
    pub scoring: OutcomeScoring,
    /// Of STEPPED: the steps, from the worst to the best; at most 200.
    #[graphql(default)]
    pub steps: Vec<OutcomeStepInput>,
    /// True of what the contract requires anyway (rule C6).
    #[graphql(default)]
    pub is_required_anyway: bool,
}

/// One step of a score.
#[derive(Clone, Debug, InputObject)]
pub struct OutcomeStepInput {
    /// Where it is reached, as a decimal of at most three places.
    pub at: String,
    /// What it earns, in hundredths of a per cent.
    pub basis_points: i32,
}

/// A framework of outcomes, as it is sent under `path`; at the root when that is empty.
///
/// # Errors
/// `INVALID_VALUE`.
pub fn framework(
    domains: Vec<OutcomeDomainInput>,
    further: Vec<OutcomeMeasureInput>,
    (cut_off_days, path): (i32, &str),
) -> Read<rules::Framework> {
    let at = |field: &str| if path.is_empty() { field.into() } else { format!("{path}.{field}") };
    let domains = list(domains, &at("domains"), |it, path| {
        let path = format!("{path}.measures");
        Ok(rules::Domain {
            name: it.name,
            weight: it.weight.into(),
            measures: list(it.measures, &path, OutcomeMeasureInput::read)?,
        })
    })?;
    let further = list(further, &at("further"), OutcomeMeasureInput::read)?;
    let cut_off_days = u32::try_from(cut_off_days).map_err(|_| {
        let sentence = "give the days after the end of the year, 0 or more";
        Refusal::new(Code::InvalidValue, sentence).at(&at("cutOffDays"))
    })?;
    Ok(rules::Framework { domains, further, cut_off_days })
}

impl OutcomeMeasureInput {
    fn read(self, path: &str) -> Read<rules::Measure> {
        let at = |field: &str| format!("{path}.{field}");
        let scoring = match self.scoring {
            OutcomeScoring::Linear => rules::Scoring::Linear,
            OutcomeScoring::AllOrNothing => rules::Scoring::AllOrNothing,
            OutcomeScoring::Stepped => rules::Scoring::Stepped {
                steps: list(self.steps, &at("steps"), |it, path| {
                    let at = reading(&it.at, &format!("{path}.at"))?;
                    Ok(rules::Step { at, basis_points: it.basis_points.into() })
                })?,
            },
        };
        let baseline = self.baseline.map(|it| reading(&it, &at("baseline"))).transpose()?;
        Ok(rules::Measure {
            // It keeps the identity of the measure that went by its reference before.
            id: Uuid::nil(),
            reference: self.reference,
            name: self.name,
            kind: self.kind.into(),
            unit: self.unit,
            weight: self.weight.into(),
            direction: self.direction.into(),
            baseline,
            threshold: reading(&self.threshold, &at("threshold"))?,
            target: reading(&self.target, &at("target"))?,
            scoring,
            is_required_anyway: self.is_required_anyway,
        })
    }
}

/// A decimal of at most three places, in thousandths.
///
/// # Errors
/// `INVALID_VALUE` at `path`.
pub fn reading(text: &str, path: &str) -> Read<rules::Reading> {
    let refused = || {
        let sentence = "write a decimal of at most three places, such as \"61.5\"";
        Refusal::new(Code::InvalidValue, sentence).at(path)
    };
    let (whole, places) = text.split_once('.').unwrap_or((text, "0"));
    if places.is_empty() || places.len() > 3 || text.len() > 20 {
        return Err(refused());
    }
    let digits = format!("{whole}{places:0<3}");
    let unsigned = digits.strip_prefix('-').unwrap_or(&digits);
    let is_number = unsigned.len() > 3 && unsigned.bytes().all(|it| it.is_ascii_digit());
    let thousandths = digits.parse().ok().filter(|_| is_number);
    thousandths.map(rules::Reading).ok_or_else(refused)
}
