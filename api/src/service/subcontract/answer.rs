use domain::rules::supply_chain::{self as rules, Answer};
use entities::{subcontract as link, subcontract_act::SubcontractActKind};
use uuid::Uuid;

use super::{
    ChainLink,
    act::{self, NewAct},
    read,
};
use crate::{
    auth::Viewer,
    database::{Database, Writing},
    service::{Code, Refusal, Stopped, text},
};

/// What a seller says of a link.
#[derive(Clone, Debug)]
pub struct NewAnswer {
    /// The link.
    pub link: Uuid,
    /// The version that was read.
    pub expected_version: i32,
    /// Whether it is so.
    pub answer: Answer,
    /// Why not, of one that is contested.
    pub reason: Option<String>,
}

/// Confirms or contests a link, for its seller (rule C10).
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `STALE_VERSION`, `ALREADY_DONE`, or `INVALID_VALUE`.
pub async fn answer(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewAnswer,
) -> Result<ChainLink, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { answer_in(&tx, viewer, new).await }).await
}

/// The same in a transaction of the caller's.
///
/// # Errors
/// What is refused, or a fault of the database.
pub async fn answer_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewAnswer,
) -> Result<ChainLink, Stopped> {
    let found = read::find(&**tx, viewer, new.link, "subcontract").await?;
    viewer.actor().may_answer_subcontract(found.parties(viewer))?;
    let before = found.seen.row;
    let done = |why| Refusal::new(Code::AlreadyDone, why).at("subcontract");
    let confirmation = rules::answered(before.confirmation, new.answer).map_err(done)?;
    let (mutation, kind, reason) = match new.answer {
        Answer::Confirm => ("confirmSubcontract", SubcontractActKind::Confirmed, None),
        Answer::Contest => {
            let reason = text::required(new.reason.as_deref().unwrap_or(""), 1_000, "reason")?;
            ("contestSubcontract", SubcontractActKind::Contested, Some(reason))
        }
    };
    let after = link::Model { confirmation, ..before.clone() };
    let said = NewAct {
        kind,
        effective_on: tx.today(),
        reason,
        deciding_body: None,
        document_reference: None,
    };
    act::write(tx, viewer, mutation, (&before, after, new.expected_version), said).await?;
    read::find(&**tx, viewer, new.link, "subcontract").await
}
