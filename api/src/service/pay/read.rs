use std::collections::HashMap;

use chrono::NaiveDate;
use domain::rules::pay::{Framework, Measure, Pay};
use entities::{
    measurement, measurement_decision as decision, outcome_framework as framework,
    pay_component as component, pay_component_version as version, value::Instant,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::{
    access::pay::{self, sees_decisions, sees_frameworks, sees_measurements, sees_versions},
    auth::Viewer,
    service::{Stopped, frozen::thaw},
};

/// A component of a contract's pay, with the versions that the viewer sees.
#[derive(Clone, Debug)]
pub struct Component {
    /// The component.
    pub row: component::Model,
    /// Its versions, the first first.
    pub versions: Vec<(version::Model, Pay)>,
}

/// A measurement with what it measures and what was decided about it.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The measurement.
    pub row: measurement::Model,
    /// The measure.
    pub measure: Measure,
    /// The decision; none while it waits for one.
    pub decision: Option<decision::Model>,
}

/// What a framework of outcomes says.
pub(super) fn content(row: &framework::Model) -> Result<Framework, DbErr> {
    thaw(&row.content, "outcome framework")
}

/// What a version of a component says.
pub(super) fn agreed(row: &version::Model) -> Result<Pay, DbErr> {
    thaw(&row.content, "component of pay")
}

/// The components of a contract of which the viewer sees a version, in the contract's order.
///
/// # Errors
/// A fault of the database.
pub async fn components_of(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    contract: Uuid,
) -> Result<Vec<Component>, Stopped> {
    let versions = sees_versions(viewer)
        .filter(component::Column::ContractId.eq(contract))
        .order_by_asc(version::Column::Number)
        .all(connection)
        .await?;
    let mut by_component: HashMap<Uuid, Vec<(version::Model, Pay)>> = HashMap::new();
    for row in versions {
        let pay = agreed(&row)?;
        by_component.entry(row.component_id).or_default().push((row, pay));
    }
    let all = pay::whole_of(connection, contract).await?.components.into_iter();
    let seen = all.filter_map(|row| {
        let versions = by_component.remove(&row.id)?;
        Some(Component { row, versions })
    });
    Ok(seen.collect())
}

/// The framework of outcomes in force on a day, as the viewer sees it: the last to take effect by
/// then of those that were known; none before the first.
///
/// # Errors
/// A fault of the database.
pub async fn framework_of(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    (contract, on, known_at): (Uuid, NaiveDate, Option<Instant>),
) -> Result<Option<(framework::Model, Framework)>, Stopped> {
    let rows = sees_frameworks(viewer)
        .filter(framework::Column::ContractId.eq(contract))
        .order_by_asc(framework::Column::Number)
        .all(connection)
        .await?;
    let Some(row) = in_force(rows, on, known_at) else { return Ok(None) };
    let content = content(&row)?;
    Ok(Some((row, content)))
}

/// Of frameworks in the order of recording the one in force.
pub(super) fn in_force(
    rows: Vec<framework::Model>,
    on: NaiveDate,
    known_at: Option<Instant>,
) -> Option<framework::Model> {
    let known = rows.into_iter().filter(|row| known_at.is_none_or(|at| row.known_at <= at));
    let begun = known.filter(|row| row.effective_on <= on);
    begun.max_by_key(|row| (row.effective_on, row.number))
}

/// The measurements of a contract that the viewer sees, the first first.
///
/// # Errors
/// A fault of the database.
pub async fn measurements_of(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    contract: Uuid,
) -> Result<Vec<Measured>, Stopped> {
    let rows = sees_measurements(viewer)
        .filter(measurement::Column::ContractId.eq(contract))
        .order_by_asc(measurement::Column::Number)
        .all(connection)
        .await?;
    let known = pay::whole_of(connection, contract).await?;
    let mut measures: HashMap<Uuid, Measure> = HashMap::new();
    for row in &known.frameworks {
        measures.extend(content(row)?.measures().map(|it| (it.id, it.clone())));
    }
    let decided = sees_decisions(viewer).filter(decision::Column::ContractId.eq(contract));
    let decided = decided.all(connection).await?.into_iter();
    let mut decisions: HashMap<Uuid, decision::Model> =
        decided.map(|row| (row.measurement_id, row)).collect();
    let told = |row: measurement::Model| {
        let measure = measures.get(&row.measure_id)?.clone();
        let decision = decisions.remove(&row.id);
        Some(Measured { row, measure, decision })
    };
    Ok(rows.into_iter().filter_map(told).collect())
}
