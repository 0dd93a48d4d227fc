//! What partners agreed to contribute, at a cutoff.

use chrono::NaiveDate;
use entities::{
    contribution, contribution_change as change,
    contribution_change::ContributionChangeKind,
    ledger_account::{self as account, AccountKind},
    ledger_balance as balance, ledger_entry as entry, ledger_transaction as transaction,
    value::Pence,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType,
    QueryFilter, QuerySelect, Select,
};
use uuid::Uuid;

use super::{
    reach::{Alike, any_of},
    releases::is_released,
    whole,
};
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

/// What was planned and varied of the contributions to funds, of each group at its cutoff.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn agreed(
    connection: &impl ConnectionTrait,
    groups: &[Alike],
) -> Result<Vec<AgreedPart>, DbErr> {
    use contribution::Column::{FundId, PartnerId, SourceCode};
    let of_group = |group: &Alike| {
        let cutoff = &group.reach.cutoff;
        let counts = Condition::all()
            .add(FundId.is_in(group.funds.iter().copied()))
            .add(contribution::Column::FinancialYear.eq(cutoff.year))
            .add(change::Column::EffectiveOn.lte(cutoff.as_of));
        match cutoff.known_at {
            Some(known_at) => counts.add(change::Column::KnownAt.lte(known_at)),
            None => counts,
        }
    };
    let mut query = contribution::Entity::find()
        .join(
            JoinType::InnerJoin,
            contribution::Entity::belongs_to(change::Entity)
                .from(contribution::Column::Id)
                .to(change::Column::ContributionId)
                .into(),
        )
        .filter(any_of(groups, of_group))
        .select_only()
        .column_as(contribution::Column::Id, "contribution_id")
        .column(change::Column::Kind)
        .column_as(total(change::Column::AmountPence), "amount_pence")
        .group_by(contribution::Column::Id)
        .group_by(change::Column::Kind);
    for column in [FundId, PartnerId, SourceCode] {
        query = query.column(column).group_by(column);
    }
    query.into_model().all(&whole(connection)).await
}

/// Of one contribution, up to when its postings count for a viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reached {
    /// The contribution.
    pub contribution: Uuid,
    /// The last day of effect that counts; none when all do.
    pub to: Option<NaiveDate>,
    /// True when only postings of released periods count (rule V11).
    pub only_released: bool,
}

/// The sums of the accounts of each of these contributions, which the caller has found through its
/// view: income, debt and refunds, as far as they count.
///
/// # Errors
/// A fault of the database.
pub async fn posted(
    connection: &impl ConnectionTrait,
    contributions: &[Reached],
) -> Result<Vec<(Uuid, AccountKind, Pence)>, DbErr> {
    let (dated, whole): (Vec<Reached>, Vec<Reached>) =
        contributions.iter().partition(|reached| reached.to.is_some());
    let mut sums = kept(connection, &whole).await?;
    sums.extend(entered(connection, &dated).await?);
    Ok(sums)
}

/// Of contributions whose postings all count: from the balances that are kept.
async fn kept(
    connection: &impl ConnectionTrait,
    contributions: &[Reached],
) -> Result<Vec<(Uuid, AccountKind, Pence)>, DbErr> {
    use balance::Column::{FinancialYear, FundId, Period};
    let counts = |reached: &Reached| {
        let counts = Condition::all().add(contribution::Column::Id.eq(reached.contribution));
        let columns = [FundId, FinancialYear, Period].map(|it| (balance::Entity, it));
        match reached.only_released {
            true => counts.add(is_released(columns.into(), None)),
            false => counts,
        }
    };
    with_accounts()
        .join(
            JoinType::InnerJoin,
            account::Entity::belongs_to(balance::Entity)
                .from(account::Column::Id)
                .to(balance::Column::AccountId)
                .into(),
        )
        .filter(any_of(contributions, counts))
        .select_only()
        .column(contribution::Column::Id)
        .column(account::Column::Kind)
        .column_as(total(balance::Column::AmountPence), "amount_pence")
        .group_by(contribution::Column::Id)
        .group_by(account::Column::Kind)
        .into_tuple()
        .all(&whole(connection))
        .await
}

/// Of contributions whose postings count up to a day: from the entries.
async fn entered(
    connection: &impl ConnectionTrait,
    contributions: &[Reached],
) -> Result<Vec<(Uuid, AccountKind, Pence)>, DbErr> {
    use transaction::Column::{EffectiveOn, FinancialYear, FundId, Period};
    let counts = |reached: &Reached| {
        let counts = Condition::all()
            .add(contribution::Column::Id.eq(reached.contribution))
            .add_option(reached.to.map(|to| EffectiveOn.lte(to)));
        let columns = [FundId, FinancialYear, Period].map(|it| (transaction::Entity, it));
        match reached.only_released {
            true => counts.add(is_released(columns.into(), None)),
            false => counts,
        }
    };
    with_accounts()
        .join(
            JoinType::InnerJoin,
            account::Entity::belongs_to(entry::Entity)
                .from(account::Column::Id)
                .to(entry::Column::AccountId)
                .into(),
        )
        .join(
            JoinType::InnerJoin,
            entry::Entity::belongs_to(transaction::Entity)
                .from(entry::Column::TransactionId)
                .to(transaction::Column::Id)
                .into(),
        )
        .filter(any_of(contributions, counts))
        .select_only()
        .column(contribution::Column::Id)
        .column(account::Column::Kind)
        .column_as(total(entry::Column::AmountPence), "amount_pence")
        .group_by(contribution::Column::Id)
        .group_by(account::Column::Kind)
        .into_tuple()
        .all(&whole(connection))
        .await
}

/// Contributions with the accounts of their income, debt and refunds.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
fn with_accounts() -> Select<contribution::Entity> {
    use contribution::Column::{FinancialYear, FundId, PartnerId, SourceCode};
    contribution::Entity::find().join(
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
}
