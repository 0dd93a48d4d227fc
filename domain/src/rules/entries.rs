//! What the entries of a ledger transaction have to be (rule M7).
//!
//! The database refuses the same again; here the refusal says what to put right.

use entities::value::Pence;

/// Why entries are not a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unbalanced {
    /// There are fewer than two.
    #[error("a transaction has at least two entries; this one has {count}")]
    TooFew {
        /// How many there are.
        count: usize,
    },
    /// One moves nothing. The place counts from 1.
    #[error("entry {place} moves nothing: leave it out")]
    ZeroAmount {
        /// Its place.
        place: usize,
    },
    /// Debits and credits differ.
    #[error("debits and credits differ by {difference}: the entries of a transaction sum to zero")]
    Difference {
        /// Debits less credits.
        difference: Pence,
    },
    /// Debits or credits are beyond what can be counted.
    #[error("the amounts are too large to be one transaction")]
    TooLarge,
}

/// Whether these amounts, debits positive and credits negative, are the entries of a transaction.
///
/// # Errors
/// When there are fewer than two, one is zero, they do not sum to zero or are too large.
pub fn balanced(amounts: &[Pence]) -> Result<(), Unbalanced> {
    if amounts.len() < 2 {
        return Err(Unbalanced::TooFew { count: amounts.len() });
    }
    if let Some(index) = amounts.iter().position(|amount| *amount == Pence::ZERO) {
        return Err(Unbalanced::ZeroAmount { place: index + 1 });
    }
    let debits = side(amounts, false);
    let credits = side(amounts, true);
    // The debits have to fit by themselves, so that no sum of some of the entries can overflow
    // later; balanced credits are as large.
    let too_large = |_| Unbalanced::TooLarge;
    i64::try_from(debits).map_err(too_large)?;
    let difference = i64::try_from(debits + credits).map(Pence).map_err(too_large)?;
    if difference == Pence::ZERO { Ok(()) } else { Err(Unbalanced::Difference { difference }) }
}

fn side(amounts: &[Pence], negative: bool) -> i128 {
    let of_side = amounts.iter().filter(|amount| amount.is_negative() == negative);
    of_side.map(|amount| i128::from(amount.0)).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(amounts: &[i64]) -> Result<(), Unbalanced> {
        balanced(&amounts.iter().copied().map(Pence).collect::<Vec<_>>())
    }

    #[test]
    fn m7_entries_sum_to_zero_and_the_refusal_names_the_difference() {
        assert_eq!(check(&[100, -60, -40]), Ok(()));
        let refused = check(&[100, -60]).expect_err("unbalanced");
        assert_eq!(refused, Unbalanced::Difference { difference: Pence(40) });
        assert!(refused.to_string().contains("0.40"));
        assert_eq!(check(&[100]), Err(Unbalanced::TooFew { count: 1 }));
        assert_eq!(check(&[]), Err(Unbalanced::TooFew { count: 0 }));
        assert_eq!(check(&[100, 0, -100]), Err(Unbalanced::ZeroAmount { place: 2 }));
    }

    #[test]
    fn m7_amounts_that_wrap_around_are_not_balanced() {
        assert_eq!(check(&[i64::MAX, i64::MAX, 2]), Err(Unbalanced::TooLarge));
        assert_eq!(check(&[i64::MIN, i64::MIN]), Err(Unbalanced::TooLarge));
        assert_eq!(check(&[i64::MAX, 1, i64::MIN]), Err(Unbalanced::TooLarge));
    }

    proptest! {
        #[test]
        fn m7_what_is_accepted_sums_to_zero(amounts in prop::collection::vec(-2..=2_i64, 0..6)) {
            let sum: i64 = amounts.iter().sum();
            let good = sum == 0 && amounts.len() >= 2 && !amounts.contains(&0);
            prop_assert_eq!(check(&amounts).is_ok(), good);
        }
    }
}
