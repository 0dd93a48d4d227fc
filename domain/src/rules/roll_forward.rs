//! What a year becomes in the next: recurrent roll-forward, with the recurrent changes that were
//! agreed in the year, inflation uplift and planned changes, less agreed efficiency.
//!
//! A rate is taken of the sum of all lines that have it and divided over them by rule M2, so that
//! lines with equal sums stay equal when they are rolled forward: income and budgets do not part by
//! pennies (rule M3).

use entities::value::Pence;

use super::split::split;

/// A whole, in basis points.
pub const WHOLE: i32 = 10_000;

/// What next year's amount of one line is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// What goes on from year to year.
    pub recurrent: Pence,
    /// What changed in the year and goes on too.
    pub in_year: Pence,
    /// The agreed inflation, in basis points of these two together.
    pub uplift_basis_points: i32,
    /// What is planned to change.
    pub planned: Pence,
    /// The agreed efficiency, in basis points of recurrent and in-year together.
    pub efficiency_basis_points: i32,
}

/// What a line comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rolled {
    /// The inflation uplift.
    pub uplift: Pence,
    /// The efficiency: what is taken off.
    pub efficiency: Pence,
    /// Recurrent + in-year changes + uplift + planned changes − efficiency.
    pub amount: Pence,
}

/// Why a line cannot be rolled forward. The place counts from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RollRefusal {
    /// A rate is below nothing or above the whole.
    #[error("a rate is between 0 and 10000 basis points")]
    NotARate {
        /// The line's place.
        place: usize,
    },
    /// What goes on, or what comes out, is below nothing.
    #[error("next year's amount would be below nothing")]
    BelowNothing {
        /// The line's place.
        place: usize,
    },
    /// An amount is beyond what can be counted.
    #[error("the amounts are too large to be rolled forward")]
    TooLarge,
}

/// Every line rolled forward, in their order.
///
/// # Errors
/// When a rate is none, an amount is below nothing or too large.
pub fn roll(lines: &[Line]) -> Result<Vec<Rolled>, RollRefusal> {
    let bases = lines.iter().enumerate().map(base).collect::<Result<Vec<i64>, _>>()?;
    let rates = |rate: fn(&Line) -> i32| lines.iter().map(rate).collect::<Vec<_>>();
    let uplifts = shares(&bases, &rates(|line| line.uplift_basis_points))?;
    let efficiencies = shares(&bases, &rates(|line| line.efficiency_basis_points))?;
    let mut rolled = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        let (uplift, efficiency) = (uplifts[index], efficiencies[index]);
        let parts = [bases[index], uplift.0, line.planned.0].map(i128::from);
        let amount = parts.into_iter().sum::<i128>() - i128::from(efficiency.0);
        let amount = i64::try_from(amount).map_err(|_| RollRefusal::TooLarge)?;
        if amount < 0 {
            return Err(RollRefusal::BelowNothing { place: index + 1 });
        }
        rolled.push(Rolled { uplift, efficiency, amount: Pence(amount) });
    }
    Ok(rolled)
}

/// What the rates of a line are taken of.
fn base((index, line): (usize, &Line)) -> Result<i64, RollRefusal> {
    let place = index + 1;
    for rate in [line.uplift_basis_points, line.efficiency_basis_points] {
        if !(0..=WHOLE).contains(&rate) {
            return Err(RollRefusal::NotARate { place });
        }
    }
    let base = line.recurrent.0.checked_add(line.in_year.0).ok_or(RollRefusal::TooLarge)?;
    if base < 0 { Err(RollRefusal::BelowNothing { place }) } else { Ok(base) }
}

