use domain::{
    policy::{Denied, matrix::FieldGroup},
    rules::fund_return::State,
};
use entities::{fund_return, return_approval};
use uuid::Uuid;

use super::Found;
use crate::{
    access::Seen,
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        decision::Decision,
    },
};

/// That the host approves a return.
#[derive(Clone, Debug)]
pub struct NewApproval {
    /// The return.
    pub fund_return: Uuid,
    /// Who decided, when, and where it is minuted (rule G4).
    pub decision: Decision,
}

/// Approves a return that every partner has agreed: it never changes again.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_DONE`, or `INVALID_VALUE` while a partner has not agreed.
pub async fn approve(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewApproval,
) -> Result<Seen<fund_return::Model>, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { approve_in(&tx, viewer, new).await }).await
}

async fn approve_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewApproval,
) -> Result<Seen<fund_return::Model>, Stopped> {
    let found = Found::find(tx, viewer, new.fund_return).await?;
    let submitted = found.history(tx).await?.submission;
    let submitted_by = submitted.and_then(|it| it.submitted_by_id);
    let parties = found.ground.parties();
    viewer.actor().may_approve_return(&parties, (viewer.account, submitted_by))?;
    let history = found.held(tx).await?;
    let approver = viewer.account.ok_or(Denied::OnlyPeopleDecide)?;
    let refuse = |code, sentence| Err(Refusal::new(code, sentence).at("fundReturn").into());
    match history.state() {
        State::Agreed => {}
        State::Approved => return refuse(Code::AlreadyDone, "this return was approved already"),
        State::Superseded => {
            return refuse(Code::AlreadyDone, "a later version was submitted: approve that one");
        }
        State::Draft => return refuse(Code::InvalidValue, "this return is not submitted yet"),
        State::Submitted | State::Queried => {
            return refuse(Code::InvalidValue, "not every partner has agreed this return");
        }
    }
    let decision = new.decision.checked(tx.today(), "decision")?;
    let row = return_approval::Model {
        return_id: found.seen.row.id,
        deciding_body: decision.deciding_body,
        decided_on: decision.decided_on,
        minute_reference: decision.minute_reference,
        approved_by_id: approver,
        approved_as_id: viewer.organisation,
        approved_at: tx.now(),
    };
    let row = tx.insert(row).await?;
    let act = Act::new("approveReturn", "FundReturn", found.seen.row.id)
        .under(found.seen.row.fund_id, FieldGroup::ReturnSubmitted)
        .from_day(found.seen.row.as_of)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(found.seen)
}
