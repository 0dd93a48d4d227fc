use std::collections::BTreeMap;

use entities::subcontract_clause::ClauseStatus;
use uuid::Uuid;

/// A clause at one link of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseAt {
    /// The link.
    pub link: Uuid,
    /// The subcontract above it; none directly under the head contract.
    pub parent: Option<Uuid>,
    /// Its tier.
    pub tier: i32,
    /// What is recorded of the clause there; none when nothing is.
    pub status: Option<ClauseStatus>,
}

/// Whether a clause of the head contract reaches a link (rule C3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carried {
    /// It is in this subcontract and in all above it, where it applies.
    Carried,
    /// It is in this subcontract, and missing in one above it: nobody can call on it from the top.
    Broken,
    /// It is not in this subcontract, and should be.
    Missing,
    /// It does not apply here.
    NotApplicable,
}

/// How far a clause has come at one tier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TierStatus {
    /// The tier.
    pub tier: i32,
    /// Subcontracts that carry it.
    pub carried: usize,
    /// Subcontracts that have it under one that has it not.
    pub broken: usize,
    /// Subcontracts without it.
    pub missing: usize,
    /// Subcontracts to which it does not apply.
    pub not_applicable: usize,
}

/// Whether one clause reaches each link, in their order; parents come before what stands under
/// them.
#[must_use]
pub fn carried(links: &[ClauseAt]) -> Vec<Carried> {
    // Where a link does not carry the clause although it should, nothing under it does.
    let mut is_open: BTreeMap<Uuid, bool> = BTreeMap::new();
    let mut found = Vec::new();
    for it in links {
        let above = it.parent.and_then(|parent| is_open.get(&parent)).copied();
        let is_open_above = above.unwrap_or(true);
        let (state, is_open_here) = match it.status {
            Some(ClauseStatus::NotApplicable) => (Carried::NotApplicable, is_open_above),
            Some(ClauseStatus::FlowedDown) if is_open_above => (Carried::Carried, true),
            Some(ClauseStatus::FlowedDown) => (Carried::Broken, false),
            Some(ClauseStatus::Required) | None => (Carried::Missing, false),
        };
        is_open.insert(it.link, is_open_here);
        found.push(state);
    }
    found
}

/// How far one clause has come, tier by tier.
#[must_use]
pub fn by_tier(links: &[ClauseAt]) -> Vec<TierStatus> {
    let mut tiers: BTreeMap<i32, TierStatus> = BTreeMap::new();
    for (it, state) in links.iter().zip(carried(links)) {
        let tier =
            tiers.entry(it.tier).or_insert(TierStatus { tier: it.tier, ..Default::default() });
        let count = match state {
            Carried::Carried => &mut tier.carried,
            Carried::Broken => &mut tier.broken,
            Carried::Missing => &mut tier.missing,
            Carried::NotApplicable => &mut tier.not_applicable,
        };
        *count += 1;
    }
    tiers.into_values().collect()
}

#[cfg(test)]
mod tests {
    use ClauseStatus::{FlowedDown, NotApplicable, Required};

    use super::super::testing::id;
    use super::*;

    fn at(link: u128, parent: Option<u128>, tier: i32, status: Option<ClauseStatus>) -> ClauseAt {
        ClauseAt { link: id(link), parent: parent.map(id), tier, status }
    }

    #[test]
    fn c3_a_clause_reaches_a_tier_through_every_tier_above_it() {
        let links = [
            at(1, None, 1, Some(FlowedDown)),
            at(2, None, 1, Some(Required)),
            at(3, Some(1), 2, Some(NotApplicable)),
            at(4, Some(2), 2, Some(FlowedDown)),
            at(5, Some(1), 2, None),
            at(6, Some(3), 3, Some(FlowedDown)),
            at(7, Some(4), 3, Some(FlowedDown)),
            at(8, Some(5), 3, Some(NotApplicable)),
            at(9, Some(8), 4, Some(FlowedDown)),
        ];
        let expected = [
            Carried::Carried,
            Carried::Missing,
            Carried::NotApplicable,
            Carried::Broken,
            Carried::Missing,
            Carried::Carried,
            Carried::Broken,
            Carried::NotApplicable,
            Carried::Broken,
        ];
        assert_eq!(carried(&links), expected);
        let tier = |tier, carried, broken, missing, not_applicable| TierStatus {
            tier,
            carried,
            broken,
            missing,
            not_applicable,
        };
        let tiers =
            [tier(1, 1, 0, 1, 0), tier(2, 0, 1, 1, 1), tier(3, 1, 1, 0, 1), tier(4, 0, 1, 0, 0)];
        assert_eq!(by_tier(&links), tiers);
    }
}
