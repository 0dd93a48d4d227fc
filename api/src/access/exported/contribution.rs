use chrono::NaiveDate;
use entities::{
    access, contribution,
    contribution_change::{self as change, ContributionChangeKind},
    value::Pence,
};
use sea_orm::{
    DbErr, EntityTrait, FromQueryResult, JoinType, QueryOrder, QueryResult, QuerySelect,
    RelationDef, SelectTwoModel, Selector, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    access::{fund::effective_fund, ledger::sees_contributions},
    auth::Viewer,
};

const KIND: &str = "change_kind";
const AMOUNT: &str = "change_amount";
const FUND: &str = "seen_fund";
const EFFECTIVE: &str = "change_effective_on";

/// A contribution, and one of its changes.
pub struct ContributionRow {
    /// The contribution.
    pub contribution: contribution::Model,
    /// The fund, as far as the viewer sees that.
    pub fund: Option<Uuid>,
    /// What was planned or varied, how much and from when; none where nothing was.
    pub change: Option<(ContributionChangeKind, Pence, NaiveDate)>,
}

/// The contributions that the viewer sees, once for each of their changes.
#[must_use]
pub fn contributions(viewer: &Viewer) -> Selector<SelectTwoModel<ContributionRow, access::Model>> {
    let changed: RelationDef = contribution::Entity::belongs_to(change::Entity)
        .from(contribution::Column::Id)
        .to(change::Column::ContributionId)
        .into();
    let fund = (contribution::Entity, contribution::Column::FundId);
    let of_change = |column| Expr::col((change::Entity, column));
    sees_contributions(viewer)
        .join(JoinType::LeftJoin, changed)
        .expr_as(effective_fund(viewer, fund), FUND)
        .expr_as(of_change(change::Column::Kind), KIND)
        .expr_as(of_change(change::Column::AmountPence), AMOUNT)
        .expr_as(of_change(change::Column::EffectiveOn), EFFECTIVE)
        .order_by_asc(contribution::Column::Id)
        .into_model()
}

impl FromQueryResult for ContributionRow {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        let contribution = contribution::Model::from_query_result(row, prefix)?;
        let kind: Option<ContributionChangeKind> = row.try_get("", KIND)?;
        let (amount, effective_on) = (row.try_get("", AMOUNT)?, row.try_get("", EFFECTIVE)?);
        let change = kind.zip(amount).zip(effective_on);
        let change = change.map(|((kind, amount), effective_on)| (kind, amount, effective_on));
        Ok(Self { contribution, fund: row.try_get("", FUND)?, change })
    }
}
