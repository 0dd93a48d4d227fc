//! Agreeing what contracts pay, and recording what they pay for.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entities::{measurement_decision::Decision, value::Period};

use super::{
    contract_outcome::OutcomeFramework,
    contract_outcome_input::{OutcomeDomainInput, OutcomeMeasureInput, framework, reading},
    contract_pay::PayComponent,
    contract_pay_input::PayInput,
    decision::DecisionInput,
    measurement::Measurement,
    measurement_mutation::under,
    node::Kind,
    request::Asked,
    scalars::{Date, FinancialYear, Money},
};
use crate::{
    payload,
    service::{
        Code, Refusal,
        pay::{
            self, Deciding, NewActivity, NewBaseline, NewComponent, NewFramework, NewListSize,
            NewMeasurement,
        },
    },
};

/// What contracts pay, agreed and recorded.
#[derive(Default)]
pub struct ContractPayMutation;

/// What a contract is to achieve, from a day on.
#[derive(Clone, Debug, InputObject)]
pub struct DefineOutcomeFrameworkInput {
    /// The contract.
    pub contract: ID,
    /// The first day on which it counts.
    pub effective_on: Date,
    /// The domains, at most 200, whose weights add up to 10,000.
    #[graphql(default)]
    pub domains: Vec<OutcomeDomainInput>,
    /// Measures without weight, for the goals of incentive schemes, at most 200.
    #[graphql(default)]
    pub further: Vec<OutcomeMeasureInput>,
    /// How many days after the end of a year its measurements can still be validated.
    pub cut_off_days: i32,
    /// The decision by which it is so; it may be left out of a draft (rule G4).
    pub decision: Option<DecisionInput>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A component of what a contract pays, from a day on.
#[derive(Clone, Debug, InputObject)]
pub struct RecordPayComponentInput {
    /// The contract.
    pub contract: ID,
    /// What its parties call it, 1 to 60 characters. One that goes by it already is given another
    /// version.
    pub reference: String,
    /// Its name, 1 to 200 characters; of another version left out.
    pub name: Option<String>,
    /// The first day on which it counts. A month is paid by the version in force on its first day.
    pub effective_on: Date,
    /// The last day on which it counts, if it has one.
    pub ends_on: Option<Date>,
    /// How it pays.
    pub pay: PayInput,
    /// The decision by which it is so; it may be left out of a draft (rule G4).
    pub decision: Option<DecisionInput>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What the care of a contract cost before it, as agreed for a year.
#[derive(Clone, Debug, InputObject)]
pub struct RecordPayBaselineInput {
    /// The contract.
    pub contract: ID,
    /// The year.
    pub financial_year: FinancialYear,
    /// How much, in pounds.
    pub amount: Money,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// How many people of a group were on a list on a day.
#[derive(Clone, Debug, InputObject)]
pub struct RecordListSizeInput {
    /// The contract.
    pub contract: ID,
    /// The group, 1 to 60 characters.
    pub code: String,
    /// The day of the count; a count without one is refused. A wrong count is recorded again, with the
    /// same day (rule C7).
    pub counted_on: Option<Date>,
    /// How many.
    pub people: i32,
    /// Who counted, and where it is published, 1 to 300 characters; a count without it is refused (rule
    /// C7).
    pub source: Option<String>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What was done under a contract in a month, or what it cost.
#[derive(Clone, Debug, InputObject)]
pub struct RecordActivityInput {
    /// The contract.
    pub contract: ID,
    /// Of what, 1 to 60 characters.
    pub code: String,
    /// The year.
    pub financial_year: FinancialYear,
    /// The month: 1 is April, 12 is March.
    pub period: i32,
    /// Units, episodes, or people under care; or give the cost.
    pub units: Option<i32>,
    /// What it cost, in pounds; or give the units.
    pub cost: Option<Money>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What was measured of an outcome in a year.
#[derive(Clone, Debug, InputObject)]
pub struct SubmitMeasurementInput {
    /// The contract; left out of what is submitted under a subcontract.
    pub contract: Option<ID>,
    /// The subcontract under which you sell and which feeds the measure, or under which you buy and
    /// enter it for your seller (rule C10); left out of what is submitted under the contract.
    pub subcontract: Option<ID>,
    /// The reference of the measure.
    pub measure: String,
    /// The year.
    pub financial_year: FinancialYear,
    /// What came out, in the measure's unit, as a decimal of at most three places.
    pub reading: String,
    /// Where it is shown, 1 to 1000 characters.
    pub evidence: String,
    /// What is to be known about the quality of the data, at most 1000 characters.
    pub data_quality: Option<String>,
    /// The provider whose measurement it is, when a commissioner enters it, or the seller, when its buyer
    /// does (rule C10).
    pub on_behalf_of: Option<ID>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A measurement that counts.
#[derive(Clone, Debug, InputObject)]
pub struct ValidateMeasurementInput {
    /// The contract.
    pub contract: ID,
    /// The measurement's number in it.
    pub number: i32,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A measurement that does not count.
#[derive(Clone, Debug, InputObject)]
pub struct RejectMeasurementInput {
    /// The contract.
    pub contract: ID,
    /// The measurement's number in it.
    pub number: i32,
    /// Why, 1 to 1000 characters.
    pub reason: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload!(
    /// What came of defining outcomes.
    DefineOutcomeFrameworkPayload {
        /// The framework; null when it was refused.
        framework: OutcomeFramework
    }
);
payload!(
    /// What came of recording a component of pay.
    RecordPayComponentPayload {
        /// The component with the version that was recorded; null when it was refused.
        component: PayComponent
    }
);
payload!(
    /// What came of recording a baseline.
    RecordPayBaselinePayload {
        /// The year; null when it was refused.
        financial_year: FinancialYear
    }
);
payload!(
    /// What came of recording a list size.
    RecordListSizePayload {
        /// The day of the count; null when it was refused.
        counted_on: Date
    }
);
payload!(
    /// What came of recording activity or its cost.
    RecordActivityPayload {
        /// The month; null when it was refused.
        period: i32
    }
);
payload!(
    /// What came of submitting a measurement.
    SubmitMeasurementPayload {
        /// The measurement; null when it was refused.
        measurement: Measurement
    }
);
payload!(
    /// What came of validating a measurement.
    ValidateMeasurementPayload {
        /// The measurement; null when it was refused.
        measurement: Measurement
    }
);
payload!(
    /// What came of rejecting a measurement.
    RejectMeasurementPayload {
        /// The measurement; null when it was refused.
        measurement: Measurement
    }
);

/// Reads the input, does it, and answers with the payload.
macro_rules! done {
    ($ctx:ident, $read:expr, $do:path, $dry_run:expr, $payload:ident, $object:expr) => {{
        let (database, viewer) = ($ctx.database()?, $ctx.viewer()?);
        let done = match $read {
            Ok(read) => Box::pin($do(database, viewer, $dry_run, read)).await,
            Err(refusal) => Err(refusal.into()),
        };
        $ctx.request()?.after_write().await;
        $payload::answer(done, $object)
    }};
}

#[Object]
impl ContractPayMutation {
    /// Records what a contract is to achieve, from a day on. Needs the role COMMISSIONER of the
    /// co-ordinating commissioner, which provides nothing under the contract.
    async fn define_outcome_framework(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The outcomes.")] input: DefineOutcomeFrameworkInput,
    ) -> Result<DefineOutcomeFrameworkPayload> {
        let dry_run = input.dry_run;
        let read = input.read();
        // What was written was read before: it is the same content.
        let content = read.as_ref().map(|new| new.framework.clone()).unwrap_or_default();
        done!(ctx, read, pay::define_framework, dry_run, DefineOutcomeFrameworkPayload, |row| {
            OutcomeFramework(row, content)
        })
    }

