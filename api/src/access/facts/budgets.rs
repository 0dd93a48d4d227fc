//! Dated facts about schemes: budgets, funding splits, commitments and forecasts at a cutoff.

use chrono::NaiveDate;
use domain::rules::funding::{DatedSplit, Share};
use entities::{
    budget_change::{self, BudgetChangeKind},
    budget_period, commitment, forecast, forecast_line, forecast_submission, funding_split,
    funding_split_share, scheme,
    value::{FinancialYear, Instant, Pence, Period},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType,
    QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Query, SimpleExpr},
};
use uuid::Uuid;

use super::{
    Cutoff,
    reach::{Alike, Part, Reach, any_of},
    whole,
};
use crate::database::total;

/// A scheme's budget for one month.
#[derive(Clone, Debug, FromQueryResult)]
pub struct MonthlyBudget {
    /// The scheme.
    pub scheme_id: Uuid,
    /// How it came about.
    pub kind: BudgetChangeKind,
    /// The month.
    pub period: Period,
    /// Its budget of this kind.
    pub amount_pence: Pence,
}

/// One share of a scheme's funding, from a day on.
#[derive(Clone, Debug, FromQueryResult)]
pub struct FundingShare {
    /// The scheme.
    pub scheme_id: Uuid,
    /// The split it is part of.
    pub split_id: Uuid,
    /// From when the split counts.
    pub effective_on: NaiveDate,
    /// Who funds.
    pub partner_id: Uuid,
    /// From which source.
    pub source_code: String,
    /// Its weight.
    pub weight: i64,
}

/// What is committed of a scheme's budget.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Committed {
    /// The scheme.
    pub scheme_id: Uuid,
    /// Promised less released.
    pub amount_pence: Pence,
}

/// A line of the forecast that counts.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ForecastAmount {
    /// The fund.
    pub fund_id: Uuid,
    /// The forecast's version.
    pub version: i32,
    /// The scheme; none when the forecast has no lines.
    pub scheme_id: Option<Uuid>,
    /// The month.
    pub period: Option<Period>,
    /// The expected spend.
    pub amount_pence: Option<Pence>,
}

/// The schemes of `funds`.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn schemes(
    connection: &impl ConnectionTrait,
    funds: &[Uuid],
) -> Result<Vec<scheme::Model>, DbErr> {
    scheme::Entity::find()
        .filter(scheme::Column::FundId.is_in(funds.iter().copied()))
        .order_by_asc(scheme::Column::Reference)
        .all(&whole(connection))
        .await
}

/// The monthly budgets of schemes, of each part at its cutoff (rule M4).
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn monthly(
    connection: &impl ConnectionTrait,
    parts: &[(Part, Cutoff)],
) -> Result<Vec<MonthlyBudget>, DbErr> {
    use budget_change::Column::{EffectiveOn, FinancialYear, KnownAt, SchemeId};
    let counts = |(part, cutoff): &(Part, Cutoff)| {
        Condition::all()
            .add(of_part(SchemeId, part))
            .add(FinancialYear.eq(cutoff.year))
            .add(EffectiveOn.lte(cutoff.as_of))
            .add_option(cutoff.known_at.map(|known_at| KnownAt.lte(known_at)))
    };
    let query = budget_change::Entity::find()
        .join(
            JoinType::InnerJoin,
            budget_change::Entity::belongs_to(budget_period::Entity)
                .from(budget_change::Column::Id)
                .to(budget_period::Column::ChangeId)
                .into(),
        )
        .filter(any_of(parts, counts));
    query
        .select_only()
        .column(budget_change::Column::SchemeId)
        .column(budget_change::Column::Kind)
        .column(budget_period::Column::Period)
        .column_as(total(budget_period::Column::AmountPence), "amount_pence")
        .group_by(budget_change::Column::SchemeId)
        .group_by(budget_change::Column::Kind)
        .group_by(budget_period::Column::Period)
        .into_model()
        .all(&whole(connection))
        .await
}

/// The funding splits of schemes, of each part at its cutoff, the earliest first. Of what took
/// effect later only what was recorded by then counts for a relation that had ended.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn splits(
    connection: &impl ConnectionTrait,
    parts: &[(Part, Cutoff, Option<Instant>)],
) -> Result<Vec<FundingShare>, DbErr> {
    use funding_split::Column::{EffectiveOn, FinancialYear, KnownAt, SchemeId};
    let counts = |(part, cutoff, closed_at): &(Part, Cutoff, Option<Instant>)| {
        let in_time = |closed_at| {
            Condition::any().add(EffectiveOn.lte(cutoff.as_of)).add(KnownAt.lt(closed_at))
        };
        Condition::all()
            .add(of_part(SchemeId, part))
            .add(FinancialYear.eq(cutoff.year))
            .add_option(cutoff.known_at.map(|known_at| KnownAt.lte(known_at)))
            .add_option(closed_at.map(in_time))
    };
    let query = funding_split::Entity::find()
        .join(
            JoinType::InnerJoin,
            funding_split::Entity::belongs_to(funding_split_share::Entity)
                .from(funding_split::Column::Id)
                .to(funding_split_share::Column::SplitId)
                .into(),
        )
        .filter(any_of(parts, counts));
    query
        .select_only()
        .column(funding_split::Column::SchemeId)
        .column_as(funding_split::Column::Id, "split_id")
        .column(funding_split::Column::EffectiveOn)
        .column(funding_split_share::Column::PartnerId)
        .column(funding_split_share::Column::SourceCode)
        .column(funding_split_share::Column::Weight)
        .order_by_asc(funding_split::Column::SchemeId)
        .order_by_asc(funding_split::Column::EffectiveOn)
        .order_by_asc(funding_split::Column::KnownAt)
        .order_by_asc(funding_split_share::Column::Position)
        .into_model()
        .all(&whole(connection))
        .await
}

