//! What links are worth, changed by their buyers and answered by their sellers. It is confidential apart
//! from the terms, and has versions of its own (rule V8).

mod answer;
mod change;

use std::collections::{BTreeMap, HashMap};

use domain::rules::supply_chain::YearlyValue;
use entities::{
    subcontract::{self as link, Confirmation},
    subcontract_value as value,
    subcontract_value_act::{self as act, ValueActKind},
    value::FinancialYear,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

pub use answer::{NewValueAnswer, answer_value};
pub use change::{NewValue, change_value};

use crate::{access::facts::supply_chain, service::Refusal};

/// A version of the values of a link, with what was said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueVersion {
    /// What was said of it, the change first.
    pub acts: Vec<act::Model>,
    /// Its years.
    pub values: BTreeMap<FinancialYear, YearlyValue>,
}

impl ValueVersion {
    /// What its seller contests; none while it contests nothing.
    #[must_use]
    pub fn contested_because(&self) -> Option<String> {
        let last = self.acts.last().filter(|it| it.kind == ValueActKind::Contested)?;
        last.reason.clone()
    }

    /// What its seller says of it.
    #[must_use]
    pub fn confirmation(&self) -> Confirmation {
        self.acts.last().map_or(Confirmation::Recorded, |it| match it.kind {
            ValueActKind::Changed => Confirmation::Recorded,
            ValueActKind::Confirmed => Confirmation::Confirmed,
            ValueActKind::Contested => Confirmation::Contested,
        })
    }
}

/// The versions of the values of links that were changed, of links that the caller found through its
/// view and whose value it reads whole: by link and version.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the links through its view")]
pub async fn values_of(
    connection: &impl ConnectionTrait,
    links: &[Uuid],
) -> Result<HashMap<Uuid, BTreeMap<i32, ValueVersion>>, DbErr> {
    let ids = || links.iter().copied();
    let acts = act::Entity::find()
        .filter(act::Column::SubcontractId.is_in(ids()))
        .order_by_asc(act::Column::Number)
        .all(connection)
        .await?;
    let values = value::Entity::find()
        .filter(value::Column::SubcontractId.is_in(ids()))
        .all(connection)
        .await?;
    let mut of: HashMap<Uuid, BTreeMap<i32, ValueVersion>> = HashMap::new();
    for row in acts {
        let nothing = || ValueVersion { acts: Vec::new(), values: BTreeMap::new() };
        let versions = of.entry(row.subcontract_id).or_default();
        versions.entry(row.version).or_insert_with(nothing).acts.push(row);
    }
    for row in values {
        let versions = of.get_mut(&row.subcontract_id);
        if let Some(version) = versions.and_then(|it| it.get_mut(&row.version)) {
            version.values.extend(supply_chain::of_year(&row));
        }
    }
    Ok(of)
}

/// The version of the values that count, when it is the one that the caller read.
fn is_current(row: &link::Model, expected: i32) -> Result<i32, Refusal> {
    let version = row.value_version.unwrap_or(0);
    if version == expected { Ok(version) } else { Err(Refusal::stale(version)) }
}
