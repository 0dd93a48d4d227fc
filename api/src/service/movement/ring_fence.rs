//! Ring-fenced money goes where it may go, also when budget moves (rule M6).

use domain::rules::{
    funding,
    ring_fence::{Source, may_fund},
};
use entities::scheme;

use super::record::NewMovement;
use crate::{
    access::facts,
    database::Writing,
    service::{
        Code, Refusal, Stopped,
        code_list::{self, List},
    },
};

/// Whether the money that the movement brings may fund the schemes that gain: the sources of the
/// contributions that grow, and those that fund the schemes that lose. Of a scheme with several
/// sources, which one the moved budget was of is not known, so each has to be eligible.
pub(super) async fn check(
    tx: &Writing,
    new: &NewMovement,
    schemes: &[scheme::Model],
) -> Result<(), Stopped> {
    let brought = brought(tx, new).await?;
    let entries = code_list::entries(&**tx, List::FundingSource, new.year).await?;
    let fenced: Vec<&str> = entries
        .iter()
        .filter(|entry| entry.is_ring_fenced && brought.contains(&entry.code))
        .map(|entry| entry.code.as_str())
        .collect();
    if fenced.is_empty() {
        return Ok(());
    }
    let eligible = code_list::eligible_scheme_types(&**tx, &fenced).await?;
    for code in fenced {
        let types: Vec<&str> = eligible
            .iter()
            .filter(|row| row.source_code == code)
            .map(|row| row.scheme_type_code.as_str())
            .collect();
        let source = Source { code, is_ring_fenced: true, eligible: &types };
        for (place, (line, scheme)) in new.schemes.iter().zip(schemes).enumerate() {
            if line.amount.is_negative() {
                continue;
            }
            may_fund(&source, &scheme.scheme_type_code).map_err(|why| {
                Refusal::new(Code::RingFenceBreach, why).at(&format!("schemes.{place}.scheme"))
            })?;
        }
    }
    Ok(())
}

async fn brought(tx: &Writing, new: &NewMovement) -> Result<Vec<String>, Stopped> {
    let grows = new.contributions.iter().filter(|line| !line.amount.is_negative());
    let mut sources: Vec<String> = grows.map(|line| line.source_code.clone()).collect();
    for line in new.schemes.iter().filter(|line| line.amount.is_negative()) {
        let splits = facts::budgets::splits_of(&**tx, line.scheme, new.year).await?;
        let shares = funding::in_force(&splits, new.effective_on).map(|split| &split.shares);
        sources.extend(shares.into_iter().flatten().map(|share| share.source.clone()));
    }
    Ok(sources)
}
