use entities::value::Pence;

/// What is told of money instead of its amount (rule V2). A lower bound belongs to its band.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueBand {
    /// Below £100,000.
    Under100k,
    /// £100,000 and more, below £500,000.
    From100kTo500k,
    /// £500,000 and more, below £1,000,000.
    From500kTo1m,
    /// £1,000,000 and more.
    Over1m,
}

const HUNDRED_THOUSAND: i128 = 10_000_000;
const HALF_MILLION: i128 = 50_000_000;
const MILLION: i128 = 100_000_000;

impl ValueBand {
    /// Every band, from the lowest.
    pub const ALL: [Self; 4] =
        [Self::Under100k, Self::From100kTo500k, Self::From500kTo1m, Self::Over1m];

    /// The band of an amount.
    #[must_use]
    pub fn of(amount: Pence) -> Self {
        Self::holding(i128::from(amount.0))
    }

    /// The band of an amount of pence of any size.
    pub(super) fn holding(pence: i128) -> Self {
        match pence {
            HUNDRED_THOUSAND..HALF_MILLION => Self::From100kTo500k,
            HALF_MILLION..MILLION => Self::From500kTo1m,
            MILLION.. => Self::Over1m,
            _ => Self::Under100k,
        }
    }

    /// The least and the most pence of the band, both included; the highest has no most.
    pub(super) const fn bounds(self) -> (i128, Option<i128>) {
        match self {
            Self::Under100k => (0, Some(HUNDRED_THOUSAND - 1)),
            Self::From100kTo500k => (HUNDRED_THOUSAND, Some(HALF_MILLION - 1)),
            Self::From500kTo1m => (HALF_MILLION, Some(MILLION - 1)),
            Self::Over1m => (MILLION, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v2_a_lower_bound_belongs_to_its_band() {
        let pounds = |pounds: i64| ValueBand::of(Pence(pounds * 100));
        assert_eq!(pounds(0), ValueBand::Under100k);
        assert_eq!(ValueBand::of(Pence(9_999_999)), ValueBand::Under100k);
        assert_eq!(pounds(100_000), ValueBand::From100kTo500k);
        assert_eq!(ValueBand::of(Pence(49_999_999)), ValueBand::From100kTo500k);
        assert_eq!(pounds(500_000), ValueBand::From500kTo1m);
        assert_eq!(ValueBand::of(Pence(99_999_999)), ValueBand::From500kTo1m);
        assert_eq!(pounds(1_000_000), ValueBand::Over1m);
        assert_eq!(ValueBand::of(Pence(i64::MAX)), ValueBand::Over1m);
        assert_eq!(ValueBand::of(Pence(-1)), ValueBand::Under100k);
    }

    #[test]
    fn v2_the_bands_follow_one_another_without_a_gap() {
        let mut next = 0;
        for band in ValueBand::ALL {
            let (least, most) = band.bounds();
            assert_eq!(least, next);
            assert_eq!(ValueBand::holding(least), band);
            assert_eq!(most.map(ValueBand::holding), most.map(|_| band));
            next = most.map_or(0, |most| most + 1);
        }
        assert_eq!(next, 0, "the last band has no end");
    }
}
