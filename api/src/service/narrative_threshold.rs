//! Above which variance of a scheme a return says why, as the partners have decided.

use chrono::NaiveDate;
use domain::{policy::matrix::FieldGroup, rules::fund_return::Threshold};
use entities::{
    narrative_threshold as threshold, partnership_agreement as agreement, value::Pence,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{
    Code, Refusal, Stopped, agreement as agreements,
    audit::{self, Act, said},
    decision::Decision,
};
use crate::{
    access::{Seen, facts::partners, narrative_threshold::sees_thresholds},
    auth::Viewer,
    database::{Database, Writing},
};

/// What partners have decided that a return leaves unexplained.
#[derive(Clone, Debug)]
pub struct NewThreshold {
    /// The agreement.
    pub agreement: Uuid,
    /// The bounds; without any, nothing has to be explained.
    pub bounds: Threshold,
    /// The first day on which it holds.
    pub starts_on: NaiveDate,
    /// Who decided (rule G4).
    pub decision: Decision,
}

/// Records above which variance a return on a fund of an agreement says why.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `INVALID_VALUE`, or `INVALID_DATE` outside the agreement's term.
pub async fn record(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewThreshold,
) -> Result<Seen<agreement::Model>, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { record_in(&tx, viewer, new).await }).await
}

/// The same, within a transaction.
///
/// # Errors
/// As [`record`].
pub async fn record_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewThreshold,
) -> Result<Seen<agreement::Model>, Stopped> {
    let seen = agreements::find(tx, viewer, new.agreement, "agreement").await?;
    let parties = partners::of_agreement(&**tx, seen.row.id).await?.parties_on(viewer.today);
    viewer.actor().may_record_narrative_threshold(&parties, new.decision.named())?;
    let decision = new.decision.checked(tx.today(), "decision")?;
    check(new, &seen.row)?;
    let row = threshold::Model {
        id: tx.new_id(),
        agreement_id: seen.row.id,
        starts_on: new.starts_on,
        amount_pence: new.bounds.amount,
        basis_points: new.bounds.basis_points,
        deciding_body: decision.deciding_body,
        decided_on: decision.decided_on,
        minute_reference: decision.minute_reference,
        recorded_on: tx.today(),
        known_at: tx.now(),
    };
    let row = tx.insert(row).await?;
    let act = Act::new("recordNarrativeThreshold", "PartnershipAgreement", seen.row.id)
        .under(seen.row.id, FieldGroup::AgreementTerms)
        .from_day(row.recorded_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(seen)
}

fn check(new: &NewThreshold, agreement: &agreement::Model) -> Result<(), Refusal> {
    let negative = |path| Refusal::new(Code::InvalidValue, "a bound is nothing or more").at(path);
    if new.bounds.amount.is_some_and(Pence::is_negative) {
        return Err(negative("amount"));
    }
    if new.bounds.basis_points.is_some_and(i32::is_negative) {
        return Err(negative("basisPoints"));
    }
    agreements::lies_in_term(agreement, new.starts_on, "startsOn")
}

/// The thresholds of these agreements that the viewer sees, the last to begin first, and of those
/// the last that was recorded.
///
/// # Errors
/// A fault of the database.
pub async fn of_agreements(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    agreements: &[Uuid],
) -> Result<Vec<threshold::Model>, DbErr> {
    let found = sees_thresholds(viewer)
        .filter(threshold::Column::AgreementId.is_in(agreements.iter().copied()))
        .order_by_desc(threshold::Column::StartsOn)
        .order_by_desc(threshold::Column::KnownAt)
        .all(connection)
        .await?;
    Ok(found.into_iter().map(|(row, _)| row).collect())
}
