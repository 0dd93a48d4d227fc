//! The thresholds of agreements above which a return explains a variance: which a viewer sees.

use chrono::NaiveDate;
use domain::{policy::matrix::FieldGroup, rules::fund_return::Threshold};
use entities::{access, narrative_threshold as threshold};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, SelectTwo,
};
use uuid::Uuid;

use super::{Through, facts::whole, readers};
use crate::auth::Viewer;

/// The thresholds that the viewer sees: those that were recorded by the last day on which it read
/// the terms.
#[must_use]
pub fn sees_thresholds(viewer: &Viewer) -> SelectTwo<threshold::Entity, access::Entity> {
    use threshold::Column::{AgreementId, RecordedOn};
    let agreement = (threshold::Entity, AgreementId);
    let through = Through::any_of(viewer, agreement, &readers(FieldGroup::AgreementTerms))
        .from((threshold::Entity, RecordedOn));
    super::stands::<threshold::Entity>(AgreementId, viewer).filter(through.cuts())
}

/// Fact reader: the threshold that holds on a day under an agreement that the caller has found
/// through its view; none where nobody has decided one.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn on(
    connection: &impl ConnectionTrait,
    agreement: Uuid,
    day: NaiveDate,
) -> Result<Threshold, DbErr> {
    // The last to begin counts, and of those the last that was recorded.
    let last = threshold::Entity::find()
        .filter(threshold::Column::AgreementId.eq(agreement))
        .filter(threshold::Column::StartsOn.lte(day))
        .order_by_desc(threshold::Column::StartsOn)
        .order_by_desc(threshold::Column::KnownAt)
        .one(&whole(connection))
        .await?;
    Ok(last.map_or_else(Threshold::default, |row| Threshold {
        amount: row.amount_pence,
        basis_points: row.basis_points,
    }))
}
