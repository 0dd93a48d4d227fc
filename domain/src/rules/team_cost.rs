//! What a team's post costs in a financial year, and how partners share it (rule M2).

use chrono::NaiveDate;
use entities::value::{FinancialYear, Pence};

use super::split::{NotASplit, split};

/// What `annual`, the cost of a whole year, comes to in `year` for a post held from `first` to
/// `last`, both included.
///
/// The year is divided by days into what lies before, within and after the post, by largest
/// remainder: the three add up to the year, and two posts that follow one another to the one post
/// that they were.
#[must_use]
pub fn in_year(
    annual: Pence,
    (first, last): (NaiveDate, Option<NaiveDate>),
    year: FinancialYear,
) -> Pence {
    let [_, within, _] = divided(annual, (first, last), year);
    within
}

/// The cost of the year before, within and after the post.
fn divided(
    annual: Pence,
    (first, last): (NaiveDate, Option<NaiveDate>),
    year: FinancialYear,
) -> [Pence; 3] {
    let (opens, closes) = (year.first_day(), year.last_day());
    let days = (closes - opens).num_days() + 1;
    let before = (first - opens).num_days().clamp(0, days);
    let until = last.map_or(days, |last| (last - opens).num_days().saturating_add(1));
    let until = until.clamp(before, days);
    let parts = split(annual, &[before, until - before, days - until]);
    let parts = parts.expect("a year has days");
    [parts[0], parts[1], parts[2]]
}

/// Divides a post's cost between partners by their weights, odd pennies by their order.
///
/// # Errors
/// When nobody has a weight, or somebody's is negative.
pub fn shared(cost: Pence, weights: &[i64]) -> Result<Vec<Pence>, NotASplit> {
    split(cost, weights)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a day")
    }

    fn year(start: i32) -> FinancialYear {
        FinancialYear::starting(start).expect("a year")
    }

    #[test]
    fn m2_a_post_held_for_part_of_a_year_costs_its_days() {
        let annual = Pence(5_475_000);
        let half = (day(2025, 10, 1), None);
        // 182 of 365 days of £54,750.00, which is £150.00 a day.
        assert_eq!(in_year(annual, half, year(2025)), Pence(2_730_000));
        assert_eq!(in_year(annual, half, year(2026)), annual);
        assert_eq!(in_year(annual, half, year(2024)), Pence::ZERO);
        let one_day = (day(2025, 10, 1), Some(day(2025, 10, 1)));
        assert_eq!(in_year(annual, one_day, year(2025)), Pence(15_000));
        let withdrawn = (day(2025, 10, 1), Some(day(2025, 9, 30)));
        assert_eq!(in_year(annual, withdrawn, year(2025)), Pence::ZERO);
    }

    #[test]
    fn m2_a_leap_year_has_a_day_more() {
        let until_leap_day = (day(2020, 1, 1), Some(day(2024, 2, 29)));
        // 335 of 366 days.
        assert_eq!(in_year(Pence(36_600), until_leap_day, year(2023)), Pence(33_500));
    }

    #[test]
    fn m2_the_odd_penny_of_a_post_goes_by_largest_remainder_then_by_order() {
        assert_eq!(shared(Pence(10_001), &[1, 1]), Ok(vec![Pence(5_001), Pence(5_000)]));
        assert_eq!(shared(Pence(100), &[1, 2]), Ok(vec![Pence(33), Pence(67)]));
        assert_eq!(shared(Pence(1), &[]), Err(NotASplit::NoWeight));
    }

    proptest! {
        #[test]
        fn m2_successive_posts_cost_what_the_one_post_would(
            annual in 0..=i64::MAX, start in 1990_i32..2100, cut in 1_u64..364,
        ) {
            let year = year(start);
            let second = year.first_day() + chrono::Days::new(cut);
            let annual = Pence(annual);
            let before = in_year(annual, (year.first_day(), second.pred_opt()), year);
            let after = in_year(annual, (second, None), year);
            prop_assert_eq!(before + after, annual);
        }

        #[test]
        fn m2_a_part_of_a_year_is_within_a_penny_of_its_days_and_the_parts_add_up(
            annual in 0..=i64::MAX, start in 1990_i32..2100, from in 0_u64..365, long in 0_u64..365,
        ) {
            let year = year(start);
            let first = year.first_day() + chrono::Days::new(from);
            let last = first + chrono::Days::new(long);
            let parts = divided(Pence(annual), (first, Some(last)), year);
            let sum: i128 = parts.iter().map(|part| i128::from(part.0)).sum();
            prop_assert_eq!(sum, i128::from(annual));
            let days = i128::from((year.last_day() - year.first_day()).num_days() + 1);
            let held = i128::from((last.min(year.last_day()) - first).num_days() + 1);
            let exact = i128::from(annual) * held;
            prop_assert!((i128::from(parts[1].0) * days - exact).abs() < days);
        }

        #[test]
        fn m2_a_longer_post_never_costs_less(
            annual in 0..=i64::MAX, from in 0_u64..365, long in 0_u64..364,
        ) {
            let year = year(2025);
            let first = year.first_day() + chrono::Days::new(from);
            let last = first + chrono::Days::new(long);
            let shorter = in_year(Pence(annual), (first, Some(last)), year);
            let longer = in_year(Pence(annual), (first, last.succ_opt()), year);
            prop_assert!(shorter <= longer);
        }
    }
}
