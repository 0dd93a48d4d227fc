//! What a contract pays in a financial year, and why (rules C4 to C9, C11).
//!
//! A contract's pay is a list of components. [`schedule`] works out each of them, month by month,
//! from the [`Terms`] that were agreed and the [`Facts`] that are known: list sizes, activity,
//! costs, validated measurements, withholdings. Both carry the day from which they count and the
//! moment at which they became known, so that the past comes out again as it did then.
//!
//! The order is fixed. First what pays for care itself: block, capitation, activity, cost and
//! volume, episodes, years of care. Their sum is the actual annual value, and block and capitation
//! alone are the fixed element; outcome pay and incentives may be shares of either. Then outcome
//! pay, incentives, shared gains and losses, transition and costs passed through. Last the
//! withholdings, of what all of that comes to.
//!
//! Care is paid for while it is delivered (rule C8): not in months that begin after the contract has
//! ended, nor in those in which it is suspended as a whole. Of a month in which it is suspended for
//! some days, what is paid by time is paid by the others. What pays for no care is paid all the same.
//!
//! Shares are rounded to the penny, halves away from nothing; what is divided is divided by largest
//! remainder (rule M2). A month is paid by the version in force on its first day, and what is
//! worked out for a year by the last version in force in it, in twelfths for the months in force.
//!
//! A what-if is this same function over other terms or facts, and writes nothing.

mod activity;
mod amount;
mod capitation;
mod check;
mod delivery;
mod earned;
mod facts;
mod framework;
mod kind;
mod limits;
mod line;
mod on_behalf;
mod phasing;
mod round;
mod run;
mod schedule;
mod score;
mod sharing;
mod state;
mod terms;
mod withholding;

#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;

pub use activity::{CostAndVolume, Price, Tariff};
pub use amount::{Amount, Bases, Basis};
pub use capitation::{Capitation, Group, Refresh};
pub use check::{check_change, check_framework, check_pay};
pub use delivery::{Delivery, LastDay, Stood};
pub use earned::{MeasureResult, State};
pub use facts::{Activity, Cost, Facts, ListSize, Measurement};
pub use framework::{Direction, Domain, Framework, Measure, MeasureKind, Reading, Scoring, Step};
pub use kind::{Contingent, Goal, Incentive, Kind, KindName, Payment};
pub use line::{Line, Nature};
pub use on_behalf::{NotSaidOfMeasurement, OnBehalf};
pub use phasing::{Phasing, Sustained};
pub use run::{Payable, Posted, payable};
pub use schedule::{Schedule, schedule, schedule_by};
pub use score::{Score, score, score_of_year};
pub use sharing::{Band, Bearer, Shared, Sharing};
pub use state::{LineAct, LineRefusal, LineState, line_state, may_follow};
pub use terms::{Component, Pay, Terms, Uplift, Version, YearValue};
pub use withholding::{Outcome, Part, Settlement, Withheld, Withholding};

/// The version of these rules. It counts up when a figure would come out differently, and
/// [`schedule_by`] knows the earlier ones, so that what they said can be worked out again:
///
/// 1. Care is paid for whether or not the contract was suspended or had ended.
/// 2. Care is paid for while it is delivered.
pub const VERSION: u32 = 2;
