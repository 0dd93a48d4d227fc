//! Which changes a viewer is told of: those of groups of fields that it reads, of roots to which it
//! stands, on the days that its relations open (rule V1); and where its own views begin and end. What
//! is told is the thing as the viewer sees it now, and never who changed it.

use domain::policy::{
    Rights,
    matrix::{self, CHAIN, FieldGroup},
};
use entities::{access_window as window, change, measurement, relation::RelationKind, subcontract};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, Query, SimpleExpr},
};

use super::{
    Through,
    contract::reads_draft,
    pay::{sees_measurements, shared_or_draft},
    proofs::{self, Switch},
    readers, recorded,
    told::Told,
};
use crate::auth::Viewer;

/// The groups of a contract's fields: of one that is not awarded yet its commissioners alone are told.
const OF_CONTRACTS: [FieldGroup; 9] = [
    FieldGroup::ContractDraft,
    FieldGroup::ContractTerms,
    FieldGroup::ContractValue,
    FieldGroup::ContractStatus,
    FieldGroup::OutcomeMeasures,
    FieldGroup::Measurements,
    FieldGroup::OutcomePay,
    FieldGroup::DelegatedBudgets,
    FieldGroup::ContractInterests,
];

/// The changes that the viewer is told of.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn sees_changes(viewer: &Viewer) -> Select<change::Entity> {
    if proofs::is_on(viewer.holder(), Switch::ScopingOff) {
        return change::Entity::find();
    }
    let shared = Condition::all()
        .add(change::Column::HolderId.is_null())
        .add(in_reach(viewer))
        .add(Condition::any().add(shared(viewer)).add(under_links(viewer)).add(of_schemes(viewer)))
        .add(told().is_open(viewer))
        .add(is_awarded_or_read_as_draft(viewer))
        .add(is_no_draft_or_read(viewer))
        .add(is_no_measurement_or_seen(viewer));
    change::Entity::find().filter(Condition::any().add(own_views(viewer)).add(shared))
}

const fn of(column: change::Column) -> (change::Entity, change::Column) {
    (change::Entity, column)
}

/// What a change speaks of.
fn told() -> Told {
    use change::Column::{FieldGroup, ObjectId, ObjectKind, RootId};
    Told::by(of(RootId), of(FieldGroup), of(ObjectKind), of(ObjectId))
}

/// That the viewer's own view of a root begins or ends; a preview shows what is shared.
fn own_views(viewer: &Viewer) -> Condition {
    let own = change::Column::HolderId.eq(viewer.holder());
    match viewer.preview {
        Some(_) => Condition::all().add(Expr::val(1).eq(0)),
        None => Condition::all().add(own),
    }
}

/// The changes that could be told of, as the index finds them: those under the roots to which the viewer
/// stands, and under the links of the contracts among them.
fn in_reach(viewer: &Viewer) -> Condition {
    let roots = || {
        Query::select()
            .column(window::Column::RootId)
            .from(window::Entity)
            .and_where(window::Column::HolderId.eq(viewer.holder()))
            .take()
    };
    let links = Query::select()
        .column(subcontract::Column::Id)
        .from(subcontract::Entity)
        .and_where(subcontract::Column::ContractId.in_subquery(roots()))
        .take();
    Condition::any()
        .add(change::Column::RootId.in_subquery(roots()))
        .add(change::Column::RootId.in_subquery(links))
}

/// Of groups that the viewer reads all of. The groups that the same relations read are asked for at
/// once: each costs a look-up.
fn shared(viewer: &Viewer) -> Condition {
    let kinds: Vec<RelationKind> = recorded().collect();
    let by_kinds = matrix::by_relations(&kinds, Rights::reads_all).into_iter();
    let shared = by_kinds.map(|(kinds, groups)| {
        let through = Through::any_of(viewer, of(change::Column::RootId), &kinds)
            .on(of(change::Column::EffectiveOn))
            .live_or(told().is_known_before_release(viewer));
        let groups = groups.into_iter().map(FieldGroup::name);
        Condition::all().add(change::Column::FieldGroup.is_in(groups)).add(through.cuts())
    });
    shared.fold(Condition::any(), Condition::add)
}

/// Of links of supply chains that the viewer reads by standing to their head contract: neither buyer nor
/// seller does.
fn under_links(viewer: &Viewer) -> Condition {
    let group = FieldGroup::LinkTerms;
    let kinds: Vec<RelationKind> =
        readers(group).into_iter().filter(|kind| !CHAIN.contains(kind)).collect();
    let contract = (subcontract::Entity, subcontract::Column::ContractId);
    let through = Through::any_of(viewer, contract, &kinds).on(of(change::Column::EffectiveOn));
    let link = Query::select()
        .expr(Expr::val(1))
        .from(subcontract::Entity)
        .and_where(
            Expr::col((subcontract::Entity, subcontract::Column::Id))
                .eq(Expr::col(of(change::Column::RootId))),
        )
        .and_where(through.cuts())
        .take();
    Condition::all().add(change::Column::FieldGroup.eq(group.name())).add(Expr::exists(link))
}

/// Of the scheme that the viewer is funded for.
fn of_schemes(viewer: &Viewer) -> Condition {
    let groups = [FieldGroup::SchemeName, FieldGroup::SchemeBudget].map(FieldGroup::name);
    let through =
        Through::any_of(viewer, of(change::Column::RootId), &[RelationKind::FundedProvider])
            .on(of(change::Column::EffectiveOn))
            .of_scheme(of(change::Column::ObjectId));
    Condition::all().add(change::Column::FieldGroup.is_in(groups)).add(through.cuts())
}

fn is_awarded_or_read_as_draft(viewer: &Viewer) -> SimpleExpr {
    let of_contract = change::Column::FieldGroup.is_in(OF_CONTRACTS.map(FieldGroup::name));
    of_contract.not().or(shared_or_draft(viewer, of(change::Column::RootId)))
}

/// Of what was drafted only who reads drafts is told, after the award as before it.
fn is_no_draft_or_read(viewer: &Viewer) -> SimpleExpr {
    let is_none = change::Column::FieldGroup.ne(FieldGroup::ContractDraft.name());
    is_none.or(reads_draft(viewer, of(change::Column::RootId)))
}

fn is_no_measurement_or_seen(viewer: &Viewer) -> SimpleExpr {
    let seen = sees_measurements(viewer).select_only().column(measurement::Column::Id).into_query();
    let is_seen = Expr::col(of(change::Column::ObjectId)).in_subquery(seen);
    change::Column::ObjectKind.ne("Measurement").or(is_seen)
}
