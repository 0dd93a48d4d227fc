//! Which parts of the books a viewer sees: what took effect while it stood in a relation that
//! reads them, and where the agreement says so, once the host has released the period.

use domain::policy::matrix::FieldGroup;
use entities::{access, contribution, ledger_transaction as transaction};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, QueryFilter, SelectTwo};
use uuid::Uuid;

use super::{Seen, Through, readers};
use crate::auth::Viewer;

/// The ledger transactions that the viewer sees.
#[must_use]
pub fn sees_transactions(viewer: &Viewer) -> SelectTwo<transaction::Entity, access::Entity> {
    use transaction::Column::{EffectiveOn, FinancialYear, FundId, Period};
    let of = |column| (transaction::Entity, column);
    let through = Through::any_of(viewer, of(FundId), &readers(FieldGroup::Ledger))
        .on(of(EffectiveOn))
        .live_or_released((of(FundId), of(FinancialYear), of(Period)));
    super::stands::<transaction::Entity>(FundId, viewer).filter(through.cuts())
}

/// The contributions that the viewer sees.
#[must_use]
pub fn sees_contributions(viewer: &Viewer) -> SelectTwo<contribution::Entity, access::Entity> {
    use contribution::Column::{FinancialYear, FundId, PartnerId};
    let of = |column| (contribution::Entity, column);
    let through = |group| {
        Through::any_of(viewer, of(FundId), &readers(group)).in_year(of(FinancialYear)).cuts()
    };
    super::stands::<contribution::Entity>(FundId, viewer).filter(
        Condition::any().add(through(FieldGroup::ContributionsOfOthers)).add(
            Condition::all()
                .add(through(FieldGroup::ContributionsOwn))
                .add(PartnerId.eq(viewer.holder())),
        ),
    )
}

/// The transaction with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible_transaction(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<transaction::Model>>, DbErr> {
    let found =
        sees_transactions(viewer).filter(transaction::Column::Id.eq(id)).one(connection).await?;
    Ok(found.map(|row| seen_transaction(viewer, row)))
}

/// The contribution with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible_contribution(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<contribution::Model>>, DbErr> {
    let found =
        sees_contributions(viewer).filter(contribution::Column::Id.eq(id)).one(connection).await?;
    Ok(found.map(|row| seen_contribution(viewer, row)))
}

/// A transaction as the viewer stands to its day.
#[must_use]
pub fn seen_transaction(
    viewer: &Viewer,
    found: super::Found<transaction::Model>,
) -> Seen<transaction::Model> {
    let day = found.0.effective_on;
    Seen::from_row(viewer, found).on(day)
}

/// A contribution as the viewer stands to its year.
#[must_use]
pub fn seen_contribution(
    viewer: &Viewer,
    found: super::Found<contribution::Model>,
) -> Seen<contribution::Model> {
    let year = found.0.financial_year;
    Seen::from_row(viewer, found).in_year(year)
}
