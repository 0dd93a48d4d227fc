//! How an amount for a year lies over its twelve months (rule M4).

use chrono::NaiveDate;
use entities::value::{FinancialYear, Pence, Period};

use super::{split, total::excess};

/// One amount for each month, April first.
pub type Months = [Pence; 12];

/// Why amounts are not the profile of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAProfile {
    /// There are more or fewer than twelve.
    #[error("a profile has twelve amounts, April to March; {count} were given")]
    NotTwelve {
        /// How many were given.
        count: usize,
    },
    /// They do not add up to the amount of the year.
    #[error("the twelve amounts differ from the amount of the year by {difference}")]
    DoesNotAddUp {
        /// What the months have too much, or too little when negative.
        difference: Pence,
    },
    /// Their sum is beyond what can be counted.
    #[error("the twelve amounts are too large to add up")]
    TooLarge,
}

/// The profile of `amount`: as given, or equal months by rule M2.
///
/// # Errors
/// When the given amounts are not twelve or do not add up to `amount`.
pub fn monthly(amount: Pence, given: Option<&[Pence]>) -> Result<Months, NotAProfile> {
    let Some(given) = given else {
        return Ok(weighted(amount, [1; 12]));
    };
    let months =
        Months::try_from(given).map_err(|_| NotAProfile::NotTwelve { count: given.len() })?;
    match excess(&months, amount) {
        Some(Pence::ZERO) => Ok(months),
        Some(difference) => Err(NotAProfile::DoesNotAddUp { difference }),
        None => Err(NotAProfile::TooLarge),
    }
}

/// `amount` spread over the months as `before` is (rule M2): the profile of one year taken over into
/// the next. Where `before` is nothing, or a month of it is below nothing, the months are equal.
#[must_use]
pub fn alike(amount: Pence, before: &Months) -> Months {
    let is_profile = before.iter().all(|month| !month.is_negative());
    let weights = before.map(|month| month.0);
    let is_profile = is_profile && weights.iter().any(|weight| *weight > 0);
    weighted(amount, if is_profile { weights } else { [1; 12] })
}

/// `amount` spread equally over the months from `from` to March: the profile of a change in the
/// middle of a year, which leaves the months that have begun as they were agreed. A change in an
/// adjustment period falls into March.
#[must_use]
pub fn remaining_months(amount: Pence, from: Period) -> Months {
    let mut weights = [0; 12];
    for (weight, month) in weights.iter_mut().zip(Period::months()) {
        *weight = i64::from(month >= from.min(Period::MARCH));
    }
    weighted(amount, weights)
}

/// The amount of one period; adjustment periods have no budget of their own.
#[must_use]
pub fn in_period(months: &Months, period: Period) -> Pence {
    Period::months()
        .zip(months)
        .find(|(month, _)| *month == period)
        .map_or(Pence::ZERO, |(_, it)| *it)
}

/// The part of a month's `amount` that falls on the days up to and including `as_of`.
///
/// All of it from the month's last day on, nothing before its first, and between them its share of
/// the days, rounded towards nothing to the penny.
#[must_use]
pub fn to_date(amount: Pence, month: Period, year: FinancialYear, as_of: NaiveDate) -> Pence {
    let (first, last) = (month.first_day(year), month.last_day(year));
    if as_of >= last {
        return amount;
    }
    if as_of < first {
        return Pence::ZERO;
    }
    let elapsed = i128::from((as_of - first).num_days() + 1);
    let days = i128::from((last - first).num_days() + 1);
    let part = i128::from(amount.0) * elapsed / days;
    Pence(i64::try_from(part).expect("a part of a month is not larger than the month"))
}

