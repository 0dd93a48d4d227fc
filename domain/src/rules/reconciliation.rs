//! What publishers printed against what is computed, and against itself: a difference is explained
//! by rounding as far as the unit and the precision of what was printed allow, and no further.

mod printed;

use entities::{published_statement::CheckKind, value::Pence};

pub use printed::{NotPrinted, Printed};

/// What a printed figure was compared with, and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// As printed.
    pub printed: Pence,
    /// What it was compared with.
    pub computed: Pence,
    /// Computed less printed.
    pub difference: Pence,
    /// The most that rounding alone makes of it, cut to the penny.
    pub rounding: Pence,
}

/// What came of a check that printed figures make among themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The printed total against its parts.
    pub compared: Compared,
    /// What the parts leave of the total; none where they are to come to it.
    pub unexplained: Option<Pence>,
}

impl Compared {
    /// The difference is no more than rounding alone makes.
    #[must_use]
    pub fn is_within_rounding(&self) -> bool {
        self.difference.0.abs() <= self.rounding.0
    }

    /// `spread` are the values of one unit in the last place of every printed figure that enters:
    /// each was rounded by at most half of its own.
    fn of(printed: Pence, computed: Pence, spread: i64) -> Self {
        Self { printed, computed, difference: computed - printed, rounding: Pence(spread / 2) }
    }
}

/// A printed figure against the computed one, which is exact.
#[must_use]
pub fn with_computed(printed: Printed, computed: Pence) -> Compared {
    Compared::of(printed.amount(), computed, printed.last_place_pence())
}

/// A printed figure against another that is printed for the same thing.
#[must_use]
pub fn with_another(printed: Printed, other: Printed) -> Compared {
    let spread = printed.last_place_pence() + other.last_place_pence();
    Compared::of(printed.amount(), other.amount(), spread)
}

/// A printed total against what is printed as its parts: those of `plus` less those of `minus`.
#[must_use]
pub fn check(kind: CheckKind, total: Printed, plus: &[Printed], minus: &[Printed]) -> Checked {
    let sum = |parts: &[Printed]| parts.iter().map(|it| it.amount()).sum::<Pence>();
    let parts = plus.iter().chain(minus);
    let spread = total.last_place_pence() + parts.map(|it| it.last_place_pence()).sum::<i64>();
    let compared = Compared::of(total.amount(), sum(plus) - sum(minus), spread);
    let unexplained = (kind == CheckKind::OfWhich).then_some(-compared.difference);
    Checked { compared, unexplained }
}

#[cfg(test)]
mod tests;
