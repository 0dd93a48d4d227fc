use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{Ratio, Shown};

/// Shares are taken to eight places before they are squared.
const EIGHT_PLACES: i128 = 100_000_000;

/// A link of a chain as somebody sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Which.
    pub id: Uuid,
    /// The link above it; none directly under the head contract.
    pub parent: Option<Uuid>,
    /// Its tier.
    pub tier: i32,
    /// Who buys.
    pub buyer: Uuid,
    /// Who sells.
    pub seller: Uuid,
    /// What is sold.
    pub service: String,
    /// What it is worth in the year, as it is shown; none when no value is recorded.
    pub value: Option<Shown>,
    /// False of one that is over: it counts for what it was worth, and not for who delivers.
    pub stands: bool,
}

/// What can be said of a whole chain in one contract year, by somebody who sees it so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    /// How many organisations deliver at each tier, from tier 0. One that stands at several tiers
    /// counts at each.
    pub organisations_by_tier: Vec<(i32, usize)>,
    /// Links whose value is not recorded; they enter the sums as nothing.
    pub without_value: usize,
    /// What is subcontracted at tier 1.
    pub subcontracted: Shown,
    /// What the contractors retain of the head contract's value.
    pub retained: Shown,
    /// The share of the head contract's value that is subcontracted.
    pub share_subcontracted: Ratio,
    /// How concentrated the money is on few organisations: the sum of the squares of what each
    /// keeps of the chain (the Herfindahl index), 10,000 when one keeps it all.
    pub concentration: Ratio,
    /// Those on whom a whole service depends.
    pub single_points: Vec<SinglePoint>,
}

/// That nobody delivers a service without this organisation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SinglePoint {
    /// The service.
    pub service: String,
    /// The organisation.
    pub organisation: Uuid,
}

/// The figures of a chain whose head contract these contractors hold.
#[must_use]
pub fn figures(contractors: &[Uuid], value: Option<Shown>, chain: &[Node]) -> Figures {
    let first_tier = chain.iter().filter(|link| link.parent.is_none());
    let first_tier: Vec<Shown> = first_tier.filter_map(|link| link.value).collect();
    let head: Vec<Shown> = value.into_iter().collect();
    let subcontracted = Shown::sum(&first_tier, &[]);
    Figures {
        organisations_by_tier: by_tier(contractors, chain),
        without_value: chain.iter().filter(|link| link.value.is_none()).count(),
        subcontracted,
        retained: Shown::sum(&head, &first_tier),
        share_subcontracted: match value {
            None => Ratio::NothingToDivide,
            Some(value) => Ratio::of(subcontracted, value),
        },
        concentration: concentration(contractors, value, chain),
        single_points: single_points(chain),
    }
}

fn by_tier(contractors: &[Uuid], chain: &[Node]) -> Vec<(i32, usize)> {
    let mut tiers: BTreeMap<i32, BTreeSet<Uuid>> = BTreeMap::new();
    tiers.insert(0, contractors.iter().copied().collect());
    for link in chain.iter().filter(|link| link.stands) {
        tiers.entry(link.tier).or_default().insert(link.seller);
    }
    tiers.into_iter().map(|(tier, organisations)| (tier, organisations.len())).collect()
}

/// The contractors count as one: what each has of the head contract is not part of its chain.
fn concentration(contractors: &[Uuid], value: Option<Shown>, chain: &[Node]) -> Ratio {
    let shown = value.into_iter().chain(chain.iter().filter_map(|link| link.value));
    if shown.clone().any(|it| it.exact().is_none()) {
        return Ratio::Withheld;
    }
    let holder =
        |organisation: Uuid| (!contractors.contains(&organisation)).then_some(organisation);
    let pence =
        |shown: Option<Shown>| i128::from(shown.and_then(Shown::exact).unwrap_or_default().0);
    let mut kept: BTreeMap<Option<Uuid>, i128> = [(None, pence(value))].into();
    for link in chain {
        *kept.entry(holder(link.seller)).or_default() += pence(link.value);
        *kept.entry(holder(link.buyer)).or_default() -= pence(link.value);
    }
    // Who passes on more than it gets keeps nothing.
    let kept: Vec<i128> = kept.into_values().map(|kept| kept.max(0)).collect();
    let whole: i128 = kept.iter().sum();
    if whole == 0 {
        return Ratio::NothingToDivide;
    }
    let shares = kept.into_iter().map(|kept| kept * EIGHT_PLACES / whole);
    Ratio::divided(shares.map(|share| share * share).sum(), EIGHT_PLACES * EIGHT_PLACES)
}

/// Who stands on every way down to those that deliver a service, who are the sellers of the links
/// under which nothing more is bought.
fn single_points(chain: &[Node]) -> Vec<SinglePoint> {
    let links: BTreeMap<Uuid, &Node> = chain.iter().map(|link| (link.id, link)).collect();
    let standing = || chain.iter().filter(|link| link.stands);
    let bought_under: BTreeSet<Uuid> = standing().filter_map(|link| link.parent).collect();
    let mut on_every_way: BTreeMap<&str, BTreeSet<Uuid>> = BTreeMap::new();
    for link in standing().filter(|link| !bought_under.contains(&link.id)) {
        let mut way = BTreeSet::new();
        let mut next = Some(link);
        while let Some(link) = next {
            way.insert(link.seller);
            next = link.parent.and_then(|parent| links.get(&parent).copied());
        }
        on_every_way
            .entry(&link.service)
            .and_modify(|on| on.retain(|organisation| way.contains(organisation)))
            .or_insert(way);
    }
    let points = on_every_way.into_iter().flat_map(|(service, on)| {
        on.into_iter().map(|organisation| SinglePoint { service: service.to_owned(), organisation })
    });
    points.collect()
}

#[cfg(test)]
mod tests;
