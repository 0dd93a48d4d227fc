//! What publishers printed about agreements and funds: recorded as printed, never changed, and held
//! against what is computed and against each other.

mod content;
mod read;
mod reconcile;
mod record;

pub use content::{Check, Content, Figure, content};
pub use read::{by_ids, count_by_agreement, list_by_agreement, place, successors};
pub use reconcile::{
    CheckedFigures, ComparedFigures, Reconciled, ReconciledFigure, Unread, reconcile,
};
pub use record::{NewCheck, NewFigure, NewStatement, record, record_in};
