//! Movements of budget, which keep income and budget together (rule M5).

use std::collections::BTreeSet;

use entities::{budget_movement::MovementKind, value::Pence};
use uuid::Uuid;

use super::total::total;

/// What a movement adds to one scheme's budget, or takes from it when negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SchemeLine {
    /// The scheme.
    pub scheme: Uuid,
    /// The amount.
    pub amount: Pence,
}

/// Why a movement of budget is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MovementRefusal {
    /// A line or variation is nothing.
    #[error("each line of a movement moves something: leave out the amounts of zero")]
    ZeroAmount,
    /// One scheme has several lines.
    #[error("a scheme appears twice: give it one line with the whole amount")]
    SchemeTwice,
    /// A virement between fewer than two schemes.
    #[error("a virement moves budget between at least two schemes")]
    FewerThanTwoSchemes,
    /// A virement whose lines do not cancel out.
    #[error("a virement adds up to nothing; this one leaves {difference}")]
    DoesNotNetToZero {
        /// What is left.
        difference: Pence,
    },
    /// A virement that varies a contribution.
    #[error(
        "a virement stays inside the pool and varies no contribution: record a movement into or out of the pool"
    )]
    VirementVariesContribution,
    /// A movement over the pool's edge without schemes.
    #[error("name the schemes whose budget changes")]
    NoScheme,
    /// A movement over the pool's edge without the contribution that carries it.
    #[error("name the partner outside the movement, and how its contribution varies")]
    NoContribution,
    /// An amount runs against the movement's direction.
    #[error(
        "a movement into the pool only adds, one out of it only takes away: record what runs the other way as a movement of its own"
    )]
    WrongDirection,
    /// Budgets and contributions would part.
    #[error(
        "the schemes' budgets change by {schemes} and the contributions by {contributions}: they have to agree"
    )]
    BudgetAndIncomePart {
        /// The sum of the scheme lines.
        schemes: Pence,
        /// The sum of the contributions' variations.
        contributions: Pence,
    },
    /// A sum is beyond what can be counted.
    #[error("the amounts are too large to add up")]
    TooLarge,
}

/// Whether a movement is one: a virement nets to zero over two schemes or more; a movement into or
/// out of the pool changes budgets and contributions by the same sum, in one direction.
/// `variations` are the amounts by which contributions change.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn is_movement(
    kind: MovementKind,
    lines: &[SchemeLine],
    variations: &[Pence],
) -> Result<(), MovementRefusal> {
    let amounts = || lines.iter().map(|line| line.amount);
    if amounts().chain(variations.iter().copied()).any(|amount| amount == Pence::ZERO) {
        return Err(MovementRefusal::ZeroAmount);
    }
    let schemes: BTreeSet<Uuid> = lines.iter().map(|line| line.scheme).collect();
    if schemes.len() < lines.len() {
        return Err(MovementRefusal::SchemeTwice);
    }
    let moved = total(amounts()).ok_or(MovementRefusal::TooLarge)?;
    let contributed = total(variations.iter().copied()).ok_or(MovementRefusal::TooLarge)?;
    match kind {
        MovementKind::Virement => virement(lines, moved, variations),
        MovementKind::IntoPool | MovementKind::OutOfPool => {
            let outwards = kind == MovementKind::OutOfPool;
            let mut all = amounts().chain(variations.iter().copied());
            if lines.is_empty() {
                Err(MovementRefusal::NoScheme)
            } else if variations.is_empty() {
                Err(MovementRefusal::NoContribution)
            } else if all.any(|amount| amount.is_negative() != outwards) {
                Err(MovementRefusal::WrongDirection)
            } else if moved != contributed {
                Err(MovementRefusal::BudgetAndIncomePart {
                    schemes: moved,
                    contributions: contributed,
                })
            } else {
                Ok(())
            }
        }
    }
}

