use chrono::NaiveDate;
use domain::{
    policy::matrix::FieldGroup,
    rules::dispute::{self as rule, Rung},
};
use entities::{
    dispute, dispute_end as end, dispute_party as party, dispute_rung as rung, dispute_step as step,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::ladder;
use crate::{
    access::{self, Seen, facts::whole},
    auth::Viewer,
};

/// A dispute with everything that came of it, as far as the viewer reads it.
#[derive(Clone, Debug)]
pub struct Disputed {
    /// The dispute.
    pub seen: Seen<dispute::Model>,
    /// The partners against which it was raised.
    pub against: Vec<Uuid>,
    /// The ladder by which it goes, in its order.
    pub rungs: Vec<rung::Model>,
    /// The steps that were taken, in their order.
    pub steps: Vec<step::Model>,
    /// Its end.
    pub end: Option<end::Model>,
}

impl Disputed {
    /// Everybody between whom it is.
    #[must_use]
    pub fn between(&self) -> Vec<Uuid> {
        let raiser = std::iter::once(self.seen.row.raised_by_id);
        raiser.chain(self.against.iter().copied()).collect()
    }

    /// The step that is to be taken next, and by when; none after the last, and of one that is over.
    #[must_use]
    pub fn next(&self) -> Option<(&rung::Model, Option<NaiveDate>)> {
        if self.end.is_some() {
            return None;
        }
        let rungs = self.rungs.iter();
        let rungs: Vec<Rung> =
            rungs.map(|row| Rung { number: row.number, within_days: row.within_days }).collect();
        let taken: Vec<_> = self.steps.iter().map(|row| (row.number, row.taken_on)).collect();
        let (number, due_on) = rule::next(&rungs, self.seen.row.raised_on, &taken)?;
        let rung = self.rungs.iter().find(|row| row.number == number)?;
        Some((rung, due_on))
    }
}

/// The disputes of these agreements, the last raised first, as far as the viewer sees them.
///
/// # Errors
/// A fault of the database.
pub async fn of_agreements(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    agreements: &[Uuid],
) -> Result<Vec<Disputed>, DbErr> {
    let mut seen = access::dispute::of_agreements(connection, viewer, agreements).await?;
    seen.sort_by_key(|it| std::cmp::Reverse((it.row.raised_on, it.row.id)));
    of_rows(connection, seen).await
}

/// What came of disputes that the caller has found through its view, of each as far as its days
/// are open to the caller.
#[expect(clippy::disallowed_methods, reason = "the caller found the disputes through its view")]
pub(super) async fn of_rows(
    connection: &impl ConnectionTrait,
    disputes: Vec<Seen<dispute::Model>>,
) -> Result<Vec<Disputed>, DbErr> {
    let ids: Vec<Uuid> = disputes.iter().map(|it| it.row.id).collect();
    let agreements: Vec<Uuid> = disputes.iter().map(|it| it.row.agreement_id).collect();
    let facts = whole(connection);
    let parties = party::Entity::find()
        .filter(party::Column::DisputeId.is_in(ids.iter().copied()))
        .order_by_asc(party::Column::OrganisationId)
        .all(&facts)
        .await?;
    let steps = step::Entity::find()
        .filter(step::Column::DisputeId.is_in(ids.iter().copied()))
        .order_by_asc(step::Column::Number)
        .all(&facts)
        .await?;
    let ends = end::Entity::find()
        .filter(end::Column::DisputeId.is_in(ids.iter().copied()))
        .all(&facts)
        .await?;
    let rungs = ladder::all(connection, &agreements).await?;
    let of = |seen: Seen<dispute::Model>| {
        let id = seen.row.id;
        let is_told = |day: NaiveDate| seen.standing.during(day, day).reads(FieldGroup::Disputes);
        let against = parties.iter().filter(|row| row.dispute_id == id);
        let taken = steps.iter().filter(|row| row.dispute_id == id && is_told(row.taken_on));
        let own = |row: &&rung::Model| {
            row.agreement_id == seen.row.agreement_id && row.version == seen.row.ladder_version
        };
        let end = ends.iter().find(|row| row.dispute_id == id && is_told(row.ended_on));
        Disputed {
            against: against.map(|row| row.organisation_id).collect(),
            rungs: rungs.iter().filter(own).cloned().collect(),
            steps: taken.cloned().collect(),
            end: end.cloned(),
            seen,
        }
    };
    Ok(disputes.into_iter().map(of).collect())
}
