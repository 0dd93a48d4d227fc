use std::collections::HashMap;

use chrono::NaiveDate;
use domain::rules::contract::{novation::can_come_back, status::Step};
use entities::{contract_status_change::ContractReason, novation};
use uuid::Uuid;

use super::{
    deed::Deed,
    held::Held,
    novate::{are_some, write_acts},
    read,
};
use crate::{
    access::{contract::visible, facts::whole},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        contract::{At, Told, tell},
        decision::Decision,
    },
};

/// That contracts which another had replaced come back.
#[derive(Clone, Debug)]
pub struct NewUnfolding {
    /// The contract that took their place.
    pub head: Uuid,
    /// Its version as the caller read it.
    pub expected_version: i32,
    /// Those that come back; none when all do that the caller sees.
    pub contracts: Option<Vec<Uuid>>,
    /// The first day on which they are back.
    pub effective_on: NaiveDate,
    /// The deed.
    pub document_reference: String,
    /// Who decided (rule G4).
    pub decision: Decision,
}

/// Lets contracts come back that another had replaced (rule C8).
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `STALE_VERSION`, `INVALID_DATE` of one whose last day has passed, or
/// `INVALID_VALUE` of one that is not replaced.
pub async fn unfold(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewUnfolding,
) -> Result<Told, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            Box::pin(unfold_in(&tx, viewer, new)).await?;
            tell(&*tx, viewer, new.head, At::NOW).await
        })
        .await
}

async fn unfold_in(tx: &Writing, viewer: &Viewer, new: &NewUnfolding) -> Result<(), Stopped> {
    if visible(&**tx, viewer, new.head).await?.is_none() {
        return Err(Refusal::not_found("contract", "head").into());
    }
    let ids = match &new.contracts {
        Some(ids) => ids.clone(),
        None => read::replaced_now(tx, viewer, new.head).await?,
    };
    let is_nothing = ids.is_empty() && new.contracts.is_none();
    if !is_nothing {
        are_some(&ids)?;
    }
    let path = |place: usize| match &new.contracts {
        Some(_) => format!("contracts.{place}"),
        None => "contracts".to_owned(),
    };
    let named = ids.iter().enumerate().map(|(place, id)| (*id, path(place)));
    let named: Vec<(Uuid, String)> =
        [(new.head, "head".to_owned())].into_iter().chain(named).collect();
    let held = Held::of(tx, viewer, &named).await?;
    let head = held.one(new.head)?;
    head.may_be_changed(viewer, "head")?;
    head.is_as_read(new.expected_version, "expectedVersion")?;
    if is_nothing {
        let sentence = "this contract stands in the place of no other";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("head").into());
    }
    let by = (new.document_reference.as_str(), &new.decision);
    let deed = Deed::checked((tx, viewer), by, new.effective_on)?;
    let known = read::of_contracts(&whole(&**tx), &ids).await?;
    let open: HashMap<Uuid, &novation::Model> = known
        .values()
        .flatten()
        .filter(|it| it.unfolding.is_none() && it.row.head_id == new.head)
        .map(|it| (it.row.contract_id, &it.row))
        .collect();
    let (mut changes, mut rows) = (Vec::new(), Vec::new());
    for (place, id) in ids.iter().enumerate() {
        let (one, path) = (held.one(*id)?, path(place));
        one.may_be_changed(viewer, &path)?;
        let Some(novated) = open.get(id) else {
            let why = "the head contract does not stand in its place";
            return Err(one.refused(Code::InvalidValue, why, &path).into());
        };
        can_come_back(&one.changes(), one.term(new.effective_on).1, new.effective_on)
            .map_err(|why| one.refused(Code::InvalidDate, why, &path))?;
        changes.push(deed.change(one, Step::Unfold, ContractReason::Unfolding));
        rows.push(deed.unfolding(novated.id));
    }
    held.count_up(tx).await?;
    tx.insert_all(&changes).await?;
    tx.insert_all(&rows).await?;
    write_acts(tx, viewer, ("unfoldNovation", head), &changes).await
}
