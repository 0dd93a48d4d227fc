//! Which forecasts a viewer sees, of years in which it stood in a relation that reads them: drafts
//! only where it reads drafts, and those that were submitted at least as a summary. What was
//! recorded or submitted after the last day that is open to it does not appear.

use domain::policy::matrix::FieldGroup;
use entities::{access, forecast, forecast_submission as submission};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, SelectTwo,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;

use super::{Found, Seen, Through, readers, summarisers};
use crate::auth::Viewer;

/// The forecasts that the viewer sees.
#[must_use]
pub fn sees_forecasts(viewer: &Viewer) -> SelectTwo<forecast::Entity, access::Entity> {
    use forecast::Column::{FinancialYear, FundId, Id, RecordedOn};
    let through = |kinds: &[_]| {
        Through::any_of(viewer, (forecast::Entity, FundId), kinds)
            .in_year((forecast::Entity, FinancialYear))
    };
    let drafts =
        through(&readers(FieldGroup::ForecastDraft)).from((forecast::Entity, RecordedOn)).cuts();
    let open = through(&summarisers(FieldGroup::ForecastSubmitted))
        .from((submission::Entity, submission::Column::SubmittedOn))
        .cuts();
    let of_this = Expr::col((submission::Entity, submission::Column::ForecastId))
        .eq(Expr::col((forecast::Entity, Id)));
    let submitted = Query::select()
        .expr(Expr::val(1))
        .from(submission::Entity)
        .and_where(of_this)
        .and_where(open)
        .to_owned();
    super::stands::<forecast::Entity>(FundId, viewer)
        .filter(Condition::any().add(drafts).add(Expr::exists(submitted)))
}

/// The forecast with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<forecast::Model>>, DbErr> {
    let found = sees_forecasts(viewer).filter(forecast::Column::Id.eq(id)).one(connection).await?;
    Ok(found.map(|row| seen(viewer, row)))
}

/// When these forecasts, which the caller has found through its view, were submitted.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the forecasts through its view")]
pub async fn submissions(
    connection: &impl ConnectionTrait,
    forecasts: &[Uuid],
) -> Result<Vec<submission::Model>, DbErr> {
    submission::Entity::find()
        .filter(submission::Column::ForecastId.is_in(forecasts.iter().copied()))
        .all(connection)
        .await
}

/// A forecast as the viewer stands to its year.
#[must_use]
pub fn seen(viewer: &Viewer, found: Found<forecast::Model>) -> Seen<forecast::Model> {
    let year = found.0.financial_year;
    Seen::from_row(viewer, found).in_year(year)
}
