use domain::{
    policy::matrix::FieldGroup,
    rules::supply_chain::{Stage, fits},
};
use entities::subcontract_value_decision as decision;
use sea_orm::DbErr;
use uuid::Uuid;

use super::{
    super::{
        ChainLink, read,
        record::{self, does_not_fit},
        stage_of,
    },
    points_to, values_of,
};
use crate::{
    access::facts::supply_chain,
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        decision::Decision,
        text,
    },
};

/// What the commissioner decided about a value that waits for it.
#[derive(Clone, Debug)]
pub struct NewValueVerdict {
    /// The link.
    pub link: Uuid,
    /// The version of its values that waits.
    pub expected_version: i32,
    /// True when it is approved, false when it is refused.
    pub is_approved: bool,
    /// Why not, of one that is refused.
    pub reason: Option<String>,
    /// Who decided, when, and where it is minuted (rule G4).
    pub decision: Decision,
}

/// Records that the commissioner approved or refused what a material link is to be worth (rule C3). What
/// is approved counts from today on, if it still fits into its chain (rule C2).
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `STALE_VERSION`, `ALREADY_DONE`, `INSUFFICIENT_AMOUNT` or
/// `INVALID_VALUE`.
pub async fn approve_value(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewValueVerdict,
) -> Result<ChainLink, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { Box::pin(approve_in(&tx, viewer, new)).await }).await
}

async fn approve_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewValueVerdict,
) -> Result<ChainLink, Stopped> {
    let found = read::find(&**tx, viewer, new.link, "subcontract").await?;
    supply_chain::hold(&**tx, found.seen.row.contract_id).await?;
    let ground = record::ground(tx, viewer, found.seen.row.contract_id).await?;
    viewer.actor().may_approve_subcontract(&ground.parties, found.parties(viewer))?;
    let before = read::find(&**tx, viewer, new.link, "subcontract").await?.seen.row;
    let at = |code, sentence: &str| Refusal::new(code, sentence).at("subcontract");
    let mut known = values_of(&**tx, &[before.id]).await?.remove(&before.id).unwrap_or_default();
    if known.get(&new.expected_version).is_some_and(|it| it.decision.is_some()) {
        return Err(at(Code::AlreadyDone, "this was decided already").into());
    }
    known.retain(|_, it| it.waits(before.value_version));
    let Some((version, awaited)) = known.pop_last() else {
        return Err(
            at(Code::InvalidValue, "no value waits for approval: nothing is to decide").into()
        );
    };
    if version != new.expected_version {
        return Err(Refusal::stale(version).into());
    }
    let decided = new.decision.checked(tx.today(), "decision")?;
    let reason = if new.is_approved {
        if stage_of(&before, tx.today()) == Stage::Ended {
            let sentence = "it has ended: what it was worth stays as it is";
            return Err(at(Code::InvalidValue, sentence).into());
        }
        let own = ground.chain.iter().find(|it| it.id == before.id);
        let own = own.ok_or_else(|| DbErr::RecordNotFound(format!("subcontract {}", before.id)))?;
        let mut changed = own.clone();
        changed.values = awaited.values;
        // Others may have been recorded beside it, or under it, while it waited.
        fits(&ground.head, &ground.chain, &changed)
            .map_err(|why| does_not_fit(why, "subcontract"))?;
        points_to(tx, &before, version).await?;
        None
    } else {
        Some(text::required(new.reason.as_deref().unwrap_or(""), 1_000, "reason")?)
    };
    let row = decision::Model {
        subcontract_id: before.id,
        version,
        is_approved: new.is_approved,
        reason,
        deciding_body: decided.deciding_body,
        decided_on: decided.decided_on,
        minute_reference: decided.minute_reference,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        recorded_at: tx.now(),
    };
    let row = tx.insert(row).await?;
    let act = Act::new("approveSubcontractValue", "Subcontract", before.id)
        .under(before.id, FieldGroup::LinkValue)
        .from_day(row.recorded_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    read::find(&**tx, viewer, new.link, "subcontract").await
}
