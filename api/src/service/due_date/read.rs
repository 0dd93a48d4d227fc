use std::collections::HashMap;

use domain::policy::{Rights, matrix::FieldGroup};
use entities::{due_date, due_date_outcome as outcome};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::{
    access::{self, Seen, facts::whole},
    auth::Viewer,
};

/// Something due, and what became of it as far as the viewer reads it.
#[derive(Clone, Debug)]
pub struct Due {
    /// What is due.
    pub seen: Seen<due_date::Model>,
    /// What became of it.
    pub outcome: Option<outcome::Model>,
    /// True when nothing has become of it and its day has passed.
    pub is_overdue: bool,
}

impl Due {
    /// As the viewer reads it: what became of it after the viewer's own days is not told, and to
    /// whoever left it is as on its last day.
    pub(super) fn of(
        viewer: &Viewer,
        seen: Seen<due_date::Model>,
        outcome: Option<outcome::Model>,
    ) -> Self {
        let group = FieldGroup::AgreementTerms;
        let is_told =
            |it: &outcome::Model| seen.standing.during(it.happened_on, it.happened_on).reads(group);
        let outcome = outcome.filter(is_told);
        let last = seen.standing.open_to(group, Rights::reads_all);
        let day = last.map_or(viewer.today, |last| last.min(viewer.today));
        let is_overdue = outcome.is_none() && seen.row.due_on < day;
        Self { seen, outcome, is_overdue }
    }
}

/// What is due under these agreements, by day, as far as the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn of_agreements(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    agreements: &[Uuid],
) -> Result<Vec<Due>, DbErr> {
    let mut seen = access::due_date::of_agreements(connection, viewer, agreements).await?;
    seen.sort_by_key(|it| (it.row.due_on, it.row.id));
    let ids: Vec<Uuid> = seen.iter().map(|it| it.row.id).collect();
    let mut outcomes = outcomes(connection, &ids).await?;
    let due = |it: Seen<due_date::Model>| {
        let outcome = outcomes.remove(&it.row.id);
        Due::of(viewer, it, outcome)
    };
    Ok(seen.into_iter().map(due).collect())
}

/// What became of things due that the caller has found through its view.
#[expect(clippy::disallowed_methods, reason = "the caller found them through its view")]
pub(super) async fn outcomes(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, outcome::Model>, DbErr> {
    let rows = outcome::Entity::find()
        .filter(outcome::Column::DueDateId.is_in(ids.iter().copied()))
        .all(&whole(connection))
        .await?;
    Ok(rows.into_iter().map(|row| (row.due_date_id, row)).collect())
}
