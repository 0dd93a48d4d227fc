//! Chains for the tests, in which link 1 is sold by organisation 101, link 2 by 102, and so on, and
//! the head contract by organisation 100.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entities::value::{FinancialYear, Pence};
use proptest::prelude::*;
use uuid::Uuid;

use super::{Head, Link, Term, YearlyValue};

pub(super) fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

pub(super) fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub(super) fn seller(link: u128) -> Uuid {
    id(100 + link)
}

/// The financial years 2025/26 and after, counted from 1.
pub(super) fn year(number: i32) -> FinancialYear {
    FinancialYear::starting(2024 + number).expect("a year")
}

fn five_years() -> Term {
    Term { first: day(2025, 4, 1), last: day(2030, 3, 31) }
}

pub(super) fn head(values: &[(i32, i64)]) -> Head {
    let values = values.iter().map(|(it, pence)| (year(*it), Pence(*pence))).collect();
    Head { contractors: vec![id(100)], term: five_years(), values, floor: 0 }
}

pub(super) fn link(number: u128, parent: Option<u128>) -> Link {
    Link {
        id: id(number),
        parent: parent.map(id),
        buyer: seller(parent.unwrap_or(0)),
        seller: seller(number),
        term: five_years(),
        values: BTreeMap::new(),
        floor: 0,
        is_refused: false,
    }
}

pub(super) fn worth(link: Link, values: &[(i32, i64)]) -> Link {
    let values = values.iter().map(|(it, pence)| (year(*it), YearlyValue::Exact(Pence(*pence))));
    Link { values: values.collect(), ..link }
}

fn value() -> impl Strategy<Value = YearlyValue> {
    prop_oneof![
        (-1..40_i64).prop_map(|pence| YearlyValue::Exact(Pence(pence))),
        (0..5_000_i64, 0..6_000_i64).prop_map(|(from, to)| YearlyValue::Share { from, to }),
    ]
}

/// Links as somebody may ask for them, right and wrong, one after the other: each names a parent
/// among those before it, or none.
pub(super) fn asked() -> impl Strategy<Value = (Head, Vec<Link>)> {
    let link = (
        (any::<prop::sample::Index>(), 0..4_u8, 0..6_u128, 0..6_u128),
        (0..40_u64, 0..40_u64, prop_oneof![4 => Just(0_i64), 1 => -1..4_000_i64]),
        prop::collection::btree_map((1..3_i32).prop_map(year), value(), 0..3),
    );
    let head =
        (prop::collection::btree_map((1..3_i32).prop_map(year), 0..200_i64, 0..3), 0..2_000_i64);
    (head, prop::collection::vec(link, 1..14)).prop_map(|((values, floor), links)| {
        let values = values.into_iter().map(|(year, pence)| (year, Pence(pence))).collect();
        let first = day(2025, 4, 1);
        let term = |from: u64, to: u64| Term {
            first: first + chrono::Days::new(from),
            last: first + chrono::Days::new(to),
        };
        let mut chain: Vec<Link> = Vec::new();
        for (number, ((parent, stray, buyer, seller), (from, less, floor), values)) in
            (1..).zip(links)
        {
            let parent = (!chain.is_empty() && stray > 0).then(|| parent.get(&chain).clone());
            let sells_above = parent.as_ref().map_or(id(0), |parent| parent.seller);
            chain.push(Link {
                id: id(1_000 + number),
                buyer: if stray == 3 { id(buyer) } else { sells_above },
                seller: id(seller),
                term: term(from / 4, 40 - less / 4),
                values,
                floor,
                is_refused: false,
                parent: parent.map(|parent| parent.id),
            });
        }
        (Head { contractors: vec![id(0)], term: term(0, 40), values, floor }, chain)
    })
}
