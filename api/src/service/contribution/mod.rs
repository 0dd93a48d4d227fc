//! Contributions: planned, varied by decision, and read as they were at a date.

mod permission;
mod plan;
mod read;
mod vary;
mod withhold;

pub use permission::{Permissions, permissions};
pub use plan::{NewContribution, NewInstalment, plan, plan_in};
pub(super) use plan::{is_partner_in, within_term};
pub use read::{
    Agreed, Posted, Reached, agreed, by_ids, count_by_fund, instalments_of, list_by_fund, place,
    posted,
};
pub use vary::{Variation, vary, vary_in};
pub(super) use vary::{Varied, add_variation};
pub use withhold::{NewWithholding, withhold};

use domain::rules::calendar;
use entities::{contribution, value::FinancialYear};
use uuid::Uuid;

pub use crate::access::facts::withholdings::on as withheld_on;

use super::{Code, Refusal, Stopped};
use crate::{
    access::{self, Seen},
    auth::Viewer,
    database::Writing,
};

async fn find(
    tx: &Writing,
    viewer: &Viewer,
    id: Uuid,
    path: &str,
) -> Result<Seen<contribution::Model>, Stopped> {
    access::ledger::visible_contribution(&**tx, viewer, id)
        .await?
        .ok_or_else(|| Refusal::not_found("contribution", path).into())
}

/// Whether something about `year` takes effect in it.
///
/// # Errors
/// `WRONG_YEAR` at `effectiveOn`.
pub(super) fn in_year(year: FinancialYear, day: chrono::NaiveDate) -> Result<(), Refusal> {
    calendar::period_in_year(year, day, None)
        .map(drop)
        .map_err(|why| Refusal::new(Code::WrongYear, why).at("effectiveOn"))
}
