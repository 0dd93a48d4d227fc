//! How far clauses of a head contract have come down its supply chain.

use async_graphql::{Enum, ID, SimpleObject};
use domain::rules::supply_chain as rules;
use uuid::Uuid;

use super::{node::Kind, supply_chain::whole};

/// How far a clause has come in the links of a chain that you see, and whose terms you read: those
/// that stand today, or on the last day of a year that is over, and that were not refused (rule C3).
#[derive(Clone, Debug, SimpleObject)]
pub struct FlowDown {
    /// The clause, as the head contract numbers or names it.
    pub clause: String,
    /// Tier by tier, from the first.
    pub tiers: Vec<FlowDownTier>,
    /// The subcontracts that it applies to and does not reach, tier by tier, at most 1,000.
    pub gaps: Vec<FlowDownGap>,
}

/// How far a clause has come at a tier, of the links that you see.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct FlowDownTier {
    /// The tier, from 1.
    pub tier: i32,
    /// How many subcontracts should have it: all but those to which it does not apply.
    pub required: i32,
    /// How many have it, under others that have it, as far as you see them.
    pub carried: i32,
    /// How many have it under one that has it not, so that nobody can call on it from the top.
    pub broken: i32,
    /// How many should have it, and have it not.
    pub missing: i32,
    /// To how many it does not apply.
    pub not_applicable: i32,
}

/// A subcontract that a clause applies to and does not reach.
#[derive(Clone, Debug, SimpleObject)]
pub struct FlowDownGap {
    /// The subcontract.
    pub subcontract: ID,
    /// Its tier.
    pub tier: i32,
    /// Why the clause does not reach it.
    pub kind: FlowDownGapKind,
}

/// Why a clause does not reach a subcontract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum FlowDownGapKind {
    /// It is not in the subcontract, and should be.
    Missing,
    /// It is in the subcontract, and missing in one above it.
    Broken,
}

/// The most gaps of one clause that are named.
const MOST_GAPS: usize = 1_000;

impl From<rules::FlowDown> for FlowDown {
    fn from(it: rules::FlowDown) -> Self {
        let gaps = it.gaps.into_iter().take(MOST_GAPS).map(FlowDownGap::from);
        Self {
            clause: it.clause,
            tiers: it.tiers.into_iter().map(FlowDownTier::from).collect(),
            gaps: gaps.collect(),
        }
    }
}

impl From<rules::TierStatus> for FlowDownTier {
    fn from(it: rules::TierStatus) -> Self {
        Self {
            tier: it.tier,
            required: whole(it.required()),
            carried: whole(it.carried),
            broken: whole(it.broken),
            missing: whole(it.missing),
            not_applicable: whole(it.not_applicable),
        }
    }
}

impl From<(Uuid, i32, rules::Carried)> for FlowDownGap {
    fn from((link, tier, state): (Uuid, i32, rules::Carried)) -> Self {
        let is_broken = state == rules::Carried::Broken;
        let kind = if is_broken { FlowDownGapKind::Broken } else { FlowDownGapKind::Missing };
        Self { subcontract: Kind::Subcontract.id(link), tier, kind }
    }
}
