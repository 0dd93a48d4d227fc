//! Dividing an amount so that its parts add up to it exactly (rule M2).

use std::cmp::Reverse;

use entities::value::Pence;

/// Why an amount cannot be divided by these weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotASplit {
    /// There is no part, or every part has weight zero.
    #[error("nobody has a share: give at least one party a weight above zero")]
    NoWeight,
    /// A weight is below zero. The place counts from 1.
    #[error("share number {place} has a weight below zero")]
    NegativeWeight {
        /// Its place in the list.
        place: usize,
    },
}

/// Divides `amount` in proportion to `weights`.
///
/// Each part is first rounded down to the penny; the pennies left over go one each to the parts
/// with the largest remainders, and among equal remainders to the party listed first. A negative
/// amount is divided as the mirror image of the positive one.
///
/// # Errors
/// When nobody has a weight, or somebody's is negative.
pub fn split(amount: Pence, weights: &[i64]) -> Result<Vec<Pence>, NotASplit> {
    if let Some(index) = weights.iter().position(|weight| *weight < 0) {
        return Err(NotASplit::NegativeWeight { place: index + 1 });
    }
    let whole: i128 = weights.iter().copied().map(i128::from).sum();
    if whole == 0 {
        return Err(NotASplit::NoWeight);
    }
    let sign = i128::from(amount.0.signum());
    let size = i128::from(amount.0).abs();
    let exact: Vec<i128> = weights.iter().map(|weight| size * i128::from(*weight)).collect();
    let mut parts: Vec<i128> = exact.iter().map(|product| product / whole).collect();

    let left_over = size - parts.iter().sum::<i128>();
    let mut by_remainder: Vec<usize> = (0..parts.len()).collect();
    // The sort is stable, so equal remainders stay in the order in which the parties are listed.
    by_remainder.sort_by_key(|index| Reverse(exact[*index] % whole));
    for (index, _penny) in by_remainder.into_iter().zip(0..left_over) {
        parts[index] += 1;
    }
    Ok(parts.into_iter().map(|part| pence(sign * part)).collect())
}

/// Divides `amount` into `parts` equal ones; the odd pennies go to the first.
///
/// # Errors
/// When there are no parts.
pub fn equally(amount: Pence, parts: usize) -> Result<Vec<Pence>, NotASplit> {
    split(amount, &vec![1; parts])
}

fn pence(part: i128) -> Pence {
    Pence(i64::try_from(part).expect("a part is never larger than the amount that was divided"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn amounts(pence: &[i64]) -> Vec<Pence> {
        pence.iter().copied().map(Pence).collect()
    }

    #[test]
    fn m2_a_hundred_pounds_three_ways_is_33_34_and_twice_33_33() {
        assert_eq!(equally(Pence(10_000), 3), Ok(amounts(&[3_334, 3_333, 3_333])));
        assert_eq!(equally(Pence(-10_000), 3), Ok(amounts(&[-3_334, -3_333, -3_333])));
    }

    #[test]
    fn m2_the_odd_penny_goes_to_the_largest_remainder_not_to_the_first() {
        // 100p by 1 : 2 is 33⅓ and 66⅔: the second has the larger remainder.
        assert_eq!(split(Pence(100), &[1, 2]), Ok(amounts(&[33, 67])));
    }

    #[test]
    fn m2_without_a_weight_or_with_a_negative_one_nothing_is_split() {
        assert_eq!(split(Pence(100), &[]), Err(NotASplit::NoWeight));
        assert_eq!(split(Pence(100), &[0, 0]), Err(NotASplit::NoWeight));
        assert_eq!(split(Pence(100), &[3, -1]), Err(NotASplit::NegativeWeight { place: 2 }));
    }

    #[test]
    fn m2_the_largest_amounts_and_weights_do_not_overflow() {
        let halves = split(Pence(i64::MIN), &[i64::MAX, i64::MAX]);
        assert_eq!(halves, Ok(amounts(&[i64::MIN / 2, i64::MIN / 2])));
        assert_eq!(split(Pence(i64::MIN), &[1]), Ok(amounts(&[i64::MIN])));
    }

    fn weights() -> impl Strategy<Value = Vec<i64>> {
        prop::collection::vec(prop_oneof![Just(0), 1..100_i64, 1..=i64::MAX], 1..12)
            .prop_filter("somebody has a share", |weights| weights.iter().any(|w| *w > 0))
    }

    proptest! {
        #[test]
        fn m2_parts_add_up_and_each_is_within_a_penny(amount in any::<i64>(), weights in weights()) {
            let parts = split(Pence(amount), &weights).expect("somebody has a share");
            let sum: i128 = parts.iter().map(|part| i128::from(part.0)).sum();
            prop_assert_eq!(sum, i128::from(amount));
            let whole: i128 = weights.iter().copied().map(i128::from).sum();
            for (part, weight) in parts.iter().zip(&weights) {
                let exact = i128::from(amount) * i128::from(*weight);
                // |part − exact| < 1, without dividing. The product of a part and the whole fits
                // because a part is at most its weight's share of the amount, plus a penny.
                prop_assert!((i128::from(part.0) * whole - exact).abs() < whole);
                prop_assert!(*weight > 0 || part.0 == 0, "a part without weight got money");
            }
        }

        #[test]
        fn m2_negative_amounts_mirror_positive_ones(amount in 0..=i64::MAX, weights in weights()) {
            let negative = split(Pence(-amount), &weights).expect("somebody has a share");
            let positive = split(Pence(amount), &weights).expect("somebody has a share");
            prop_assert_eq!(negative, positive.into_iter().map(|part| -part).collect::<Vec<_>>());
        }

        #[test]
        fn m2_a_larger_weight_never_gets_less_nor_does_the_earlier_of_equals(
            amount in 0..=i64::MAX, weights in weights(),
        ) {
            let parts = split(Pence(amount), &weights).expect("somebody has a share");
            for later in 0..parts.len() {
                for earlier in 0..later {
                    if weights[earlier] == weights[later] {
                        prop_assert!(parts[earlier] >= parts[later]);
                    }
                    if weights[earlier] < weights[later] {
                        prop_assert!(parts[earlier] <= parts[later]);
                    }
                }
            }
        }
    }
}
