//! How a contribution is paid in parts.

use chrono::{Months, NaiveDate};
use entities::value::Pence;

use super::{split, total::excess};

/// Why parts are not the instalments of a contribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InstalmentRefusal {
    /// There is none.
    #[error("a contribution is paid in at least one instalment")]
    None,
    /// One is nothing, or less. The place counts from 1.
    #[error("instalment {place} is not more than nothing")]
    NotPositive {
        /// Its place.
        place: usize,
    },
    /// They do not add up to the contribution.
    #[error("the instalments differ from the contribution by {difference}")]
    DoNotAddUp {
        /// What they have too much, or too little when negative.
        difference: Pence,
    },
    /// Their sum is beyond what can be counted.
    #[error("the instalments are too large to add up")]
    TooLarge,
}

/// `contribution` in `count` equal instalments, the odd pennies first (rule M2).
///
/// # Errors
/// When there is no instalment, or one would be nothing.
pub fn equally(contribution: Pence, count: usize) -> Result<Vec<Pence>, InstalmentRefusal> {
    let parts = split::equally(contribution, count).map_err(|_| InstalmentRefusal::None)?;
    agreed(contribution, parts)
}

/// The instalments as given, when they are those of `contribution`.
///
/// # Errors
/// When there is none, one is not positive, or they do not add up.
pub fn agreed(contribution: Pence, given: Vec<Pence>) -> Result<Vec<Pence>, InstalmentRefusal> {
    if given.is_empty() {
        return Err(InstalmentRefusal::None);
    }
    if let Some(index) = given.iter().position(|part| part.positive().is_none()) {
        return Err(InstalmentRefusal::NotPositive { place: index + 1 });
    }
    match excess(&given, contribution) {
        Some(Pence::ZERO) => Ok(given),
        Some(difference) => Err(InstalmentRefusal::DoNotAddUp { difference }),
        None => Err(InstalmentRefusal::TooLarge),
    }
}

/// How `contribution` is paid when it is paid as another was a year before: each instalment a year
/// later, in the same proportion (rule M2). What comes to nothing is no instalment.
#[must_use]
pub fn a_year_later(contribution: Pence, before: &[(NaiveDate, Pence)]) -> Vec<(NaiveDate, Pence)> {
    let weights: Vec<i64> = before.iter().map(|(_, amount)| amount.0).collect();
    // Where nothing was to be paid there is nothing to take over.
    let parts = split::split(contribution, &weights).unwrap_or_default();
    let later = |day: NaiveDate| day.checked_add_months(Months::new(12)).unwrap_or(day);
    let moved = before.iter().zip(parts).map(|((due_on, _), part)| (later(*due_on), part));
    moved.filter(|(_, part)| part.positive().is_some()).collect()
}

/// How much of an instalment was paid by a day, and how much is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What of it was received.
    pub received: Pence,
    /// What is missing although its day has passed, and nobody said why.
    pub overdue: Pence,
    /// What is missing, and is due, because the partner withholds it.
    pub withheld: Pence,
}

