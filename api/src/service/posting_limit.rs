//! Above how much a posting needs an approval (rule M13).

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{partnership_agreement as agreement, posting_limit as limit, value::Pence};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};
use uuid::Uuid;

use super::{
    Code, Refusal, Stopped,
    audit::{self, Act, said},
};
use crate::{
    access::{
        self, Seen,
        facts::{partners, whole},
    },
    auth::Viewer,
    database::{Database, Writing},
};

/// Above how much a posting is to need an approval.
#[derive(Clone, Debug)]
pub struct NewLimit {
    /// The agreement.
    pub agreement: Uuid,
    /// The most that is posted without an approval; none lifts the limit.
    pub amount: Option<Pence>,
    /// The first day on which it holds.
    pub starts_on: NaiveDate,
}

/// Sets the limit of an agreement, from a day on that has not passed.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, or `INVALID_VALUE`.
pub async fn set(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewLimit,
) -> Result<Seen<agreement::Model>, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { set_in(&tx, viewer, new).await }).await
}

async fn set_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewLimit,
) -> Result<Seen<agreement::Model>, Stopped> {
    let seen = access::agreement::visible(&**tx, viewer, new.agreement)
        .await?
        .ok_or_else(|| Refusal::not_found("partnership agreement", "agreement"))?;
    let parties = partners::of_agreement(&**tx, seen.row.id).await?.parties_on(viewer.today);
    viewer.actor().may_set_posting_limit(&parties)?;
    if new.amount.is_some_and(Pence::is_negative) {
        let sentence = "a limit is nothing or more";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("amount").into());
    }
    if new.starts_on < tx.today() {
        let sentence = "a limit holds from today on, or from a later day";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("startsOn").into());
    }
    let row = limit::Model {
        id: tx.new_id(),
        agreement_id: seen.row.id,
        amount_pence: new.amount,
        starts_on: new.starts_on,
        known_at: tx.now(),
    };
    let row = row.into_active_model().reset_all().insert(&**tx).await?;
    let act = Act::new("setPostingLimit", "PartnershipAgreement", seen.row.id)
        .under(seen.row.id, FieldGroup::AgreementTerms)
        .from_day(row.starts_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(seen)
}

/// The most that is posted without an approval on a day, under agreements that the caller has found
/// through its view; those without a limit are left out.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn on(
    connection: &impl ConnectionTrait,
    agreements: &[Uuid],
    day: NaiveDate,
) -> Result<HashMap<Uuid, Pence>, DbErr> {
    let rows = limit::Entity::find()
        .filter(limit::Column::AgreementId.is_in(agreements.iter().copied()))
        .filter(limit::Column::StartsOn.lte(day))
        .order_by_asc(limit::Column::StartsOn)
        .order_by_asc(limit::Column::KnownAt)
        .all(&whole(connection))
        .await?;
    // The last to begin counts, and of those the last that was recorded.
    let last: HashMap<Uuid, Option<Pence>> =
        rows.into_iter().map(|row| (row.agreement_id, row.amount_pence)).collect();
    Ok(last.into_iter().filter_map(|(agreement, amount)| Some((agreement, amount?))).collect())
}

/// The same, of one agreement.
///
/// # Errors
/// A fault of the database.
pub async fn of_agreement(
    connection: &impl ConnectionTrait,
    agreement: Uuid,
    day: NaiveDate,
) -> Result<Option<Pence>, DbErr> {
    Ok(on(connection, &[agreement], day).await?.remove(&agreement))
}

/// Whether `amount`, posted under an agreement today without an approval, is within its limit.
///
/// # Errors
/// `APPROVAL_NEEDED` at `path`.
pub async fn within(
    tx: &Writing,
    agreement: Uuid,
    amount: Pence,
    path: &str,
) -> Result<(), Stopped> {
    Ok(is_within(of_agreement(&**tx, agreement, tx.today()).await?, amount, path)?)
}

/// Whether `amount`, posted without an approval, is within a limit that holds.
///
/// # Errors
/// `APPROVAL_NEEDED` at `path`.
pub fn is_within(limit: Option<Pence>, amount: Pence, path: &str) -> Result<(), Refusal> {
    match limit {
        Some(limit) if amount.0.unsigned_abs() > limit.0.unsigned_abs() => {
            let sentence = format!(
                "the partners let {limit} be posted without an approval, and this is more: \
                 propose it by proposePosting"
            );
            Err(Refusal::new(Code::ApprovalNeeded, sentence).at(path))
        }
        _ => Ok(()),
    }
}