fn weighted(amount: Pence, weights: [i64; 12]) -> Months {
    let parts = split::split(amount, &weights).expect("March always has a weight");
    Months::try_from(parts).expect("as many parts as weights")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn m4_a_year_without_a_profile_has_equal_months_by_m2() {
        let months = monthly(Pence(100_000), None).expect("a profile");
        assert_eq!(months[..4], [Pence(8_334); 4]);
        assert_eq!(months[4..], [Pence(8_333); 8]);
    }

    #[test]
    fn m4_a_given_profile_has_twelve_months_that_add_up() {
        let mut given = vec![Pence(10); 12];
        assert_eq!(monthly(Pence(120), Some(&given)), Ok([Pence(10); 12]));
        let difference = Pence(-5);
        let refused = monthly(Pence(125), Some(&given));
        assert_eq!(refused, Err(NotAProfile::DoesNotAddUp { difference }));
        given.pop();
        assert_eq!(monthly(Pence(110), Some(&given)), Err(NotAProfile::NotTwelve { count: 11 }));
    }

    #[test]
    fn m4_a_change_in_december_leaves_the_months_before_as_they_were() {
        let december = Period::new(9).expect("a period");
        let months = remaining_months(Pence(1_000), december);
        assert_eq!(months[..8], [Pence::ZERO; 8]);
        assert_eq!(months[8..], [Pence(250); 4]);
        assert_eq!(remaining_months(Pence(7), Period::LAST)[11], Pence(7));
    }

    #[test]
    fn m4_ten_days_of_april_are_a_third_of_its_budget() {
        let year = FinancialYear::starting(2025).expect("a year");
        let april = Period::new(1).expect("a period");
        let on = |day| NaiveDate::from_ymd_opt(2025, 4, day).expect("a date");
        assert_eq!(to_date(Pence(100), april, year, on(10)), Pence(33));
        assert_eq!(to_date(Pence(-100), april, year, on(10)), Pence(-33));
        assert_eq!(to_date(Pence(100), april, year, on(30)), Pence(100));
        assert_eq!(
            to_date(Pence(100), april, year, year.first_day().pred_opt().expect("a day")),
            Pence(0)
        );
    }

    #[test]
    fn m4_each_day_of_a_month_counts_in_full_from_its_first_to_its_last() {
        let year = FinancialYear::starting(2025).expect("a year");
        let june = Period::new(3).expect("a period");
        let on = |month, day| NaiveDate::from_ymd_opt(2025, month, day).expect("a date");
        let to_date = |as_of| to_date(Pence(30_000), june, year, as_of);
        assert_eq!(to_date(on(5, 31)), Pence::ZERO);
        assert_eq!(to_date(on(6, 1)), Pence(1_000));
        assert_eq!(to_date(on(6, 2)), Pence(2_000));
        assert_eq!(to_date(on(6, 29)), Pence(29_000));
        assert_eq!(to_date(on(6, 30)), Pence(30_000));
        assert_eq!(to_date(on(7, 1)), Pence(30_000));
    }

    #[test]
    fn m4_a_year_is_spread_as_the_year_before_and_equally_where_that_tells_nothing() {
        let mut before = [Pence::ZERO; 12];
        (before[0], before[8], before[11]) = (Pence(100), Pence(100), Pence(200));
        let months = alike(Pence(402), &before);
        assert_eq!((months[0], months[8], months[11]), (Pence(101), Pence(100), Pence(201)));
        assert_eq!(months[1..8], [Pence::ZERO; 7]);
        let equal = monthly(Pence(402), None).expect("a profile");
        assert_eq!(alike(Pence(402), &[Pence::ZERO; 12]), equal);
        before[1] = Pence(-1);
        assert_eq!(alike(Pence(402), &before), equal);
    }

    proptest! {
        #[test]
        fn m2_a_profile_taken_over_adds_up(
            amount in 0..=i64::MAX, before in prop::array::uniform12(0..9_000_000_000_i64),
        ) {
            let months: Pence = alike(Pence(amount), &before.map(Pence)).into_iter().sum();
            prop_assert_eq!(months, Pence(amount));
        }

        #[test]
        fn m2_every_profile_adds_up(amount in any::<i64>(), from in 1..=14_i32) {
            let from = Period::new(from).expect("a period");
            let rest: Pence = remaining_months(Pence(amount), from).into_iter().sum();
            let year: Pence = monthly(Pence(amount), None).expect("equal").into_iter().sum();
            prop_assert_eq!((rest, year), (Pence(amount), Pence(amount)));
        }
    }
}