/// Each line's part of what its rate comes to: of all lines with one rate together, half a penny
/// rounded up, divided in proportion to what it is taken of.
fn shares(bases: &[i64], rates: &[i32]) -> Result<Vec<Pence>, RollRefusal> {
    let mut parts = vec![Pence::ZERO; bases.len()];
    let mut distinct = rates.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    for rate in distinct {
        let weights: Vec<i64> =
            bases.iter().zip(rates).map(|(base, of)| if *of == rate { *base } else { 0 }).collect();
        let sum: i128 = weights.iter().copied().map(i128::from).sum();
        let whole = i128::from(WHOLE);
        let total = (sum * i128::from(rate) + whole / 2) / whole;
        let total = i64::try_from(total).map_err(|_| RollRefusal::TooLarge)?;
        // Where nobody has a weight there is nothing to divide.
        for (part, share) in parts.iter_mut().zip(split(Pence(total), &weights).unwrap_or_default())
        {
            *part += share;
        }
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(recurrent: i64, uplift: i32, efficiency: i32) -> Line {
        Line {
            recurrent: Pence(recurrent),
            uplift_basis_points: uplift,
            efficiency_basis_points: efficiency,
            ..Line::default()
        }
    }

    #[test]
    fn a_line_is_recurrent_and_in_year_changes_with_uplift_and_plans_less_efficiency() {
        let line = Line {
            recurrent: Pence(100_000),
            in_year: Pence(-10_000),
            planned: Pence(5_000),
            ..line(0, 250, 100)
        };
        let rolled = roll(&[line]).expect("next year");
        let expected =
            Rolled { uplift: Pence(2_250), efficiency: Pence(900), amount: Pence(96_350) };
        assert_eq!(rolled, [expected]);
    }

    #[test]
    fn m2_a_rate_is_rounded_once_for_all_lines_that_have_it() {
        // 0.5% of £1.00 three times is one and a half pence, and so two.
        let rolled = roll(&[line(100, 50, 0); 3]).expect("next year");
        let amounts: Vec<i64> = rolled.iter().map(|line| line.amount.0).collect();
        assert_eq!(amounts, [101, 101, 100]);
    }

    #[test]
    fn what_is_below_nothing_or_no_rate_is_refused_with_its_place() {
        let below = Line { planned: Pence(-101), ..line(100, 0, 0) };
        let refused = roll(&[line(1, 0, 0), below]);
        assert_eq!(refused, Err(RollRefusal::BelowNothing { place: 2 }));
        let negative = Line { in_year: Pence(-101), planned: Pence(500), ..line(100, 0, 0) };
        assert_eq!(roll(&[negative]), Err(RollRefusal::BelowNothing { place: 1 }));
        assert_eq!(roll(&[line(1, -1, 0)]), Err(RollRefusal::NotARate { place: 1 }));
        assert_eq!(roll(&[line(1, 0, 10_001)]), Err(RollRefusal::NotARate { place: 1 }));
        let large = Line { in_year: Pence(1), ..line(i64::MAX, 0, 0) };
        assert_eq!(roll(&[large]), Err(RollRefusal::TooLarge));
        assert_eq!(roll(&[line(i64::MAX, 10_000, 0)]), Err(RollRefusal::TooLarge));
        assert_eq!(roll(&[]), Ok(vec![]));
    }

    fn amounts() -> impl Strategy<Value = Vec<i64>> {
        prop::collection::vec(prop_oneof![0..300_i64, 0..900_000_000_000_i64], 1..8)
    }

    proptest! {
        #[test]
        fn m3_schemes_and_contributions_of_one_sum_come_to_one_sum(
            schemes in amounts(), cuts in prop::collection::vec(1..50_i64, 1..5),
            uplift in 0..=1_000_i32, efficiency in 0..=1_000_i32,
        ) {
            let income = Pence(schemes.iter().sum());
            let contributions = split(income, &cuts).expect("contributions");
            let total = |amounts: &mut dyn Iterator<Item = i64>| {
                let lines: Vec<Line> = amounts.map(|it| line(it, uplift, efficiency)).collect();
                roll(&lines).map(|rolled| rolled.iter().map(|it| it.amount).sum::<Pence>())
            };
            let budgets = total(&mut schemes.iter().copied());
            prop_assert_eq!(budgets, total(&mut contributions.iter().map(|it| it.0)));
        }

        #[test]
        fn every_line_adds_up_from_its_steps(
            given in prop::collection::vec((0..1_000_000_i64, 0..=900_i32, 0..=900_i32, 0..99_i64), 0..8),
        ) {
            let lines: Vec<Line> = given
                .iter()
                .map(|(recurrent, uplift, efficiency, planned)| {
                    Line { planned: Pence(*planned), ..line(*recurrent, *uplift, *efficiency) }
                })
                .collect();
            for (line, rolled) in lines.iter().zip(roll(&lines).expect("next year")) {
                let steps = line.recurrent + line.in_year + rolled.uplift + line.planned;
                prop_assert_eq!(rolled.amount, steps - rolled.efficiency);
                prop_assert!(!rolled.uplift.is_negative() && !rolled.efficiency.is_negative());
            }
        }
    }
}
