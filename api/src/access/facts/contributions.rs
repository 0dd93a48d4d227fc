//! What partners agreed to contribute, at a cutoff.

use entities::{
    contribution, contribution_change as change,
    contribution_change::ContributionChangeKind,
    ledger_account::{self as account, AccountKind},
    ledger_balance as balance,
    value::Pence,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QuerySelect,
};
use uuid::Uuid;

use super::Cutoff;
use crate::database::total;

/// What was planned or varied of one contribution.
#[derive(Clone, Debug, FromQueryResult)]
pub struct AgreedPart {
    /// The fund.
    pub fund_id: Uuid,
    /// The contribution.
    pub contribution_id: Uuid,
    /// The partner.
    pub partner_id: Uuid,
    /// The funding source.
    pub source_code: String,
    /// The plan, or its variations.
    pub kind: ContributionChangeKind,
    /// How much.
    pub amount_pence: Pence,
}

/// What was planned and varied of the contributions to `funds`.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn agreed(
    connection: &impl ConnectionTrait,
    funds: &[Uuid],
    cutoff: &Cutoff,
) -> Result<Vec<AgreedPart>, DbErr> {
    use contribution::Column::{FundId, PartnerId, SourceCode};
    let mut query = contribution::Entity::find()
        .join(
            JoinType::InnerJoin,
            contribution::Entity::belongs_to(change::Entity)
                .from(contribution::Column::Id)
                .to(change::Column::ContributionId)
                .into(),
        )
        .filter(FundId.is_in(funds.iter().copied()))
        .filter(contribution::Column::FinancialYear.eq(cutoff.year))
        .filter(change::Column::EffectiveOn.lte(cutoff.as_of));
    if let Some(known_at) = cutoff.known_at {
        query = query.filter(change::Column::KnownAt.lte(known_at));
    }
    let mut query = query
        .select_only()
        .column_as(contribution::Column::Id, "contribution_id")
        .column(change::Column::Kind)
        .column_as(total(change::Column::AmountPence), "amount_pence")
        .group_by(contribution::Column::Id)
        .group_by(change::Column::Kind);
    for column in [FundId, PartnerId, SourceCode] {
        query = query.column(column).group_by(column);
    }
    query.into_model().all(connection).await
}

/// The sums of the accounts of each of these contributions, which the caller has found through its
/// view: income, debt and refunds.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn posted(
    connection: &impl ConnectionTrait,
    contributions: &[Uuid],
) -> Result<Vec<(Uuid, AccountKind, Pence)>, DbErr> {
    use contribution::Column::{FinancialYear, FundId, Id, PartnerId, SourceCode};
    contribution::Entity::find()
        .join(
            JoinType::InnerJoin,
            contribution::Entity::belongs_to(account::Entity)
                .from((FundId, PartnerId, SourceCode, FinancialYear))
                .to((
                    account::Column::FundId,
                    account::Column::PartnerId,
                    account::Column::SourceCode,
                    account::Column::ContributionYear,
                ))
                .into(),
        )
        .join(
            JoinType::InnerJoin,
            account::Entity::belongs_to(balance::Entity)
                .from(account::Column::Id)
                .to(balance::Column::AccountId)
                .into(),
        )
        .filter(Id.is_in(contributions.iter().copied()))
        .select_only()
        .column(Id)
        .column(account::Column::Kind)
        .column_as(total(balance::Column::AmountPence), "amount_pence")
        .group_by(Id)
        .group_by(account::Column::Kind)
        .into_tuple()
        .all(connection)
        .await
}
