use std::collections::HashSet;

use chrono::NaiveDate;
use domain::{
    policy::matrix::FieldGroup,
    rules::contract::{
        novation::{self as rule, MOST_CONTRACTS},
        status::{NoStep, Step, can_take},
    },
};
use entities::{
    contract,
    contract_status_change::{self as change, ContractReason},
};
use uuid::Uuid;

use super::{
    deed::Deed,
    held::{Held, One},
    read,
};
use crate::{
    access::facts::whole,
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        contract::{At, Told, tell},
        decision::Decision,
    },
};

/// That one contract takes the place of others.
#[derive(Clone, Debug)]
pub struct NewNovation {
    /// The contract that takes their place.
    pub head: Uuid,
    /// Its version as the caller read it.
    pub expected_version: i32,
    /// Those that it replaces, each with its version as the caller read it.
    pub contracts: Vec<(Uuid, i32)>,
    /// The first day on which it does.
    pub effective_on: NaiveDate,
    /// The deed.
    pub document_reference: String,
    /// Who decided (rule G4).
    pub decision: Decision,
}

/// Lets one contract take the place of others, which end by it (rule C8).
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `STALE_VERSION`, `ALREADY_DONE` of one that is replaced or has ended,
/// `INVALID_DATE`, or `INVALID_VALUE`.
pub async fn novate(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewNovation,
) -> Result<Told, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            Box::pin(novate_in(&tx, viewer, new)).await?;
            tell(&*tx, viewer, new.head, At::NOW).await
        })
        .await
}

async fn novate_in(tx: &Writing, viewer: &Viewer, new: &NewNovation) -> Result<(), Stopped> {
    let path = |place: usize| format!("contracts.{place}.contract");
    let ids: Vec<Uuid> = new.contracts.iter().map(|(id, _)| *id).collect();
    are_some(&ids)?;
    if let Some(place) = ids.iter().position(|id| *id == new.head) {
        let sentence = "a contract does not take its own place";
        return Err(Refusal::new(Code::InvalidValue, sentence).at(&path(place)).into());
    }
    let by = (new.document_reference.as_str(), &new.decision);
    let deed = Deed::checked((tx, viewer), by, new.effective_on)?;
    let replaced = ids.iter().enumerate().map(|(place, id)| (*id, path(place)));
    let named: Vec<(Uuid, String)> =
        [(new.head, "head".to_owned())].into_iter().chain(replaced).collect();
    let held = Held::of(tx, viewer, &named).await?;
    let head = held.one(new.head)?;
    head.may_be_changed(viewer, "head")?;
    head.is_as_read(new.expected_version, "expectedVersion")?;
    rule::can_replace(&head.changes(), head.term(new.effective_on), new.effective_on)
        .map_err(|why| is_no_head(head, why))?;
    let known = read::of_contracts(&whole(&**tx), &ids).await?;
    let (mut changes, mut rows) = (Vec::new(), Vec::new());
    for (place, (id, version)) in new.contracts.iter().enumerate() {
        let (one, path) = (held.one(*id)?, path(place));
        one.may_be_changed(viewer, &path)?;
        one.is_as_read(*version, &format!("contracts.{place}.expectedVersion"))?;
        let known = known.get(id).map_or(&[][..], Vec::as_slice);
        if known.iter().any(|it| it.unfolding.is_none()) {
            let why = "another contract has taken its place already";
            return Err(one.refused(Code::AlreadyDone, why, &path).into());
        }
        can_take(Step::Terminate, &one.changes(), one.term(new.effective_on).1, new.effective_on)
            .map_err(|why| is_not_running(one, why, &path))?;
        changes.push(deed.change(one, Step::Terminate, ContractReason::Novation));
        let number = known.last().map_or(1, |last| last.row.number + 1);
        rows.push(deed.novation((new.head, *id), number));
    }
    held.count_up(tx).await?;
    tx.insert_all(&changes).await?;
    tx.insert_all(&rows).await?;
    write_acts(tx, viewer, ("novateContracts", head), &changes).await
}

/// Whether these are contracts, each once, and not too many.
pub(super) fn are_some(ids: &[Uuid]) -> Result<(), Refusal> {
    if !(1..=MOST_CONTRACTS).contains(&ids.len()) {
        let sentence = format!("name 1 to {MOST_CONTRACTS} contracts");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("contracts"));
    }
    let mut seen = HashSet::new();
    match ids.iter().position(|id| !seen.insert(*id)) {
        None => Ok(()),
        Some(place) => {
            let refusal = Refusal::new(Code::InvalidValue, "this contract is named twice");
            Err(refusal.at(&format!("contracts.{place}")))
        }
    }
}

/// An act of each contract of which the status changed, under its own root, and one of the head. None
/// names another contract: who reads the one may not see the other (rule V1).
pub(super) async fn write_acts(
    tx: &Writing,
    viewer: &Viewer,
    (mutation, head): (&'static str, &One),
    changes: &[change::Model],
) -> Result<(), Stopped> {
    let of = |contract| {
        Act::new(mutation, "Contract", contract).under(contract, FieldGroup::ContractStatus)
    };
    let changed =
        changes.iter().map(|row| of(row.contract_id).from_day(row.effective_on).after(said(row)));
    let day = changes.first().map_or(tx.today(), |row| row.effective_on);
    let counted = contract::Model { version: head.row.version + 1, ..head.row.clone() };
    let own = of(head.row.id).from_day(day).before(said(&head.row)).after(said(&counted));
    let acts = changed.chain([own]).collect();
    Ok(audit::record_all(tx, viewer, acts).await?)
}

fn is_no_head(head: &One, why: rule::NotAHead) -> Refusal {
    match why {
        rule::NotAHead::NotAwarded => head.refused(Code::NotAllowed, why, "head"),
        rule::NotAHead::OutsideItsTerm => head.refused(Code::InvalidDate, why, "effectiveOn"),
    }
}

fn is_not_running(one: &One, why: NoStep, path: &str) -> Refusal {
    match why {
        NoStep::NotFromHere => {
            let why = "on that day no services are delivered under it";
            one.refused(Code::NotAllowed, why, path)
        }
        NoStep::BeforeTheLast(_) => one.refused(Code::InvalidDate, why, path),
    }
}
