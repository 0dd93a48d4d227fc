//! The funds of an agreement, whoever sees them.

use chrono::NaiveDate;
use entities::pooled_fund;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use super::whole;

/// A fund of an agreement.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct FundOf {
    /// The fund.
    pub id: Uuid,
    /// The agreement.
    pub agreement_id: Uuid,
    /// First day for which it holds money.
    pub starts_on: NaiveDate,
}

/// The funds of these agreements.
///
/// # Errors
/// A fault of the database.
#[expect(
    clippy::disallowed_methods,
    reason = "a reviewed reader: a sum is of all funds or of none"
)]
pub async fn of_agreements(
    connection: &impl ConnectionTrait,
    agreements: &[Uuid],
) -> Result<Vec<FundOf>, DbErr> {
    pooled_fund::Entity::find()
        .filter(pooled_fund::Column::AgreementId.is_in(agreements.iter().copied()))
        .select_only()
        .column(pooled_fund::Column::Id)
        .column(pooled_fund::Column::AgreementId)
        .column(pooled_fund::Column::StartsOn)
        .into_model()
        .all(&whole(connection))
        .await
}