/// The funding splits of one scheme, in the order in which they became known.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn splits_of(
    connection: &impl ConnectionTrait,
    scheme: Uuid,
    year: FinancialYear,
) -> Result<Vec<DatedSplit>, DbErr> {
    let rows = funding_split::Entity::find()
        .filter(funding_split::Column::SchemeId.eq(scheme))
        .filter(funding_split::Column::FinancialYear.eq(year))
        .order_by_asc(funding_split::Column::KnownAt)
        .all(&whole(connection))
        .await?;
    let shares = funding_split_share::Entity::find()
        .filter(funding_split_share::Column::SplitId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(funding_split_share::Column::Position)
        .all(&whole(connection))
        .await?;
    let of = |split: Uuid| {
        let own = shares.iter().filter(move |share| share.split_id == split);
        own.map(|share| Share {
            partner: share.partner_id,
            source: share.source_code.clone(),
            weight: share.weight,
        })
        .collect()
    };
    Ok(rows
        .iter()
        .map(|row| DatedSplit { effective_on: row.effective_on, shares: of(row.id) })
        .collect())
}

/// What is committed of the schemes of funds, of each group at its cutoff.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn committed(
    connection: &impl ConnectionTrait,
    groups: &[Alike],
) -> Result<Vec<Committed>, DbErr> {
    use commitment::Column::{EffectiveOn, FinancialYear, KnownAt, SchemeId};
    let counts = |group: &Alike| {
        let cutoff = &group.reach.cutoff;
        Condition::all()
            .add(of_funds(SchemeId, &group.funds))
            .add(FinancialYear.eq(cutoff.year))
            .add(EffectiveOn.lte(cutoff.as_of))
            .add_option(cutoff.known_at.map(|known_at| KnownAt.lte(known_at)))
    };
    commitment::Entity::find()
        .filter(any_of(groups, counts))
        .select_only()
        .column(commitment::Column::SchemeId)
        .column_as(total(commitment::Column::AmountPence), "amount_pence")
        .group_by(commitment::Column::SchemeId)
        .into_model()
        .all(&whole(connection))
        .await
}

/// The lines of the last forecast that the host of each fund had submitted, before the relation
/// ended where it has.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn forecasts(
    connection: &impl ConnectionTrait,
    groups: &[Alike],
) -> Result<Vec<ForecastAmount>, DbErr> {
    use forecast_submission::Column::KnownAt;
    let counts = |group: &Alike| {
        let Reach { cutoff, closed_at, .. } = &group.reach;
        Condition::all()
            .add(forecast::Column::FundId.is_in(group.funds.iter().copied()))
            .add(forecast::Column::FinancialYear.eq(cutoff.year))
            .add_option(cutoff.known_at.map(|known_at| KnownAt.lte(known_at)))
            .add_option(closed_at.map(|closed_at| KnownAt.lt(closed_at)))
    };
    let submitted = forecast::Entity::find()
        .join(
            JoinType::InnerJoin,
            forecast::Entity::belongs_to(forecast_submission::Entity)
                .from(forecast::Column::Id)
                .to(forecast_submission::Column::ForecastId)
                .into(),
        )
        .filter(any_of(groups, counts));
    let latest = submitted
        .select_only()
        .column(forecast::Column::FundId)
        .column_as(forecast::Column::Version.max(), "version")
        .group_by(forecast::Column::FundId);
    let latest: Vec<(Uuid, i32)> = latest.into_tuple().all(&whole(connection)).await?;
    let is_latest = |(fund, version): &(Uuid, i32)| {
        Condition::all()
            .add(forecast::Column::FundId.eq(*fund))
            .add(forecast::Column::Version.eq(*version))
    };
    let years = groups.iter().map(|group| group.reach.cutoff.year);
    forecast::Entity::find()
        .join(
            JoinType::LeftJoin,
            forecast::Entity::belongs_to(forecast_line::Entity)
                .from(forecast::Column::Id)
                .to(forecast_line::Column::ForecastId)
                .into(),
        )
        .filter(forecast::Column::FinancialYear.is_in(years))
        .filter(any_of(&latest, is_latest))
        .select_only()
        .column(forecast::Column::FundId)
        .column(forecast::Column::Version)
        .column(forecast_line::Column::SchemeId)
        .column(forecast_line::Column::Period)
        .column(forecast_line::Column::AmountPence)
        .into_model()
        .all(&whole(connection))
        .await
}

/// True of rows whose scheme is of this part.
fn of_part(scheme_id: impl ColumnTrait, part: &Part) -> SimpleExpr {
    match part {
        Part::Funds(funds) => of_funds(scheme_id, funds),
        Part::Schemes(schemes) => scheme_id.is_in(schemes.iter().copied()),
    }
}

/// True of rows whose scheme is of one of `funds`.
fn of_funds(scheme_id: impl ColumnTrait, funds: &[Uuid]) -> SimpleExpr {
    let schemes = Query::select()
        .column(scheme::Column::Id)
        .from(scheme::Entity)
        .and_where(scheme::Column::FundId.is_in(funds.iter().copied()))
        .to_owned();
    scheme_id.in_subquery(schemes)
}
