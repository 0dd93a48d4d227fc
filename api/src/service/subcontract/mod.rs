//! Supply chains: their links recorded by who buys, confirmed or contested by who sells, approved
//! where they are material, and ended (rules C2, C3 and C10).

mod above;
mod act;
mod answer;
mod approve;
mod clause;
mod end;
mod exposure;
mod figures;
mod read;
mod record;

use entities::{subcontract as link, value::FinancialYear};
use uuid::Uuid;

use crate::access::Seen;

pub use above::{Above, Standing, above};
pub use act::parties;
pub use answer::{NewAnswer, answer};
pub use approve::{NewVerdict, approve};
pub use clause::{Clauses, NewClause, clauses_of, record_clause};
pub use end::{NewEnd, end};
pub use exposure::{Exposed, exposure};
pub use figures::{ChainFigures, figures};
pub use read::{find, of_contracts, with_ids};
pub use record::{NewSubcontract, Under, record};

use domain::rules::supply_chain::{Shown, Stage, Term, YearlyValue, stage};

/// A link as a viewer sees it, with its value in one year.
#[derive(Clone, Debug)]
pub struct ChainLink {
    /// The link.
    pub seen: Seen<link::Model>,
    /// The year of its value.
    pub year: FinancialYear,
    /// What is recorded of its value, where all of it is shown.
    pub recorded: Option<YearlyValue>,
    /// How the value is shown; none where none is recorded.
    pub shown: Option<Shown>,
    /// The links above it that the viewer sees, from tier 1, and the link itself.
    pub path: Vec<Uuid>,
}

impl ChainLink {
    /// Where it stands on a day (rule C3).
    #[must_use]
    pub fn stage(&self, today: chrono::NaiveDate) -> Stage {
        stage_of(&self.seen.row, today)
    }
}

/// Where a link stands on a day (rule C3).
#[must_use]
pub fn stage_of(row: &link::Model, today: chrono::NaiveDate) -> Stage {
    let term = Term { first: row.starts_on, last: row.ends_on };
    stage(term, (row.approval, row.decided_on), today)
}
