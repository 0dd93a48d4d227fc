use entities::value::Pence;
use proptest::prelude::*;

use super::super::testing::{id, seller};
use super::*;
use crate::rules::band::Band;

fn exact(pounds: i64) -> Option<Shown> {
    Some(Shown::Exact(Pence(pounds * 100)))
}

/// Link `number`, sold by its own organisation, under `parent`.
fn node(number: u128, parent: Option<u128>, service: &str, value: Option<Shown>) -> Node {
    Node {
        id: id(number),
        parent: parent.map(id),
        tier: parent.map_or(1, |_| 2),
        buyer: seller(parent.unwrap_or(0)),
        seller: seller(number),
        service: service.to_owned(),
        value,
        stands: true,
    }
}

fn of(value: Option<Shown>, chain: &[Node]) -> Figures {
    figures(&[seller(0)], value, chain)
}

#[test]
fn what_is_over_counts_for_its_worth_and_not_for_who_delivers() {
    let mut chain = [node(1, None, "nursing", exact(40)), node(2, None, "nursing", exact(20))];
    let both = of(exact(100), &chain);
    assert_eq!((both.organisations_by_tier, both.single_points), (vec![(0, 1), (1, 2)], vec![]));
    chain[0].stands = false;
    let one = of(exact(100), &chain);
    assert_eq!(one.organisations_by_tier, [(0, 1), (1, 1)]);
    assert_eq!(one.single_points.len(), 1, "nobody else delivers it any more");
    assert_eq!(one.subcontracted, both.subcontracted);
}

#[test]
fn a_chain_is_counted_by_tier() {
    let mut chain = [
        node(1, None, "nursing", exact(40)),
        node(2, None, "nursing", exact(20)),
        node(3, Some(1), "nursing", None),
        node(4, Some(2), "nursing", exact(1)),
    ];
    chain[3].seller = seller(3);
    let found = of(exact(100), &chain);
    assert_eq!(found.organisations_by_tier, [(0, 1), (1, 2), (2, 1)]);
    assert_eq!(found.without_value, 1);
    assert_eq!(Some(found.subcontracted), exact(60));
    assert_eq!(Some(found.retained), exact(40));
    assert_eq!(found.share_subcontracted, Ratio::BasisPoints(6_000));
}

#[test]
fn a6_177_contractors_become_one() {
    let before: Vec<Uuid> = (1..=177).map(id).collect();
    let found = figures(&before, exact(200_000_000), &[]);
    assert_eq!(found.organisations_by_tier, [(0, 177)]);
    assert_eq!(of(exact(200_000_000), &[]).organisations_by_tier, [(0, 1)]);
}

#[test]
fn what_each_keeps_says_how_concentrated_the_money_is() {
    let kept = |chain: &[Node]| of(exact(100), chain).concentration;
    assert_eq!(kept(&[]), Ratio::BasisPoints(10_000));
    // Kept: 50, 30 and 20 of 100.
    let chain = [node(1, None, "a", exact(50)), node(2, Some(1), "b", exact(20))];
    assert_eq!(kept(&chain), Ratio::BasisPoints(3_800));
    // A third each, 3,333.3.
    let mut thirds = [node(1, None, "a", exact(1)), node(2, None, "a", exact(1))];
    assert_eq!(of(exact(3), &thirds).concentration, Ratio::BasisPoints(3_333));
    // Whoever passes on more than it gets keeps nothing: 0, 150 and 50 of 200.
    thirds[0].value = exact(150);
    thirds[1].value = exact(50);
    assert_eq!(kept(&thirds), Ratio::BasisPoints(6_250));
    assert_eq!(of(exact(0), &[]).concentration, Ratio::NothingToDivide);
    assert_eq!(of(None, &[]).concentration, Ratio::NothingToDivide);
    assert_eq!(of(None, &[]).share_subcontracted, Ratio::NothingToDivide);
}

