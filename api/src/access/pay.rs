//! What contracts pay, and for what: which of it a viewer sees.

use domain::policy::{
    Relation, Rights,
    matrix::{self, CHAIN, FieldGroup},
};
use entities::{
    contract,
    measurement::{self, Entity as Measurements},
    measurement_answer as answer,
    measurement_decision::{self as decision, Decision},
    outcome_framework as framework, pay_activity as activity, pay_baseline as baseline,
    pay_component as component, pay_component_version as version, pay_list_size as list,
    relation::RelationKind,
    subcontract as link,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef, Select,
    sea_query::{Expr, ExprTrait, IntoColumnRef, Query, SelectStatement, SimpleExpr},
};
use uuid::Uuid;

use super::{
    Through,
    contract::reads_draft,
    facts::whole,
    owners,
    pay_withholding::{self, WithholdingFacts},
    readers, recorded,
};
use crate::auth::Viewer;

/// Everything on record of what a contract pays and for what, each in the order of recording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PayFacts {
    /// The components, in the contract's order.
    pub components: Vec<component::Model>,
    /// Their versions.
    pub versions: Vec<version::Model>,
    /// What it is to achieve.
    pub frameworks: Vec<framework::Model>,
    /// What the care cost before it.
    pub baselines: Vec<baseline::Model>,
    /// How many people were counted.
    pub lists: Vec<list::Model>,
    /// What was done, and what it cost.
    pub activity: Vec<activity::Model>,
    /// What was measured.
    pub measurements: Vec<measurement::Model>,
    /// What was decided about that.
    pub decisions: Vec<decision::Model>,
    /// What is withheld.
    pub withholdings: Vec<WithholdingFacts>,
}

/// Fact reader: everything of a contract that the caller has found through its view.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn whole_of(
    connection: &impl ConnectionTrait,
    contract: Uuid,
) -> Result<PayFacts, DbErr> {
    let all = &whole(connection);
    Ok(PayFacts {
        components: component::Entity::find()
            .filter(component::Column::ContractId.eq(contract))
            .order_by_asc(component::Column::Position)
            .all(all)
            .await?,
        versions: version::Entity::find()
            .join(JoinType::InnerJoin, of_component())
            .filter(component::Column::ContractId.eq(contract))
            .order_by_asc(version::Column::KnownAt)
            .order_by_asc(version::Column::Number)
            .all(all)
            .await?,
        frameworks: framework::Entity::find()
            .filter(framework::Column::ContractId.eq(contract))
            .order_by_asc(framework::Column::Number)
            .all(all)
            .await?,
        baselines: baseline::Entity::find()
            .filter(baseline::Column::ContractId.eq(contract))
            .order_by_asc(baseline::Column::Number)
            .all(all)
            .await?,
        lists: list::Entity::find()
            .filter(list::Column::ContractId.eq(contract))
            .order_by_asc(list::Column::Number)
            .all(all)
            .await?,
        activity: activity::Entity::find()
            .filter(activity::Column::ContractId.eq(contract))
            .order_by_asc(activity::Column::Number)
            .all(all)
            .await?,
        measurements: Measurements::find()
            .filter(measurement::Column::ContractId.eq(contract))
            .order_by_asc(measurement::Column::Number)
            .all(all)
            .await?,
        decisions: decision::Entity::find()
            .filter(decision::Column::ContractId.eq(contract))
            .order_by_asc(decision::Column::KnownAt)
            .all(all)
            .await?,
        withholdings: pay_withholding::whole_of(connection, contract).await?,
    })
}

/// Fact reader: the components of a contract that the caller has found through its view.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn components_of(
    connection: &impl ConnectionTrait,
    contract: Uuid,
) -> Result<Vec<component::Model>, DbErr> {
    let own = component::Entity::find().filter(component::Column::ContractId.eq(contract));
    own.all(&whole(connection)).await
}

fn of_component() -> RelationDef {
    version::Entity::belongs_to(component::Entity)
        .from(version::Column::ComponentId)
        .to(component::Column::Id)
        .into()
}

/// The versions of components of pay that the viewer sees: those that were recorded by its last day.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn sees_versions(viewer: &Viewer) -> Select<version::Entity> {
    let root = (component::Entity, component::Column::ContractId);
    let through = Through::any_of(viewer, root, &readers(FieldGroup::ContractValue))
        .from((version::Entity, version::Column::RecordedOn));
    let query = version::Entity::find().join(JoinType::InnerJoin, of_component());
    query.filter(through.cuts()).filter(shared_or_draft(viewer, root))
}

/// The frameworks of outcomes that the viewer sees: those that were recorded by its last day.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn sees_frameworks(viewer: &Viewer) -> Select<framework::Entity> {
    let root = (framework::Entity, framework::Column::ContractId);
    let through = Through::any_of(viewer, root, &readers(FieldGroup::OutcomeMeasures))
        .from((framework::Entity, framework::Column::RecordedOn));
    framework::Entity::find().filter(through.cuts()).filter(shared_or_draft(viewer, root))
}

/// Fact reader: the frameworks of contracts to whose links the caller has found its way, in the order of
/// recording. What of a measure is told, and as at which day, the caller decides by its view.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: told measure by measure")]
pub async fn frameworks_of(
    connection: &impl ConnectionTrait,
    contracts: &[Uuid],
) -> Result<Vec<framework::Model>, DbErr> {
    let of = framework::Column::ContractId.is_in(contracts.iter().copied());
    let frameworks = framework::Entity::find().filter(of);
    frameworks.order_by_asc(framework::Column::Number).all(&whole(connection)).await
}

