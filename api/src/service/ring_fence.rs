//! What ring-fenced sources may fund, from the year's list of sources (rule M6).

use domain::rules::ring_fence::{Source, may_fund};
use entities::value::FinancialYear;

use super::{
    Code, Refusal, Stopped,
    code_list::{self, List},
};
use crate::database::Writing;

/// Whether `source` is in the list of `year` and may fund schemes of the type `scheme_type`.
///
/// # Errors
/// `UNKNOWN_CODE` or `RING_FENCE_BREACH` at `path`.
pub async fn check(
    tx: &Writing,
    year: FinancialYear,
    source: &str,
    scheme_type: &str,
    path: &str,
) -> Result<(), Stopped> {
    let entry = code_list::check(&**tx, List::FundingSource, source, year, path).await?;
    if !entry.is_ring_fenced {
        return Ok(());
    }
    let named = code_list::eligible_scheme_types(&**tx, &[source]).await?;
    let eligible: Vec<&str> = named.iter().map(|row| row.scheme_type_code.as_str()).collect();
    may_fund(&Source { code: source, is_ring_fenced: true, eligible: &eligible }, scheme_type)
        .map_err(|breach| Refusal::new(Code::RingFenceBreach, breach).at(path).into())
}
