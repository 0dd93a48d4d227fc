use entities::value::Pence;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How the partners of some funds share what is over- or underspent: one version, as agreed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// What meets an overspend, in this order.
    pub over: Vec<Tier>,
    /// What becomes of an underspend, in this order.
    pub under: Vec<Tier>,
    /// The most that a party bears, and who bears the rest (rule R3).
    pub caps: Vec<Cap>,
    /// The cause of an underspend for which none is stated (rule R6).
    pub unstated_cause: Cause,
}

/// One layer of a list (rule R2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tier {
    /// What happens to what it sees.
    pub mechanism: Mechanism,
    /// Where the layer begins.
    pub from: Bound,
    /// Where it ends; none when it goes on without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Bound>,
    /// Of an underspend: the only cause that it is about; none when it is about every cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
}

/// Where a layer or a cap lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Bound {
    /// At an amount.
    Amount(Pence),
    /// At hundredths of a per cent of the budget of the year, rounded down to the penny.
    BasisPoints(i64),
}

/// What happens to the part of a variance that a tier sees (rule R1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Mechanism {
    /// Underspent schemes of pooled funds meet it.
    OffsetWithinPool,
    /// The risk reserve meets it.
    DrawRiskReserve,
    /// Budget that is promised to nobody is given up for it.
    ReduceUncommitted,
    /// Parties bear it, or are given it, by whole weights over a stated total (rule R4).
    FixedShare {
        /// Who, in the order that decides who gets odd pennies.
        shares: Vec<WeightedParty>,
        /// What the weights add up to.
        of: i64,
    },
    /// Partners bear it, or are given it, in proportion to what they agreed to put in (rule R4).
    ProRataContribution {
        /// The sources in scope; all of them when none is named.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sources: Vec<String>,
    },
    /// Whoever commissions the scheme bears it, or keeps it.
    LeadCommissionerBears,
    /// The host bears it, or keeps it.
    HostBears,
    /// It stays in the fund for the next year.
    CarryForward,
    /// It is returned to the partners in proportion to what they agreed to put in.
    ReturnProRata {
        /// The sources in scope; all of them when none is named.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sources: Vec<String>,
    },
    /// It is spent on further schemes.
    Reinvest,
    /// It is kept against what may come.
    RetainAsContingency,
}

/// Which mechanism a tier has, without its terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MechanismKind {
    /// Underspent schemes of pooled funds meet it.
    OffsetWithinPool,
    /// The risk reserve meets it.
    DrawRiskReserve,
    /// Budget that is promised to nobody is given up for it.
    ReduceUncommitted,
    /// Parties bear it, or are given it, by whole weights over a stated total.
    FixedShare,
    /// Partners bear it, or are given it, in proportion to what they agreed to put in.
    ProRataContribution,
    /// Whoever commissions the scheme bears it, or keeps it.
    LeadCommissionerBears,
    /// The host bears it, or keeps it.
    HostBears,
    /// It stays in the fund for the next year.
    CarryForward,
    /// It is returned to the partners in proportion to what they agreed to put in.
    ReturnProRata,
    /// It is spent on further schemes.
    Reinvest,
    /// It is kept against what may come.
    RetainAsContingency,
}

/// A party and its weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightedParty {
    /// The party.
    pub party: Uuid,
    /// Its weight.
    pub weight: i64,
}

/// The most that a party bears of an overspend, over all tiers together (rule R3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cap {
    /// The party.
    pub party: Uuid,
    /// The most.
    pub most: Bound,
    /// Who bears the rest, up to its own cap.
    pub excess_to: Uuid,
}

/// Why a scheme was underspent (rule R6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Cause {
    /// Somebody worked for it.
    ManagementAction,
    /// It happened.
    Windfall,
}

impl Bound {
    /// Where it lies, with this budget.
    #[must_use]
    pub fn at(self, budget: Pence) -> Pence {
        match self {
            Self::Amount(amount) => amount,
            Self::BasisPoints(points) => {
                let share = i128::from(budget.0) * i128::from(points) / 10_000;
                Pence(i64::try_from(share).unwrap_or(i64::MAX))
            }
        }
    }
}

impl Tier {
    /// How much of a variance lies within the layer.
    #[must_use]
    pub fn width(&self, variance: Pence, budget: Pence) -> Pence {
        let end = self.to.map_or(variance, |to| to.at(budget).min(variance));
        Pence(end.0.saturating_sub(self.from.at(budget).0).max(0))
    }
}

impl Mechanism {
    /// True when it can meet an overspend.
    #[must_use]
    pub fn meets_over(&self) -> bool {
        !matches!(
            self,
            Self::CarryForward
                | Self::ReturnProRata { .. }
                | Self::Reinvest
                | Self::RetainAsContingency
        )
    }

    /// True when it can dispose of an underspend.
    #[must_use]
    pub fn disposes_of_under(&self) -> bool {
        !matches!(self, Self::OffsetWithinPool | Self::DrawRiskReserve | Self::ReduceUncommitted)
    }

    /// True when what it absorbs stays with the fund, and no party is given it.
    #[must_use]
    pub fn stays(&self) -> bool {
        matches!(self, Self::CarryForward | Self::Reinvest | Self::RetainAsContingency)
    }

    /// Which it is.
    #[must_use]
    pub fn kind(&self) -> MechanismKind {
        match self {
            Self::OffsetWithinPool => MechanismKind::OffsetWithinPool,
            Self::DrawRiskReserve => MechanismKind::DrawRiskReserve,
            Self::ReduceUncommitted => MechanismKind::ReduceUncommitted,
            Self::FixedShare { .. } => MechanismKind::FixedShare,
            Self::ProRataContribution { .. } => MechanismKind::ProRataContribution,
            Self::LeadCommissionerBears => MechanismKind::LeadCommissionerBears,
            Self::HostBears => MechanismKind::HostBears,
            Self::CarryForward => MechanismKind::CarryForward,
            Self::ReturnProRata { .. } => MechanismKind::ReturnProRata,
            Self::Reinvest => MechanismKind::Reinvest,
            Self::RetainAsContingency => MechanismKind::RetainAsContingency,
        }
    }
}
