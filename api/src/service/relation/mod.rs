//! Relations with dates: the only source of every view. Whoever changes one derives the access to
//! its agreement anew, in the same transaction.

mod record;

pub use record::{Place, end_current, hand_over_host, put};
