use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::{Payment, PaymentState, Punctuality, punctuality, shown::FEWEST_HIDDEN};

/// A payment as it enters what somebody is told of punctuality.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paid {
    /// The last day on which it was in time; none where no payment terms were agreed.
    pub due_on: Option<NaiveDate>,
    /// When it was paid.
    pub paid_on: NaiveDate,
    /// How it stands.
    pub state: PaymentState,
    /// True when the one who is told reads no more of it than this.
    pub is_hidden: bool,
}

/// How punctually sellers were paid, without an amount (rule C11). What is contested does not count
/// as paid, and what was withdrawn as nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Punctual {
    /// Paid.
    pub paid: usize,
    /// Of them those that their sellers confirmed.
    pub confirmed: usize,
    /// Of them those that are held against no payment terms.
    pub without_terms: usize,
    /// Recorded as paid, which their sellers contest.
    pub contested: usize,
    /// How punctual those with payment terms were.
    pub in_time: Punctuality,
}

/// What somebody is told of the punctuality of a chain. None stands for what is withheld.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainPunctuality {
    /// The whole of it.
    pub whole: Option<Punctual>,
    /// Each tier.
    pub by_tier: BTreeMap<i32, Option<Punctual>>,
}

/// The punctuality under one link; none when one hidden payment, or two, make it up (rule V8).
#[must_use]
pub fn of_link(paid: &[Paid]) -> Option<Punctual> {
    is_told(hidden(paid)).then(|| counted(paid.iter().copied()))
}

/// The punctuality under all links of a chain, given with their tiers. A figure is withheld as well
/// when one that is withheld could be told from it and the others (rule V8).
#[must_use]
pub fn of_chain(links: &BTreeMap<(i32, Uuid), Vec<Paid>>) -> ChainPunctuality {
    let all = |tier: Option<i32>| {
        let of_tier = links.iter().filter(move |it| tier.is_none_or(|tier| it.0.0 == tier));
        of_tier.flat_map(|(_, paid)| paid.iter().copied())
    };
    let mut by_tier = BTreeMap::new();
    let mut left_of_all = 0;
    for tier in links.keys().map(|(tier, _)| *tier) {
        if by_tier.contains_key(&tier) {
            continue;
        }
        let of_links = links.iter().filter(|it| it.0.0 == tier).map(|it| hidden(it.1));
        let left: usize = of_links.clone().filter(|hidden| !is_told(*hidden)).sum();
        let is_shown = is_told(of_links.sum()) && is_told(left);
        if !is_shown {
            left_of_all += left;
        }
        by_tier.insert(tier, is_shown.then(|| counted(all(Some(tier)))));
    }
    let hidden_of_all = links.values().map(|paid| hidden(paid)).sum();
    let is_shown = is_told(hidden_of_all) && is_told(left_of_all);
    ChainPunctuality { whole: is_shown.then(|| counted(all(None))), by_tier }
}

/// True when no single one of so many hidden parts can be told from their figure.
const fn is_told(hidden: usize) -> bool {
    hidden == 0 || hidden >= FEWEST_HIDDEN
}

fn hidden(paid: &[Paid]) -> usize {
    paid.iter().filter(|it| it.is_hidden && it.state != PaymentState::Withdrawn).count()
}

