//! What is said of measurements by whom they are about.

use async_graphql::{Context, ID, InputObject, Object, Result as Answered};
use entities::measurement_answer::MeasurementAnswer;

use super::{measurement::Measurement, node::Kind, request::Asked};
use crate::{
    payload,
    service::{
        Code, Refusal, Stopped,
        pay::{self as service, Measured, MeasuredUnder, NewAnswer},
    },
};

/// What is said of measurements by whom they are about.
#[derive(Default)]
pub struct MeasurementMutation;

/// That a measurement is so that another entered for you.
#[derive(Clone, Debug, InputObject)]
pub struct ConfirmMeasurementInput {
    /// The contract; left out of what was submitted under a subcontract.
    pub contract: Option<ID>,
    /// The subcontract under which you sell; left out of what was submitted under the contract.
    pub subcontract: Option<ID>,
    /// The measurement's number in the one that is named.
    pub number: i32,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That a measurement is not so that another entered for you.
#[derive(Clone, Debug, InputObject)]
pub struct ContestMeasurementInput {
    /// The contract; left out of what was submitted under a subcontract.
    pub contract: Option<ID>,
    /// The subcontract under which you sell; left out of what was submitted under the contract.
    pub subcontract: Option<ID>,
    /// The measurement's number in the one that is named.
    pub number: i32,
    /// What is not so, 1 to 1,000 characters.
    pub reason: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload!(
    /// What came of confirming a measurement.
    ConfirmMeasurementPayload {
        /// The measurement; null when it was refused.
        measurement: Measurement
    }
);
payload!(
    /// What came of contesting a measurement.
    ContestMeasurementPayload {
        /// The measurement; null when it was refused.
        measurement: Measurement
    }
);

#[Object]
impl MeasurementMutation {
    /// Confirms a measurement that another entered for you (rule C10). Needs the role CONTRACT_MANAGER or
    /// COMMISSIONER of the provider or the seller that it is about.
    async fn confirm_measurement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The measurement.")] input: ConfirmMeasurementInput,
    ) -> Answered<ConfirmMeasurementPayload> {
        let ConfirmMeasurementInput { contract, subcontract, number, dry_run } = input;
        let new = under(contract.as_ref(), subcontract.as_ref()).map(|under| NewAnswer {
            mutation: "confirmMeasurement",
            under,
            number,
            answer: MeasurementAnswer::Confirmed,
            reason: None,
        });
        ConfirmMeasurementPayload::answer(answered(ctx, new, dry_run).await?, Measurement)
    }

    /// Contests a measurement that another entered for you, before it is validated (rule C10). Needs the
    /// role CONTRACT_MANAGER or COMMISSIONER of the provider or the seller that it is about.
    async fn contest_measurement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The measurement.")] input: ContestMeasurementInput,
    ) -> Answered<ContestMeasurementPayload> {
        let ContestMeasurementInput { contract, subcontract, number, reason, dry_run } = input;
        let new = under(contract.as_ref(), subcontract.as_ref()).map(|under| NewAnswer {
            mutation: "contestMeasurement",
            under,
            number,
            answer: MeasurementAnswer::Contested,
            reason: Some(reason),
        });
        ContestMeasurementPayload::answer(answered(ctx, new, dry_run).await?, Measurement)
    }
}

async fn answered(
    ctx: &Context<'_>,
    new: Result<NewAnswer, Refusal>,
    dry_run: bool,
) -> Answered<Result<Measured, Stopped>> {
    let done = match new {
        Ok(new) => Box::pin(service::answer(ctx.database()?, ctx.viewer()?, dry_run, new)).await,
        Err(refusal) => Err(refusal.into()),
    };
    ctx.request()?.after_write().await;
    Ok(done)
}

/// Under what something is measured: the contract, or the subcontract, and not both.
///
/// # Errors
/// `INVALID_VALUE` or `NOT_FOUND`.
pub(super) fn under(
    contract: Option<&ID>,
    subcontract: Option<&ID>,
) -> Result<MeasuredUnder, Refusal> {
    match (contract, subcontract) {
        (Some(id), None) => Kind::Contract.read(id, "contract").map(MeasuredUnder::Contract),
        (None, Some(id)) => Kind::Subcontract.read(id, "subcontract").map(MeasuredUnder::Link),
        _ => {
            let sentence = "name the contract, or the subcontract, and not both";
            Err(Refusal::new(Code::InvalidValue, sentence).at("contract"))
        }
    }
}
