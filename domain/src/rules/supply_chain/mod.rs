//! The tree of subcontracts under a head contract (rules C2, C3 and C10), and what can be said of
//! the whole of it.
//!
//! The head contract stands at tier 0. A link is one subcontract: its buyer is the seller of the
//! contract above it, its tier is one more than that contract's. Rules are computed over every
//! link, whatever the caller may see; figures only over what the caller sees (rule V8).

mod answer;
mod approval;
mod breach;
mod exposure;
mod feed;
mod figures;
mod fits;
mod flow_down;
mod payment;
mod per_head;
mod punctuality;
mod punctuality_shown;
mod raised;
mod several;
mod shared;
mod shown;
mod value;

#[cfg(test)]
mod testing;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entities::value::{FinancialYear, Pence};
use uuid::Uuid;

pub use answer::{Answer, NotAnswered, answered, is_on_behalf};
pub use approval::{Stage, not_refused, stage};
pub use breach::{Breach, breaches, worsened};
pub use exposure::{Exposure, exposure};
pub use feed::{FedDays, NotFed, feeds_within, is_endable, is_feedable};
pub use figures::{Figures, Node, SinglePoint, figures};
pub use fits::{DoesNotFit, MOST_TIERS, fits, is_floor};
pub use flow_down::{Carried, ClausesAt, FlowDown, TierStatus, flow_down};
pub use payment::{
    NotAPayment, NotSaid, PaymentState, SaidOfPayment, after_saying, days_late, due_on, is_payment,
    is_received,
};
pub use per_head::{USUAL_MOST_PER_HEAD, explain_per_head, is_outlier, per_head, population};
pub use punctuality::{Payment, Punctuality, punctuality};
pub use punctuality_shown::{ChainPunctuality, Paid, Punctual, of_chain, of_link};
pub use raised::is_raised;
pub use several::on_at_least;
pub use shared::{NotShared, SharedDays, is_shareable, is_stoppable, stood_within};
pub use shown::{Ratio, Shown};
pub use value::{Amounts, NotAValue, YearlyValue, amounts, is_value};

/// A first and a last day, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// First day.
    pub first: NaiveDate,
    /// Last day.
    pub last: NaiveDate,
}

impl Term {
    /// True when every day of `other` is one of these.
    #[must_use]
    pub fn encloses(self, other: Self) -> bool {
        self.first <= other.first && other.last <= self.last
    }
}

/// The head contract, as far as its chain depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The lead provider, or the members of the consortium that signed.
    pub contractors: Vec<Uuid>,
    /// Its days.
    pub term: Term,
    /// Its value by financial year; none when no value is recorded.
    pub values: BTreeMap<FinancialYear, Pence>,
    /// What the contractors have to keep themselves, in basis points of the year's value.
    pub floor: i64,
}

/// One subcontract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Which.
    pub id: Uuid,
    /// The subcontract above it; none directly under the head contract.
    pub parent: Option<Uuid>,
    /// Who buys.
    pub buyer: Uuid,
    /// Who sells.
    pub seller: Uuid,
    /// Its days.
    pub term: Term,
    /// Its value by financial year; none when no value is recorded.
    pub values: BTreeMap<FinancialYear, YearlyValue>,
    /// What its seller has to keep itself, in basis points of the year's value.
    pub floor: i64,
    /// True when the commissioner refused it: it never starts, and counts for nothing (rule C3).
    pub is_refused: bool,
}
