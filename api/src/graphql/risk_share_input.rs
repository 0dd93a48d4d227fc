//! What is sent to say how over- and underspend is shared.

use async_graphql::{ID, InputObject};
use domain::rules::risk_share::{Bound, Cap, Mechanism, Rule, Tier, WeightedParty};

use super::{
    node::Kind,
    risk_share::{RiskShareMechanism, UnderspendCause},
    scalars::Money,
};
use crate::service::{Code, Refusal, risk_share::StatedCause};

/// The most causes that are stated at once.
const MOST_CAUSES: usize = 100;
/// The most parties that are named in one place.
const MOST_PARTIES: usize = 50;

/// How over- and underspend is shared.
#[derive(Clone, Debug, InputObject)]
pub struct RiskShareRuleInput {
    /// What meets an overspend, in this order; at most 20 tiers.
    pub over: Vec<RiskShareTierInput>,
    /// What becomes of an underspend, in this order; at most 20 tiers.
    pub under: Vec<RiskShareTierInput>,
    /// The most that parties bear of an overspend, at most 50.
    #[graphql(default)]
    pub caps: Vec<RiskShareCapInput>,
    /// The cause of an underspend for which none is stated.
    pub unstated_cause: UnderspendCause,
}

/// One layer of a list.
#[derive(Clone, Debug, InputObject)]
pub struct RiskShareTierInput {
    /// What it does with what it sees.
    pub mechanism: RiskShareMechanism,
    /// Where its layer begins; at nothing when it is left out.
    pub from: Option<RiskShareBoundInput>,
    /// Where its layer ends; without end when it is left out.
    pub to: Option<RiskShareBoundInput>,
    /// Of FIXED_SHARE: who, in the order that decides who gets odd pennies; at most 50.
    #[graphql(default)]
    pub shares: Vec<RiskShareWeightInput>,
    /// Of FIXED_SHARE: what the weights add up to, exactly.
    #[graphql(default = 10_000)]
    pub share_total: i32,
    /// Of PRO_RATA_CONTRIBUTION and RETURN_PRO_RATA: the codes of the funding sources in scope; all
    /// of them when it is left out.
    #[graphql(default)]
    pub sources: Vec<String>,
    /// Of an underspend: the only cause that it is about.
    pub cause: Option<UnderspendCause>,
}

/// Where a layer or a cap lies: at an amount, or at basis points of the year's budget.
#[derive(Clone, Debug, InputObject)]
pub struct RiskShareBoundInput {
    /// At an amount, in pounds.
    pub amount: Option<Money>,
    /// At hundredths of a per cent of the year's budget.
    pub basis_points: Option<i32>,
}

/// A party and its weight.
#[derive(Clone, Debug, InputObject)]
pub struct RiskShareWeightInput {
    /// The party.
    pub party: ID,
    /// Its weight, above zero.
    pub weight: i32,
}

/// The most that a party bears of an overspend.
#[derive(Clone, Debug, InputObject)]
pub struct RiskShareCapInput {
    /// The party.
    pub party: ID,
    /// The most that it bears, over all tiers together.
    pub most: RiskShareBoundInput,
    /// Who bears the rest, up to its own cap.
    pub excess_to: ID,
}

/// Why a scheme was underspent, as its host states it.
#[derive(Clone, Debug, InputObject)]
pub struct StatedCauseInput {
    /// The scheme.
    pub scheme: ID,
    /// The cause.
    pub cause: UnderspendCause,
}

type Read<T> = Result<T, Refusal>;

impl RiskShareRuleInput {
    /// The rule, at `path` of the input.
    ///
    /// # Errors
    /// `INVALID_VALUE`, or `NOT_FOUND` for a party that is none.
    pub fn read(self, path: &str) -> Read<Rule> {
        let list = |name: &str, tiers: Vec<RiskShareTierInput>| {
            let tiers = tiers.into_iter().enumerate();
            tiers
                .map(|(place, tier)| tier.read(&format!("{path}.{name}.{place}")))
                .collect::<Read<Vec<Tier>>>()
        };
        bounded(self.caps.len(), MOST_PARTIES, &format!("{path}.caps"))?;
        let caps = self.caps.into_iter().enumerate();
        let cap = |(place, cap): (usize, RiskShareCapInput)| -> Read<Cap> {
            let at = |field: &str| format!("{path}.caps.{place}.{field}");
            Ok(Cap {
                party: Kind::Organisation.read(&cap.party, &at("party"))?,
                most: cap.most.read(&at("most"))?,
                excess_to: Kind::Organisation.read(&cap.excess_to, &at("excessTo"))?,
            })
        };
        Ok(Rule {
            over: list("over", self.over)?,
            under: list("under", self.under)?,
            caps: caps.map(cap).collect::<Read<_>>()?,
            unstated_cause: self.unstated_cause.into(),
        })
    }
}

