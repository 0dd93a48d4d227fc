//! The instants of the last recordings that a position counts (rule M8).

use std::collections::HashMap;

use entities::{
    budget_change, commitment, contribution, contribution_change, forecast, forecast_submission,
    funding_split, ledger_transaction as transaction, period_release as release, scheme,
    value::Instant,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter,
    QuerySelect, QueryTrait, Select,
    sea_query::{SelectStatement, UnionType},
};
use uuid::Uuid;

use super::{
    partners,
    reach::{Alike, any_of},
    releases::is_released,
    whole,
};

/// The instant of the last recording in each fund that counts: whoever is shown less is not told
/// when the rest was recorded.
///
/// # Errors
/// A fault of the database.
pub async fn last(
    connection: &impl ConnectionTrait,
    groups: &[Alike],
) -> Result<HashMap<Uuid, Instant>, DbErr> {
    let (narrow, wide): (Vec<Alike>, Vec<Alike>) =
        groups.iter().cloned().partition(|group| group.reach.is_narrow());
    let wide: Vec<Uuid> = wide.into_iter().flat_map(|group| group.funds).collect();
    let mut last: HashMap<Uuid, Instant> =
        partners::last_recordings(connection, &wide).await?.into_iter().collect();
    for (fund, at) in counted(connection, &narrow).await? {
        let of = last.entry(fund).or_insert(Instant::EARLIEST);
        *of = (*of).max(at);
    }
    Ok(last)
}

async fn counted(
    connection: &impl ConnectionTrait,
    groups: &[Alike],
) -> Result<Vec<(Uuid, Instant)>, DbErr> {
    let mut all = posted(groups);
    let query = QuerySelect::query(&mut all);
    for part in [
        released(groups),
        agreed(groups),
        budgeted(groups),
        split(groups),
        promised(groups),
        expected(groups),
    ] {
        query.union(UnionType::All, part);
    }
    all.into_tuple().all(&whole(connection)).await
}

#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
fn posted(groups: &[Alike]) -> Select<transaction::Entity> {
    use transaction::Column::{EffectiveOn, FinancialYear, FundId, KnownAt, Period};
    let counts = |group: &Alike| {
        let cutoff = &group.reach.postings;
        let columns = [FundId, FinancialYear, Period].map(|it| (transaction::Entity, it));
        let released = group.reach.only_released.then(|| is_released(columns.into(), None));
        Condition::all()
            .add(FundId.is_in(group.funds.iter().copied()))
            .add(FinancialYear.lte(cutoff.year))
            .add(EffectiveOn.lte(cutoff.as_of))
            .add_option(released)
    };
    latest(transaction::Entity::find().filter(any_of(groups, counts)), FundId, KnownAt)
}

#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
fn released(groups: &[Alike]) -> SelectStatement {
    use release::Column::{FinancialYear, FundId, KnownAt};
    let counts = |group: &Alike| {
        Condition::all()
            .add(FundId.is_in(group.funds.iter().copied()))
            .add(FinancialYear.lte(group.reach.cutoff.year))
    };
    latest(release::Entity::find().filter(any_of(groups, counts)), FundId, KnownAt).into_query()
}

#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
fn agreed(groups: &[Alike]) -> SelectStatement {
    use contribution::Column::{FinancialYear, FundId, Id};
    use contribution_change::Column::{ContributionId, EffectiveOn, KnownAt};
    let counts = |group: &Alike| {
        Condition::all()
            .add(FundId.is_in(group.funds.iter().copied()))
            .add(FinancialYear.eq(group.reach.cutoff.year))
            .add(EffectiveOn.lte(group.reach.cutoff.as_of))
    };
    let joined =
        contribution::Entity::belongs_to(contribution_change::Entity).from(Id).to(ContributionId);
    let rows = contribution::Entity::find().join(JoinType::InnerJoin, joined.into());
    latest(rows.filter(any_of(groups, counts)), FundId, KnownAt).into_query()
}

#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
fn budgeted(groups: &[Alike]) -> SelectStatement {
    use budget_change::Column::{EffectiveOn, FinancialYear, KnownAt, SchemeId};
    let joined = scheme::Entity::belongs_to(budget_change::Entity)
        .from(scheme::Column::Id)
        .to(SchemeId)
        .into();
    let rows = scheme::Entity::find().join(JoinType::InnerJoin, joined);
    let counts = |group: &Alike| {
        of_schemes(group)
            .add(FinancialYear.eq(group.reach.cutoff.year))
            .add(EffectiveOn.lte(group.reach.cutoff.as_of))
    };
    latest(rows.filter(any_of(groups, counts)), scheme::Column::FundId, KnownAt).into_query()
}

#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
fn split(groups: &[Alike]) -> SelectStatement {
    use funding_split::Column::{EffectiveOn, FinancialYear, KnownAt, SchemeId};
    let joined = scheme::Entity::belongs_to(funding_split::Entity)
        .from(scheme::Column::Id)
        .to(SchemeId)
        .into();
    let rows = scheme::Entity::find().join(JoinType::InnerJoin, joined);
    let counts = |group: &Alike| {
        let in_time = group.reach.closed_at.map(|closed_at| {
            let as_of = group.reach.cutoff.as_of;
            Condition::any().add(EffectiveOn.lte(as_of)).add(KnownAt.lt(closed_at))
        });
        of_schemes(group).add(FinancialYear.eq(group.reach.cutoff.year)).add_option(in_time)
    };
    latest(rows.filter(any_of(groups, counts)), scheme::Column::FundId, KnownAt).into_query()
}

#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
fn promised(groups: &[Alike]) -> SelectStatement {
    use commitment::Column::{EffectiveOn, FinancialYear, KnownAt, SchemeId};
    let joined =
        scheme::Entity::belongs_to(commitment::Entity).from(scheme::Column::Id).to(SchemeId).into();
    let rows = scheme::Entity::find().join(JoinType::InnerJoin, joined);
    let counts = |group: &Alike| {
        of_schemes(group)
            .add(FinancialYear.eq(group.reach.cutoff.year))
            .add(EffectiveOn.lte(group.reach.cutoff.as_of))
    };
    latest(rows.filter(any_of(groups, counts)), scheme::Column::FundId, KnownAt).into_query()
}

#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
fn expected(groups: &[Alike]) -> SelectStatement {
    use forecast::Column::{FinancialYear, FundId, Id};
    use forecast_submission::Column::{ForecastId, KnownAt};
    let joined = forecast::Entity::belongs_to(forecast_submission::Entity).from(Id).to(ForecastId);
    let rows = forecast::Entity::find().join(JoinType::InnerJoin, joined.into());
    let counts = |group: &Alike| {
        Condition::all()
            .add(FundId.is_in(group.funds.iter().copied()))
            .add(FinancialYear.eq(group.reach.cutoff.year))
            .add_option(group.reach.closed_at.map(|closed_at| KnownAt.lt(closed_at)))
    };
    latest(rows.filter(any_of(groups, counts)), FundId, KnownAt).into_query()
}

fn of_schemes(group: &Alike) -> Condition {
    Condition::all().add(scheme::Column::FundId.is_in(group.funds.iter().copied()))
}

/// The latest of each fund's instants.
fn latest<E: EntityTrait>(
    rows: Select<E>,
    fund: impl ColumnTrait,
    known_at: impl ColumnTrait,
) -> Select<E> {
    rows.select_only()
        .column_as(fund, "fund_id")
        .column_as(known_at.max(), "known_at")
        .group_by(fund)
}
