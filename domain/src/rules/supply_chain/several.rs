use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use uuid::Uuid;

/// The organisations that stand on so many contracts or more, and on how many; those on most first.
/// Pairs are of a contract and an organisation that stands on it, each as often as it does.
#[must_use]
pub fn on_at_least(least: usize, stands: &[(Uuid, Uuid)]) -> Vec<(Uuid, usize)> {
    let mut contracts: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
    for (contract, organisation) in stands {
        contracts.entry(*organisation).or_default().insert(*contract);
    }
    let counts = contracts.into_iter().map(|(organisation, on)| (organisation, on.len()));
    let mut several: Vec<_> = counts.filter(|(_, on)| *on >= least).collect();
    several.sort_by_key(|(_, on)| Reverse(*on));
    several
}

#[cfg(test)]
mod tests {
    use super::super::testing::id;
    use super::*;

    #[test]
    fn an_organisation_is_on_several_contracts_however_often_it_is_on_each() {
        let stands = [(1, 11), (1, 11), (1, 12), (2, 12), (2, 13), (1, 13), (3, 13)];
        let stands = stands.map(|(contract, organisation)| (id(contract), id(organisation)));
        assert_eq!(on_at_least(2, &stands), [(id(13), 3), (id(12), 2)]);
        assert_eq!(on_at_least(3, &stands), [(id(13), 3)]);
        assert_eq!(on_at_least(1, &stands), [(id(13), 3), (id(12), 2), (id(11), 1)]);
        assert!(on_at_least(1, &[]).is_empty());
    }
}
