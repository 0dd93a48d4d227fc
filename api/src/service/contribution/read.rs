use std::collections::HashMap;

use chrono::NaiveDate;
use entities::{
    contribution::{self, Column},
    contribution_change as change,
    contribution_change::ContributionChangeKind,
    contribution_instalment as instalment,
    ledger_account::AccountKind,
    value::{FinancialYear, Instant, Pence},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, SelectTwo, Value, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    access::{
        Seen,
        facts::contributions as facts,
        ledger::{seen_contribution, sees_contributions},
    },
    auth::Viewer,
    database::{Cut, Keyset, PageRequest, count_by_parent, cut_by_parent, nested, total},
};

pub use facts::Reached;

/// What was agreed of a contribution at a cutoff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Agreed {
    /// As planned.
    pub planned: Pence,
    /// The sum of the variations.
    pub varied: Pence,
}

impl Agreed {
    /// Planned and varied.
    #[must_use]
    pub fn total(self) -> Pence {
        self.planned + self.varied
    }
}

/// What was posted of a contribution, in whatever year it took effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Posted {
    /// What the partner was invoiced.
    pub invoiced: Pence,
    /// What of that it paid.
    pub received: Pence,
    /// What it was given back: positive, never netted off.
    pub refunded: Pence,
}

fn order() -> Keyset {
    [Column::FinancialYear, Column::SourceCode, Column::Id]
        .into_iter()
        .fold(Keyset::new(), |keyset, column| keyset.ascending((contribution::Entity, column)))
}

/// The values by which a contribution has its place in its fund's list: year, source, identity.
#[must_use]
pub fn place(row: &contribution::Model) -> Vec<Value> {
    vec![row.financial_year.into(), row.source_code.as_str().into(), row.id.into()]
}

/// A page of the contributions of each of these funds, in one statement.
///
/// # Errors
/// A fault of the database.
pub async fn list_by_fund(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    funds: &[Uuid],
    year: Option<FinancialYear>,
    page: &PageRequest,
) -> Result<HashMap<Uuid, Cut<Seen<contribution::Model>>>, DbErr> {
    let wanted = of_funds(viewer, funds, year);
    let ids = ((contribution::Entity, Column::Id), (contribution::Entity, Column::FundId));
    let rows = nested(wanted, ids, &order(), page).all(connection).await?;
    let rows = rows.into_iter().map(|row| seen_contribution(viewer, row)).collect();
    Ok(cut_by_parent(page, rows, |seen| seen.row.fund_id))
}

/// How many contributions of each of these funds the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn count_by_fund(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    funds: &[Uuid],
    year: Option<FinancialYear>,
) -> Result<HashMap<Uuid, u64>, DbErr> {
    let wanted = of_funds(viewer, funds, year);
    let ids = ((contribution::Entity, Column::Id), (contribution::Entity, Column::FundId));
    count_by_parent(connection, wanted, ids).await
}

/// The contributions of these funds that the viewer sees, of one year where it is said.
fn of_funds(
    viewer: &Viewer,
    funds: &[Uuid],
    year: Option<FinancialYear>,
) -> SelectTwo<contribution::Entity, entities::access::Entity> {
    let wanted = sees_contributions(viewer).filter(Column::FundId.is_in(funds.iter().copied()));
    match year {
        Some(year) => wanted.filter(Column::FinancialYear.eq(year)),
        None => wanted,
    }
}

/// The contributions with these identities that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<Seen<contribution::Model>>, DbErr> {
    let rows = sees_contributions(viewer)
        .filter(Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| seen_contribution(viewer, row)).collect())
}

/// What was agreed of contributions that the caller has found through its view, counting of each
/// what took effect by its day and was recorded by `known_at`; everything where these are none.
///
/// # Errors
/// A fault of the database.
#[expect(
    clippy::disallowed_methods,
    reason = "the caller found the contributions through its view"
)]
pub async fn agreed(
    connection: &impl ConnectionTrait,
    contributions: &[(Uuid, Option<NaiveDate>)],
    known_at: Option<Instant>,
) -> Result<HashMap<Uuid, Agreed>, DbErr> {
    let mut by_day: HashMap<Option<NaiveDate>, Vec<Uuid>> = HashMap::new();
    for (contribution, as_of) in contributions {
        by_day.entry(*as_of).or_default().push(*contribution);
    }
    let never = Condition::any().add(Expr::value(false));
    let counts = by_day.into_iter().fold(never, |any, (as_of, ids)| {
        let effective = as_of.map(|as_of| change::Column::EffectiveOn.lte(as_of));
        let of_these = change::Column::ContributionId.is_in(ids);
        any.add(Condition::all().add(of_these).add_option(effective))
    });
    let mut query = change::Entity::find().filter(counts);
    if let Some(known_at) = known_at {
        query = query.filter(change::Column::KnownAt.lte(known_at));
    }
    let sums: Vec<(Uuid, ContributionChangeKind, Pence)> = query
        .select_only()
        .column(change::Column::ContributionId)
        .column(change::Column::Kind)
        .expr_as(total(change::Column::AmountPence), "total")
        .group_by(change::Column::ContributionId)
        .group_by(change::Column::Kind)
        .into_tuple()
        .all(connection)
        .await?;
    let mut agreed: HashMap<Uuid, Agreed> = HashMap::new();
    for (contribution, kind, amount) in sums {
        let of = agreed.entry(contribution).or_default();
        match kind {
            ContributionChangeKind::Planned => of.planned += amount,
            ContributionChangeKind::Varied => of.varied += amount,
        }
    }
    Ok(agreed)
}

/// What was posted of contributions that the caller has found through its view; what leaves is
/// masked by the caller.
///
/// # Errors
/// A fault of the database.
pub async fn posted(
    connection: &impl ConnectionTrait,
    contributions: &[Reached],
) -> Result<HashMap<Uuid, Posted>, DbErr> {
    let mut posted: HashMap<Uuid, Posted> = HashMap::new();
    for (contribution, kind, amount) in facts::posted(connection, contributions).await? {
        let of = posted.entry(contribution).or_default();
        match kind {
            AccountKind::ContributionIncome => {
                of.invoiced += -amount;
                of.received += -amount;
            }
            AccountKind::Receivable => of.received += -amount,
            AccountKind::ContributionRefund => of.refunded += amount,
            _ => {}
        }
    }
    Ok(posted)
}

/// The instalments of contributions that the caller has found through its view, in their order.
///
/// # Errors
/// A fault of the database.
#[expect(
    clippy::disallowed_methods,
    reason = "the caller found the contributions through its view"
)]
pub async fn instalments_of(
    connection: &impl ConnectionTrait,
    contributions: &[Uuid],
) -> Result<Vec<instalment::Model>, DbErr> {
    instalment::Entity::find()
        .filter(instalment::Column::ContributionId.is_in(contributions.iter().copied()))
        .order_by_asc(instalment::Column::ContributionId)
        .order_by_asc(instalment::Column::Number)
        .all(connection)
        .await
}
