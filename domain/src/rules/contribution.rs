//! What a partner has agreed to pay in (rule M12).

use entities::value::Pence;

/// Why a contribution cannot be what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContributionRefusal {
    /// The amount is below nothing.
    #[error("a contribution is never negative: record money given back as a refund")]
    Negative,
    /// A variation would lower it below nothing.
    #[error("the variation would lower the contribution to {would_be}, below nothing")]
    BelowNothing {
        /// What would be left.
        would_be: Pence,
    },
    /// The sum is beyond what can be counted.
    #[error("the amounts are too large to add up")]
    TooLarge,
}

/// Whether `amount` can be planned.
///
/// # Errors
/// When it is below nothing.
pub fn planned(amount: Pence) -> Result<Pence, ContributionRefusal> {
    if amount.is_negative() { Err(ContributionRefusal::Negative) } else { Ok(amount) }
}

/// What a contribution of `agreed` becomes by a `variation`, which may lower it.
///
/// # Errors
/// When nothing would be left and more.
pub fn varied(agreed: Pence, variation: Pence) -> Result<Pence, ContributionRefusal> {
    let would_be = agreed.plus(variation).ok_or(ContributionRefusal::TooLarge)?;
    if would_be.is_negative() {
        return Err(ContributionRefusal::BelowNothing { would_be });
    }
    Ok(would_be)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m12_a_contribution_is_never_negative() {
        assert_eq!(planned(Pence(-1)), Err(ContributionRefusal::Negative));
        assert_eq!(planned(Pence::ZERO), Ok(Pence::ZERO));
        assert_eq!(varied(Pence(100), Pence(-100)), Ok(Pence::ZERO));
        let would_be = Pence(-1);
        assert_eq!(
            varied(Pence(100), Pence(-101)),
            Err(ContributionRefusal::BelowNothing { would_be })
        );
    }
}
