//! One contract in the place of others, which may come back (worked example A6). Whoever leads the
//! commissioners of all of them decides it; all of it is done, or nothing.

mod deed;
mod held;
mod novate;
mod read;
mod unfold;

pub use novate::{NewNovation, novate};
pub use read::{Novated, of_contracts as novations_of, replaced_by, replaced_under};
pub use unfold::{NewUnfolding, unfold};
