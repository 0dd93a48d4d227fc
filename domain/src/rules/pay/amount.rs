use entities::value::{FinancialYear, Pence};
use serde::{Deserialize, Serialize};

use super::{
    Terms,
    round::{WHOLE, portion},
};

/// What a share is a share of (rule C4). Each is an amount of one financial year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Basis {
    /// What was spent on the care before the contract, as agreed for the year.
    BaselineSpend,
    /// The value of the contract, as agreed for the year.
    ContractValue,
    /// What care itself comes to: block, capitation, activity, cost and volume, episodes and years
    /// of care, after their caps and floors.
    ActualAnnualValue,
    /// What of it does not depend on activity: block and capitation.
    FixedElement,
}

/// An amount for a year: stated, or a share of a stated basis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Amount {
    /// So much.
    Stated(Pence),
    /// A share.
    Share {
        /// Of what.
        basis: Basis,
        /// In hundredths of a per cent.
        basis_points: i64,
    },
}

/// What each basis comes to in a year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bases {
    /// Of [`Basis::BaselineSpend`].
    pub baseline_spend: Pence,
    /// Of [`Basis::ContractValue`].
    pub contract_value: Pence,
    /// Of [`Basis::ActualAnnualValue`]; nothing until the pay for care is worked out.
    pub actual_annual_value: Pence,
    /// Of [`Basis::FixedElement`]; nothing until the pay for care is worked out.
    pub fixed_element: Pence,
}

impl Basis {
    /// True of the two that are agreed beforehand, and not worked out.
    #[must_use]
    pub fn is_agreed(self) -> bool {
        matches!(self, Self::BaselineSpend | Self::ContractValue)
    }

    fn named(self) -> &'static str {
        match self {
            Self::BaselineSpend => "baseline spend",
            Self::ContractValue => "contract value",
            Self::ActualAnnualValue => "actual annual value",
            Self::FixedElement => "fixed element",
        }
    }
}

impl Bases {
    /// Those that are agreed for a year; nothing for a year without agreed values.
    pub(super) fn agreed(terms: &Terms, year: FinancialYear) -> Self {
        let value = terms.values.iter().find(|value| value.year == year);
        value.map_or_else(Self::default, |value| Self {
            baseline_spend: value.baseline_spend,
            contract_value: value.contract_value,
            ..Self::default()
        })
    }

    /// What a basis comes to. Of a year in which more was given back than paid a share is nothing.
    #[must_use]
    pub fn of(&self, basis: Basis) -> Pence {
        match basis {
            Basis::BaselineSpend => self.baseline_spend,
            Basis::ContractValue => self.contract_value,
            Basis::ActualAnnualValue => self.actual_annual_value.max(Pence::ZERO),
            Basis::FixedElement => self.fixed_element,
        }
    }
}

impl Amount {
    /// What it comes to.
    #[must_use]
    pub fn of(self, bases: &Bases) -> Pence {
        match self {
            Self::Stated(amount) => amount,
            Self::Share { basis, basis_points } => portion(bases.of(basis), basis_points, WHOLE),
        }
    }

    /// How it comes about, in words.
    pub(super) fn named(self, bases: &Bases) -> String {
        match self {
            Self::Stated(amount) => amount.to_string(),
            Self::Share { basis, basis_points } => {
                format!("{basis_points} basis points of {} {}", basis.named(), bases.of(basis))
            }
        }
    }
}
