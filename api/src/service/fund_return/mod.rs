//! Returns: what a fund's host reports of a quarter or a year. The host drafts it in versions that
//! are never overwritten, and submits one: its figures are frozen then. Each partner asks or
//! agrees, each on its own; once all have agreed, the host's approver approves it (rules M8, M13,
//! G4).

mod answer;
mod approve;
mod compose;
mod content;
mod history;
mod read;
mod save;
mod submit;

pub use answer::{NewAgreement, NewAnswer, NewQuery, agree, answer, query};
pub use approve::{NewApproval, approve};
pub use content::Content;
pub use history::{
    History, Permissions, histories, permissions, reads_answers, reads_cash, reads_partners,
};
pub use read::{by_ids, counts, narratives, pages, place};
pub use save::{NewNarrative, NewReturn, save, save_in};
pub use submit::{submit, submit_in};

use entities::fund_return;
use uuid::Uuid;

use super::{
    Refusal, Stopped, fund_lock,
    ground::{self, Ground},
};
use crate::{
    access::{self, Seen},
    auth::Viewer,
    database::Writing,
};

/// A return that the viewer sees, with the ground that it stands on.
struct Found {
    seen: Seen<fund_return::Model>,
    ground: Ground,
}

impl Found {
    async fn find(tx: &Writing, viewer: &Viewer, id: Uuid) -> Result<Self, Stopped> {
        let seen = access::fund_return::visible(&**tx, viewer, id)
            .await?
            .ok_or_else(|| Refusal::not_found("return", "fundReturn"))?;
        let ground =
            ground::under(&**tx, viewer, seen.row.fund_id, ("return", "fundReturn")).await?;
        Ok(Self { seen, ground })
    }

    /// What was done to it by now; the fund is held, so that nothing is done meanwhile.
    async fn held(&self, tx: &Writing) -> Result<History, Stopped> {
        fund_lock::hold_silently(tx, self.seen.row.fund_id).await?;
        self.history(tx).await
    }

    async fn history(&self, tx: &Writing) -> Result<History, Stopped> {
        let rows = [&self.seen.row];
        let mut of = histories(&**tx, &rows, tx.today()).await?;
        let missing = || sea_orm::DbErr::RecordNotFound(format!("return {}", self.seen.row.id));
        Ok(of.remove(&self.seen.row.id).ok_or_else(missing)?)
    }
}
