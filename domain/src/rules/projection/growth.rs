use entities::value::Pence;

use super::{WHOLE, rounded};

/// What a cost was before it rose, and is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rise {
    /// Before.
    pub opening: Pence,
    /// Now.
    pub now: Pence,
}

/// What a cost was and is when it rose by an amount that is so many hundredths of a per cent of
/// what it was. None unless the share is above zero.
#[must_use]
pub fn rise(by: Pence, basis_points: i64) -> Option<Rise> {
    if basis_points <= 0 {
        return None;
    }
    let exact = i128::from(by.0) * i128::from(WHOLE);
    let opening = Pence(rounded(exact, i128::from(basis_points)));
    Some(Rise { opening, now: opening + by })
}

/// The yearly rate in hundredths of a per cent that takes `opening` to `now` in so many years,
/// compounded, rounded to the nearest, halves up. None when it cannot be said: an amount is not
/// above zero, there is no year, or the rate is beyond a hundredfold.
#[must_use]
pub fn yearly_growth(opening: Pence, now: Pence, years: u32) -> Option<i64> {
    if opening <= Pence::ZERO || now <= Pence::ZERO || years == 0 {
        return None;
    }
    // The highest rate that is too low, bit by bit; the one above it is the nearest.
    let mut too_low = -WHOLE - 1;
    for bit in (0..20).rev() {
        let higher = too_low + (1 << bit);
        if !exceeds(opening, now, (higher, years)) {
            too_low = higher;
        }
    }
    let nearest = too_low + 1;
    (nearest <= 100 * WHOLE).then_some(nearest)
}

/// True when growth by half a point more than `points` comes to more than `now`.
fn exceeds(opening: Pence, now: Pence, (points, years): (i64, u32)) -> bool {
    let grown = u64::try_from(2 * (WHOLE + points) + 1).unwrap_or(0);
    let whole = u64::try_from(2 * WHOLE).unwrap_or(0);
    let (mut left, mut right) = (Whole::of(opening), Whole::of(now));
    for _ in 0..years {
        left.times(grown);
        right.times(whole);
    }
    left.0.iter().rev().gt(right.0.iter().rev())
}

/// A whole number of any size, in digits of base 2³², the lowest first. Two that were multiplied
/// equally often have equally many.
struct Whole(Vec<u32>);

impl Whole {
    fn of(amount: Pence) -> Self {
        let mut one = Self(vec![1]);
        one.times(amount.0.unsigned_abs());
        one
    }

    fn times(&mut self, factor: u64) {
        let mut carried = 0;
        // Two more digits hold whatever a factor of 64 bits can add.
        self.0.extend([0, 0]);
        for digit in &mut self.0 {
            let product = u128::from(*digit) * u128::from(factor) + carried;
            carried = product >> u32::BITS;
            let low = product % (1 << u32::BITS);
            *digit = u32::try_from(low).expect("what remains of a digit is one");
        }
    }
}
