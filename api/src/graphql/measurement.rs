//! What was measured of outcomes.

use async_graphql::{Context, Enum, Object, Result};
use domain::{
    policy::{Standing, dated::Hidden, matrix::FieldGroup},
    rules::pay as rules,
};
use entities::measurement_decision;

use super::{
    contract_interest::ContractInterest,
    contract_outcome::{OutcomeMeasure, decimal},
    loaders::Loading,
    measure_feed_loaders::MeasuredUnderLink,
    organisation::Organisation,
    scalars::{Date, FinancialYear},
    subcontract::Subcontract,
    withheld::Withheld,
};
use crate::service::{pay::Measured, subcontract::ChainLink};

/// What somebody measured of an outcome in a year. Before it is validated, only whoever submits or
/// validates measurements sees it, and who buys or sells under the subcontract that it was submitted under.
#[derive(Clone, Debug)]
pub struct Measurement(pub Measured);

/// What is said of a measurement by whom it is about (rule C10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::measurement_answer::MeasurementAnswer")]
pub enum MeasurementAnswer {
    /// It is so.
    Confirmed,
    /// It is not so: it does not come to count.
    Contested,
}

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

/// What somebody measured of an outcome in a year. Before it is validated, only whoever submits or
/// validates measurements sees it, and who buys or sells under the subcontract that it was submitted under.
#[Object]
impl Measurement {
    /// Its number among the contract's, from 1. Withheld from whoever reads only what was submitted under
    /// its own subcontracts.
    async fn number(&self) -> Option<i32> {
        self.0.is_whole.then_some(self.0.row.number)
    }

    /// The subcontract under which it was submitted; null of others, and when you do not see that.
    async fn subcontract(&self, ctx: &Context<'_>) -> Result<Option<Subcontract>> {
        match self.0.row.subcontract_id {
            Some(id) => Subcontract::load(ctx, id).await,
            None => Ok(None),
        }
    }

    /// Its number among the subcontract's, from 1; null of what was submitted under the contract.
    async fn subcontract_number(&self) -> Option<i32> {
        self.0.row.subcontract_number
    }

    /// What was measured, as it stood when this was submitted.
    async fn measure(&self) -> OutcomeMeasure {
        OutcomeMeasure {
            measure: self.0.measure.clone(),
            contract: self.0.row.contract_id,
            is_whole: self.0.is_whole,
        }
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

    /// Whose measurement it is, when a commissioner entered it for a provider, or a buyer for its seller
    /// (rule C10); null when its submitter measured itself.
    async fn on_behalf_of(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        match self.0.row.on_behalf_of_id {
            Some(id) => Organisation::load(ctx, id).await,
            None => Ok(None),
        }
    }

    /// True while it stands on the word of who entered it for another (rule C10).
    async fn is_on_behalf(&self) -> bool {
        self.0.on_behalf().is_marked()
    }

    /// What whoever it is about says of it; null while they have not, and of what they submitted.
    async fn answer(&self) -> Option<MeasurementAnswer> {
        self.0.answer.as_ref().map(|it| it.answer.into())
    }

    /// Why it is contested; null of others.
    async fn contested_because(&self) -> Option<&str> {
        self.0.answer.as_ref()?.reason.as_deref()
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

    /// The fields that are hidden from you, and why.
    async fn withheld(&self) -> Vec<Withheld> {
        Withheld::because((!self.0.is_whole).then_some(Hidden::OwnOnly), &["number"])
    }
}

/// What was submitted under a link, as far as the viewer sees it; none for whoever reads no measurement
/// under it.
///
/// # Errors
/// A fault.
pub(super) async fn of_link(
    ctx: &Context<'_>,
    link: &ChainLink,
) -> Result<Option<Vec<Measurement>>> {
    let standing = &link.seen.standing;
    if !standing.reads_own(FieldGroup::Measurements) {
        return Ok(None);
    }
    let seen = ctx.loaders()?.load_one(MeasuredUnderLink(link.seen.row.id)).await?;
    let is_whole = standing.reads(FieldGroup::Measurements);
    let seen = seen.unwrap_or_default().into_iter();
    Ok(Some(seen.map(|it| Measurement(Measured { is_whole, ..it })).collect()))
}

/// What of the measurements under a link is hidden from somebody who stands to it so.
pub(super) fn withheld(standing: &Standing) -> Vec<Withheld> {
    let group = FieldGroup::Measurements;
    let hidden = standing.hidden(standing, group).filter(|_| !standing.reads_own(group));
    Withheld::because(hidden, &["measurements"])
}
