//! What links are worth, changed by their buyers, answered by their sellers and, where more is asked for
//! a material one, approved by the commissioner. It is confidential apart from the terms, and has
//! versions of its own (rule V8).

mod answer;
mod approve;
mod change;

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use domain::rules::supply_chain::YearlyValue;
use entities::{
    subcontract::{self as link, Approval, Confirmation},
    subcontract_value as value,
    subcontract_value_act::{self as act, ValueActKind},
    subcontract_value_decision as decision,
    value::FinancialYear,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

pub use answer::{NewValueAnswer, answer_value};
pub use approve::{NewValueVerdict, approve_value};
pub use change::{NewValue, change_value};

use crate::{
    access::facts::supply_chain,
    database::Writing,
    service::{Refusal, Stopped},
};

/// A version of the values of a link, with what was said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueVersion {
    /// What was said of it, the change first; nothing of what was recorded with the link.
    pub acts: Vec<act::Model>,
    /// What the commissioner decided about it, where that was needed.
    pub decision: Option<decision::Model>,
    /// True while it waits for the commissioner, as far as the viewer is told.
    pub is_awaited: bool,
    /// Its years.
    pub values: BTreeMap<FinancialYear, YearlyValue>,
}

impl ValueVersion {
    fn nothing() -> Self {
        let values = BTreeMap::new();
        Self { acts: Vec::new(), decision: None, is_awaited: false, values }
    }

    /// The last thing that its seller said of it.
    fn answer(&self) -> Option<&act::Model> {
        self.acts.last().filter(|it| it.kind != ValueActKind::Changed)
    }

    /// What its seller contests; none while it contests nothing.
    #[must_use]
    pub fn contested_because(&self) -> Option<String> {
        let last = self.answer().filter(|it| it.kind == ValueActKind::Contested)?;
        last.reason.clone()
    }

    /// What its seller says of it.
    #[must_use]
    pub fn confirmation(&self) -> Confirmation {
        self.answer().map_or(Confirmation::Recorded, |it| match it.kind {
            ValueActKind::Changed => Confirmation::Recorded,
            ValueActKind::Confirmed => Confirmation::Confirmed,
            ValueActKind::Contested => Confirmation::Contested,
        })
    }

    /// How the commissioner stands to it (rule C3).
    #[must_use]
    pub fn approval(&self) -> Approval {
        match &self.decision {
            Some(it) if it.is_approved => Approval::Approved,
            Some(_) => Approval::Refused,
            None if self.is_awaited => Approval::Awaited,
            None => Approval::NotNeeded,
        }
    }

    /// True when the commissioner refused it: it never counted.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.decision.as_ref().is_some_and(|it| !it.is_approved)
    }

    /// True when it is to count once the commissioner approves it, after the version `current`.
    #[must_use]
    pub fn waits(&self, current: Option<i32>) -> bool {
        let is_later = self.acts.first().is_some_and(|it| Some(it.version) > current);
        is_later && self.decision.is_none()
    }

    /// The day from which it counts, or would; none of what was recorded with the link.
    #[must_use]
    pub fn counts_from(&self) -> Option<NaiveDate> {
        let decided = self.decision.as_ref().map(|it| it.recorded_on);
        decided.or_else(|| self.acts.first().map(|it| it.recorded_on))
    }
}

/// The versions of the values of links that the caller found through its view and whose value it reads
/// whole: by link and version.
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
    let decisions = decision::Entity::find()
        .filter(decision::Column::SubcontractId.is_in(ids()))
        .all(connection)
        .await?;
    let mut of: HashMap<Uuid, BTreeMap<i32, ValueVersion>> = HashMap::new();
    for row in acts {
        version(&mut of, (row.subcontract_id, row.version)).acts.push(row);
    }
    for row in values {
        let of_year = supply_chain::of_year(&row);
        version(&mut of, (row.subcontract_id, row.version)).values.extend(of_year);
    }
    for row in decisions {
        let of_version = version(&mut of, (row.subcontract_id, row.version));
        of_version.decision = Some(row);
    }
    Ok(of)
}

fn version(
    of: &mut HashMap<Uuid, BTreeMap<i32, ValueVersion>>,
    (link, number): (Uuid, i32),
) -> &mut ValueVersion {
    of.entry(link).or_default().entry(number).or_insert_with(ValueVersion::nothing)
}

/// The version of the values that count, when it is the one that the caller read.
fn is_current(row: &link::Model, expected: i32) -> Result<i32, Refusal> {
    let version = row.value_version.unwrap_or(0);
    if version == expected { Ok(version) } else { Err(Refusal::stale(version)) }
}

/// The values of a link that count are those of another version. Its own version stays: what it is
/// worth is confidential apart from its terms (rule V8).
async fn points_to(tx: &Writing, before: &link::Model, version: i32) -> Result<(), Stopped> {
    let was = before.value_version.unwrap_or(0);
    let written = link::Entity::update_many()
        .col_expr(link::Column::ValueVersion, Expr::val(version))
        .col_expr(link::Column::ValueChangedOn, Expr::val(tx.today()))
        .filter(link::Column::Id.eq(before.id))
        .filter(Expr::col(link::Column::ValueVersion).if_null(0).eq(was))
        .exec(&**tx)
        .await?;
    if written.rows_affected == 0 {
        return Err(Refusal::stale(was).into());
    }
    Ok(())
}
