//! Which forecasts a viewer sees: as host all of its funds', as partner those that were submitted.

use domain::policy::matrix::FieldGroup;
use entities::{access, forecast, forecast_submission as submission};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, SelectTwo,
    sea_query::Query,
};
use uuid::Uuid;

use super::Seen;
use crate::auth::Viewer;

/// The forecasts that the viewer sees.
#[must_use]
pub fn sees_forecasts(viewer: &Viewer) -> SelectTwo<forecast::Entity, access::Entity> {
    let submitted =
        Query::select().column(submission::Column::ForecastId).from(submission::Entity).to_owned();
    super::sees::<forecast::Entity>(forecast::Column::FundId, viewer).filter(
        Condition::any().add(super::readers(FieldGroup::ForecastDraft)).add(
            Condition::all()
                .add(super::readers(FieldGroup::ForecastSubmitted))
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
    Ok(found.map(Seen::from_row))
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