impl RiskShareTierInput {
    fn read(self, path: &str) -> Read<Tier> {
        let at = |field: &str| format!("{path}.{field}");
        let bound = |bound: Option<RiskShareBoundInput>, field: &str| {
            bound.map(|bound| bound.read(&at(field))).transpose()
        };
        let from = bound(self.from, "from")?;
        let to = bound(self.to, "to")?;
        let is_fixed = self.mechanism == RiskShareMechanism::FixedShare;
        if !is_fixed && !self.shares.is_empty() {
            return Err(superfluous("only FIXED_SHARE has shares", &at("shares")));
        }
        let pro_rata = [RiskShareMechanism::ProRataContribution, RiskShareMechanism::ReturnProRata];
        if !pro_rata.contains(&self.mechanism) && !self.sources.is_empty() {
            return Err(superfluous("only pro rata has sources in scope", &at("sources")));
        }
        bounded(self.shares.len(), MOST_PARTIES, &at("shares"))?;
        bounded(self.sources.len(), MOST_PARTIES, &at("sources"))?;
        let shares = self.shares.into_iter().enumerate();
        let share = |(place, share): (usize, RiskShareWeightInput)| -> Read<WeightedParty> {
            let party =
                Kind::Organisation.read(&share.party, &at(&format!("shares.{place}.party")))?;
            Ok(WeightedParty { party, weight: share.weight.into() })
        };
        let sources = self.sources;
        let mechanism = match self.mechanism {
            RiskShareMechanism::OffsetWithinPool => Mechanism::OffsetWithinPool,
            RiskShareMechanism::DrawRiskReserve => Mechanism::DrawRiskReserve,
            RiskShareMechanism::ReduceUncommitted => Mechanism::ReduceUncommitted,
            RiskShareMechanism::FixedShare => Mechanism::FixedShare {
                shares: shares.map(share).collect::<Read<_>>()?,
                of: self.share_total.into(),
            },
            RiskShareMechanism::ProRataContribution => Mechanism::ProRataContribution { sources },
            RiskShareMechanism::LeadCommissionerBears => Mechanism::LeadCommissionerBears,
            RiskShareMechanism::HostBears => Mechanism::HostBears,
            RiskShareMechanism::CarryForward => Mechanism::CarryForward,
            RiskShareMechanism::ReturnProRata => Mechanism::ReturnProRata { sources },
            RiskShareMechanism::Reinvest => Mechanism::Reinvest,
            RiskShareMechanism::RetainAsContingency => Mechanism::RetainAsContingency,
        };
        let from = from.unwrap_or(Bound::Amount(entities::value::Pence::ZERO));
        Ok(Tier { mechanism, from, to, cause: self.cause.map(Into::into) })
    }
}

impl RiskShareBoundInput {
    fn read(self, path: &str) -> Read<Bound> {
        match (self.amount, self.basis_points) {
            (Some(amount), None) => Ok(Bound::Amount(amount.pence(&format!("{path}.amount"))?)),
            (None, Some(points)) => Ok(Bound::BasisPoints(points.into())),
            _ => {
                let sentence = "give either an amount or basis points";
                Err(Refusal::new(Code::InvalidValue, sentence).at(path))
            }
        }
    }
}

/// The causes that are stated.
///
/// # Errors
/// `NOT_FOUND` for a scheme that is none, `INVALID_VALUE` for more than can be stated at once.
pub fn causes(stated: Vec<StatedCauseInput>) -> Read<Vec<StatedCause>> {
    bounded(stated.len(), MOST_CAUSES, "causes")?;
    let stated = stated.into_iter().enumerate();
    let cause = |(place, it): (usize, StatedCauseInput)| {
        let scheme = Kind::Scheme.read(&it.scheme, &format!("causes.{place}.scheme"))?;
        Ok(StatedCause { scheme, cause: it.cause.into() })
    };
    stated.map(cause).collect()
}

fn bounded(count: usize, most: usize, path: &str) -> Read<()> {
    if count <= most {
        return Ok(());
    }
    Err(Refusal::new(Code::InvalidValue, format!("give at most {most}")).at(path))
}

fn superfluous(what: &str, path: &str) -> Refusal {
    Refusal::new(Code::InvalidValue, format!("{what}: leave it out")).at(path)
}
