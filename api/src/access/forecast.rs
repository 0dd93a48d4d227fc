//! Which forecasts a viewer sees, of years in which it stood in a relation that reads them: drafts
//! only where it reads drafts, and those that were submitted at least as a summary.

use domain::policy::matrix::FieldGroup;
use entities::{access, forecast, forecast_submission as submission};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, SelectTwo,
    sea_query::Query,
};
use uuid::Uuid;

use super::{Found, Seen, Through, readers, summarisers};
use crate::auth::Viewer;

/// The forecasts that the viewer sees.
#[must_use]
pub fn sees_forecasts(viewer: &Viewer) -> SelectTwo<forecast::Entity, access::Entity> {
    let submitted =
        Query::select().column(submission::Column::ForecastId).from(submission::Entity).to_owned();
    let through = |kinds: &[_]| {
        Through::any_of(viewer, (forecast::Entity, forecast::Column::FundId), kinds)
            .in_year((forecast::Entity, forecast::Column::FinancialYear))
            .cuts()
    };
    super::stands::<forecast::Entity>(forecast::Column::FundId, viewer).filter(
        Condition::any().add(through(&readers(FieldGroup::ForecastDraft))).add(
            Condition::all()
                .add(through(&summarisers(FieldGroup::ForecastSubmitted)))
                .add(forecast::Column::Id.in_subquery(submitted)),
        ),
    )
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
