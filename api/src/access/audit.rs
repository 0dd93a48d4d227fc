//! Which acts a viewer sees in the trail of audit: its organisation's own, and those of others on
//! the agreements and funds to which it stands as host or partner.

use domain::policy::{
    Relation, Rights,
    matrix::{self, FieldGroup},
};
use entities::{access, audit_act as act};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, Select,
    sea_query::{Query, SelectStatement},
};

use crate::auth::Viewer;

/// The acts that the viewer sees. Of others' acts, those about something of which it reads at least
/// its own part: a host's draft leaves no trace in a partner's view (rule V1).
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn sees_audit_acts(viewer: &Viewer) -> Select<act::Entity> {
    act::Entity::find().filter(own_or_shared(viewer, Rights::reads_own))
}

/// True of acts whose before and after the viewer reads: its own, and those about something of
/// which it reads everything.
#[must_use]
pub fn reads_before_and_after(viewer: &Viewer) -> Condition {
    own_or_shared(viewer, Rights::reads_all)
}

fn own_or_shared(viewer: &Viewer, may: fn(Rights) -> bool) -> Condition {
    let own = act::Column::OrganisationId.eq(viewer.organisation);
    [(access::Column::IsHost, Relation::Host), (access::Column::IsPartner, Relation::Partner)]
        .into_iter()
        .fold(Condition::any().add(own), |any, (column, relation)| {
            let groups = FieldGroup::ALL.into_iter();
            let readable = groups.filter(|group| may(matrix::cell(relation, *group)));
            any.add(
                Condition::all()
                    .add(act::Column::FieldGroup.is_in(readable.map(FieldGroup::name)))
                    .add(act::Column::RootId.in_subquery(roots(viewer, column))),
            )
        })
}

/// The agreements and funds to which the viewer's organisation stands so.
fn roots(viewer: &Viewer, stands: access::Column) -> SelectStatement {
    Query::select()
        .column(access::Column::RootId)
        .from(access::Entity)
        .and_where(access::Column::OrganisationId.eq(viewer.organisation))
        .and_where(stands.eq(true))
        .to_owned()
}
