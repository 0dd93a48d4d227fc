use std::collections::BTreeMap;

use chrono::NaiveDate;
use entities::value::{Instant, Pence};

use crate::rules::{
    explanation::{Explanation, Input, SUM_OF_INPUTS, Step},
    pay::ListSize,
};

/// The version of these rules. It counts up when a figure would come out differently.
const VERSION: u32 = 1;

/// More than this a head and year is worth a look: about what all health and adult social care of
/// England costs for each of its people.
pub const USUAL_MOST_PER_HEAD: Pence = Pence(500_000);

/// What a year's value comes to for each of the people it is for, to the nearest penny; none
/// without people.
#[must_use]
pub fn per_head(value: Pence, people: i64) -> Option<Pence> {
    if people <= 0 {
        return None;
    }
    let (value, people) = (i128::from(value.0), i128::from(people));
    let nearest = (2 * value + people).div_euclid(2 * people);
    i64::try_from(nearest).ok().map(Pence)
}

/// True of an amount a head that is probably a mistake in the value or in the number of people.
#[must_use]
pub fn is_outlier(per_head: Pence) -> bool {
    per_head > USUAL_MOST_PER_HEAD
}

/// How what a year comes to for each of so many people came about, and how far it is from what it
/// usually comes to at most (worked example A6).
#[must_use]
pub fn explain_per_head(value: Pence, people: i64, amount: Pence) -> Explanation {
    let divided = Input::new(format!("{value} over {people} people, to the penny"), amount);
    let usual = Input::new("usual most", USUAL_MOST_PER_HEAD);
    let beyond = Input::new("value per head", amount);
    let steps = vec![
        Step {
            label: "Value per head",
            formula: SUM_OF_INPUTS,
            inputs: vec![divided],
            result: amount,
        },
        Step {
            label: "Beyond what is usual",
            formula: "value per head − usual most",
            inputs: vec![beyond, usual],
            result: amount - USUAL_MOST_PER_HEAD,
        },
    ];
    Explanation { rule: "A6", version: VERSION, steps }
}

/// How many people the groups of a contract count together on a day, by what was known at an instant:
/// of each the last count, and of one counted twice the one known later (rule C7). None where nobody
/// counted.
#[must_use]
pub fn population(lists: &[ListSize], (day, known_at): (NaiveDate, Instant)) -> Option<i64> {
    let mut groups: BTreeMap<&str, &ListSize> = BTreeMap::new();
    for list in lists.iter().filter(|it| it.counted_on <= day && it.known_at <= known_at) {
        let at = |it: &ListSize| (it.counted_on, it.known_at);
        let last = groups.entry(&list.code).or_insert(list);
        if at(last) <= at(list) {
            *last = list;
        }
    }
    let counted = groups.values().map(|it| it.people);
    counted.reduce(i64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c7_the_population_is_the_last_count_of_every_group() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 5, day).expect("a day");
        let list = |code: &str, on, known_at, people| ListSize {
            code: code.to_owned(),
            counted_on: day(on),
            people,
            known_at: Instant(known_at),
        };
        let lists = [
            list("OLD", 3, 10, 700),
            list("OLD", 9, 20, 800),
            list("OLD", 9, 30, 810),
            list("OLD", 3, 40, 701),
            list("YOUNG", 4, 10, 80),
            list("YOUNG", 4, 10, 90),
        ];
        let on = |it, known_at| population(&lists, (day(it), Instant(known_at)));
        assert_eq!(on(2, 99), None);
        assert_eq!(on(3, 9), None);
        assert_eq!((on(3, 10), on(3, 40)), (Some(700), Some(701)), "corrected later");
        assert_eq!(on(4, 10), Some(790));
        assert_eq!((on(9, 29), on(9, 30), on(31, 99)), (Some(890), Some(900), Some(900)));
        assert_eq!(population(&[], (day(9), Instant(99))), None);
    }

    #[test]
    fn a6_two_hundred_million_for_thirty_thousand_people_is_flagged() {
        let per_head = per_head(Pence(20_000_000_000), 30_000);
        assert_eq!(per_head, Some(Pence(666_667)), "£6,667 a head");
        assert!(per_head.is_some_and(is_outlier));
        let explained = explain_per_head(Pence(20_000_000_000), 30_000, Pence(666_667));
        let told: Vec<_> = explained.steps.iter().map(|it| (it.inputs.len(), it.result)).collect();
        assert_eq!(told, [(1, Pence(666_667)), (2, Pence(166_667))]);
    }

    #[test]
    fn a_usual_amount_a_head_is_not_flagged() {
        assert!(!is_outlier(USUAL_MOST_PER_HEAD));
        assert!(is_outlier(Pence(500_001)));
        assert_eq!(per_head(Pence(100), 3), Some(Pence(33)));
        assert_eq!(per_head(Pence(3), 2), Some(Pence(2)), "a half penny is rounded up");
        assert_eq!(per_head(Pence(i64::MAX), 1), Some(Pence(i64::MAX)));
        assert_eq!(per_head(Pence(100), 0), None);
        assert_eq!(per_head(Pence(100), -1), None);
    }
}
