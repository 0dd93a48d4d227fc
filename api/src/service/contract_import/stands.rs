//! Where a contract stands, as a release says: dated steps, in their order.

use chrono::NaiveDate;
use domain::rules::contract::status::{Change, is_end, stands};
use entities::contract_status_change::ContractStatus as Status;

use crate::import::ocds::{ReadContract, ReadStatus};

/// How a contract comes to stand as a release of a day says, from nothing on.
pub(super) fn steps(said: &ReadContract, released_on: NaiveDate) -> Vec<Change> {
    let awarded_on = said.signed_on.or(said.awarded_on).unwrap_or(released_on).min(released_on);
    let starts_on = said.period.and_then(|period| period.starts_on);
    let ends_on = said.period.and_then(|period| period.ends_on);
    let change = |status, effective_on| Change { status, effective_on };
    let begun = || {
        let mut steps = vec![change(Status::Mobilising, awarded_on)];
        if let Some(start) = starts_on.filter(|start| *start <= released_on) {
            steps.push(change(Status::Active, start.max(awarded_on)));
        }
        steps
    };
    match said.status {
        ReadStatus::Draft => vec![change(Status::Draft, released_on)],
        ReadStatus::InStandstill => vec![change(Status::InStandstill, awarded_on)],
        ReadStatus::Awarded | ReadStatus::Signed => begun(),
        ReadStatus::Ended => {
            let mut steps = begun();
            if steps.len() == 1 {
                steps.push(change(Status::Active, awarded_on));
            }
            // One that ran to its last day expires by itself.
            if ends_on.is_none_or(|end| released_on <= end) {
                steps.push(change(Status::Terminated, released_on));
            }
            steps
        }
        ReadStatus::Cancelled => {
            vec![change(Status::Mobilising, awarded_on), change(Status::Cancelled, released_on)]
        }
        ReadStatus::Abandoned => {
            vec![change(Status::Draft, released_on), change(Status::Abandoned, released_on)]
        }
    }
}

/// Which steps lead on from where a contract stands here to where a release says that it does; none
/// when it stands so already. Nothing leads on from an end.
///
/// # Errors
/// When it has ended here.
pub(super) fn further(
    here: &[Change],
    said: &[Change],
    (ends_on, released_on): (Option<NaiveDate>, NaiveDate),
) -> Result<Vec<Change>, Status> {
    let Some(last) = here.last() else { return Ok(said.to_vec()) };
    let now = stands(here, ends_on, released_on.max(last.effective_on)).unwrap_or(*last);
    let aim = said.last().map_or(now.status, |it| it.status);
    if now.status == aim || last.status == aim {
        return Ok(Vec::new());
    }
    if is_end(now.status) {
        return Err(now.status);
    }
    // What was passed already is not passed again.
    let passed = said.iter().position(|it| it.status == last.status).map_or(0, |at| at + 1);
    let steps = said.get(passed..).unwrap_or_default().iter();
    let not_back = steps.filter(|it| it.status != Status::Draft);
    Ok(not_back
        .map(|it| Change { effective_on: it.effective_on.max(last.effective_on), ..*it })
        .collect())
}

/// True of states in which nothing was awarded yet.
pub(super) const fn is_draft(status: ReadStatus) -> bool {
    matches!(status, ReadStatus::Draft | ReadStatus::Abandoned)
}