#[test]
fn the_members_of_a_consortium_count_as_one() {
    let mut between = node(1, None, "a", exact(50));
    between.seller = id(9);
    let found = figures(&[seller(0), id(9)], exact(100), &[between]);
    assert_eq!(found.concentration, Ratio::BasisPoints(10_000));
    assert_eq!(found.organisations_by_tier, [(0, 2), (1, 1)]);
}

#[test]
fn a_single_point_of_failure_is_on_every_way_to_a_service() {
    let chain = [
        node(1, None, "nursing", None),
        node(2, Some(1), "nursing", None),
        node(3, Some(1), "nursing", None),
        node(4, Some(2), "transport", None),
        node(5, None, "beds", None),
        node(6, None, "beds", None),
        node(7, Some(3), "nursing", None),
    ];
    let point = |service: &str, link| SinglePoint {
        service: service.to_owned(),
        organisation: seller(link),
    };
    let found = of(None, &chain).single_points;
    let transport = [1, 2, 4].map(|link| point("transport", link));
    let nursing = [1, 3, 7].map(|link| point("nursing", link));
    assert_eq!(found, [nursing.as_slice(), &transport].concat());
    let with_another = [&chain[..], &[node(8, Some(1), "nursing", None)]].concat();
    let found = of(None, &with_another).single_points;
    assert_eq!(found, [[point("nursing", 1)].as_slice(), &transport].concat());
}

#[test]
fn v8_figures_are_made_of_what_is_shown() {
    let hidden = Some(Shown::Banded(Band::From1Million));
    let one = of(exact(5_000_000), &[node(1, None, "a", hidden), node(2, None, "a", exact(1))]);
    assert_eq!((one.subcontracted, one.retained), (Shown::Withheld, Shown::Withheld));
    assert_eq!(one.share_subcontracted, Ratio::Withheld);
    assert_eq!(one.concentration, Ratio::Withheld);
    let three: Vec<Node> = (1..4).map(|number| node(number, None, "a", hidden)).collect();
    let three = of(exact(5_000_000), &three);
    assert_eq!(three.subcontracted, Shown::Banded(Band::From1Million));
    assert_eq!(three.retained, Shown::Withheld);
    let deeper = of(exact(5), &[node(1, None, "a", exact(1)), node(2, Some(1), "a", hidden)]);
    assert_eq!(Some(deeper.subcontracted), exact(1), "the head's own figures are of tier 1");
    assert_eq!(deeper.concentration, Ratio::Withheld);
    let no_price = of(Some(Shown::Withheld), &[node(1, None, "a", exact(1))]);
    assert_eq!(Some(no_price.subcontracted), exact(1));
    assert_eq!((no_price.retained, no_price.concentration), (Shown::Withheld, Ratio::Withheld));
}

proptest! {
    #[test]
    fn what_is_kept_adds_up_and_concentration_lies_between_equal_parts_and_one_holder(
        parts in prop::collection::vec(1..1_000_000_i64, 0..12), kept in 1..1_000_000_i64,
    ) {
        let whole = parts.iter().sum::<i64>() + kept;
        let link = |(number, part): (u128, &i64)| node(number, None, "a", exact(*part));
        let chain: Vec<Node> = (1..).zip(&parts).map(link).collect();
        let found = of(exact(whole), &chain);
        prop_assert_eq!(Some(found.retained), exact(kept));
        let Ratio::BasisPoints(index) = found.concentration else { panic!("all is shown") };
        let squares = parts.iter().chain([&kept]).map(|part| i128::from(*part).pow(2));
        let exact = squares.sum::<i128>() * 10_000;
        let whole = i128::from(whole).pow(2);
        prop_assert!((i128::from(index) * whole - exact).abs() * 2 <= whole * 11 / 10);
        let holders = i64::try_from(parts.len()).expect("few") + 1;
        prop_assert!((10_000 / holders..=10_000).contains(&index));
    }
}