    /// Records a component of what a contract pays, or another version of one. Needs the role
    /// COMMISSIONER or FINANCE of the co-ordinating commissioner, which provides nothing under the
    /// contract.
    async fn record_pay_component(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The component.")] input: RecordPayComponentInput,
    ) -> Result<RecordPayComponentPayload> {
        let dry_run = input.dry_run;
        done!(
            ctx,
            input.read(),
            pay::agree_component,
            dry_run,
            RecordPayComponentPayload,
            PayComponent
        )
    }

    /// Records what the care of a contract cost before it, as agreed for a year. Needs the role
    /// COMMISSIONER or FINANCE of the co-ordinating commissioner.
    async fn record_pay_baseline(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The baseline.")] input: RecordPayBaselineInput,
    ) -> Result<RecordPayBaselinePayload> {
        let dry_run = input.dry_run;
        done!(ctx, input.read(), pay::record_baseline, dry_run, RecordPayBaselinePayload, |row| {
            row.financial_year.into()
        })
    }

    /// Records how many people were on a list on a day (rule C7). Needs the role COMMISSIONER or
    /// FINANCE of the co-ordinating commissioner.
    async fn record_list_size(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The count.")] input: RecordListSizeInput,
    ) -> Result<RecordListSizePayload> {
        let dry_run = input.dry_run;
        done!(ctx, input.read(), pay::record_list_size, dry_run, RecordListSizePayload, |row| {
            row.counted_on.into()
        })
    }

    /// Records what was done in a month, or what it cost. What was wrong is recorded again. Needs
    /// the role COMMISSIONER or FINANCE of the co-ordinating commissioner.
    async fn record_activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The activity.")] input: RecordActivityInput,
    ) -> Result<RecordActivityPayload> {
        let dry_run = input.dry_run;
        done!(ctx, input.read(), pay::record_activity, dry_run, RecordActivityPayload, |row| {
            row.period.number()
        })
    }

