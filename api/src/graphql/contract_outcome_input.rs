//! What is sent to say what contracts are to achieve, and what was measured.

use async_graphql::InputObject;
use domain::rules::pay as rules;
use uuid::Uuid;

use super::{
    contract_outcome::{OutcomeDirection, OutcomeMeasureKind, OutcomeScoring},
    contract_pay_input::list,
    scalars::Money,
};
use crate::service::{Code, Refusal, pay::WhatIf};

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

/// Other facts than those on record, of the year that is asked for.
#[derive(Clone, Debug, InputObject)]
pub struct WhatIfInput {
    /// What measures would come to; at most 200.
    #[graphql(default)]
    pub readings: Vec<WhatIfReadingInput>,
    /// How many people would be on lists; at most 200.
    #[graphql(default)]
    pub people: Vec<WhatIfPeopleInput>,
    /// What the year would cost; at most 200.
    #[graphql(default)]
    pub costs: Vec<WhatIfCostInput>,
}

/// What a measure would come to.
#[derive(Clone, Debug, InputObject)]
pub struct WhatIfReadingInput {
    /// The reference of the measure.
    pub measure: String,
    /// What would come out, as a decimal of at most three places.
    pub reading: String,
}

/// How many people would be on a list.
#[derive(Clone, Debug, InputObject)]
pub struct WhatIfPeopleInput {
    /// The code of the list.
    pub code: String,
    /// How many.
    pub people: i32,
}

/// What a year would cost.
#[derive(Clone, Debug, InputObject)]
pub struct WhatIfCostInput {
    /// The code under which the cost is recorded.
    pub code: String,
    /// How much, in pounds.
    pub amount: Money,
}

/// A framework of outcomes, as it is sent.
///
/// # Errors
/// `INVALID_VALUE`.
pub fn framework(
    domains: Vec<OutcomeDomainInput>,
    further: Vec<OutcomeMeasureInput>,
    cut_off_days: i32,
) -> Read<rules::Framework> {
    let domains = list(domains, "framework.domains", |it, path| {
        let path = format!("{path}.measures");
        Ok(rules::Domain {
            name: it.name,
            weight: it.weight.into(),
            measures: list(it.measures, &path, OutcomeMeasureInput::read)?,
        })
    })?;
    let further = list(further, "framework.further", OutcomeMeasureInput::read)?;
    let cut_off_days = u32::try_from(cut_off_days).map_err(|_| {
        let sentence = "give the days after the end of the year, 0 or more";
        Refusal::new(Code::InvalidValue, sentence).at("framework.cutOffDays")
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

impl WhatIfInput {
    /// What would be if.
    ///
    /// # Errors
    /// `INVALID_VALUE` or `INVALID_MONEY` under `path`.
    pub fn read(self, path: &str) -> Read<WhatIf> {
        Ok(WhatIf {
            readings: list(self.readings, &format!("{path}.readings"), |it, path| {
                Ok((it.measure, reading(&it.reading, &format!("{path}.reading"))?))
            })?,
            people: list(self.people, &format!("{path}.people"), |it, path| {
                if it.people < 0 {
                    let sentence = "give 0 people or more";
                    return Err(Refusal::new(Code::InvalidValue, sentence).at(path));
                }
                Ok((it.code, it.people.into()))
            })?,
            costs: list(self.costs, &format!("{path}.costs"), |it, path| {
                Ok((it.code, it.amount.pence(&format!("{path}.amount"))?))
            })?,
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
