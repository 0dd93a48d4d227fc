use entities::value::Pence;

use super::value::WHOLE;
use crate::rules::band::{Band, band};

/// The fewest hidden parts of a figure that may be told as a band (rule V8).
pub(super) const FEWEST_HIDDEN: usize = 3;

/// Money as somebody is shown it. Everything that is computed from it is computed from this and
/// never from the amount behind it (rule V8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The amount.
    Exact(Pence),
    /// Its band.
    Banded(Band),
    /// Nothing.
    Withheld,
}

/// A share as somebody is shown it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ratio {
    /// In basis points, to the nearest, halves up.
    BasisPoints(i64),
    /// Something hidden enters: a share has no bands.
    Withheld,
    /// There is nothing to divide by.
    NothingToDivide,
}

impl Shown {
    /// The amount, where it is shown.
    #[must_use]
    pub fn exact(self) -> Option<Pence> {
        match self {
            Self::Exact(amount) => Some(amount),
            Self::Banded(_) | Self::Withheld => None,
        }
    }

    /// The least and the most pence that it may be; money of a contract is never below nothing.
    fn bounds(self) -> (i128, Option<i128>) {
        match self {
            Self::Exact(amount) => (i128::from(amount.0), Some(i128::from(amount.0))),
            Self::Banded(band) => bounds(band),
            Self::Withheld => (0, None),
        }
    }

    /// The sum of `added`, less that of `taken`: exact when all of it is; else the band in which it
    /// lies for sure, when three parts or more are hidden; else withheld.
    #[must_use]
    pub fn sum(added: &[Self], taken: &[Self]) -> Self {
        let hidden = added.iter().chain(taken).filter(|it| it.exact().is_none()).count();
        let ((least, most), (taken_least, taken_most)) = (together(added), together(taken));
        let most = most.map(|most| most - taken_least);
        let Some(least) = taken_most.map(|taken| least - taken) else { return Self::Withheld };
        if hidden == 0 {
            return i64::try_from(least).map_or(Self::Withheld, |it| Self::Exact(Pence(it)));
        }
        let of_least = holding(least);
        let is_sure = most.map_or(Band::From1Million, holding) == of_least;
        if hidden >= FEWEST_HIDDEN && is_sure { Self::Banded(of_least) } else { Self::Withheld }
    }
}

/// The least and the most pence of a band, both included; the highest has no most.
const fn bounds(band: Band) -> (i128, Option<i128>) {
    const HUNDRED_THOUSAND: i128 = 10_000_000;
    const HALF_MILLION: i128 = 50_000_000;
    const MILLION: i128 = 100_000_000;
    match band {
        Band::Under100Thousand => (0, Some(HUNDRED_THOUSAND - 1)),
        Band::From100Thousand => (HUNDRED_THOUSAND, Some(HALF_MILLION - 1)),
        Band::From500Thousand => (HALF_MILLION, Some(MILLION - 1)),
        Band::From1Million => (MILLION, None),
    }
}

/// The band of an amount of pence of any size.
fn holding(pence: i128) -> Band {
    let nearest = pence.clamp(i64::MIN.into(), i64::MAX.into());
    band(Pence(i64::try_from(nearest).expect("it was clamped")))
}

fn together(parts: &[Shown]) -> (i128, Option<i128>) {
    let least = parts.iter().map(|part| part.bounds().0).sum();
    let most: Option<i128> = parts.iter().map(|part| part.bounds().1).sum();
    (least, most)
}

impl Ratio {
    /// The share of `part` in `whole`.
    #[must_use]
    pub fn of(part: Shown, whole: Shown) -> Self {
        match (part.exact(), whole.exact()) {
            (_, Some(Pence::ZERO)) => Self::NothingToDivide,
            (Some(part), Some(whole)) => Self::divided(i128::from(part.0), i128::from(whole.0)),
            _ => Self::Withheld,
        }
    }

    /// The share of `part` in `whole`, which is above zero.
    pub(super) fn divided(part: i128, whole: i128) -> Self {
        let twice = 2 * part * i128::from(WHOLE) + whole;
        let nearest = twice.div_euclid(2 * whole);
        i64::try_from(nearest).map_or(Self::Withheld, Self::BasisPoints)
    }
}

#[cfg(test)]
mod tests {
    use Band::{From1Million, From100Thousand, From500Thousand, Under100Thousand};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn v2_the_bounds_of_the_bands_follow_one_another_without_a_gap() {
        let mut next = 0;
        for it in [Under100Thousand, From100Thousand, From500Thousand, From1Million] {
            let (least, most) = bounds(it);
            assert_eq!(least, next);
            assert_eq!(holding(least), it);
            assert_eq!(most.map(holding), most.map(|_| it));
            next = most.map_or(0, |most| most + 1);
        }
        assert_eq!(next, 0, "the last band has no end");
        assert_eq!(holding(i128::MAX), From1Million);
        assert_eq!(holding(i128::MIN), Under100Thousand);
    }

    fn exact(pounds: i64) -> Shown {
        Shown::Exact(Pence(pounds * 100))
    }

    fn banded(bands: &[Band]) -> Vec<Shown> {
        bands.iter().copied().map(Shown::Banded).collect()
    }

    #[test]
    fn v8_a_sum_of_what_is_shown_is_exact() {
        assert_eq!(Shown::sum(&[exact(5), exact(7)], &[exact(20)]), exact(-8));
        assert_eq!(Shown::sum(&[], &[]), exact(0));
        let most = Shown::Exact(Pence(i64::MAX));
        assert_eq!(Shown::sum(&[most, exact(1)], &[]), Shown::Withheld, "beyond counting");
    }

