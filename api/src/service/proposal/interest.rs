use domain::policy::{Denied, matrix::FieldGroup};
use entities::interest;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use uuid::Uuid;

use super::{Told, denied, find, recorded::held, told};
use crate::{
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Stopped,
        audit::{self, Act, said},
        text,
    },
};

/// What somebody has at stake in a proposal.
#[derive(Clone, Debug)]
pub struct NewInterest {
    /// The proposal.
    pub proposal: Uuid,
    /// What is at stake.
    pub description: String,
}

/// Declares an interest of the account that asks: it decides nothing about the proposal from then
/// on (rule G3).
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_DONE`, or `INVALID_VALUE`.
pub async fn declare_interest(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewInterest,
) -> Result<Told, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            declare_in(&tx, viewer, new).await?;
            told(&tx, viewer, new.proposal).await
        })
        .await
}

async fn declare_in(tx: &Writing, viewer: &Viewer, new: &NewInterest) -> Result<(), Stopped> {
    let seen = find(tx, viewer, new.proposal).await?;
    // Held, so that nobody decides while an interest is being declared.
    let recorded = held(tx, seen.row.id).await?;
    viewer
        .actor()
        .may_declare_interest(viewer.account, &recorded.facts(), tx.today())
        .map_err(denied)?;
    let account_id = viewer.account.ok_or_else(|| denied(Denied::OnlyPeopleDecide))?;
    let row = interest::Model {
        id: tx.new_id(),
        proposal_id: seen.row.id,
        account_id,
        organisation_id: viewer.organisation,
        description: text::required(&new.description, 2_000, "description")?,
        declared_at: tx.now(),
    };
    let row = row.into_active_model().reset_all().insert(&**tx).await?;
    let act = Act::new("declareInterest", "Proposal", seen.row.id)
        .under(seen.row.agreement_id, FieldGroup::Approvals)
        .after(said(&row));
    Ok(audit::record(tx, viewer, act).await?)
}
