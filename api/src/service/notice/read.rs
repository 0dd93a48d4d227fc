use std::collections::HashMap;

use domain::policy::{Rights, matrix::FieldGroup};
use entities::{notice, notice_withdrawal as withdrawal};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::{
    access::{self, Seen, facts::whole},
    auth::Viewer,
};

/// A notice, and its withdrawal as far as the viewer reads it.
#[derive(Clone, Debug)]
pub struct Given {
    /// The notice.
    pub seen: Seen<notice::Model>,
    /// Its withdrawal.
    pub withdrawal: Option<withdrawal::Model>,
    /// Where it stands.
    pub state: NoticeState,
}

/// Where a notice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeState {
    /// It was given and takes effect later.
    Running,
    /// It took effect.
    InEffect,
    /// It was withdrawn before it took effect.
    Withdrawn,
}

impl Given {
    /// As the viewer reads it: to whoever left it is as on its last day.
    pub(super) fn of(
        viewer: &Viewer,
        seen: Seen<notice::Model>,
        withdrawal: Option<withdrawal::Model>,
    ) -> Self {
        let group = FieldGroup::AgreementExit;
        let is_told = |it: &withdrawal::Model| {
            seen.standing.during(it.withdrawn_on, it.withdrawn_on).reads(group)
        };
        let withdrawal = withdrawal.filter(is_told);
        let last = seen.standing.open_to(group, Rights::reads_all);
        let day = last.map_or(viewer.today, |last| last.min(viewer.today));
        let state = match &withdrawal {
            Some(_) => NoticeState::Withdrawn,
            None if seen.row.takes_effect_on <= day => NoticeState::InEffect,
            None => NoticeState::Running,
        };
        Self { seen, withdrawal, state }
    }
}

/// The notices given under these agreements, the last first, as far as the viewer sees them.
///
/// # Errors
/// A fault of the database.
pub async fn of_agreements(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    agreements: &[Uuid],
) -> Result<Vec<Given>, DbErr> {
    let mut seen = access::notice::of_agreements(connection, viewer, agreements).await?;
    seen.sort_by_key(|it| std::cmp::Reverse((it.row.given_on, it.row.id)));
    let ids: Vec<Uuid> = seen.iter().map(|it| it.row.id).collect();
    let mut withdrawals = withdrawals(connection, &ids).await?;
    let given = |it: Seen<notice::Model>| {
        let withdrawal = withdrawals.remove(&it.row.id);
        Given::of(viewer, it, withdrawal)
    };
    Ok(seen.into_iter().map(given).collect())
}

/// The withdrawals of notices that the caller has found through its view.
#[expect(clippy::disallowed_methods, reason = "the caller found them through its view")]
pub(super) async fn withdrawals(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, withdrawal::Model>, DbErr> {
    let rows = withdrawal::Entity::find()
        .filter(withdrawal::Column::NoticeId.is_in(ids.iter().copied()))
        .all(&whole(connection))
        .await?;
    Ok(rows.into_iter().map(|row| (row.notice_id, row)).collect())
}
