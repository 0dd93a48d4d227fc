//! Who an agreement is between, in the order that decides odd pennies (rule M2).

use entities::{
    agreement_partner, ledger_head, partnership_agreement, pooled_fund, value::Instant,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

/// The partners of an agreement, in its order.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn of_agreement(
    connection: &impl ConnectionTrait,
    agreement: Uuid,
) -> Result<Vec<agreement_partner::Model>, DbErr> {
    agreement_partner::Entity::find()
        .filter(agreement_partner::Column::AgreementId.eq(agreement))
        .order_by_asc(agreement_partner::Column::Position)
        .all(connection)
        .await
}

/// The agreement of a fund that the caller has found through its view.
///
/// # Errors
/// A fault of the database, or no such agreement.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn agreement_of(
    connection: &impl ConnectionTrait,
    fund: &pooled_fund::Model,
) -> Result<partnership_agreement::Model, DbErr> {
    partnership_agreement::Entity::find_by_id(fund.agreement_id)
        .one(connection)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound(format!("agreement of fund {}", fund.id)))
}

/// The instant of the last recording in each fund.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn last_recordings(
    connection: &impl ConnectionTrait,
    funds: &[Uuid],
) -> Result<Vec<(Uuid, Instant)>, DbErr> {
    ledger_head::Entity::find()
        .filter(ledger_head::Column::FundId.is_in(funds.iter().copied()))
        .select_only()
        .column(ledger_head::Column::FundId)
        .column(ledger_head::Column::KnownAt)
        .into_tuple()
        .all(connection)
        .await
}

/// The agreements of several funds, with the funds' own rows.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn agreements_of(
    connection: &impl ConnectionTrait,
    funds: &[Uuid],
) -> Result<Vec<(pooled_fund::Model, Option<partnership_agreement::Model>)>, DbErr> {
    pooled_fund::Entity::find()
        .filter(pooled_fund::Column::Id.is_in(funds.iter().copied()))
        .join(
            JoinType::InnerJoin,
            pooled_fund::Entity::belongs_to(partnership_agreement::Entity)
                .from(pooled_fund::Column::AgreementId)
                .to(partnership_agreement::Column::Id)
                .into(),
        )
        .select_also(partnership_agreement::Entity)
        .all(connection)
        .await
}
