use chrono::NaiveDate;
use entities::{subcontract as link, subcontract_act::SubcontractActKind};
use uuid::Uuid;

use super::{
    ChainLink,
    act::{self, NewAct},
    read,
    record::{self, does_not_fit},
};
use crate::{
    access::{derive, facts::supply_chain},
    auth::Viewer,
    database::{Database, Writing},
    service::{Code, Refusal, Stopped, text},
};
use domain::rules::supply_chain::fits;

/// That a link ends before the day that was agreed.
#[derive(Clone, Debug)]
pub struct NewEnd {
    /// The link.
    pub link: Uuid,
    /// The version that was read.
    pub expected_version: i32,
    /// Its last day.
    pub ends_on: NaiveDate,
    /// Why.
    pub reason: String,
    /// The notice or deed, if there is one.
    pub document_reference: Option<String>,
}

/// Records that a link ends earlier; what stands under it ends no later, and is ended first.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `STALE_VERSION`, or `INVALID_VALUE`.
pub async fn end(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewEnd,
) -> Result<ChainLink, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { end_in(&tx, viewer, new).await }).await
}

async fn end_in(tx: &Writing, viewer: &Viewer, new: &NewEnd) -> Result<ChainLink, Stopped> {
    let found = read::find(&**tx, viewer, new.link, "subcontract").await?;
    viewer.actor().may_keep_subcontract(found.parties(viewer))?;
    supply_chain::hold(&**tx, found.seen.row.contract_id).await?;
    let before = read::find(&**tx, viewer, new.link, "subcontract").await?.seen.row;
    if new.ends_on >= before.ends_on {
        let sentence = "give a day before the last day that is recorded";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("endsOn").into());
    }
    let ground = record::ground(tx, viewer, before.contract_id).await?;
    let own = ground.chain.iter().find(|it| it.id == before.id).cloned();
    if let Some(mut own) = own {
        own.term.last = new.ends_on;
        fits(&ground.head, &ground.chain, &own).map_err(|why| does_not_fit(why, "endsOn"))?;
    }
    let after = link::Model { ends_on: new.ends_on, ..before.clone() };
    let document = text::optional(new.document_reference.as_deref(), 200, "documentReference")?;
    let said = NewAct {
        kind: SubcontractActKind::Ended,
        effective_on: new.ends_on,
        reason: Some(text::required(&new.reason, 1_000, "reason")?),
        deciding_body: None,
        document_reference: document,
    };
    let change = (&before, after, new.expected_version);
    act::write(tx, viewer, "endSubcontract", change, said).await?;
    derive::links(&**tx, &[before.id]).await?;
    if before.parent_id.is_none() {
        derive::contracts(&**tx, &[before.contract_id]).await?;
    }
    read::find(&**tx, viewer, new.link, "subcontract").await
}
