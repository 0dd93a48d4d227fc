use chrono::Days;
use entities::value::{FinancialYear, Pence};
use proptest::prelude::*;

use super::super::testing::{asked, head, id, link, seller, worth, year};
use super::super::{Term, YearlyValue};
use super::*;

#[test]
fn c2_a_tier_is_one_more_than_the_tier_above() {
    let contract = head(&[]);
    let chain = [link(1, None), link(2, Some(1)), link(3, Some(2))];
    assert_eq!(fits(&contract, &[], &chain[0]), Ok(1));
    assert_eq!(fits(&contract, &chain[..1], &chain[1]), Ok(2));
    assert_eq!(fits(&contract, &chain, &link(4, Some(3))), Ok(4));
    assert_eq!(fits(&contract, &chain, &link(4, Some(9))), Err(DoesNotFit::NoParent));
    let mut astray = [link(1, Some(2)), link(2, Some(1))];
    assert_eq!(fits(&contract, &astray, &link(3, Some(2))), Err(DoesNotFit::NoParent));
    astray[0].parent = None;
    assert_eq!(fits(&contract, &astray, &link(3, Some(2))), Ok(3));
}

#[test]
fn c2_a_chain_has_an_end() {
    let chain: Vec<Link> = (1..=50).map(|it| link(it, (it > 1).then(|| it - 1))).collect();
    assert_eq!(fits(&head(&[]), &chain[..49], &chain[49]), Ok(50));
    assert_eq!(fits(&head(&[]), &chain, &link(51, Some(50))), Err(DoesNotFit::TooDeep));
}

#[test]
fn c2_only_who_sells_above_subcontracts_and_never_to_itself_or_to_one_above() {
    let contract = head(&[]);
    let chain = [link(1, None), link(2, Some(1))];
    let asked =
        |buyer, seller, parent| fits(&contract, &chain, &Link { buyer, seller, ..link(3, parent) });
    let stranger = id(7);
    let refused = Err(DoesNotFit::BuyerDoesNotSellAbove);
    assert_eq!(asked(stranger, id(8), None), refused);
    assert_eq!(asked(seller(1), id(8), Some(2)), refused);
    assert_eq!(asked(seller(2), seller(2), Some(2)), Err(DoesNotFit::ToItself));
    assert_eq!(asked(seller(2), seller(1), Some(2)), Err(DoesNotFit::AboveItself));
    assert_eq!(asked(seller(2), seller(0), Some(2)), Err(DoesNotFit::AboveItself));
    assert_eq!(asked(seller(1), seller(2), Some(1)), Ok(2), "it may sell to one buyer twice");
}

#[test]
fn c2_a_member_of_a_consortium_may_sell_to_another_and_not_to_itself_through_it() {
    let mut contract = head(&[]);
    contract.contractors.push(id(9));
    let between = Link { seller: id(9), ..link(1, None) };
    assert_eq!(fits(&contract, &[], &between), Ok(1));
    let back = Link { buyer: id(9), seller: id(100), ..link(2, Some(1)) };
    assert_eq!(fits(&contract, &[between], &back), Err(DoesNotFit::AboveItself));
}

#[test]
fn c2_a_subcontract_lies_inside_its_parents_dates() {
    let contract = head(&[]);
    let day = Days::new(1);
    let Term { first, last } = contract.term;
    let asked =
        |first, last| fits(&contract, &[], &Link { term: Term { first, last }, ..link(1, None) });
    assert_eq!(asked(first, last), Ok(1));
    assert_eq!(asked(last, last), Ok(1));
    assert_eq!(asked(first - day, last), Err(DoesNotFit::BeginsBeforeParent));
    assert_eq!(asked(first - day, last + day), Err(DoesNotFit::BeginsBeforeParent));
    assert_eq!(asked(first, last + day), Err(DoesNotFit::EndsAfterParent));
    let mut short = link(1, None);
    short.term.last = last - day;
    let under = link(2, Some(1));
    assert_eq!(
        fits(&contract, std::slice::from_ref(&short), &under),
        Err(DoesNotFit::EndsAfterParent)
    );
    short.term = Term { first: first + day, last };
    assert_eq!(fits(&contract, &[short], &under), Err(DoesNotFit::BeginsBeforeParent));
    assert_eq!(asked(last, last - day), Err(DoesNotFit::EndsBeforeItBegins));
}

#[test]
fn c2_subcontracts_together_stay_within_the_contract_above_by_year() {
    let mut contract = head(&[(1, 100), (2, 100)]);
    let chain = [worth(link(1, None), &[(1, 60), (2, 30)])];
    let asked =
        |contract: &Head, values: &[_]| fits(contract, &chain, &worth(link(2, None), values));
    let beyond = |of| Err(DoesNotFit::BeyondParent { year: year(of) });
    assert_eq!(asked(&contract, &[(1, 40), (2, 70)]), Ok(1));
    assert_eq!(asked(&contract, &[(1, 41)]), beyond(1));
    assert_eq!(asked(&contract, &[(2, 71)]), beyond(2));
    assert_eq!(asked(&contract, &[(3, 1)]), beyond(3), "the contract has no value in year 3");
    contract.floor = 1_000;
    assert_eq!(asked(&contract, &[(1, 30)]), Ok(1));
    assert_eq!(asked(&contract, &[(1, 31)]), beyond(1));
}

