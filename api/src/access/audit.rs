//! Which acts a viewer sees in the trail of audit: its organisation's own, and those of others on
//! the agreements and funds whose trail it reads: as host, as partner or under a grant. Whoever acts
//! as a team sees what they did as the team; their employer does not see it for being their employer.
//! A preview shows what is shared.

use domain::policy::{
    Rights,
    matrix::{self, FieldGroup},
};
use entities::{access_window as window, audit_act as act};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, Select,
    sea_query::{Expr, ExprTrait, Query, SimpleExpr},
};

use super::{
    Through,
    proofs::{self, Switch},
    readers,
    told::Told,
};
use crate::auth::Viewer;

/// The acts that the viewer sees. Of others' acts, those about something of which it reads at least
/// its own part: a host's draft leaves no trace in a partner's view (rule V1).
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn sees_audit_acts(viewer: &Viewer) -> Select<act::Entity> {
    act::Entity::find()
        .filter(in_reach(viewer))
        .filter(own_or_shared(viewer, Rights::reads_own, Through::cuts))
        .filter(told().is_open(viewer))
}

/// What an act speaks of.
fn told() -> Told {
    use act::Column::{FieldGroup, ObjectId, ObjectKind, RootId};
    let of = |column| (act::Entity, column);
    Told::by(of(RootId), of(FieldGroup), of(ObjectKind), of(ObjectId))
}

/// The acts that could be seen, as the indexes find them: the viewer's own, and those under the
/// roots to which it stands. Without it every act of everybody would be looked at.
fn in_reach(viewer: &Viewer) -> Condition {
    use act::Column::{OrganisationId, RootId, TeamId};
    if proofs::is_on(viewer.holder(), Switch::ScopingOff) {
        return Condition::all();
    }
    let own = match viewer.team {
        Some(team) => TeamId.eq(team.id),
        None => OrganisationId.eq(viewer.organisation),
    };
    let roots = Query::select()
        .column(window::Column::RootId)
        .from(window::Entity)
        .and_where(window::Column::HolderId.eq(viewer.holder()))
        .take();
    Condition::any().add(own).add(RootId.in_subquery(roots))
}

/// True of acts whose before and after the viewer reads: its own, and those about something of
/// which it reads everything.
#[must_use]
pub fn reads_before_and_after(viewer: &Viewer) -> Condition {
    own_or_shared(viewer, Rights::reads_all, Through::holds)
}

fn own(viewer: &Viewer) -> Condition {
    use act::Column::{AccountId, OrganisationId, TeamId};
    if viewer.preview.is_some() {
        return Condition::all().add(Expr::val(1).eq(0));
    }
    let Some(team) = viewer.team else {
        let own = OrganisationId.eq(viewer.organisation);
        return Condition::all().add(own).add(TeamId.is_null());
    };
    let by = match viewer.account {
        Some(account) => AccountId.eq(account),
        None => AccountId.is_null(),
    };
    Condition::all().add(TeamId.eq(team.id)).add(by)
}

fn own_or_shared(
    viewer: &Viewer,
    may: fn(Rights) -> bool,
    condition: fn(Through) -> SimpleExpr,
) -> Condition {
    let own = own(viewer);
    // The groups that the same relations read are asked for at once: each costs a look-up.
    let by_kinds = matrix::by_relations(&readers(FieldGroup::AuditTrail), may).into_iter();
    let shared = by_kinds.map(|(kinds, groups)| {
        let of = |column| (act::Entity, column);
        let through = Through::any_of(viewer, of(act::Column::RootId), &kinds)
            .on(of(act::Column::EffectiveOn))
            .live_or(told().is_known_before_release(viewer));
        let groups = groups.into_iter().map(FieldGroup::name);
        Condition::all().add(act::Column::FieldGroup.is_in(groups)).add(condition(through))
    });
    let shared = shared.fold(Condition::any(), Condition::add);
    // Most acts are under roots to which the viewer does not stand: one look-up leaves them out
    // before the groups are asked for.
    let root = (act::Entity, act::Column::RootId);
    let stands = Through::any_of(viewer, root, &readers(FieldGroup::AuditTrail));
    let shared = Condition::all().add(condition(stands)).add(shared);
    Condition::any().add(own).add(shared)
}