fn virement(
    lines: &[SchemeLine],
    moved: Pence,
    variations: &[Pence],
) -> Result<(), MovementRefusal> {
    if !variations.is_empty() {
        return Err(MovementRefusal::VirementVariesContribution);
    }
    if lines.len() < 2 {
        return Err(MovementRefusal::FewerThanTwoSchemes);
    }
    if moved != Pence::ZERO {
        return Err(MovementRefusal::DoesNotNetToZero { difference: moved });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use MovementKind::{IntoPool, OutOfPool, Virement};
    use proptest::prelude::*;

    use super::*;

    fn line(scheme: u128, pence: i64) -> SchemeLine {
        SchemeLine { scheme: Uuid::from_u128(scheme), amount: Pence(pence) }
    }

    #[test]
    fn m5_a_virement_nets_to_zero_between_two_schemes() {
        let check = |lines: &[SchemeLine]| is_movement(Virement, lines, &[]);
        assert_eq!(check(&[line(1, -500), line(2, 300), line(3, 200)]), Ok(()));
        let difference = Pence(-100);
        let refused = Err(MovementRefusal::DoesNotNetToZero { difference });
        assert_eq!(check(&[line(1, -500), line(2, 400)]), refused);
        assert_eq!(check(&[line(1, 5)]), Err(MovementRefusal::FewerThanTwoSchemes));
        assert_eq!(check(&[line(1, 5), line(1, -5)]), Err(MovementRefusal::SchemeTwice));
        assert_eq!(check(&[line(1, 5), line(2, 0)]), Err(MovementRefusal::ZeroAmount));
        let varied = is_movement(Virement, &[line(1, 5), line(2, -5)], &[Pence(5)]);
        assert_eq!(varied, Err(MovementRefusal::VirementVariesContribution));
    }

    #[test]
    fn m5_what_enters_or_leaves_the_pool_carries_its_contribution() {
        assert_eq!(is_movement(IntoPool, &[line(1, 500)], &[Pence(300), Pence(200)]), Ok(()));
        assert_eq!(is_movement(OutOfPool, &[line(1, -500)], &[Pence(-500)]), Ok(()));
        let parted = is_movement(IntoPool, &[line(1, 500)], &[Pence(499)]);
        let (schemes, contributions) = (Pence(500), Pence(499));
        assert_eq!(parted, Err(MovementRefusal::BudgetAndIncomePart { schemes, contributions }));
        let wrong = Err(MovementRefusal::WrongDirection);
        assert_eq!(is_movement(OutOfPool, &[line(1, 500)], &[Pence(500)]), wrong);
        assert_eq!(is_movement(IntoPool, &[line(1, 600), line(2, -100)], &[Pence(500)]), wrong);
        assert_eq!(is_movement(IntoPool, &[line(1, 5)], &[]), Err(MovementRefusal::NoContribution));
        assert_eq!(is_movement(IntoPool, &[], &[Pence(5)]), Err(MovementRefusal::NoScheme));
    }

    proptest! {
        #[test]
        fn m5_whatever_is_accepted_changes_budget_and_income_alike(
            kind in prop_oneof![Just(Virement), Just(IntoPool), Just(OutOfPool)],
            lines in prop::collection::vec((0..6_u128, -3..3_i64), 0..4),
            variations in prop::collection::vec(-3..3_i64, 0..3),
        ) {
            let lines: Vec<_> = lines.into_iter().map(|(scheme, pence)| line(scheme, pence)).collect();
            let variations: Vec<_> = variations.into_iter().map(Pence).collect();
            if is_movement(kind, &lines, &variations).is_ok() {
                let budget: Pence = lines.iter().map(|line| line.amount).sum();
                prop_assert_eq!(budget, variations.into_iter().sum::<Pence>());
                prop_assert_eq!(budget.0.signum(), match kind { Virement => 0, IntoPool => 1, OutOfPool => -1 });
            }
        }
    }
}
