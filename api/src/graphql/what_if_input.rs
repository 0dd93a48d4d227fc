//! What is sent to ask what a contract would pay otherwise.

use async_graphql::InputObject;
use entities::value::Period;

use super::{
    contract_outcome_input::{OutcomeDomainInput, OutcomeMeasureInput, framework, reading},
    contract_pay_input::{PayInput, list},
    scalars::{Date, Money},
};
use crate::service::{
    Code, Refusal,
    pay::{OtherPay, OtherUnits, WhatIf},
};

type Read<T> = Result<T, Refusal>;

/// Other terms and facts than those on record, of the year that is asked for. They are checked as what
/// is recorded is, and a refusal says where they stand; nothing is written.
#[derive(Clone, Debug, InputObject)]
pub struct WhatIfInput {
    /// How components would pay, one after the other; at most 200.
    #[graphql(default)]
    pub components: Vec<WhatIfComponentInput>,
    /// What the contract would have to achieve, in the place of its outcome framework.
    pub framework: Option<WhatIfFrameworkInput>,
    /// What the contract would be worth in the year, in pounds.
    pub contract_value: Option<Money>,
    /// What would be agreed that the care cost before the contract, in pounds.
    pub baseline_spend: Option<Money>,
    /// What measures would come to; at most 200.
    #[graphql(default)]
    pub readings: Vec<WhatIfReadingInput>,
    /// How many people would be on lists from April on; at most 200.
    #[graphql(default)]
    pub people: Vec<WhatIfPeopleInput>,
    /// What would be done; at most 200.
    #[graphql(default)]
    pub activity: Vec<WhatIfActivityInput>,
    /// What the year would cost; at most 200.
    #[graphql(default)]
    pub costs: Vec<WhatIfCostInput>,
}

/// How a component would pay from a day on. What is on record of it from that day on does not count.
#[derive(Clone, Debug, InputObject)]
pub struct WhatIfComponentInput {
    /// What its parties call it, 1 to 60 characters. When nothing goes by it, it would be one more.
    pub reference: String,
    /// The first day on which it would count; the first of the year when left out.
    pub effective_on: Option<Date>,
    /// The last day on which it would count, if it had one.
    pub ends_on: Option<Date>,
    /// How it would pay; when left out it would pay no more from that day on.
    pub pay: Option<PayInput>,
}

/// What a contract would have to achieve. A measure is told from others by its reference, and what was
/// measured of it counts.
#[derive(Clone, Debug, InputObject)]
pub struct WhatIfFrameworkInput {
    /// The domains, at most 200, whose weights add up to 10,000.
    #[graphql(default)]
    pub domains: Vec<OutcomeDomainInput>,
    /// Measures without weight, for the goals of incentive schemes, at most 200.
    #[graphql(default)]
    pub further: Vec<OutcomeMeasureInput>,
    /// How many days after the end of a year its measurements could still be validated.
    pub cut_off_days: i32,
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

/// What would be done in a month, or in every month of the year.
#[derive(Clone, Debug, InputObject)]
pub struct WhatIfActivityInput {
    /// The code under which it is recorded.
    pub code: String,
    /// The month: 1 is April, 12 is March; every month of the year when left out.
    pub period: Option<i32>,
    /// Units, episodes, or people under care: how many in the month, or in each.
    pub units: i32,
}

/// What a year would cost.
#[derive(Clone, Debug, InputObject)]
pub struct WhatIfCostInput {
    /// The code under which the cost is recorded.
    pub code: String,
    /// How much, in pounds.
    pub amount: Money,
}

impl WhatIfInput {
    /// What would be if.
    ///
    /// # Errors
    /// `INVALID_VALUE`, `INVALID_DATE` or `INVALID_MONEY` under `whatIf`.
    pub fn read(self) -> Read<WhatIf> {
        let money = |it: Option<Money>, path: &str| it.map(|it| it.pence(path)).transpose();
        Ok(WhatIf {
            components: list(self.components, "whatIf.components", WhatIfComponentInput::read)?,
            framework: self.framework.map(WhatIfFrameworkInput::read).transpose()?,
            contract_value: money(self.contract_value, "whatIf.contractValue")?,
            baseline_spend: money(self.baseline_spend, "whatIf.baselineSpend")?,
            readings: list(self.readings, "whatIf.readings", |it, path| {
                Ok((it.measure, reading(&it.reading, &format!("{path}.reading"))?))
            })?,
            people: list(self.people, "whatIf.people", |it, _| Ok((it.code, it.people.into())))?,
            units: list(self.activity, "whatIf.activity", WhatIfActivityInput::read)?,
            costs: list(self.costs, "whatIf.costs", |it, path| {
                Ok((it.code, it.amount.pence(&format!("{path}.amount"))?))
            })?,
        })
    }
}

impl WhatIfComponentInput {
    fn read(self, path: &str) -> Read<OtherPay> {
        let day = |it: Option<Date>, field: &str| {
            it.map(|day| day.day(&format!("{path}.{field}"))).transpose()
        };
        Ok(OtherPay {
            effective_on: day(self.effective_on, "effectiveOn")?,
            ends_on: day(self.ends_on, "endsOn")?,
            pay: self.pay.map(|it| it.read(&format!("{path}.pay"))).transpose()?,
            reference: self.reference,
        })
    }
}

impl WhatIfFrameworkInput {
    fn read(self) -> Read<domain::rules::pay::Framework> {
        framework(self.domains, self.further, (self.cut_off_days, "whatIf.framework"))
    }
}

impl WhatIfActivityInput {
    fn read(self, path: &str) -> Read<OtherUnits> {
        let month = self.period.map(Period::new).transpose();
        let month = month
            .map_err(|why| Refusal::new(Code::InvalidValue, why).at(&format!("{path}.period")))?;
        Ok(OtherUnits { code: self.code, month, units: self.units.into() })
    }
}
