use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use domain::rules::pay::{Framework, Measure, OnBehalf, Pay};
use entities::{
    measurement, measurement_answer as answer, measurement_decision as decision,
    outcome_framework as framework, pay_component as component, pay_component_version as version,
    value::Instant,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, QueryFilter, QueryOrder, Select};
use uuid::Uuid;

use crate::{
    access::pay::{
        self, sees_answers, sees_decisions, sees_frameworks, sees_measurements, sees_versions,
    },
    auth::Viewer,
    service::{
        Stopped,
        frozen::thaw,
        measure_feed::{self, Framed},
    },
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
    /// What whoever it is about said of it, where another entered it.
    pub answer: Option<answer::Model>,
    /// True when the viewer reads it as one of the contract's, and not only as that of its own link.
    pub is_whole: bool,
}

impl Measured {
    /// How it stands between who entered it and whom it is about (rule C10).
    #[must_use]
    pub fn on_behalf(&self) -> OnBehalf {
        OnBehalf {
            is_entered: self.row.on_behalf_of_id.is_some(),
            answer: self.answer.as_ref().map(|it| it.answer),
            is_decided: self.decision.is_some(),
        }
    }
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
    let of = measurement::Column::ContractId.eq(contract);
    Ok(told(connection, viewer, (sees_measurements(viewer).filter(of), true)).await?)
}

/// The measurements of links that the viewer found and sees, by link and the first first.
///
/// # Errors
/// A fault of the database.
pub async fn measurements_of_links(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    links: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Measured>>, DbErr> {
    let of = measurement::Column::SubcontractId.is_in(links.iter().copied());
    let seen = sees_measurements(viewer).filter(of);
    let mut of: HashMap<Uuid, Vec<Measured>> = HashMap::new();
    for it in told(connection, viewer, (seen, false)).await? {
        of.entry(it.row.subcontract_id.unwrap_or_default()).or_default().push(it);
    }
    Ok(of)
}

/// Measurements with what is seen to be said of them, and their measures as they stood when they were
/// submitted.
async fn told(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    (seen, is_whole): (Select<measurement::Entity>, bool),
) -> Result<Vec<Measured>, DbErr> {
    let rows = seen.order_by_asc(measurement::Column::Number).all(connection).await?;
    let contracts: BTreeSet<Uuid> = rows.iter().map(|row| row.contract_id).collect();
    let contracts: Vec<Uuid> = contracts.into_iter().collect();
    let frameworks = measure_feed::frameworks_of(connection, &contracts).await?;
    let of = || contracts.iter().copied();
    let decided = sees_decisions(viewer).filter(decision::Column::ContractId.is_in(of()));
    let decided = decided.all(connection).await?.into_iter();
    let mut decisions: HashMap<Uuid, decision::Model> =
        decided.map(|row| (row.measurement_id, row)).collect();
    let answered = sees_answers(viewer).filter(answer::Column::ContractId.is_in(of()));
    let answered = answered.all(connection).await?.into_iter();
    let mut answers: HashMap<Uuid, answer::Model> =
        answered.map(|row| (row.measurement_id, row)).collect();
    let told = |row: measurement::Model| {
        let measure = as_measured(frameworks.get(&row.contract_id)?, &row)?.clone();
        let (decision, answer) = (decisions.remove(&row.id), answers.remove(&row.id));
        Some(Measured { row, measure, decision, answer, is_whole })
    };
    Ok(rows.into_iter().filter_map(told).collect())
}

/// The measure of a measurement by the last framework that was recorded by its day and has it.
fn as_measured<'a>(frameworks: &'a [Framed], row: &measurement::Model) -> Option<&'a Measure> {
    let known = frameworks.iter().rev().filter(|it| it.0.recorded_on <= row.recorded_on);
    known.flat_map(|(_, content)| content.measures()).find(|it| it.id == row.measure_id)
}
