use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{Node, Ratio, Shown};

/// What one organisation has at stake over the chains in which it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// How many contracts it sells under.
    pub contracts: usize,
    /// How many organisations buy from it.
    pub buyers: usize,
    /// How many organisations it buys from.
    pub sellers: usize,
    /// What it sells in the year.
    pub sold: Shown,
    /// What it buys in the year.
    pub bought: Shown,
    /// What it keeps.
    pub kept: Shown,
    /// How much of what it sells its greatest buyer takes.
    pub greatest_buyer: Ratio,
}

/// The exposure of an organisation over links, each with its head contract. A link without a value
/// counts as nothing.
#[must_use]
pub fn exposure(organisation: Uuid, links: &[(Uuid, Node)]) -> Exposure {
    let sells = || links.iter().filter(|(_, link)| link.seller == organisation);
    let buys = || links.iter().filter(|(_, link)| link.buyer == organisation);
    let sold: Vec<Shown> = sells().filter_map(|(_, link)| link.value).collect();
    let bought: Vec<Shown> = buys().filter_map(|(_, link)| link.value).collect();
    let mut by_buyer: BTreeMap<Uuid, i128> = BTreeMap::new();
    for (_, link) in sells() {
        let exact = link.value.and_then(Shown::exact).unwrap_or_default();
        *by_buyer.entry(link.buyer).or_default() += i128::from(exact.0);
    }
    let whole = Shown::sum(&sold, &[]);
    let greatest = by_buyer.values().copied().max().unwrap_or_default();
    let sellers: BTreeSet<Uuid> = buys().map(|(_, link)| link.seller).collect();
    let contracts: BTreeSet<Uuid> = sells().map(|(contract, _)| *contract).collect();
    Exposure {
        contracts: contracts.len(),
        buyers: by_buyer.len(),
        sellers: sellers.len(),
        sold: whole,
        bought: Shown::sum(&bought, &[]),
        kept: Shown::sum(&sold, &bought),
        greatest_buyer: match whole.exact().map(|whole| i128::from(whole.0)) {
            None => Ratio::Withheld,
            Some(0) => Ratio::NothingToDivide,
            Some(whole) => Ratio::divided(greatest, whole),
        },
    }
}

#[cfg(test)]
mod tests {
    use entities::value::Pence;

    use super::super::testing::id;
    use super::*;
    use crate::rules::band::Band;

    fn link(contract: u128, buyer: u128, seller: u128, value: Option<Shown>) -> (Uuid, Node) {
        let (buyer, seller) = (id(buyer), id(seller));
        let node = Node {
            id: id(0),
            parent: None,
            tier: 1,
            buyer,
            seller,
            service: String::new(),
            value,
            stands: true,
        };
        (id(contract), node)
    }

    fn pounds(pounds: i64) -> Option<Shown> {
        Some(Shown::Exact(Pence(pounds * 100)))
    }

    #[test]
    fn an_organisations_exposure_is_its_own_over_all_its_chains() {
        let links = [
            link(1, 21, 5, pounds(30)),
            link(1, 21, 5, pounds(30)),
            link(2, 22, 5, pounds(40)),
            link(2, 23, 5, None),
            link(2, 5, 24, pounds(25)),
            link(3, 5, 24, pounds(5)),
            link(2, 22, 9, pounds(1_000)),
        ];
        let found = exposure(id(5), &links);
        assert_eq!((found.contracts, found.buyers, found.sellers), (2, 3, 1));
        assert_eq!(Some(found.sold), pounds(100));
        assert_eq!(Some(found.bought), pounds(30));
        assert_eq!(Some(found.kept), pounds(70));
        assert_eq!(found.greatest_buyer, Ratio::BasisPoints(6_000));
    }

    #[test]
    fn v8_what_is_hidden_makes_no_exact_exposure() {
        let hidden = Some(Shown::Banded(Band::From1Million));
        let found = exposure(id(5), &[link(1, 21, 5, hidden), link(1, 5, 22, pounds(3))]);
        assert_eq!((found.sold, found.kept), (Shown::Withheld, Shown::Withheld));
        assert_eq!(Some(found.bought), pounds(3));
        assert_eq!(found.greatest_buyer, Ratio::Withheld);
        let nothing = exposure(id(5), &[]);
        assert_eq!(nothing.greatest_buyer, Ratio::NothingToDivide);
        assert_eq!((nothing.contracts, nothing.buyers, nothing.sellers), (0, 0, 0));
    }
}