    /// Submits a measurement; it counts once somebody else has validated it (rule C5). Needs the
    /// role CONTRACT_MANAGER or COMMISSIONER of the lead provider, or, on behalf of a provider, of
    /// the co-ordinating commissioner; under a subcontract that feeds the measure, of its seller, or, on
    /// behalf of that, of its buyer (rule C10).
    async fn submit_measurement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The measurement.")] input: SubmitMeasurementInput,
    ) -> Result<SubmitMeasurementPayload> {
        let dry_run = input.dry_run;
        done!(ctx, input.read(), pay::submit, dry_run, SubmitMeasurementPayload, Measurement)
    }

    /// Validates a measurement: not whoever submitted it (rule C5). Needs the role COMMISSIONER or
    /// APPROVER of the co-ordinating commissioner.
    async fn validate_measurement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The measurement.")] input: ValidateMeasurementInput,
    ) -> Result<ValidateMeasurementPayload> {
        let dry_run = input.dry_run;
        let read = Kind::Contract.read(&input.contract, "contract").map(|contract| Deciding {
            mutation: "validateMeasurement",
            contract,
            number: input.number,
            decision: Decision::Validated,
            reason: None,
        });
        done!(ctx, read, pay::decide, dry_run, ValidateMeasurementPayload, Measurement)
    }

    /// Rejects a measurement, with the reason: not whoever submitted it (rule C5). Needs the role
    /// COMMISSIONER or APPROVER of the co-ordinating commissioner.
    async fn reject_measurement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The measurement.")] input: RejectMeasurementInput,
    ) -> Result<RejectMeasurementPayload> {
        let dry_run = input.dry_run;
        let read = Kind::Contract.read(&input.contract, "contract").map(|contract| Deciding {
            mutation: "rejectMeasurement",
            contract,
            number: input.number,
            decision: Decision::Rejected,
            reason: Some(input.reason),
        });
        done!(ctx, read, pay::decide, dry_run, RejectMeasurementPayload, Measurement)
    }
}

impl DefineOutcomeFrameworkInput {
    fn read(self) -> std::result::Result<NewFramework, Refusal> {
        Ok(NewFramework {
            contract: Kind::Contract.read(&self.contract, "contract")?,
            effective_on: self.effective_on.day("effectiveOn")?,
            framework: framework(self.domains, self.further, (self.cut_off_days, ""))?,
            decision: self.decision.map(|it| it.read("decision")).transpose()?,
        })
    }
}

impl RecordPayComponentInput {
    fn read(self) -> std::result::Result<NewComponent, Refusal> {
        let (pay, goal_measures) = self.pay.read("pay")?;
        Ok(NewComponent {
            contract: Kind::Contract.read(&self.contract, "contract")?,
            reference: self.reference,
            name: self.name,
            effective_on: self.effective_on.day("effectiveOn")?,
            ends_on: self.ends_on.map(|day| day.day("endsOn")).transpose()?,
            pay,
            goal_measures,
            decision: self.decision.map(|it| it.read("decision")).transpose()?,
        })
    }
}

impl RecordPayBaselineInput {
    fn read(self) -> std::result::Result<NewBaseline, Refusal> {
        Ok(NewBaseline {
            contract: Kind::Contract.read(&self.contract, "contract")?,
            year: self.financial_year.year("financialYear")?,
            amount: self.amount.pence("amount")?,
        })
    }
}

impl RecordListSizeInput {
    fn read(self) -> std::result::Result<NewListSize, Refusal> {
        Ok(NewListSize {
            contract: Kind::Contract.read(&self.contract, "contract")?,
            code: self.code,
            counted_on: self.counted_on.map(|day| day.day("countedOn")).transpose()?,
            people: self.people.into(),
            source: self.source,
        })
    }
}

impl RecordActivityInput {
    fn read(self) -> std::result::Result<NewActivity, Refusal> {
        let month = Period::new(self.period)
            .map_err(|why| Refusal::new(Code::InvalidValue, why).at("period"))?;
        Ok(NewActivity {
            contract: Kind::Contract.read(&self.contract, "contract")?,
            code: self.code,
            year: self.financial_year.year("financialYear")?,
            month,
            units: self.units.map(i64::from),
            cost: self.cost.map(|it| it.pence("cost")).transpose()?,
        })
    }
}

impl SubmitMeasurementInput {
    fn read(self) -> std::result::Result<NewMeasurement, Refusal> {
        let whose = self.on_behalf_of.map(|id| Kind::Organisation.read(&id, "onBehalfOf"));
        Ok(NewMeasurement {
            under: under(self.contract.as_ref(), self.subcontract.as_ref())?,
            measure: self.measure,
            year: self.financial_year.year("financialYear")?,
            reading: reading(&self.reading, "reading")?,
            evidence: self.evidence,
            data_quality: self.data_quality,
            on_behalf_of: whose.transpose()?,
        })
    }
}