    #[test]
    fn v8_fewer_than_three_hidden_parts_make_no_band() {
        assert_eq!(Shown::sum(&banded(&[From1Million]), &[]), Shown::Withheld);
        assert_eq!(Shown::sum(&banded(&[From1Million; 2]), &[]), Shown::Withheld);
        assert_eq!(Shown::sum(&banded(&[From1Million; 3]), &[]), Shown::Banded(From1Million));
        let two_and_one_known = [&banded(&[From1Million; 2])[..], &[exact(5_000_000)]].concat();
        assert_eq!(Shown::sum(&two_and_one_known, &[]), Shown::Withheld);
        let one_taken = Shown::sum(&banded(&[From1Million; 2]), &banded(&[Under100Thousand]));
        assert_eq!(one_taken, Shown::Banded(From1Million), "£1,900,000.01 or more");
    }

    #[test]
    fn v8_a_band_is_told_only_where_the_bands_that_enter_make_it_sure() {
        let of = |bands: &[Band]| Shown::sum(&banded(bands), &[]);
        assert_eq!(of(&[From100Thousand; 3]), Shown::Withheld, "£300,000 to £1,499,999.97");
        assert_eq!(
            of(&[From500Thousand, From500Thousand, Under100Thousand]),
            Shown::Banded(From1Million)
        );
        assert_eq!(
            of(&[From1Million, From1Million, Under100Thousand]),
            Shown::Banded(From1Million)
        );
        let withheld = [Shown::Withheld; 3];
        assert_eq!(Shown::sum(&withheld, &[]), Shown::Withheld);
        let at_least = [&withheld[..], &[exact(1_000_000)]].concat();
        assert_eq!(Shown::sum(&at_least, &[]), Shown::Banded(From1Million));
        let less_unknown = Shown::sum(&[exact(5_000_000)], &withheld);
        assert_eq!(less_unknown, Shown::Withheld);
        let less_known = Shown::sum(&[exact(900_000)], &banded(&[Under100Thousand; 3]));
        assert_eq!(less_known, Shown::Banded(From500Thousand));
        let not_sure = Shown::sum(&[exact(700_000)], &banded(&[Under100Thousand; 3]));
        assert_eq!(not_sure, Shown::Withheld);
        let within = Shown::sum(&[exact(500_000)], &banded(&[Under100Thousand; 3]));
        assert_eq!(within, Shown::Withheld, "£500,000 belongs to the band above");
        let known_taken = [&banded(&[Under100Thousand; 3])[..], &[exact(200_000)]].concat();
        let less_both = Shown::sum(&[exact(1_100_000)], &known_taken);
        assert_eq!(less_both, Shown::Banded(From500Thousand), "£600,000.03 to £900,000");
        let below = Shown::sum(&[exact(400_000)], &banded(&[Under100Thousand; 3]));
        assert_eq!(below, Shown::Banded(From100Thousand));
    }

    #[test]
    fn v8_a_share_is_exact_or_withheld() {
        let share = |part, whole| Ratio::of(exact(part), exact(whole));
        assert_eq!(share(1, 3), Ratio::BasisPoints(3_333));
        assert_eq!(share(2, 3), Ratio::BasisPoints(6_667));
        assert_eq!(share(1, 20_000), Ratio::BasisPoints(1), "half a basis point is one");
        assert_eq!(share(3, 1), Ratio::BasisPoints(30_000));
        assert_eq!(share(-1, 1), Ratio::BasisPoints(-10_000));
        assert_eq!(share(0, 0), Ratio::NothingToDivide);
        let hidden = Shown::Banded(Under100Thousand);
        assert_eq!(Ratio::of(hidden, exact(0)), Ratio::NothingToDivide);
        assert_eq!(Ratio::of(hidden, exact(1)), Ratio::Withheld);
        assert_eq!(Ratio::of(exact(1), hidden), Ratio::Withheld);
        assert_eq!(
            Ratio::of(Shown::Exact(Pence(i64::MAX)), Shown::Exact(Pence(1))),
            Ratio::Withheld
        );
    }

    fn parts() -> impl Strategy<Value = Vec<(i64, u8)>> {
        prop::collection::vec((0..200_000_000_i64, 0..3_u8), 0..6)
    }

    fn seen(amounts: &[(i64, u8)]) -> Vec<Shown> {
        let show = |(pence, how): &(i64, u8)| match how {
            0 => Shown::Exact(Pence(*pence)),
            1 => Shown::Banded(band(Pence(*pence))),
            _ => Shown::Withheld,
        };
        amounts.iter().map(show).collect()
    }

    proptest! {
        #[test]
        fn v8_a_figure_depends_on_what_is_shown_alone_and_is_true(
            added in parts(), taken in parts(), shift in 0..9_999_999_i64,
        ) {
            let sum = Shown::sum(&seen(&added), &seen(&taken));
            let true_sum = added.iter().map(|it| it.0).sum::<i64>()
                - taken.iter().map(|it| it.0).sum::<i64>();
            let hidden = added.iter().chain(&taken).filter(|it| it.1 > 0).count();
            match sum {
                Shown::Exact(amount) => {
                    prop_assert_eq!(hidden, 0);
                    prop_assert_eq!(amount.0, true_sum);
                }
                Shown::Banded(told) => {
                    prop_assert!(hidden >= 3);
                    prop_assert_eq!(told, band(Pence(true_sum)));
                }
                Shown::Withheld => prop_assert!(hidden > 0),
            }
            // Another world that looks the same gives the same figure.
            let other = |parts: &[(i64, u8)]| {
                let moved = |it: &(i64, u8)| if it.1 == 2 { (it.0 + shift, 2) } else { *it };
                parts.iter().map(moved).collect::<Vec<_>>()
            };
            prop_assert_eq!(Shown::sum(&seen(&other(&added)), &seen(&other(&taken))), sum);
        }
    }
}