fn counted(all: impl Iterator<Item = Paid>) -> Punctual {
    let (mut confirmed, mut contested) = (0, 0);
    let (mut without_terms, mut judged) = (0, Vec::new());
    for it in all {
        match it.state {
            PaymentState::Withdrawn => continue,
            PaymentState::Contested => {
                contested += 1;
                continue;
            }
            PaymentState::Confirmed => confirmed += 1,
            PaymentState::Recorded => {}
        }
        match it.due_on {
            Some(due_on) => judged.push(Payment { due_on, paid_on: Some(it.paid_on) }),
            None => without_terms += 1,
        }
    }
    Punctual {
        paid: judged.len() + without_terms,
        confirmed,
        without_terms,
        contested,
        // All of them are paid, so that no day of asking enters.
        in_time: punctuality(&judged, NaiveDate::MIN),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::day;
    use super::super::{Ratio, days_late};
    use super::*;

    fn paid(state: PaymentState, late: u32) -> Paid {
        let due = day(2025, 6, 1);
        let paid_on = day(2025, 6, 1 + late);
        Paid { due_on: Some(due), paid_on, state, is_hidden: true }
    }

    fn some(count: usize) -> Vec<Paid> {
        vec![paid(PaymentState::Recorded, 0); count]
    }

    #[test]
    fn c11_what_is_contested_is_not_paid_and_what_was_withdrawn_is_nothing() {
        use PaymentState::{Confirmed, Contested, Recorded, Withdrawn};
        let all = [
            paid(Recorded, 0),
            paid(Confirmed, 4),
            paid(Confirmed, 9),
            paid(Contested, 20),
            paid(Withdrawn, 25),
            Paid { due_on: None, ..paid(Recorded, 28) },
        ];
        let told = of_link(&all).expect("five parts");
        assert_eq!((told.paid, told.confirmed), (4, 2));
        assert_eq!((told.without_terms, told.contested), (1, 1));
        assert_eq!((told.in_time.on_time, told.in_time.late), (1, 2));
        assert_eq!((told.in_time.overdue, told.in_time.to_come), (0, 0));
        assert_eq!(told.in_time.share_on_time, Ratio::BasisPoints(3_333));
        assert_eq!(told.in_time.most_days_late, 9);
        assert_eq!(days_late(day(2025, 6, 1), all[2].paid_on), 9);
    }

    #[test]
    fn v8_one_hidden_payment_or_two_are_withheld_and_none_are_not() {
        let told = |count| of_link(&some(count)).map(|it| it.paid);
        assert_eq!([0, 1, 2, 3].map(told), [Some(0), None, None, Some(3)]);
        let withdrawn = [some(2), vec![paid(PaymentState::Withdrawn, 0)]].concat();
        assert_eq!(of_link(&withdrawn), None, "what was withdrawn hides nothing");
        let known = |it| Paid { is_hidden: false, ..it };
        let own: Vec<Paid> = some(2).into_iter().map(known).collect();
        assert_eq!(of_link(&own).map(|it| it.paid), Some(2));
        let mixed = [own, some(1)].concat();
        assert_eq!(of_link(&mixed), None);
    }

    fn chain(counts: &[(i32, usize)]) -> ChainPunctuality {
        let link = |(place, (tier, count)): (usize, &(i32, usize))| {
            ((*tier, Uuid::from_u128(place as u128)), some(*count))
        };
        of_chain(&counts.iter().enumerate().map(link).collect())
    }

    fn counts(told: &ChainPunctuality) -> (Option<usize>, Vec<Option<usize>>) {
        let paid = |it: &Option<Punctual>| it.map(|it| it.paid);
        (paid(&told.whole), told.by_tier.values().map(paid).collect())
    }

    #[test]
    fn v8_what_is_withheld_of_a_link_is_not_to_be_had_from_its_tier() {
        let told = |of: &[(i32, usize)]| counts(&chain(of));
        assert_eq!(told(&[(1, 3), (1, 4)]), (Some(7), vec![Some(7)]));
        assert_eq!(told(&[(1, 3), (1, 2)]), (None, vec![None]), "five less three is two");
        assert_eq!(told(&[(1, 3), (1, 2), (1, 1)]), (Some(6), vec![Some(6)]), "three are left");
        assert_eq!(told(&[(1, 3), (1, 0)]), (Some(3), vec![Some(3)]));
        assert_eq!(told(&[(1, 1), (1, 1)]), (None, vec![None]));
    }

    #[test]
    fn v8_what_is_withheld_of_a_tier_is_not_to_be_had_from_the_whole() {
        let told = |of: &[(i32, usize)]| counts(&chain(of));
        assert_eq!(told(&[(1, 3), (2, 2)]), (None, vec![Some(3), None]));
        assert_eq!(told(&[(1, 3), (2, 2), (3, 1)]), (Some(6), vec![Some(3), None, None]));
        assert_eq!(told(&[(1, 3), (2, 3)]), (Some(6), vec![Some(3), Some(3)]));
        // A tier that is withheld for one of its links: the others are told, and their rest is not.
        assert_eq!(told(&[(1, 3), (2, 4), (2, 2)]), (None, vec![Some(3), None]));
        assert_eq!(told(&[]), (Some(0), vec![]));
    }

    proptest! {
        /// Whoever takes from a figure everything else that is told is left with none, or with three
        /// or more that are hidden.
        #[test]
        fn v8_no_hidden_payment_can_be_told_from_all_figures_together(
            links in prop::collection::vec((1..4_i32, 0..6_usize), 0..8),
        ) {
            let told = chain(&links);
            let is_safe = |left: usize| left == 0 || left >= 3;
            let withheld = |tier: i32| -> usize {
                let of = links.iter().filter(|it| it.0 == tier && it.1 < 3);
                of.map(|it| it.1).sum()
            };
            let mut left = 0;
            for (tier, of_tier) in &told.by_tier {
                let all: usize = links.iter().filter(|it| it.0 == *tier).map(|it| it.1).sum();
                match of_tier {
                    Some(of_tier) => {
                        prop_assert_eq!(of_tier.paid, all);
                        prop_assert!(is_safe(all) && is_safe(withheld(*tier)));
                    }
                    None => {
                        prop_assert!(!is_safe(all) || !is_safe(withheld(*tier)));
                        left += withheld(*tier);
                    }
                }
            }
            let all: usize = links.iter().map(|it| it.1).sum();
            prop_assert_eq!(told.whole.map(|it| it.paid), (is_safe(all) && is_safe(left)).then_some(all));
        }
    }
}
