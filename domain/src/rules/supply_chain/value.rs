use std::collections::BTreeMap;

use entities::value::{FinancialYear, Pence};
use uuid::Uuid;

use super::{Head, Link};

/// The whole, in basis points.
pub(super) const WHOLE: i64 = 10_000;

/// What a subcontract is worth in one financial year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YearlyValue {
    /// An amount.
    Exact(Pence),
    /// A range of basis points of the value of the contract above it. It counts with its upper
    /// end, which its buyer may come to owe.
    Share {
        /// Lower end.
        from: i64,
        /// Upper end.
        to: i64,
    },
}

impl YearlyValue {
    /// What it counts with, under a contract that is worth `above`.
    #[must_use]
    pub fn of(self, above: Pence) -> Pence {
        match self {
            Self::Exact(amount) => amount,
            Self::Share { to, .. } => part_of(above, to),
        }
    }
}

/// Why something is no value of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAValue {
    /// An amount below zero.
    #[error("give a value of zero or more")]
    BelowZero,
    /// A range that is none, or lies outside 0 to 10,000.
    #[error("give a range of 0 to 10,000 basis points whose lower end comes first")]
    NotARange,
}

/// Whether it is a value.
///
/// # Errors
/// When it is below nothing, or no range within the whole.
pub fn is_value(value: YearlyValue) -> Result<(), NotAValue> {
    match value {
        YearlyValue::Exact(amount) if amount.is_negative() => Err(NotAValue::BelowZero),
        YearlyValue::Share { from, to } if from < 0 || to < from || WHOLE < to => {
            Err(NotAValue::NotARange)
        }
        YearlyValue::Exact(_) | YearlyValue::Share { .. } => Ok(()),
    }
}

/// What contracts are worth by year, as it counts for rule C2; none while no value is recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Amounts(BTreeMap<Option<Uuid>, BTreeMap<FinancialYear, Pence>>);

impl Amounts {
    /// What a link, or the head contract, is worth in a year. None when that is not known; nothing
    /// when it is known of other years only.
    #[must_use]
    pub fn of(&self, contract: Option<Uuid>, year: FinancialYear) -> Option<Pence> {
        let values = self.0.get(&contract)?;
        Some(values.get(&year).copied().unwrap_or_default())
    }

    /// The years of which anything is known.
    pub(super) fn years(&self) -> impl Iterator<Item = FinancialYear> {
        let mut years: Vec<FinancialYear> =
            self.0.values().flat_map(|values| values.keys().copied()).collect();
        years.sort_unstable();
        years.dedup();
        years.into_iter()
    }
}

/// The amounts of the head contract and of every link, whose parents come before them.
#[must_use]
pub fn amounts<'a>(head: &Head, chain: impl IntoIterator<Item = &'a Link>) -> Amounts {
    let mut amounts = Amounts::default();
    if !head.values.is_empty() {
        amounts.0.insert(None, head.values.clone());
    }
    for link in chain {
        let mut values = BTreeMap::new();
        for (year, value) in &link.values {
            let above = amounts.of(link.parent, *year);
            let amount = match value {
                YearlyValue::Exact(amount) => Some(*amount),
                YearlyValue::Share { .. } => above.map(|above| value.of(above)),
            };
            if let Some(amount) = amount {
                values.insert(*year, amount);
            }
        }
        if !values.is_empty() {
            amounts.0.insert(Some(link.id), values);
        }
    }
    amounts
}

/// A part of an amount in basis points, rounded down to the penny.
fn part_of(amount: Pence, basis_points: i64) -> Pence {
    let part = i128::from(amount.0) * i128::from(basis_points) / i128::from(WHOLE);
    Pence(i64::try_from(part).expect("a part is never larger than its whole"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{head, id, link, year};
    use super::*;

    #[test]
    fn a_value_is_an_amount_of_zero_or_more_or_a_range_within_the_whole() {
        assert_eq!(is_value(YearlyValue::Exact(Pence::ZERO)), Ok(()));
        assert_eq!(is_value(YearlyValue::Exact(Pence(-1))), Err(NotAValue::BelowZero));
        let range = |from, to| is_value(YearlyValue::Share { from, to });
        assert_eq!(range(0, 10_000), Ok(()));
        assert_eq!(range(500, 500), Ok(()));
        for (from, to) in [(-1, 5), (6, 5), (0, 10_001)] {
            assert_eq!(range(from, to), Err(NotAValue::NotARange), "{from} to {to}");
        }
    }

    #[test]
    fn c2_a_range_counts_with_its_upper_end_of_the_contract_above() {
        let mut top = link(1, None);
        top.values = [(year(1), YearlyValue::Share { from: 4_000, to: 5_000 })].into();
        let mut below = link(2, Some(1));
        below.values = [
            (year(1), YearlyValue::Share { from: 0, to: 3_333 }),
            (year(2), YearlyValue::Exact(Pence(7))),
        ]
        .into();
        let amounts = amounts(&head(&[(1, 1_000)]), [&top, &below]);
        assert_eq!(amounts.of(None, year(1)), Some(Pence(1_000)));
        assert_eq!(amounts.of(None, year(2)), Some(Pence::ZERO));
        assert_eq!(amounts.of(Some(id(1)), year(1)), Some(Pence(500)));
        assert_eq!(
            amounts.of(Some(id(2)), year(1)),
            Some(Pence(166)),
            "166.65 pence, rounded down"
        );
        assert_eq!(amounts.of(Some(id(2)), year(2)), Some(Pence(7)));
        assert_eq!(amounts.years().collect::<Vec<_>>(), [year(1), year(2)]);
    }

    #[test]
    fn c2_a_part_of_what_is_not_known_is_not_known() {
        let mut top = link(1, None);
        top.values = [(year(1), YearlyValue::Share { from: 4_000, to: 5_000 })].into();
        let below = link(2, Some(1));
        let amounts = amounts(&head(&[]), [&top, &below]);
        assert_eq!(amounts.of(None, year(1)), None);
        assert_eq!(amounts.of(Some(id(1)), year(1)), None);
        assert_eq!(amounts.of(Some(id(2)), year(1)), None);
    }
}