#[test]
fn c2_values_and_floors_are_such() {
    let contract = head(&[(1, 100)]);
    let below = worth(link(1, None), &[(1, -1)]);
    let refused = DoesNotFit::NotAValue { year: year(1), why: NotAValue::BelowZero };
    assert_eq!(fits(&contract, &[], &below), Err(refused));
    assert_eq!(refused.to_string(), "2025/26: give a value of zero or more");
    for (floor, fit) in [(0, true), (10_000, true), (-1, false), (10_001, false)] {
        let found = fits(&contract, &[], &Link { floor, ..link(1, None) });
        assert_eq!(found, if fit { Ok(1) } else { Err(DoesNotFit::NotAFloor) });
    }
}

#[test]
fn c2_a_changed_link_is_looked_at_with_what_stands_under_it() {
    let contract = head(&[(1, 100)]);
    let chain = [worth(link(1, None), &[(1, 60)]), worth(link(2, Some(1)), &[(1, 50)])];
    let changed = |pence| fits(&contract, &chain, &worth(link(1, None), &[(1, pence)]));
    assert_eq!(changed(100), Ok(1), "its own former value does not count twice");
    assert_eq!(changed(50), Ok(1));
    assert_eq!(changed(49), Err(DoesNotFit::BeyondParent { year: year(1) }));
    assert_eq!(changed(101), Err(DoesNotFit::BeyondParent { year: year(1) }));
    let mut shorter = chain[0].clone();
    shorter.term.last = shorter.term.last - Days::new(1);
    assert_eq!(fits(&contract, &chain, &shorter), Err(DoesNotFit::OutlivedFromBelow));
}

#[test]
fn v8_a_refusal_names_its_rule_and_no_amount_no_day_and_nobody() {
    for refusal in [
        DoesNotFit::ToItself,
        DoesNotFit::AboveItself,
        DoesNotFit::BeginsBeforeParent,
        DoesNotFit::EndsAfterParent,
        DoesNotFit::OutlivedFromBelow,
        DoesNotFit::BeyondParent { year: year(3) },
    ] {
        let said = refusal.to_string();
        let said = said.strip_prefix("rule C2: ").expect("its rule").replace("2027/28", "");
        assert!(!said.chars().any(|it| it.is_ascii_digit()), "{said}");
    }
}

/// The sellers above a link, found by walking.
fn sellers_above(chain: &[Link], link: &Link, contractor: Uuid) -> Vec<Uuid> {
    match link.parent.and_then(|parent| chain.iter().find(|it| it.id == parent)) {
        None => vec![contractor],
        Some(parent) => {
            let mut above = sellers_above(chain, parent, contractor);
            above.push(parent.seller);
            above
        }
    }
}

/// What a link counts with, by the plain definition.
fn plain_amount(head: &Head, chain: &[Link], link: &Link, year: FinancialYear) -> Option<i64> {
    if link.values.is_empty() {
        return None;
    }
    match link.values.get(&year) {
        Some(YearlyValue::Exact(amount)) => Some(amount.0),
        Some(YearlyValue::Share { to, .. }) => {
            plain_worth(head, chain, link.parent, year).map(|above| above * to / 10_000)
        }
        None => {
            let known = link.values.keys().any(|it| plain_amount(head, chain, link, *it).is_some());
            known.then_some(0)
        }
    }
}

fn plain_worth(head: &Head, chain: &[Link], id: Option<Uuid>, year: FinancialYear) -> Option<i64> {
    let Some(id) = id else {
        return (!head.values.is_empty()).then(|| head.values.get(&year).map_or(0, |it| it.0));
    };
    plain_amount(head, chain, chain.iter().find(|it| it.id == id).expect("a link"), year)
}

proptest! {
    #[test]
    fn c2_whatever_is_let_in_keeps_every_rule_of_the_chain((head, asked) in asked()) {
        let mut chain: Vec<Link> = Vec::new();
        for link in &asked {
            let Ok(tier) = fits(&head, &chain, link) else { continue };
            let above = sellers_above(&chain, link, id(0));
            prop_assert_eq!(usize::try_from(tier), Ok(above.len()));
            prop_assert!(!above.contains(&link.seller));
            prop_assert_eq!(above.last(), Some(&link.buyer));
            chain.push(link.clone());
        }
        for link in &chain {
            let above = link.parent.and_then(|id| chain.iter().find(|it| it.id == id));
            let above = above.map_or(head.term, |it| it.term);
            prop_assert!(above.first <= link.term.first && link.term.last <= above.last);
        }
        let parents = [(None, head.floor)].into_iter();
        for (parent, floor) in parents.chain(chain.iter().map(|it| (Some(it.id), it.floor))) {
            for year in [1, 2].map(year) {
                let Some(value) = plain_worth(&head, &chain, parent, year) else { continue };
                let under = chain.iter().filter(|it| it.parent == parent);
                let under: i64 =
                    under.filter_map(|it| plain_amount(&head, &chain, it, year)).sum();
                prop_assert!(under * 10_000 + value * floor <= value * 10_000);
            }
        }
    }

    #[test]
    fn c2_a_link_that_keeps_every_rule_is_let_in((head, asked) in asked()) {
        let mut chain: Vec<Link> = Vec::new();
        for link in asked {
            if fits(&head, &chain, &link).is_ok() {
                chain.push(link);
            } else {
                // What was refused for its amount alone fits with an amount of nothing.
                let nothing = Link { values: [(year(1), YearlyValue::Exact(Pence(0)))].into(), ..link };
                let is_of_amounts = matches!(
                    fits(&head, &chain, &nothing),
                    Err(DoesNotFit::NotAValue { .. } | DoesNotFit::BeyondParent { .. })
                );
                prop_assert!(!is_of_amounts);
            }
        }
    }
}