/// How instalments stand on a day, in the order in which they are due. What was received pays the
/// earliest first, and what the partner withholds is of the earliest that are due and not paid.
/// Something due today is not overdue today.
#[must_use]
pub fn standing(
    instalments: &[(NaiveDate, Pence)],
    (mut received, mut withheld): (Pence, Pence),
    as_of: NaiveDate,
) -> Vec<Standing> {
    let mut take = |due_on: NaiveDate, amount: Pence| {
        let paid = received.max(Pence::ZERO).min(amount);
        received = received - paid;
        let missing = amount - paid;
        let is_due = due_on <= as_of;
        let held = if is_due { withheld.max(Pence::ZERO).min(missing) } else { Pence::ZERO };
        withheld = withheld - held;
        let overdue = if due_on < as_of { missing - held } else { Pence::ZERO };
        Standing { received: paid, overdue, withheld: held }
    };
    instalments.iter().map(|(due_on, amount)| take(*due_on, *amount)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(month: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, month, 1).expect("a day")
    }

    #[test]
    fn what_was_received_pays_the_earliest_and_what_is_withheld_is_not_overdue() {
        let quarters = [4, 7, 10].map(|month| (day(month), Pence(100)));
        let on = |month, received, withheld| {
            let money = (Pence(received), Pence(withheld));
            let standing = standing(&quarters, money, day(month));
            standing
                .iter()
                .map(|it| (it.received.0, it.overdue.0, it.withheld.0))
                .collect::<Vec<_>>()
        };
        assert_eq!(on(8, 130, 0), [(100, 0, 0), (30, 70, 0), (0, 0, 0)]);
        assert_eq!(on(8, 130, 50), [(100, 0, 0), (30, 20, 50), (0, 0, 0)]);
        // Due today, and overdue from tomorrow on.
        assert_eq!(on(7, 100, 0), [(100, 0, 0), (0, 0, 0), (0, 0, 0)]);
        assert_eq!(on(7, 100, 40), [(100, 0, 0), (0, 0, 40), (0, 0, 0)]);
        assert_eq!(on(12, 0, 150), [(0, 0, 100), (0, 50, 50), (0, 100, 0)]);
        assert_eq!(on(12, 999, 0), [(100, 0, 0), (100, 0, 0), (100, 0, 0)]);
    }

    proptest! {
        #[test]
        fn no_penny_of_an_instalment_is_both_paid_and_missing(
            amounts in prop::collection::vec(1..1_000_i64, 0..12),
            received in -500..9_000_i64, withheld in 0..9_000_i64, month in 1..=12_u32,
        ) {
            let months = amounts.iter().zip((1..=12).cycle());
            let parts: Vec<_> = months.map(|(amount, at)| (day(at), Pence(*amount))).collect();
            let standing = standing(&parts, (Pence(received), Pence(withheld)), day(month));
            for ((due_on, amount), it) in parts.iter().zip(&standing) {
                prop_assert!(it.received + it.overdue + it.withheld <= *amount);
                prop_assert!([it.received, it.overdue, it.withheld].iter().all(|part| !part.is_negative()));
                if *due_on < day(month) {
                    prop_assert_eq!(it.received + it.overdue + it.withheld, *amount);
                }
            }
            let held: Pence = standing.iter().map(|it| it.withheld).sum();
            prop_assert!(held <= Pence(withheld));
        }
    }

    #[test]
    fn m2_instalments_of_the_next_year_are_a_year_later_and_add_up() {
        let on = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).expect("a day");
        let before = [(on(2027, 4, 1), Pence(100)), (on(2028, 2, 29), Pence(200))];
        let later = a_year_later(Pence(1_000), &before);
        assert_eq!(later, [(on(2028, 4, 1), Pence(333)), (on(2029, 2, 28), Pence(667))]);
        assert_eq!(a_year_later(Pence(1), &before), [(on(2029, 2, 28), Pence(1))]);
        assert_eq!(a_year_later(Pence::ZERO, &before), []);
        assert_eq!(a_year_later(Pence(1_000), &[]), []);
    }

    #[test]
    fn m2_four_quarters_add_up_to_the_contribution() {
        let quarters = equally(Pence(1_002), 4);
        assert_eq!(quarters, Ok(vec![Pence(251), Pence(251), Pence(250), Pence(250)]));
        assert_eq!(equally(Pence(3), 4), Err(InstalmentRefusal::NotPositive { place: 4 }));
        assert_eq!(equally(Pence(3), 0), Err(InstalmentRefusal::None));
    }

    #[test]
    fn instalments_that_do_not_add_up_are_refused_with_the_difference() {
        assert_eq!(agreed(Pence(10), vec![Pence(4), Pence(6)]), Ok(vec![Pence(4), Pence(6)]));
        let difference = Pence(-1);
        let refused = agreed(Pence(10), vec![Pence(4), Pence(5)]);
        assert_eq!(refused, Err(InstalmentRefusal::DoNotAddUp { difference }));
        let negative = agreed(Pence(10), vec![Pence(11), Pence(-1)]);
        assert_eq!(negative, Err(InstalmentRefusal::NotPositive { place: 2 }));
    }
}
