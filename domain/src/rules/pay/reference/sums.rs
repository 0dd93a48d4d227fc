//! Sums of the reference, with nothing from the rules themselves.

pub(super) fn share(amount: i128, part: i128, whole: i128) -> i128 {
    let size = (amount * part).abs();
    let mut pence = size / whole;
    if 2 * (size % whole) >= whole {
        pence += 1;
    }
    if amount * part < 0 { -pence } else { pence }
}

/// The part of a month in a year's amount: penny by penny, April first.
pub(super) fn part_of(year: i128, month: usize) -> i128 {
    let each = year.abs() / 12;
    let odd = year.abs() - 12 * each;
    let part = if i128::try_from(month).expect("small") < odd { each + 1 } else { each };
    if year < 0 { -part } else { part }
}

/// Largest remainder, penny by penny.
pub(super) fn shared_out(amount: i128, weights: &[i128]) -> Vec<i128> {
    let whole: i128 = weights.iter().sum();
    if whole == 0 {
        return vec![0; weights.len()];
    }
    let mut parts: Vec<i128> = weights.iter().map(|weight| amount * weight / whole).collect();
    let mut rest: Vec<i128> = weights.iter().map(|weight| amount * weight % whole).collect();
    for _ in 0..amount - parts.iter().sum::<i128>() {
        let best = (0..rest.len()).rev().max_by_key(|at| rest[*at]).expect("somebody");
        parts[best] += 1;
        rest[best] = -1;
    }
    parts
}
