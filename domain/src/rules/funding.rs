//! Who funds a scheme from which source, and from when (rule M15).

use chrono::NaiveDate;
use entities::value::Pence;
use uuid::Uuid;

use super::split::{NotASplit, split};

/// A funding split and the day from which it is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatedSplit {
    /// The first day on which it counts.
    pub effective_on: NaiveDate,
    /// Its parts, in the order that decides who gets odd pennies.
    pub shares: Vec<Share>,
}

/// One part of a funding split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The partner that funds.
    pub partner: Uuid,
    /// From which source.
    pub source: String,
    /// Its weight; the whole is the sum of the weights.
    pub weight: i64,
}

/// The shares, each in the hands of whoever stands in its partner's place: what comes to be of one
/// partner and source is one share.
#[must_use]
pub fn inherited(shares: &[Share], heir: impl Fn(Uuid) -> Uuid) -> Vec<Share> {
    let mut inherited: Vec<Share> = Vec::new();
    for share in shares {
        let partner = heir(share.partner);
        let same = |it: &&mut Share| it.partner == partner && it.source == share.source;
        match inherited.iter_mut().find(same) {
            Some(known) => known.weight += share.weight,
            None => inherited.push(Share { partner, ..share.clone() }),
        }
    }
    inherited
}

/// A part of an amount, with who funds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FundedPart<'a> {
    /// The partner that funds it.
    pub partner: Uuid,
    /// From which source.
    pub source: &'a str,
    /// How much.
    pub amount: Pence,
}

/// The split in force on a day: the last to take effect by then. A day before the first of them
/// takes the first, because a scheme is funded from its start. Of splits with the same effect, the
/// later in the list counts: list them in the order in which they became known.
#[must_use]
pub fn in_force(splits: &[DatedSplit], on: NaiveDate) -> Option<&DatedSplit> {
    let first = splits.iter().map(|split| split.effective_on).min()?;
    let in_time = splits.iter().filter(|split| split.effective_on <= on.max(first));
    in_time.max_by_key(|split| split.effective_on)
}

/// `amount` divided by `shares`, a part for each (rule M2).
///
/// # Errors
/// When nobody has a share.
pub fn funded(amount: Pence, shares: &[Share]) -> Result<Vec<FundedPart<'_>>, NotASplit> {
    let weights: Vec<i64> = shares.iter().map(|share| share.weight).collect();
    let parts = split(amount, &weights)?.into_iter().zip(shares);
    Ok(parts
        .map(|(amount, share)| FundedPart { partner: share.partner, source: &share.source, amount })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, 6, day).expect("a date")
    }

    fn from(day: u32, weights: &[i64]) -> DatedSplit {
        let share = |(place, weight): (usize, &i64)| Share {
            partner: Uuid::from_u128(place as u128),
            source: format!("SOURCE_{place}"),
            weight: *weight,
        };
        let shares = weights.iter().enumerate().map(share).collect();
        DatedSplit { effective_on: on(day), shares }
    }

    #[test]
    fn m15_the_split_in_force_is_the_last_to_take_effect_and_before_the_first_the_first() {
        let splits = [from(10, &[1]), from(20, &[1, 1]), from(20, &[2, 1]), from(5, &[3])];
        assert_eq!(in_force(&splits, on(1)), Some(&splits[3]));
        assert_eq!(in_force(&splits, on(9)), Some(&splits[3]));
        assert_eq!(in_force(&splits, on(10)), Some(&splits[0]));
        assert_eq!(in_force(&splits, on(30)), Some(&splits[2]), "the later known of the same day");
        assert_eq!(in_force(&[], on(1)), None);
    }

    #[test]
    fn g5_who_stands_in_several_places_has_one_share_of_each_source() {
        let mut shares = from(1, &[2, 3, 4]).shares;
        shares[1].source = shares[0].source.clone();
        let heir = |it: Uuid| match it.as_u128() {
            1 => Uuid::nil(),
            2 => Uuid::from_u128(9),
            _ => it,
        };
        let told: Vec<_> = inherited(&shares, heir)
            .into_iter()
            .map(|share| (share.partner.as_u128(), share.source, share.weight))
            .collect();
        assert_eq!(told, [(0, "SOURCE_0".to_owned(), 5), (9, "SOURCE_2".to_owned(), 4)]);
        assert_eq!(inherited(&shares, |it| it), shares);
    }

    #[test]
    fn m15_an_amount_is_divided_by_the_shares_in_their_order() {
        let split = from(1, &[1, 1]);
        let parts = funded(Pence(101), &split.shares).expect("shares");
        assert_eq!(parts[0].amount, Pence(51));
        assert_eq!((parts[1].source, parts[1].amount), ("SOURCE_1", Pence(50)));
        assert_eq!(funded(Pence(1), &[]), Err(NotASplit::NoWeight));
    }
}
