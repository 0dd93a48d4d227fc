//! Above how much a posting needs an approval (rule M13).

use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{posting_limit as limit, value::Pence};
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
    access::{agreement, facts::partners},
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
) -> Result<limit::Model, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { set_in(&tx, viewer, new).await }).await
}

async fn set_in(tx: &Writing, viewer: &Viewer, new: &NewLimit) -> Result<limit::Model, Stopped> {
    let seen = agreement::visible(&**tx, viewer, new.agreement)
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
    Ok(row)
}

/// The most that is posted without an approval on a day, under an agreement that the caller has
/// found through its view; none when there is no limit.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn on(
    connection: &impl ConnectionTrait,
    agreement: Uuid,
    day: NaiveDate,
) -> Result<Option<Pence>, DbErr> {
    let row = limit::Entity::find()
        .filter(limit::Column::AgreementId.eq(agreement))
        .filter(limit::Column::StartsOn.lte(day))
        .order_by_desc(limit::Column::StartsOn)
        .order_by_desc(limit::Column::KnownAt)
        .one(connection)
        .await?;
    Ok(row.and_then(|row| row.amount_pence))
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
    match on(&**tx, agreement, tx.today()).await? {
        Some(limit) if amount.0.unsigned_abs() > limit.0.unsigned_abs() => {
            let sentence = format!(
                "the partners let {limit} be posted without an approval, and this is more: \
                 propose it by proposePosting"
            );
            Err(Refusal::new(Code::ApprovalNeeded, sentence).at(path).into())
        }
        _ => Ok(()),
    }
}
