//! One mechanism for everything that needs approvals: proposed, approved by everybody whose
//! approval it needs, and applied as it was approved, byte for byte (rules M13, G1, G3, G4).
//!
//! A proposal is the input of a use case, stored as canonical JSON. The last approval that it needs
//! applies it in its own transaction, through the same use case. To add a kind: a variant of
//! [`Content`], its arm in `ground` and in `apply`.

mod apply;
mod content;
mod decide;
mod ground;
mod interest;
mod list;
mod propose;
mod recorded;

pub(super) use content::hash;
pub use content::{Content, shown};
pub use decide::{Approval, Ending, Permissions, approve, permissions, refuse, withdraw};
pub use interest::{NewInterest, declare_interest};
pub use list::{
    Listing, awaits, by_ids, count, count_by_agreement, list, list_by_agreement, place, recorded_of,
};
pub(super) use propose::propose_in;
pub use propose::{NewProposal, propose};
pub use recorded::Recorded;

use domain::policy::Denied;
use entities::proposal;
use uuid::Uuid;

use super::{Code, Refusal, Stopped};
use crate::{
    access::{self, Seen},
    auth::Viewer,
    database::Writing,
};

async fn find(tx: &Writing, viewer: &Viewer, id: Uuid) -> Result<Seen<proposal::Model>, Stopped> {
    access::proposal::visible(&**tx, viewer, id)
        .await?
        .ok_or_else(|| Refusal::not_found("proposal", "proposal").into())
}

/// A proposal as the viewer sees it, with everything that is recorded about it.
#[derive(Clone, Debug)]
pub struct Told {
    /// The proposal.
    pub seen: Seen<proposal::Model>,
    /// What is recorded about it.
    pub recorded: Recorded,
}

/// The proposal as it stands within the transaction, also of a dry run that keeps nothing.
pub(super) async fn told(tx: &Writing, viewer: &Viewer, id: Uuid) -> Result<Told, Stopped> {
    let seen = find(tx, viewer, id).await?;
    let found = recorded::recorded(&**tx, vec![seen.row.clone()]).await?;
    let gone = || sea_orm::DbErr::RecordNotFound(format!("proposal {id}"));
    Ok(Told { seen, recorded: found.into_iter().next().ok_or_else(gone)? })
}

/// A denial, where what has ended or was decided is told apart from what is not allowed.
fn denied(why: Denied) -> Stopped {
    let code = match why {
        Denied::ProposalApplied
        | Denied::ProposalRefused
        | Denied::ProposalWithdrawn
        | Denied::ProposalExpired
        | Denied::AlreadyDecided => Code::AlreadyDone,
        _ => Code::NotAllowed,
    };
    Refusal::new(code, why).at("proposal").into()
}
