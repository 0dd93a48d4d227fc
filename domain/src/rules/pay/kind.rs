use chrono::NaiveDate;
use entities::value::{Pence, Period};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Amount, Basis, Capitation, CostAndVolume, Phasing, Price, Sharing, Tariff};

/// How a component pays (rule C4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// A sum for the year, whatever is done.
    Block {
        /// The sum.
        yearly: Amount,
    },
    /// A price for each person on a list (rule C7).
    Capitation(Capitation),
    /// A price for each unit of activity, with another beyond a plan.
    Activity {
        /// The prices.
        tariffs: Vec<Tariff>,
    },
    /// A sum for the year that covers a range of activity.
    CostAndVolume(CostAndVolume),
    /// A price for each episode of care, from its beginning to its end.
    Episode {
        /// The prices.
        prices: Vec<Price>,
    },
    /// A price for a year's care of one person, paid in twelfths for those under care.
    YearOfCare {
        /// The prices, by how much care a person needs.
        prices: Vec<Price>,
    },
    /// A sum that the measures of the outcome framework earn (rules C5, C9).
    OutcomeContingent(Contingent),
    /// Goals, each with its own part (CQUIN, rule C6).
    Incentive(Incentive),
    /// The provider's part of what is saved against a target.
    GainShare(Sharing),
    /// The provider's part of what is spent beyond a target.
    LossShare(Sharing),
    /// Stated payments on stated days, for the change from one arrangement to another.
    Transition {
        /// The payments.
        payments: Vec<Payment>,
    },
    /// Costs that are paid as they are evidenced.
    PassThrough {
        /// The code under which the costs are recorded.
        code: String,
    },
}

/// Which kind a component is, without its terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KindName {
    /// A sum for the year, whatever is done.
    Block,
    /// A price for each person on a list.
    Capitation,
    /// A price for each unit of activity.
    Activity,
    /// A sum for the year that covers a range of activity.
    CostAndVolume,
    /// A price for each episode of care.
    Episode,
    /// A price for a year's care of one person.
    YearOfCare,
    /// A sum that the measures of the outcome framework earn.
    OutcomeContingent,
    /// Goals, each with its own part (CQUIN).
    Incentive,
    /// The provider's part of what is saved against a target.
    GainShare,
    /// The provider's part of what is spent beyond a target.
    LossShare,
    /// Stated payments for the change from one arrangement to another.
    Transition,
    /// Costs that are paid as they are evidenced.
    PassThrough,
}

/// Pay that is contingent on the outcome framework.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contingent {
    /// The most that a year can earn.
    pub most: Phasing,
    /// What of it is paid in the months of the year, before anything is measured.
    #[serde(default)]
    pub on_account_basis_points: i64,
}

/// An incentive scheme with its goals (rule C6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incentive {
    /// What the goals' basis points are of.
    pub basis: Basis,
    /// The most that the goals may add up to, in hundredths of a per cent of the basis.
    pub ceiling_basis_points: i64,
    /// The goals.
    pub goals: Vec<Goal>,
    /// What of them is paid in the months of the year, before anything is measured.
    #[serde(default)]
    pub on_account_basis_points: i64,
}

/// One goal of an incentive scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goal {
    /// What it is called.
    pub name: String,
    /// True of a goal that is set nationally, false of a local one.
    pub is_national: bool,
    /// Its part, in hundredths of a per cent of the scheme's basis.
    pub basis_points: i64,
    /// The measure that earns it.
    pub measure: Uuid,
    /// The month in which it is due.
    pub due: Period,
}

/// A stated payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// When it is due.
    pub due_on: NaiveDate,
    /// How much.
    pub amount: Pence,
}

impl Kind {
    /// Which it is.
    #[must_use]
    pub fn name(&self) -> KindName {
        match self {
            Self::Block { .. } => KindName::Block,
            Self::Capitation(_) => KindName::Capitation,
            Self::Activity { .. } => KindName::Activity,
            Self::CostAndVolume(_) => KindName::CostAndVolume,
            Self::Episode { .. } => KindName::Episode,
            Self::YearOfCare { .. } => KindName::YearOfCare,
            Self::OutcomeContingent(_) => KindName::OutcomeContingent,
            Self::Incentive(_) => KindName::Incentive,
            Self::GainShare(_) => KindName::GainShare,
            Self::LossShare(_) => KindName::LossShare,
            Self::Transition { .. } => KindName::Transition,
            Self::PassThrough { .. } => KindName::PassThrough,
        }
    }
}

impl KindName {
    /// True of what pays for care itself, and enters the actual annual value.
    #[must_use]
    pub fn is_for_care(self) -> bool {
        self.is_fixed()
            || matches!(
                self,
                Self::Activity | Self::CostAndVolume | Self::Episode | Self::YearOfCare
            )
    }

    /// True of what enters the fixed element.
    #[must_use]
    pub fn is_fixed(self) -> bool {
        matches!(self, Self::Block | Self::Capitation)
    }

    /// The number of the rule by which it pays.
    pub(super) fn rule(self) -> &'static str {
        match self {
            Self::Capitation => "C7",
            Self::OutcomeContingent => "C5",
            Self::Incentive => "C6",
            _ => "C4",
        }
    }
}
