use std::collections::{BTreeMap, BTreeSet};

use entities::subcontract_clause::ClauseStatus;
use uuid::Uuid;

/// What is recorded of the clauses of one link of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClausesAt {
    /// The link.
    pub link: Uuid,
    /// The subcontract above it; none directly under the head contract.
    pub parent: Option<Uuid>,
    /// Its tier.
    pub tier: i32,
    /// How far each clause has come there, by name.
    pub clauses: BTreeMap<String, ClauseStatus>,
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

/// How far one clause has come in a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowDown {
    /// The clause.
    pub clause: String,
    /// Tier by tier.
    pub tiers: Vec<TierStatus>,
    /// The links that it applies to and does not reach, with their tiers and why.
    pub gaps: Vec<(Uuid, i32, Carried)>,
}

impl TierStatus {
    /// Subcontracts that should carry it.
    #[must_use]
    pub const fn required(&self) -> usize {
        self.carried + self.broken + self.missing
    }
}

/// How far the clauses have come that are recorded of any of these links, by name; parents come
/// before what stands under them. A link whose parent is not among them is judged as if that carried
/// everything: nothing is said of what is not shown (rule V8).
#[must_use]
pub fn flow_down(links: &[ClausesAt]) -> Vec<FlowDown> {
    let names: BTreeSet<&String> = links.iter().flat_map(|it| it.clauses.keys()).collect();
    let of = |clause: &String| {
        let states = carried(links, clause);
        let gap = |(it, state): (&ClausesAt, &Carried)| {
            let is_gap = matches!(state, Carried::Broken | Carried::Missing);
            is_gap.then_some((it.link, it.tier, *state))
        };
        FlowDown {
            clause: clause.clone(),
            tiers: by_tier(links, &states),
            gaps: links.iter().zip(&states).filter_map(gap).collect(),
        }
    };
    names.into_iter().map(of).collect()
}

/// Whether one clause reaches each link, in their order.
fn carried(links: &[ClausesAt], clause: &str) -> Vec<Carried> {
    // Where a link does not carry the clause although it should, nothing under it does.
    let mut is_open: BTreeMap<Uuid, bool> = BTreeMap::new();
    let mut found = Vec::new();
    for it in links {
        let above = it.parent.and_then(|parent| is_open.get(&parent)).copied();
        let is_open_above = above.unwrap_or(true);
        let (state, is_open_here) = match it.clauses.get(clause) {
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
fn by_tier(links: &[ClausesAt], states: &[Carried]) -> Vec<TierStatus> {
    let mut tiers: BTreeMap<i32, TierStatus> = BTreeMap::new();
    for (it, state) in links.iter().zip(states) {
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

    fn at(link: u128, parent: Option<u128>, tier: i32, status: Option<ClauseStatus>) -> ClausesAt {
        let clauses = status.map(|it| ("GC12".to_owned(), it)).into_iter().collect();
        ClausesAt { link: id(link), parent: parent.map(id), tier, clauses }
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
        assert_eq!(carried(&links, "GC12"), expected);
        let tier = |tier, carried, broken, missing, not_applicable| TierStatus {
            tier,
            carried,
            broken,
            missing,
            not_applicable,
        };
        let tiers =
            [tier(1, 1, 0, 1, 0), tier(2, 0, 1, 1, 1), tier(3, 1, 1, 0, 1), tier(4, 0, 1, 0, 0)];
        let told = flow_down(&links);
        assert_eq!((told.len(), told[0].clause.as_str()), (1, "GC12"));
        assert_eq!(told[0].tiers, tiers);
        let required: Vec<usize> = tiers.iter().map(TierStatus::required).collect();
        assert_eq!(required, [2, 2, 2, 1]);
        let gaps = [(2, 1, false), (4, 2, true), (5, 2, false), (7, 3, true), (9, 4, true)];
        let gap = |(link, tier, is_broken)| {
            (id(link), tier, if is_broken { Carried::Broken } else { Carried::Missing })
        };
        assert_eq!(told[0].gaps, gaps.map(gap));
    }

    #[test]
    fn c3_each_clause_that_is_recorded_somewhere_is_looked_for_in_every_link() {
        let mut links = [at(1, None, 1, Some(FlowedDown)), at(2, Some(1), 2, None)];
        links[1].clauses.insert("AUDIT".to_owned(), FlowedDown);
        let told = flow_down(&links);
        let names: Vec<&str> = told.iter().map(|it| it.clause.as_str()).collect();
        assert_eq!(names, ["AUDIT", "GC12"]);
        let missing = (id(1), 1, Carried::Missing);
        assert_eq!(told[0].gaps, [missing, (id(2), 2, Carried::Broken)]);
        assert_eq!(told[1].gaps, [(id(2), 2, Carried::Missing)]);
        assert_eq!(flow_down(&links[1..])[0].gaps, [], "V8: nothing is said of what is not shown");
        assert!(flow_down(&[at(1, None, 1, None)]).is_empty());
    }
}
