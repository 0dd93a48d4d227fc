use entities::value::Pence;

/// The sum of amounts that somebody else supplied, or nothing when it does not fit.
pub(super) fn total(amounts: impl IntoIterator<Item = Pence>) -> Option<Pence> {
    // Added wide and narrowed once: the order of the amounts must not decide whether they fit.
    let sum: i128 = amounts.into_iter().map(|amount| i128::from(amount.0)).sum();
    i64::try_from(sum).ok().map(Pence)
}

/// What `amounts` have too much (positive) or too little (negative) against `whole`, if it fits.
pub(super) fn excess(amounts: &[Pence], whole: Pence) -> Option<Pence> {
    let sum: i128 = amounts.iter().map(|amount| i128::from(amount.0)).sum();
    i64::try_from(sum - i128::from(whole.0)).ok().map(Pence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_amounts_does_not_decide_whether_their_sum_fits() {
        let (most, least) = (Pence(i64::MAX), Pence(-i64::MAX));
        assert_eq!(total([most, most, least]), Some(most));
        assert_eq!(total([most, Pence(1)]), None);
        assert_eq!(excess(&[most, most], most), Some(most));
    }
}
