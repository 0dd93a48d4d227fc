//! For proofs alone, and compiled out of every other build: one cell of the matrix turned over, to
//! show that somebody notices.

use std::sync::{PoisonError, RwLock};

use super::{Relation, Rights, matrix::FieldGroup};

static FLIPPED: RwLock<Option<(Relation, FieldGroup, Rights)>> = RwLock::new(None);

/// Lets one cell say something else, of the whole process; none lets the matrix speak again.
pub fn flip(cell: Option<(Relation, FieldGroup, Rights)>) {
    *FLIPPED.write().unwrap_or_else(PoisonError::into_inner) = cell;
}

impl Rights {
    /// These with `other` turned over: taken where it was granted, granted where it was not.
    #[must_use]
    pub const fn toggled(self, other: Self) -> Self {
        Self(self.0 ^ other.0)
    }
}

/// What the cell was made to say, if it was.
pub(super) fn flipped(relation: Relation, group: FieldGroup) -> Option<Rights> {
    let flipped = *FLIPPED.read().unwrap_or_else(PoisonError::into_inner);
    flipped.filter(|it| (it.0, it.1) == (relation, group)).map(|it| it.2)
}
