//! Money hidden by commercial confidence, given as a band (rule V2).

use entities::value::Pence;

/// Between which amounts a value lies: the lower bound belongs to the band.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Band {
    /// Under £100,000.
    Under100Thousand,
    /// £100,000 to under £500,000.
    From100Thousand,
    /// £500,000 to under £1,000,000.
    From500Thousand,
    /// £1,000,000 and over.
    From1Million,
}

/// The band in which an amount lies.
#[must_use]
pub const fn band(amount: Pence) -> Band {
    match amount.0 {
        ..10_000_000 => Band::Under100Thousand,
        10_000_000..50_000_000 => Band::From100Thousand,
        50_000_000..100_000_000 => Band::From500Thousand,
        100_000_000.. => Band::From1Million,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v2_the_lower_bound_belongs_to_the_band() {
        let of = |pounds: i64, pence: i64| band(Pence(pounds * 100 + pence));
        assert_eq!([of(-1, 0), of(0, 0), of(99_999, 99)], [Band::Under100Thousand; 3]);
        assert_eq!([of(100_000, 0), of(499_999, 99)], [Band::From100Thousand; 2]);
        assert_eq!([of(500_000, 0), of(999_999, 99)], [Band::From500Thousand; 2]);
        assert_eq!([of(1_000_000, 0), of(30_000_000, 0)], [Band::From1Million; 2]);
    }
}
