//! What subcontracts are worth, and how that came about.

use async_graphql::SimpleObject;
use domain::rules::{band::Band, supply_chain::YearlyValue};
use entities::value::FinancialYear as Year;

use super::{
    contract_kind::ValueBand,
    scalars::{Date, FinancialYear, Money},
    subcontract_kind::SubcontractConfirmation,
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
/// C10). Whoever reads its value whole reads it.
#[derive(Clone, Debug, SimpleObject)]
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

impl SubcontractValueVersion {
    /// None of one of which nothing was said.
    pub(super) fn of(version: ValueVersion) -> Option<Self> {
        let (confirmation, contested) = (version.confirmation(), version.contested_because());
        let change = version.acts.into_iter().next()?;
        Some(Self {
            version: change.version,
            recorded_on: change.recorded_on.into(),
            reason: change.reason.unwrap_or_default(),
            document_reference: change.document_reference,
            confirmation: confirmation.into(),
            contested_because: contested,
            values: version.values.into_iter().map(SubcontractValue::whole).collect(),
        })
    }
}

/// Basis points that were checked to lie within the whole.
pub(super) fn points(basis_points: i64) -> i32 {
    i32::try_from(basis_points).unwrap_or(i32::MAX)
}
