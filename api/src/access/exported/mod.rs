//! The rows of whole lists, as one statement each: the same scoped statements as the lists of the API,
//! by identity, with what each row needs of other tables beside it.

mod contract;
mod contribution;
mod fund;
mod ledger;

use entities::{access, organisation, scheme};
use sea_orm::{QueryOrder, Select, SelectTwo};

use super::{organisation::sees_organisations, scheme::sees_schemes};
use crate::auth::Viewer;

pub use contract::{ContractRow, contracts};
pub use contribution::{ContributionRow, contributions};
pub use fund::{FundRow, funds};
pub use ledger::{EntryRow, entries, transactions};

/// The organisations that the viewer sees.
#[must_use]
pub fn organisations(viewer: &Viewer) -> Select<organisation::Entity> {
    sees_organisations(viewer).order_by_asc(organisation::Column::Id)
}

/// The schemes that the viewer sees.
#[must_use]
pub fn schemes(viewer: &Viewer) -> SelectTwo<scheme::Entity, access::Entity> {
    sees_schemes(viewer).order_by_asc(scheme::Column::Id)
}
