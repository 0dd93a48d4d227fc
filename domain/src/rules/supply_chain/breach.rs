use std::collections::BTreeMap;

use entities::value::{FinancialYear, Pence};
use uuid::Uuid;

use super::{Amounts, Head, Link, amounts, not_refused, value::WHOLE};

/// Where a chain breaks rule C2, as it may after the value of a contract fell or its days were
/// shortened. For the rules themselves: what leaves names no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breach {
    /// What stands under a contract is worth more than it may be.
    Beyond {
        /// The subcontract, or none for the head contract.
        contract: Option<Uuid>,
        /// The financial year.
        year: FinancialYear,
        /// By how much.
        by: i128,
    },
    /// A subcontract has days that the contract above it has not.
    Outside {
        /// The subcontract.
        link: Uuid,
        /// How many days.
        days: i64,
    },
}

/// Everything in which a chain breaks rule C2. Parents come before what stands under them.
#[must_use]
pub fn breaches(head: &Head, chain: &[Link]) -> Vec<Breach> {
    let counts = not_refused(chain, |link| (link.id, link.parent, link.is_refused));
    let chain: &[Link] = &counts.into_iter().cloned().collect::<Vec<Link>>();
    let links: BTreeMap<Uuid, &Link> = chain.iter().map(|link| (link.id, link)).collect();
    let amounts = amounts(head, chain);
    let mut breaches = Vec::new();
    for link in chain {
        let above = link.parent.and_then(|parent| links.get(&parent));
        let above = above.map_or(head.term, |above| above.term);
        let before = (above.first - link.term.first).num_days().max(0);
        let after = (link.term.last - above.last).num_days().max(0);
        if !above.encloses(link.term) {
            breaches.push(Breach::Outside { link: link.id, days: before + after });
        }
    }
    let contracts = [(None, head.floor)].into_iter();
    for (contract, floor) in contracts.chain(chain.iter().map(|link| (Some(link.id), link.floor))) {
        for year in amounts.years() {
            let by = excess((contract, floor), chain, &amounts, year);
            if by > 0 {
                breaches.push(Breach::Beyond { contract, year, by });
            }
        }
    }
    breaches
}

/// By how much the subcontracts under a contract exceed what it may pass on in a year, in pence;
/// below zero is what is left. Nothing is exceeded where its value is not known.
fn excess(
    (contract, floor): (Option<Uuid>, i64),
    chain: &[Link],
    amounts: &Amounts,
    year: FinancialYear,
) -> i128 {
    let Some(value) = amounts.of(contract, year) else { return 0 };
    let under = chain.iter().filter(|link| link.parent == contract);
    let under = under.filter_map(|link| amounts.of(Some(link.id), year));
    let under: i128 = under.map(|amount| i128::from(amount.0)).sum();
    under - i128::from(value.0) + kept(value, floor)
}

/// What has to be kept of a value, rounded up to the penny: the floor is a least.
fn kept(value: Pence, floor: i64) -> i128 {
    let whole = i128::from(WHOLE);
    (i128::from(value.0) * i128::from(floor) + whole - 1) / whole
}

/// The breaches that a change brings or makes worse. One that was there before, and is no worse,
/// does not stand in the way of a change that lessens it.
#[must_use]
pub fn worsened(before: &[Breach], after: &[Breach]) -> Vec<Breach> {
    let was = |after: &Breach| before.iter().any(|before| !after.is_worse_than(before));
    after.iter().copied().filter(|it| !was(it)).collect()
}

impl Breach {
    /// True unless `other` is the same breach, as bad or worse.
    fn is_worse_than(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Beyond { contract, year, by },
                Self::Beyond { contract: same, year: other, by: was },
            ) => (contract, year) != (same, other) || by > was,
            (Self::Outside { link, days }, Self::Outside { link: same, days: were }) => {
                link != same || days > were
            }
            (Self::Beyond { .. }, Self::Outside { .. })
            | (Self::Outside { .. }, Self::Beyond { .. }) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::YearlyValue;
    use super::super::testing::{day, head, id, link, worth, year};
    use super::*;

    fn beyond(contract: Option<u128>, of: i32, by: i128) -> Breach {
        Breach::Beyond { contract: contract.map(id), year: year(of), by }
    }

    #[test]
    fn c2_subcontracts_stay_within_the_value_less_what_the_buyer_keeps() {
        let chain = [worth(link(1, None), &[(1, 600)]), worth(link(2, None), &[(1, 300), (2, 5)])];
        let mut contract = head(&[(1, 1_000), (2, 5)]);
        assert_eq!(breaches(&contract, &chain), []);
        contract.floor = 1_000;
        assert_eq!(breaches(&contract, &chain), [beyond(None, 2, 1)], "a half penny is kept whole");
        contract.floor = 1_001;
        assert_eq!(breaches(&contract, &chain), [beyond(None, 1, 1), beyond(None, 2, 1)]);
        contract.values = [].into();
        assert_eq!(breaches(&contract, &chain), [], "nothing exceeds a value that is not known");
    }

    #[test]
    fn c2_every_tier_is_looked_at_when_the_value_of_the_head_falls() {
        let mut top = link(1, None);
        top.values = [(year(1), YearlyValue::Share { from: 0, to: 5_000 })].into();
        let chain = [top, worth(link(2, Some(1)), &[(1, 400)])];
        assert_eq!(breaches(&head(&[(1, 800)]), &chain), []);
        assert_eq!(breaches(&head(&[(1, 700)]), &chain), [beyond(Some(1), 1, 50)]);
    }

    #[test]
    fn c3_what_the_commissioner_refused_uses_up_nothing() {
        let mut chain = [worth(link(1, None), &[(1, 600)]), worth(link(2, None), &[(1, 600)])];
        assert_eq!(breaches(&head(&[(1, 1_000)]), &chain), [beyond(None, 1, 200)]);
        chain[0].is_refused = true;
        assert_eq!(breaches(&head(&[(1, 1_000)]), &chain), []);
    }

    #[test]
    fn c2_every_tier_is_looked_at_when_its_days_are_shortened() {
        let mut chain = [link(1, None), link(2, Some(1))];
        let mut contract = head(&[]);
        assert_eq!(breaches(&contract, &chain), []);
        contract.term.last = day(2030, 3, 29);
        chain[0].term.first = day(2025, 4, 3);
        let outside = |link, days| Breach::Outside { link: id(link), days };
        assert_eq!(breaches(&contract, &chain), [outside(1, 2), outside(2, 2)]);
        chain[1].term.last = chain[0].term.last.succ_opt().expect("a day");
        assert_eq!(breaches(&contract, &chain), [outside(1, 2), outside(2, 3)]);
    }

    #[test]
    fn c2_what_lessens_a_breach_is_not_refused_for_it() {
        let was = [beyond(None, 1, 50), Breach::Outside { link: id(1), days: 3 }];
        assert_eq!(worsened(&was, &was), []);
        assert_eq!(worsened(&was, &[beyond(None, 1, 49)]), []);
        assert_eq!(worsened(&was, &[Breach::Outside { link: id(1), days: 2 }]), []);
        for worse in [
            beyond(None, 1, 51),
            beyond(None, 2, 1),
            beyond(Some(1), 1, 1),
            Breach::Outside { link: id(1), days: 4 },
            Breach::Outside { link: id(2), days: 1 },
        ] {
            assert_eq!(worsened(&was, &[worse]), [worse]);
            assert_eq!(worsened(&[], &[worse]), [worse]);
        }
    }
}
