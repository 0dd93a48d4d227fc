use domain::{
    policy::matrix::FieldGroup,
    rules::supply_chain::{self as rules, Answer},
};
use entities::subcontract_value_act::{self as act, ValueActKind};
use uuid::Uuid;

use super::{
    super::{ChainLink, read},
    is_current, values_of,
};
use crate::{
    access::facts::supply_chain,
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        text,
    },
};

/// What a seller says of a value that its buyer changed.
#[derive(Clone, Debug)]
pub struct NewValueAnswer {
    /// The link.
    pub link: Uuid,
    /// The version of its values that was read.
    pub expected_version: i32,
    /// Whether it is so.
    pub answer: Answer,
    /// Why not, of one that is contested.
    pub reason: Option<String>,
}

/// Confirms or contests what the buyer of a link said that it is worth, for its seller (rule C10).
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `STALE_VERSION`, `ALREADY_DONE` or `INVALID_VALUE`.
pub async fn answer_value(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewValueAnswer,
) -> Result<ChainLink, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { Box::pin(answer_in(&tx, viewer, new)).await }).await
}

async fn answer_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewValueAnswer,
) -> Result<ChainLink, Stopped> {
    let found = read::find(&**tx, viewer, new.link, "subcontract").await?;
    viewer.actor().may_answer_subcontract(found.parties(viewer))?;
    supply_chain::hold(&**tx, found.seen.row.contract_id).await?;
    let before = read::find(&**tx, viewer, new.link, "subcontract").await?.seen.row;
    let known = values_of(&**tx, &[before.id]).await?.remove(&before.id).unwrap_or_default();
    // What waits for the commissioner is answered as well.
    let awaited = known.get(&new.expected_version).filter(|it| it.waits(before.value_version));
    let version = match awaited {
        Some(_) => new.expected_version,
        None => is_current(&before, new.expected_version)?,
    };
    let Some(known) = known.get(&version).filter(|it| !it.acts.is_empty()) else {
        let sentence = "what was recorded with the subcontract is confirmed or contested with it";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("subcontract").into());
    };
    let done = |why| Refusal::new(Code::AlreadyDone, why).at("subcontract");
    rules::answered(known.confirmation(), new.answer).map_err(done)?;
    let (mutation, kind, reason) = match new.answer {
        Answer::Confirm => ("confirmSubcontractValue", ValueActKind::Confirmed, None),
        Answer::Contest => {
            let reason = text::required(new.reason.as_deref().unwrap_or(""), 1_000, "reason")?;
            ("contestSubcontractValue", ValueActKind::Contested, Some(reason))
        }
    };
    let row = act::Model {
        subcontract_id: before.id,
        version,
        number: known.acts.last().map_or(1, |it| it.number) + 1,
        kind,
        reason,
        document_reference: None,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        recorded_at: tx.now(),
    };
    let row = tx.insert(row).await?;
    let act = Act::new(mutation, "Subcontract", before.id)
        .under(before.id, FieldGroup::LinkValue)
        .from_day(row.recorded_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    read::find(&**tx, viewer, new.link, "subcontract").await
}
