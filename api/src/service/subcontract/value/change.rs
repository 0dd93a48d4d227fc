use std::collections::BTreeMap;

use domain::{
    policy::matrix::FieldGroup,
    rules::supply_chain::{Stage, YearlyValue, fits, is_raised},
};
use entities::{
    subcontract::Approval,
    subcontract_value_act::{self as act, ValueActKind},
    value::FinancialYear,
};
use sea_orm::DbErr;
use uuid::Uuid;

use super::{
    super::{
        ChainLink, read,
        record::{self, does_not_fit},
        stage_of,
    },
    is_current, points_to, values_of,
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

/// That a link is worth something else in some years.
#[derive(Clone, Debug)]
pub struct NewValue {
    /// The link.
    pub link: Uuid,
    /// The version of its values that was read; 0 while none is recorded.
    pub expected_version: i32,
    /// The years that change; the others stay as they are.
    pub values: BTreeMap<FinancialYear, YearlyValue>,
    /// Why.
    pub reason: String,
    /// The deed or letter by which it was agreed, if there is one.
    pub document_reference: Option<String>,
}

/// Changes what a link is worth, for its buyer, in some years: it has to fit into its chain, and what
/// stands under it into it (rule C2). What raises the value of a material link that was approved waits
/// for the commissioner (rule C3): until then it is worth what it was.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `STALE_VERSION`, `INSUFFICIENT_AMOUNT` or `INVALID_VALUE`.
pub async fn change_value(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewValue,
) -> Result<ChainLink, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { Box::pin(change_in(&tx, viewer, new)).await }).await
}

async fn change_in(tx: &Writing, viewer: &Viewer, new: &NewValue) -> Result<ChainLink, Stopped> {
    let found = read::find(&**tx, viewer, new.link, "subcontract").await?;
    viewer.actor().may_keep_subcontract(found.parties(viewer))?;
    supply_chain::hold(&**tx, found.seen.row.contract_id).await?;
    let before = read::find(&**tx, viewer, new.link, "subcontract").await?.seen.row;
    let version = is_current(&before, new.expected_version)?;
    if matches!(stage_of(&before, tx.today()), Stage::Ended | Stage::Refused) {
        let sentence = "it has ended or was refused: what it was worth stays as it is";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("subcontract").into());
    }
    let known = values_of(&**tx, &[before.id]).await?.remove(&before.id).unwrap_or_default();
    if known.values().any(|it| it.waits(before.value_version)) {
        let sentence =
            "another value waits for the commissioner: ask it to decide about that first";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("subcontract").into());
    }
    // What was refused has a number of its own.
    let next = known.keys().copied().max().unwrap_or(0).max(version) + 1;
    let ground = record::ground(tx, viewer, before.contract_id).await?;
    let own = ground.chain.iter().find(|it| it.id == before.id);
    let own = own.ok_or_else(|| DbErr::RecordNotFound(format!("subcontract {}", before.id)))?;
    let mut changed = own.clone();
    changed.values.extend(new.values.clone());
    if changed.values == own.values {
        let sentence = "give at least one year with another value than the one that is recorded";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("values").into());
    }
    fits(&ground.head, &ground.chain, &changed).map_err(|why| does_not_fit(why, "values"))?;
    let said_of_it = act::Model {
        subcontract_id: before.id,
        version: next,
        number: 1,
        kind: ValueActKind::Changed,
        reason: Some(text::required(&new.reason, 1_000, "reason")?),
        document_reference: text::optional(
            new.document_reference.as_deref(),
            200,
            "documentReference",
        )?,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        recorded_at: tx.now(),
    };
    let values = record::insert_values(tx, (before.id, next), &changed.values).await?;
    let waits = before.approval == Approval::Approved && is_raised(&own.values, &changed.values);
    if !waits {
        points_to(tx, &before, next).await?;
    }
    let said_of_it = tx.insert(said_of_it).await?;
    let act = Act::new("changeSubcontractValue", "Subcontract", before.id)
        .under(before.id, FieldGroup::LinkValue)
        .from_day(said_of_it.recorded_on)
        .after(said(&said_of_it).with("values", &values));
    audit::record(tx, viewer, act).await?;
    read::find(&**tx, viewer, new.link, "subcontract").await
}
