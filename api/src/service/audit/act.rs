use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::audit_act;
use sea_orm::DbErr;
use uuid::Uuid;

use super::Said;
use crate::{auth::Viewer, database::Writing};

/// Who did something, and acting as whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct By {
    /// The account; none of the operator.
    pub account: Option<Uuid>,
    /// The organisation acted as; none of the operator's commands.
    pub organisation: Option<Uuid>,
    /// The joint commissioning team acted as; none when the organisation itself is.
    pub team: Option<Uuid>,
    /// The request.
    pub request: Option<Uuid>,
}

impl By {
    /// The operator, by a command.
    pub const OPERATOR: Self =
        Self { account: None, organisation: None, team: None, request: None };

    /// What somebody does to sessions of their own: that is no team's doing, whatever they act as.
    #[must_use]
    pub fn oneself(viewer: &Viewer) -> Self {
        Self { team: None, ..viewer.into() }
    }
}

impl From<&Viewer> for By {
    fn from(viewer: &Viewer) -> Self {
        Self {
            account: viewer.account,
            organisation: Some(viewer.organisation),
            team: viewer.team.map(|team| team.id),
            request: Some(viewer.request),
        }
    }
}

impl From<Option<&Viewer>> for By {
    fn from(viewer: Option<&Viewer>) -> Self {
        viewer.map_or(Self::OPERATOR, Self::from)
    }
}

/// What was done to what. A preview is an act too: one that changes nothing, with what was shown
/// `after`, written in a transaction of its own (rule V7).
#[derive(Clone, Debug)]
pub struct Act {
    action: &'static str,
    object_kind: &'static str,
    object: Uuid,
    root: Option<(Uuid, FieldGroup)>,
    effective_on: Option<NaiveDate>,
    before: Option<Said>,
    after: Option<Said>,
}

impl Act {
    /// That `action`, named as its mutation is, was done to a thing of the schema's type
    /// `object_kind`.
    #[must_use]
    pub fn new(action: &'static str, object_kind: &'static str, object: Uuid) -> Self {
        let (root, effective_on, before, after) = (None, None, None, None);
        Self { action, object_kind, object, root, effective_on, before, after }
    }

    /// The thing belongs to the agreement or the fund `root`, and before and after speak of
    /// `group`: others who read that there read them too. Without a root nobody else does.
    #[must_use]
    pub fn under(mut self, root: Uuid, group: FieldGroup) -> Self {
        self.root = Some((root, group));
        self
    }

    /// From when it counts.
    #[must_use]
    pub fn from_day(mut self, day: NaiveDate) -> Self {
        self.effective_on = Some(day);
        self
    }

    /// The thing before.
    #[must_use]
    pub fn before(mut self, said: Said) -> Self {
        self.before = Some(said);
        self
    }

    /// The thing after.
    #[must_use]
    pub fn after(mut self, said: Said) -> Self {
        self.after = Some(said);
        self
    }
}

/// Records an act in the transaction that does it.
///
/// # Errors
/// A fault of the database.
pub async fn record(tx: &Writing, by: impl Into<By>, act: Act) -> Result<(), DbErr> {
    tx.audit(row(tx, by.into(), act)).await
}

/// Records acts in the transaction that does them, however many in as few statements.
///
/// # Errors
/// A fault of the database.
pub async fn record_all(tx: &Writing, by: impl Into<By>, acts: Vec<Act>) -> Result<(), DbErr> {
    let by = by.into();
    let rows: Vec<audit_act::Model> = acts.into_iter().map(|act| row(tx, by, act)).collect();
    tx.audit_all(&rows).await
}

fn row(tx: &Writing, by: By, act: Act) -> audit_act::Model {
    audit_act::Model {
        id: tx.new_id(),
        recorded_at: tx.now(),
        request_id: by.request,
        account_id: by.account,
        organisation_id: by.organisation,
        team_id: by.team,
        action: act.action.to_owned(),
        object_kind: act.object_kind.to_owned(),
        object_id: act.object,
        root_id: act.root.map(|(root, _)| root),
        field_group: act.root.map(|(_, group)| group.name()),
        effective_on: Some(act.effective_on.unwrap_or_else(|| tx.today())),
        before: act.before.as_ref().map(Said::text),
        after: act.after.as_ref().map(Said::text),
    }
}
