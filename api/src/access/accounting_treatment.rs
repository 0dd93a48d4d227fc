//! How partners account for their shares, of funds whose memorandum account the viewer reads.

use entities::{accounting_treatment as treatment, value::FinancialYear};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::facts::whole;

/// What was stated of these funds and a year, in its order.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the funds through its view")]
pub async fn of_funds(
    connection: &impl ConnectionTrait,
    funds: &[Uuid],
    year: FinancialYear,
) -> Result<Vec<treatment::Model>, DbErr> {
    treatment::Entity::find()
        .filter(treatment::Column::FundId.is_in(funds.iter().copied()))
        .filter(treatment::Column::FinancialYear.eq(year))
        .order_by_asc(treatment::Column::Number)
        .all(&whole(connection))
        .await
}