/// The measurements that the viewer sees: those that count, and of who submits or validates all; and what
/// was submitted under links in which it buys or sells.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn sees_measurements(viewer: &Viewer) -> Select<Measurements> {
    let root = (Measurements, measurement::Column::ContractId);
    let recorded_on = (Measurements, measurement::Column::RecordedOn);
    let through =
        |kinds: &[RelationKind]| Through::any_of(viewer, root, kinds).from(recorded_on).cuts();
    let all = readers(FieldGroup::Measurements);
    let known = Through::any_of(viewer, (Measurements, measurement::Column::ContractId), &all)
        .from((decision::Entity, decision::Column::RecordedOn));
    let validated = |known: SimpleExpr| Expr::exists(validated().and_where(known).to_owned());
    let counts = validated(known.cuts()).and(through(&all));
    let own = under_own_link(viewer, recorded_on);
    let own = match reads_waiting(viewer) {
        true => own,
        false => own.and(validated(under_own_link(
            viewer,
            (decision::Entity, decision::Column::RecordedOn),
        ))),
    };
    let of_contract = counts.or(through(&measuring(viewer))).and(shared_or_draft(viewer, root));
    // There are links under awarded contracts only, which whoever sells deep does not see.
    Measurements::find().filter(of_contract.or(own))
}

/// That a measurement was validated.
fn validated() -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(decision::Entity)
        .and_where(
            Expr::col((decision::Entity, decision::Column::MeasurementId))
                .eq(Expr::col((Measurements, measurement::Column::Id))),
        )
        .and_where(decision::Column::Decision.eq(Decision::Validated))
        .to_owned()
}

/// That a measurement was submitted under a link in which the viewer buys or sells, and what was
/// recorded on the day that `on` names is open to it: of a party to the end whatever came after.
fn under_own_link(viewer: &Viewer, on: impl IntoColumnRef + Copy) -> SimpleExpr {
    let own: Vec<RelationKind> =
        owners(FieldGroup::Measurements).into_iter().filter(|it| CHAIN.contains(it)).collect();
    let of = (Measurements, measurement::Column::SubcontractId);
    let through = || Through::any_of(viewer, of, &own);
    let to_the_end = Query::select()
        .expr(Expr::val(1))
        .from(link::Entity)
        .and_where(Expr::col((link::Entity, link::Column::Id)).eq(Expr::col(of)))
        .and_where(through().from((link::Entity, link::Column::EndsOn)).cuts())
        .to_owned();
    let is_under = Expr::col(of).is_not_null();
    is_under.and(through().from(on).cuts().or(Expr::exists(to_the_end)))
}

/// The same of what was said of a measurement, by a row that `named` names the measurement of.
fn of_own_link(
    viewer: &Viewer,
    named: impl IntoColumnRef,
    on: impl IntoColumnRef + Copy,
) -> SimpleExpr {
    let of = Query::select()
        .expr(Expr::val(1))
        .from(Measurements)
        .and_where(Expr::col((Measurements, measurement::Column::Id)).eq(Expr::col(named)))
        .and_where(under_own_link(viewer, on))
        .to_owned();
    Expr::exists(of)
}

/// What was decided about measurements of contracts by the viewer's last day: that they count, and of
/// who submits or validates all; and about those under links in which it buys or sells.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn sees_decisions(viewer: &Viewer) -> Select<decision::Entity> {
    let recorded_on = (decision::Entity, decision::Column::RecordedOn);
    let through = |kinds: &[RelationKind]| {
        Through::any_of(viewer, (decision::Entity, decision::Column::ContractId), kinds)
            .from(recorded_on)
            .cuts()
    };
    let is_validated = || decision::Column::Decision.eq(Decision::Validated);
    let counts = is_validated().and(through(&readers(FieldGroup::Measurements)));
    let of = (decision::Entity, decision::Column::MeasurementId);
    let own = of_own_link(viewer, of, recorded_on);
    let own = if reads_waiting(viewer) { own } else { own.and(is_validated()) };
    decision::Entity::find().filter(counts.or(through(&measuring(viewer))).or(own))
}

/// What was said of measurements by whom they are about, by the viewer's last day.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn sees_answers(viewer: &Viewer) -> Select<answer::Entity> {
    let recorded_on = (answer::Entity, answer::Column::RecordedOn);
    let through = Through::any_of(
        viewer,
        (answer::Entity, answer::Column::ContractId),
        &readers(FieldGroup::Measurements),
    );
    let of = (answer::Entity, answer::Column::MeasurementId);
    let own = of_own_link(viewer, of, recorded_on);
    answer::Entity::find().filter(through.from(recorded_on).cuts().or(own))
}

/// True unless the view is previewed by who reads no measurement that waits (rule V7).
fn reads_waiting(viewer: &Viewer) -> bool {
    viewer.preview.as_ref().is_none_or(|it| measures(it.stands_as))
}

/// True of a relation that submits or validates measurements.
fn measures(kind: RelationKind) -> bool {
    let cell = matrix::cell(Relation::Stands(kind), FieldGroup::Measurements);
    cell.writes_all() || cell.grants(Rights::APPROVE)
}

/// The relations that submit or validate measurements; in a preview none unless whoever previews does
/// so too (rule V7).
fn measuring(viewer: &Viewer) -> Vec<RelationKind> {
    recorded().filter(|kind| reads_waiting(viewer) && measures(*kind)).collect()
}

/// That the contract was awarded, or the viewer reads it as a draft.
pub(super) fn shared_or_draft(viewer: &Viewer, root: impl IntoColumnRef + Copy) -> SimpleExpr {
    let shared = Query::select()
        .expr(Expr::val(1))
        .from(contract::Entity)
        .and_where(Expr::col((contract::Entity, contract::Column::Id)).eq(Expr::col(root)))
        .and_where(contract::Column::SharedOn.is_not_null())
        .to_owned();
    Expr::exists(shared).or(reads_draft(viewer, root))
}
