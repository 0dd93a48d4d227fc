//! How a contribution is paid in parts.

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

#[cfg(test)]
mod tests {
    use super::*;

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
