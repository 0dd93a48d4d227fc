//! What subcontracts are worth, and how that came about.

use async_graphql::{ComplexObject, Context, Result, SimpleObject};
use domain::rules::{band::Band, supply_chain::YearlyValue};
use entities::value::{FinancialYear as Year, Instant};
use uuid::Uuid;

use super::{
    contract_interest::ContractInterest,
    contract_kind::ValueBand,
    scalars::{Date, FinancialYear, Money},
    subcontract_kind::{SubcontractConfirmation, SubcontractValueApproval},
};
use crate::service::subcontract::ValueVersion;

/// What a subcontract is worth in a financial year: an amount, or a range of hundredths of a per cent
/// of the value of the contract above it. Its buyer and its seller read it; a commissioner reads a
/// band unless it is open-book or material.
#[derive(Clone, Debug, SimpleObject)]
pub struct SubcontractValue {
    /// The financial year.
    pub financial_year: FinancialYear,
    /// The amount, in pounds; null of a range, and where a band is shown instead.
    pub amount: Option<Money>,
    /// The band in which the amount lies; null where the amount is shown.
    pub value_band: Option<ValueBand>,
    /// The lower end of a range, in hundredths of a per cent; null of an amount.
    pub from_basis_points: Option<i32>,
    /// The upper end of a range, in hundredths of a per cent; null of an amount.
    pub to_basis_points: Option<i32>,
}

/// What a subcontract was worth after a change, year by year, and what its seller says of it (rule
/// C10). Whoever reads its value whole reads it. What raises the value of a material subcontract counts
/// once the commissioner has approved it, and not at all when it is refused (rule C3).
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct SubcontractValueVersion {
    /// Counts the versions of its values.
    pub version: i32,
    /// The day on which its buyer recorded the change.
    pub recorded_on: Date,
    /// Why it was changed.
    pub reason: String,
    /// The deed or letter by which it was agreed; null where none was named.
    pub document_reference: Option<String>,
    /// What its seller says of it.
    pub confirmation: SubcontractConfirmation,
    /// What its seller contests; null while it contests nothing.
    pub contested_because: Option<String>,
    /// How the commissioner stands to it.
    pub approval: SubcontractValueApproval,
    /// When the commissioner decided about it; null where it did not.
    pub decided_on: Option<Date>,
    /// Why the commissioner refused it; null where it did not.
    pub refused_because: Option<String>,
    /// The head contract, and when the commissioner's decision was recorded.
    #[graphql(skip)]
    decided_at: Option<(Uuid, Instant)>,
    /// Its value in each year for which one is recorded.
    pub values: Vec<SubcontractValue>,
}

impl SubcontractValue {
    /// A value that is shown whole.
    pub(super) fn whole((year, value): (Year, YearlyValue)) -> Self {
        let (amount, range) = match value {
            YearlyValue::Exact(amount) => (Some(amount.into()), None),
            YearlyValue::Share { from, to } => (None, Some((points(from), points(to)))),
        };
        Self {
            financial_year: year.into(),
            amount,
            value_band: None,
            from_basis_points: range.map(|(from, _)| from),
            to_basis_points: range.map(|(_, to)| to),
        }
    }

    /// A value of which the band is shown.
    pub(super) fn banded(year: Year, band: Band) -> Self {
        Self {
            financial_year: year.into(),
            amount: None,
            value_band: Some(band.into()),
            from_basis_points: None,
            to_basis_points: None,
        }
    }
}

#[ComplexObject]
impl SubcontractValueVersion {
    /// The interests in the head contract that stood when the commissioner decided about it (rule G3);
    /// null where it did not, and withheld from whoever reads none.
    async fn interests(&self, ctx: &Context<'_>) -> Result<Option<Vec<ContractInterest>>> {
        let Some((contract, at)) = self.decided_at else { return Ok(None) };
        ContractInterest::loaded_at(ctx, contract, Some(at)).await
    }
}

impl SubcontractValueVersion {
    /// None of one of which nothing was said. `contract` is the head contract.
    pub(super) fn of(contract: Uuid, version: ValueVersion) -> Option<Self> {
        let (confirmation, contested) = (version.confirmation(), version.contested_because());
        let (approval, decision) = (version.approval(), version.decision);
        let change = version.acts.into_iter().next()?;
        Some(Self {
            version: change.version,
            recorded_on: change.recorded_on.into(),
            reason: change.reason.unwrap_or_default(),
            document_reference: change.document_reference,
            confirmation: confirmation.into(),
            contested_because: contested,
            approval: approval.into(),
            decided_on: decision.as_ref().map(|it| it.decided_on.into()),
            decided_at: decision.as_ref().map(|it| (contract, it.recorded_at)),
            refused_because: decision.and_then(|it| it.reason),
            values: version.values.into_iter().map(SubcontractValue::whole).collect(),
        })
    }
}

/// Basis points that were checked to lie within the whole.
pub(super) fn points(basis_points: i64) -> i32 {
    i32::try_from(basis_points).unwrap_or(i32::MAX)
}
