use entities::{
    subcontract::{self as link, Approval},
    subcontract_act::SubcontractActKind,
};
use uuid::Uuid;

use super::{
    ChainLink,
    act::{self, NewAct},
    read, record,
};
use crate::{
    auth::Viewer,
    database::{Database, Writing},
    service::{Code, Refusal, Stopped, decision::Decision, text},
};

/// What the commissioner decided about a material link.
#[derive(Clone, Debug)]
pub struct NewVerdict {
    /// The link.
    pub link: Uuid,
    /// The version that was read.
    pub expected_version: i32,
    /// True when it is approved, false when it is refused.
    pub is_approved: bool,
    /// Why not, of one that is refused.
    pub reason: Option<String>,
    /// Who decided, when, and where it is minuted (rule G4).
    pub decision: Decision,
}

/// Records that the commissioner approved or refused a material link (rule C3).
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `STALE_VERSION`, `ALREADY_DONE`, or `INVALID_VALUE`.
pub async fn approve(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewVerdict,
) -> Result<ChainLink, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { approve_in(&tx, viewer, new).await }).await
}

async fn approve_in(tx: &Writing, viewer: &Viewer, new: &NewVerdict) -> Result<ChainLink, Stopped> {
    let found = read::find(&**tx, viewer, new.link, "subcontract").await?;
    let ground = record::ground(tx, viewer, found.seen.row.contract_id).await?;
    viewer.actor().may_approve_subcontract(&ground.parties, found.parties(viewer))?;
    let before = found.seen.row;
    let at = |code, sentence: &str| Refusal::new(code, sentence).at("subcontract");
    match before.approval {
        Approval::Awaited => {}
        Approval::NotNeeded => {
            let sentence = "it is not material: there is nothing to approve";
            return Err(at(Code::InvalidValue, sentence).into());
        }
        Approval::Approved | Approval::Refused => {
            return Err(at(Code::AlreadyDone, "this was decided already").into());
        }
    }
    let decision = new.decision.checked(tx.today(), "decision")?;
    let (kind, approval, reason) = if new.is_approved {
        (SubcontractActKind::Approved, Approval::Approved, None)
    } else {
        let reason = text::required(new.reason.as_deref().unwrap_or(""), 1_000, "reason")?;
        (SubcontractActKind::Refused, Approval::Refused, Some(reason))
    };
    let after = link::Model { approval, decided_on: Some(decision.decided_on), ..before.clone() };
    let said = NewAct {
        kind,
        effective_on: decision.decided_on,
        reason,
        deciding_body: Some(decision.deciding_body),
        document_reference: Some(decision.minute_reference),
    };
    let change = (&before, after, new.expected_version);
    act::write(tx, viewer, "approveSubcontract", change, said).await?;
    read::find(&**tx, viewer, new.link, "subcontract").await
}
