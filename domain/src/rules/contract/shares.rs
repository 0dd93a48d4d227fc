//! How commissioners share a contract: weights that add up to their total, and one of them leads
//! (rule C1).

use entities::{contract_commissioner::CommissionerRole as Role, value::Pence};
use uuid::Uuid;

use crate::rules::split;

/// A commissioner on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commissioner {
    /// The organisation.
    pub organisation: Uuid,
    /// What it is among them.
    pub role: Role,
    /// Its weight, and what all weights add up to; none while shares are not agreed.
    pub share: Option<(i64, i64)>,
}

/// Why commissioners cannot be those of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCommissioners {
    /// Nobody leads, or several do.
    #[error("rule C1: a contract has exactly one co-ordinating commissioner, and these are {0}")]
    NotOneLeads(usize),
    /// One is named twice.
    #[error("rule C1: commissioner number {0} is named twice")]
    NamedTwice(usize),
    /// Some have shares and some have none.
    #[error("rule C1: either every commissioner has a share or none has")]
    SharesOfSome,
    /// The shares are of different totals.
    #[error("rule C1: all shares are of one total")]
    SeveralTotals,
    /// The shares do not add up.
    #[error("rule C1: the shares add up to {sum}, and not to their total of {total}")]
    DoNotAddUp {
        /// What they add up to.
        sum: i128,
        /// What they should.
        total: i64,
    },
}

/// Whether these are the commissioners of a contract on a day.
///
/// # Errors
/// Why not.
pub fn check(commissioners: &[Commissioner]) -> Result<(), NotCommissioners> {
    let leads = commissioners.iter().filter(|it| it.role == Role::CoOrdinating).count();
    if leads != 1 {
        return Err(NotCommissioners::NotOneLeads(leads));
    }
    for (place, it) in commissioners.iter().enumerate() {
        if commissioners[..place].iter().any(|other| other.organisation == it.organisation) {
            return Err(NotCommissioners::NamedTwice(place + 1));
        }
    }
    let shares: Vec<(i64, i64)> = commissioners.iter().filter_map(|it| it.share).collect();
    let Some((_, total)) = shares.first().copied() else { return Ok(()) };
    if shares.len() != commissioners.len() {
        return Err(NotCommissioners::SharesOfSome);
    }
    if shares.iter().any(|(_, of)| *of != total) {
        return Err(NotCommissioners::SeveralTotals);
    }
    let sum: i128 = shares.iter().map(|(weight, _)| i128::from(*weight)).sum();
    if sum != i128::from(total) {
        return Err(NotCommissioners::DoNotAddUp { sum, total });
    }
    Ok(())
}

/// What the commissioners for which `is_own` holds bear of an amount together, by the weights in the
/// order of the list (rule M2): whoever stands in the place of two bears both parts. All of it when there
/// is one commissioner alone; none where none is its own, and while shares are not agreed.
#[must_use]
pub fn part(
    amount: Pence,
    commissioners: &[Commissioner],
    is_own: impl Fn(&Commissioner) -> bool,
) -> Option<Pence> {
    let parts = match commissioners {
        [_] => vec![amount],
        _ => {
            let weights = commissioners.iter().map(|it| it.share.map(|(weight, _)| weight));
            split::split(amount, &weights.collect::<Option<Vec<i64>>>()?).ok()?
        }
    };
    let own = commissioners.iter().zip(parts).filter(|(it, _)| is_own(it));
    own.map(|(_, part)| part).reduce(|sum, part| sum + part)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn commissioner(id: u128, role: Role, share: Option<(i64, i64)>) -> Commissioner {
        Commissioner { organisation: Uuid::from_u128(id), role, share }
    }

    fn lead(share: Option<(i64, i64)>) -> Commissioner {
        commissioner(1, Role::CoOrdinating, share)
    }

    fn associate(id: u128, share: Option<(i64, i64)>) -> Commissioner {
        commissioner(id, Role::Associate, share)
    }

    #[test]
    fn c1_exactly_one_co_ordinates_and_shares_add_up_to_their_total() {
        let thirds = |weight| Some((weight, 3));
        assert_eq!(check(&[lead(None)]), Ok(()));
        assert_eq!(check(&[lead(thirds(1)), associate(2, thirds(2))]), Ok(()));
        assert_eq!(check(&[lead(None), associate(2, None)]), Ok(()));
        assert_eq!(check(&[associate(2, None)]), Err(NotCommissioners::NotOneLeads(0)));
        let two = [lead(None), commissioner(2, Role::CoOrdinating, None)];
        assert_eq!(check(&two), Err(NotCommissioners::NotOneLeads(2)));
        let twice = [lead(None), associate(2, None), associate(2, None)];
        assert_eq!(check(&twice), Err(NotCommissioners::NamedTwice(3)));
        let some = [lead(thirds(3)), associate(2, None)];
        assert_eq!(check(&some), Err(NotCommissioners::SharesOfSome));
        let totals = [lead(thirds(1)), associate(2, Some((2, 4)))];
        assert_eq!(check(&totals), Err(NotCommissioners::SeveralTotals));
        let short = [lead(thirds(1)), associate(2, thirds(1))];
        let expected = NotCommissioners::DoNotAddUp { sum: 2, total: 3 };
        assert_eq!(check(&short), Err(expected));
    }

    #[test]
    fn m2_odd_pennies_go_by_the_list_and_whoever_follows_two_bears_both() {
        let all = [lead(Some((1, 3))), associate(2, Some((1, 3))), associate(3, Some((1, 3)))];
        let is = |id: u128| move |it: &Commissioner| it.organisation == Uuid::from_u128(id);
        let of = |id: u128| part(Pence(10_000), &all, is(id));
        assert_eq!([1, 2, 3].map(of), [33_34, 33_33, 33_33].map(|it| Some(Pence(it))));
        assert_eq!(of(4), None);
        let merged = |it: &Commissioner| is(1)(it) || is(3)(it);
        assert_eq!(part(Pence(10_000), &all, merged), Some(Pence(66_67)));
        let alone = part(Pence(7), &[lead(None)], is(1));
        assert_eq!(alone, Some(Pence(7)));
        let unagreed = [lead(None), associate(2, None)];
        assert_eq!(part(Pence(7), &unagreed, is(2)), None);
    }

    proptest! {
        #[test]
        fn c1_parts_add_up_to_the_whole(
            amount in 0_i64..1_000_000_000_000,
            weights in proptest::collection::vec(1_i64..10_000, 2..9),
        ) {
            let total: i64 = weights.iter().sum();
            let all: Vec<Commissioner> = weights
                .iter()
                .zip(1_u128..)
                .map(|(weight, id)| {
                    let role = if id == 1 { Role::CoOrdinating } else { Role::Associate };
                    commissioner(id, role, Some((*weight, total)))
                })
                .collect();
            prop_assert_eq!(check(&all), Ok(()));
            let own = |own: Uuid| part(Pence(amount), &all, |it| it.organisation == own);
            let parts = all.iter().filter_map(|it| own(it.organisation));
            prop_assert_eq!(parts.sum::<Pence>(), Pence(amount));
            prop_assert_eq!(part(Pence(amount), &all, |_| true), Some(Pence(amount)));
        }
    }
}
