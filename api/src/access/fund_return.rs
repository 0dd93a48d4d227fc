//! Which returns a viewer sees, by the days that each speaks of, which are those of its year up to its
//! last: drafts only where it reads drafts, submitted and approved ones where it reads at least that
//! there is one.

use domain::policy::matrix::FieldGroup;
use entities::{
    access, fund_return, fund_return_narrative as narrative, return_answer as answer,
    return_approval as approval, return_submission as submission,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    SelectTwo,
    sea_query::{Expr, ExprTrait, Query, SimpleExpr},
};
use uuid::Uuid;

use super::{Found, Seen, Through, facts::whole, readers, summarisers};
use crate::auth::Viewer;

/// The returns that the viewer sees.
#[must_use]
pub fn sees_returns(viewer: &Viewer) -> SelectTwo<fund_return::Entity, access::Entity> {
    use fund_return::Column::{AsOf, FinancialYear, FundId};
    let through = |kinds: &[_]| {
        Through::any_of(viewer, (fund_return::Entity, FundId), kinds)
            .on((fund_return::Entity, AsOf))
            .in_year((fund_return::Entity, FinancialYear))
            .cuts()
    };
    let submitted = Condition::all()
        .add(through(&summarisers(FieldGroup::ReturnSubmitted)))
        .add(was_done((submission::Entity, submission::Column::ReturnId)));
    let approved = Condition::all()
        .add(through(&summarisers(FieldGroup::ReturnApproved)))
        .add(was_done((approval::Entity, approval::Column::ReturnId)));
    let drafts = through(&readers(FieldGroup::ReturnDraft));
    super::stands::<fund_return::Entity>(FundId, viewer)
        .filter(Condition::any().add(drafts).add(submitted).add(approved))
}

/// That a table has a row about the return.
fn was_done<E: EntityTrait>((table, of_return): (E, E::Column)) -> SimpleExpr {
    let this = Expr::col((fund_return::Entity, fund_return::Column::Id));
    let about = Expr::col((table, of_return)).eq(this);
    Expr::exists(Query::select().expr(Expr::val(1)).from(table).and_where(about).take())
}

/// The return with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<fund_return::Model>>, DbErr> {
    let found = sees_returns(viewer).filter(fund_return::Column::Id.eq(id)).one(connection).await?;
    Ok(found.map(|row| seen(viewer, row)))
}

/// A return as the viewer stands to the days that it speaks of.
#[must_use]
pub fn seen(viewer: &Viewer, found: Found<fund_return::Model>) -> Seen<fund_return::Model> {
    let (day, year) = (found.0.as_of, found.0.financial_year);
    Seen::from_row(viewer, found).on(day).in_year(year)
}

/// All versions of the returns that have the fund, year and span of one of these.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn versions(
    connection: &impl ConnectionTrait,
    returns: &[&fund_return::Model],
) -> Result<Vec<(fund_return::Model, Option<submission::Model>)>, DbErr> {
    use fund_return::Column::{FinancialYear, FundId, Span};
    let same = |row: &&fund_return::Model| {
        Condition::all()
            .add(FundId.eq(row.fund_id))
            .add(FinancialYear.eq(row.financial_year))
            .add(Span.eq(row.span))
    };
    let any = returns.iter().map(same).fold(Condition::any(), Condition::add);
    let rows = fund_return::Entity::find()
        .filter(any.add(Expr::value(false)))
        .order_by_asc(fund_return::Column::Version)
        .all(&whole(connection))
        .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let submitted = submission::Entity::find()
        .filter(submission::Column::ReturnId.is_in(ids))
        .all(&whole(connection))
        .await?;
    let with = |row: fund_return::Model| {
        let submitted = submitted.iter().find(|it| it.return_id == row.id).cloned();
        (row, submitted)
    };
    Ok(rows.into_iter().map(with).collect())
}

/// What was said about these returns, in its order.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn answers(
    connection: &impl ConnectionTrait,
    returns: &[Uuid],
) -> Result<Vec<answer::Model>, DbErr> {
    answer::Entity::find()
        .filter(answer::Column::ReturnId.is_in(returns.iter().copied()))
        .order_by_asc(answer::Column::Number)
        .all(&whole(connection))
        .await
}

/// The approvals of these returns.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn approvals(
    connection: &impl ConnectionTrait,
    returns: &[Uuid],
) -> Result<Vec<approval::Model>, DbErr> {
    approval::Entity::find()
        .filter(approval::Column::ReturnId.is_in(returns.iter().copied()))
        .all(&whole(connection))
        .await
}

/// What the host says about schemes in these returns, which the caller has found through its view.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the returns through its view")]
pub async fn narratives(
    connection: &impl ConnectionTrait,
    returns: &[Uuid],
) -> Result<Vec<narrative::Model>, DbErr> {
    narrative::Entity::find()
        .filter(narrative::Column::ReturnId.is_in(returns.iter().copied()))
        .order_by_asc(narrative::Column::SchemeId)
        .all(connection)
        .await
}
