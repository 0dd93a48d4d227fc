use chrono::NaiveDate;
use entities::value::{FinancialYear, Instant, Pence, Period};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Amount, Facts, Framework, Kind,
    round::{WHOLE, portion},
};

/// What was agreed about a contract's pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The contract's first financial year.
    pub first_year: FinancialYear,
    /// What is agreed for each year.
    pub values: Vec<YearValue>,
    /// The components, in the contract's order.
    pub components: Vec<Component>,
    /// The outcomes that pay may depend on.
    pub framework: Framework,
}

/// The two bases that are agreed for a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearValue {
    /// The year.
    pub year: FinancialYear,
    /// What was spent on the care before the contract.
    pub baseline_spend: Pence,
    /// The value of the contract.
    pub contract_value: Pence,
}

/// One component of a contract's pay, with its history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Which.
    pub id: Uuid,
    /// What its parties call it.
    pub name: String,
    /// Its versions, in the order in which they became known.
    pub versions: Vec<Version>,
}

/// A component as agreed from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The first day on which it counts.
    pub effective_on: NaiveDate,
    /// The last day on which it counts; none when it goes on until another version.
    pub ends_on: Option<NaiveDate>,
    /// When it became known.
    pub known_at: Instant,
    /// What is agreed.
    pub pay: Pay,
}

/// What is agreed about one component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pay {
    /// How it pays.
    pub kind: Kind,
    /// The least that it pays in a year, made up in March.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<Amount>,
    /// The most that it pays in a year; of a shared gain or loss the most that is the provider's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Amount>,
    /// By how much its prices and stated amounts change from year to year, the earliest year first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uplifts: Vec<Uplift>,
}

/// The indexation of one year, on top of those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uplift {
    /// The first year at the new price.
    pub year: FinancialYear,
    /// In hundredths of a per cent; below zero for an efficiency.
    pub basis_points: i64,
}

impl Component {
    /// What was known of it by then.
    pub(super) fn as_known(&self, facts: &Facts) -> Self {
        let mut known = self.clone();
        known.versions.retain(|it| it.known_at <= facts.known_at && it.effective_on <= facts.as_of);
        known
    }

    /// The version in force on a day: the last to take effect by then, and of those with the same
    /// effect the later known. None before the first, and after the end of the last.
    #[must_use]
    pub fn in_force(&self, day: NaiveDate) -> Option<&Version> {
        let begun = self.versions.iter().filter(|version| version.effective_on <= day);
        let last = begun.max_by_key(|version| (version.effective_on, version.known_at))?;
        last.ends_on.is_none_or(|ends_on| day <= ends_on).then_some(last)
    }

    /// The months of a year on whose first day a version is in force, with that version.
    pub(super) fn months(&self, year: FinancialYear) -> Vec<(Period, &Version)> {
        let in_force = |month: Period| Some((month, self.in_force(month.first_day(year))?));
        Period::months().filter_map(in_force).collect()
    }
}

impl Pay {
    /// A price of the version's own year as it is in `year`.
    pub(super) fn price(&self, price: Pence, year: FinancialYear) -> Pence {
        let reached = self.uplifts.iter().filter(|uplift| uplift.year <= year);
        reached.fold(price, |price, uplift| portion(price, WHOLE + uplift.basis_points, WHOLE))
    }

    /// An amount as it is in `year`: a share follows its basis and is not indexed again.
    pub(super) fn amount(&self, amount: Amount, year: FinancialYear) -> Amount {
        match amount {
            Amount::Stated(stated) => Amount::Stated(self.price(stated, year)),
            share @ Amount::Share { .. } => share,
        }
    }
}
