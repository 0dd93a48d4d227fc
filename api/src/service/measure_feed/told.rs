use std::collections::HashMap;

use chrono::NaiveDate;
use domain::rules::pay::{Framework, Measure};
use entities::outcome_framework as framework;
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use crate::{access::pay, service::frozen::thaw};

/// A framework of outcomes, and what it says.
pub type Framed = (framework::Model, Framework);

/// Every framework of contracts, by contract and the first first. Of it are told the measures that
/// somebody reads, each by [`as_at`].
///
/// # Errors
/// A fault of the database.
pub async fn frameworks_of(
    connection: &impl ConnectionTrait,
    contracts: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Framed>>, DbErr> {
    let mut of: HashMap<Uuid, Vec<Framed>> = HashMap::new();
    for row in pay::frameworks_of(connection, contracts).await? {
        let content = thaw(&row.content, "outcome framework")?;
        of.entry(row.contract_id).or_default().push((row, content));
    }
    Ok(of)
}

/// A measure as it stood on a day: by the framework in force, of those that were recorded by then and
/// have it; none before there was one.
#[must_use]
pub fn as_at(frameworks: &[Framed], measure: Uuid, day: NaiveDate) -> Option<&Measure> {
    let known =
        frameworks.iter().filter(|(row, _)| row.recorded_on <= day && row.effective_on <= day);
    let having = known.filter_map(|(row, content)| {
        let measure = content.measures().find(|it| it.id == measure)?;
        Some(((row.effective_on, row.number), measure))
    });
    having.max_by_key(|(place, _)| *place).map(|(_, measure)| measure)
}
