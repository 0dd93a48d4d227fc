//! Which contracts a viewer sees: those to which it stands in a relation that reads at least the
//! summary of their terms, once they are shared; and before that, drafts of which it reads all.

use domain::{
    policy::{
        Relation,
        matrix::{self, FieldGroup, PROVIDERS},
    },
    rules::contract::status::is_held,
};
use entities::{
    access, contract, contract_commissioner as commissioner, contract_provider as provider,
    contract_status_change::{self as change, ContractStatus},
    contract_terms as terms,
    relation::RelationKind,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, Iterable, JoinType, QueryFilter,
    QuerySelect, RelationDef, Select, SelectTwo,
    sea_query::{CaseStatement, Expr, ExprTrait, IntoColumnRef, Order, Query, SimpleExpr},
};
use uuid::Uuid;

use super::{
    Seen, Through, contract_interest::is_shut_out, proofs, proofs::Switch, readers, recorded,
    summarisers,
};
use crate::auth::{Viewer, token::PreviewOf};

const ROOT: (contract::Entity, contract::Column) = (contract::Entity, contract::Column::Id);

/// The contracts that the viewer sees.
#[must_use]
pub fn sees_contracts(viewer: &Viewer) -> SelectTwo<contract::Entity, access::Entity> {
    let seen = sees_row(viewer, FieldGroup::ContractTerms);
    super::stands::<contract::Entity>(contract::Column::Id, viewer).filter(seen)
}

/// That the viewer sees something of a group of a contract, which is the row asked about.
fn sees_row(viewer: &Viewer, group: FieldGroup) -> Condition {
    let root = (contract::Entity, contract::Column::Id);
    // What was awarded after a relation had ended came later, and does not appear.
    let shared_on = (contract::Entity, contract::Column::SharedOn);
    let shared = Through::any_of(viewer, root, &summarisers(group)).from(shared_on).cuts();
    let is_shared = contract::Column::SharedOn.is_not_null();
    Condition::any().add(is_shared.and(shared)).add(reads_draft(viewer, root))
}

/// That the viewer reads what the commissioners keep to themselves of the contract that `root`
/// names: a provider does not, whatever else it is to it, but what it writes itself; and nobody whom
/// an interest shuts out (rule G3).
pub(crate) fn reads_draft(viewer: &Viewer, root: impl IntoColumnRef + Copy) -> SimpleExpr {
    if proofs::is_on(viewer.holder(), Switch::ScopingOff) {
        return Expr::val(1).eq(1);
    }
    drafted(viewer, root, |through| through)
}

/// The same by relations that a condition is put to.
fn drafted(
    viewer: &Viewer,
    root: impl IntoColumnRef + Copy,
    dated: impl Fn(Through) -> Through,
) -> SimpleExpr {
    let through = |kinds: &[RelationKind]| Through::any_of(viewer, root, kinds).holds();
    let writes = |kind: &RelationKind| {
        matrix::cell(Relation::Stands(*kind), FieldGroup::ContractDraft).writes_all()
    };
    let writers: Vec<RelationKind> = recorded().filter(writes).collect();
    let dated = |kinds: &[RelationKind]| dated(Through::any_of(viewer, root, kinds)).holds();
    let reads = dated(&readers(FieldGroup::ContractDraft)).and(through(&PROVIDERS).not());
    dated(&writers).or(reads).and(is_shut_out(viewer, root).not())
}

/// That the contract that `root` names tells the viewer something today, by a relation that has begun
/// and that a condition is put to. What is drafted, and all of a contract that is not shared, is told
/// by a relation that reads drafts.
pub(super) fn tells(
    viewer: &Viewer,
    root: impl IntoColumnRef + Copy,
    (group, is_draft): (FieldGroup, Option<Expr>),
    dated: impl Fn(Through) -> Through,
) -> SimpleExpr {
    let dated = |through: Through| dated(through.begun(viewer.today));
    let reads = dated(Through::any_of(viewer, root, &summarisers(group))).holds();
    let is_shared = Expr::col((contract::Entity, contract::Column::SharedOn)).is_not_null();
    let is_open = match is_draft {
        Some(is_draft) => is_shared.and(is_draft.eq(false)),
        None => is_shared,
    };
    reads.and(is_open.or(drafted(viewer, root, dated)))
}

/// The contract with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<contract::Model>>, DbErr> {
    let found = sees_contracts(viewer).filter(contract::Column::Id.eq(id)).one(connection).await?;
    Ok(found.map(|row| Seen::from_row(viewer, row)))
}

/// The contract that goes by this reference: the viewer's own organisation's, else the only one that
/// the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn by_reference(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    reference: &str,
) -> Result<Option<Seen<contract::Model>>, DbErr> {
    let found = sees_contracts(viewer)
        .filter(contract::Column::Reference.eq(reference))
        .all(connection)
        .await?;
    Ok(super::only(viewer, found, |row: &contract::Model| Some(row.owner_id) == viewer.own()))
}

/// The contracts of which the viewer may preview another's view (rule V7): those whose drafts it reads,
/// and under which it does not provide. The same by all that it stands to: one agreement's, or one.
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub(super) fn previews(viewer: &Viewer, of: PreviewOf) -> Select<contract::Entity> {
    let provides = Through::any_of(viewer, ROOT, &PROVIDERS).holds();
    let wanted = match of {
        PreviewOf::Agreement(id) => contract::Column::AgreementId.eq(id),
        PreviewOf::Contract(id) => contract::Column::Id.eq(id),
    };
    contract::Entity::find()
        .filter(wanted)
        .filter(sees_row(viewer, FieldGroup::ContractTerms))
        .filter(reads_draft(viewer, ROOT).and(provides.not()))
}

/// A term of the contract as the viewer reads it today: what it said last within the viewer's days,
/// and null where nothing of it is read. Filters ask this and never the column itself (rule V1).
#[must_use]
pub fn effective_term(viewer: &Viewer, column: terms::Column) -> SimpleExpr {
    use terms::Column::{ContractId, EffectiveOn, IsDraft, Number, RecordedOn};
    let of = |column| (terms::Entity, column);
    let group = (FieldGroup::ContractTerms, Some(Expr::col(of(IsDraft))));
    let dated = |through: Through| through.from(of(EffectiveOn)).from(of(RecordedOn));
    let last = Query::select()
        .column(of(column))
        .from(terms::Entity)
        .and_where(Expr::col(of(ContractId)).eq(Expr::col(ROOT)))
        .and_where(Expr::col(of(EffectiveOn)).lte(viewer.today))
        .and_where(tells(viewer, of(ContractId), group, dated))
        .order_by(of(EffectiveOn), Order::Desc)
        .order_by(of(Number), Order::Desc)
        .limit(1)
        .take();
    SimpleExpr::SubQuery(None, Box::new(last.into()))
}

/// Something of the last change of where the contract stands that the viewer reads today.
#[must_use]
pub(super) fn effective_change(viewer: &Viewer, column: change::Column) -> SimpleExpr {
    use change::Column::{ContractId, EffectiveOn, Number, RecordedOn};
    let of = |column| (change::Entity, column);
    let group = (FieldGroup::ContractStatus, None);
    let dated = |through: Through| through.from(of(EffectiveOn)).from(of(RecordedOn));
    let last = Query::select()
        .column(of(column))
        .from(change::Entity)
        .and_where(Expr::col(of(ContractId)).eq(Expr::col(ROOT)))
        .and_where(Expr::col(of(EffectiveOn)).lte(viewer.today))
        .and_where(tells(viewer, of(ContractId), group, dated))
        .order_by(of(Number), Order::Desc)
        .limit(1)
        .take();
    SimpleExpr::SubQuery(None, Box::new(last.into()))
}

/// Where the contract stands as the viewer reads it today: a running one expires after its last day.
#[must_use]
pub fn effective_status(viewer: &Viewer) -> SimpleExpr {
    let last = || effective_change(viewer, change::Column::Status);
    let running = [ContractStatus::Active, ContractStatus::Suspended, ContractStatus::NoticeGiven];
    let ends_on = effective_term(viewer, terms::Column::EndsOn);
    let has_expired = last().is_in(running).and(has_passed(viewer, &ends_on));
    CaseStatement::new().case(has_expired, ContractStatus::Expired).finally(last()).into()
}

/// That a day has passed as far as the viewer knows: whoever has left knows of no later day than its
/// last.
fn has_passed(viewer: &Viewer, day: &SimpleExpr) -> SimpleExpr {
    let group = (FieldGroup::ContractTerms, None);
    let later = tells(viewer, ROOT, group, |through| through.beyond(day));
    day.clone().lt(viewer.today).and(later)
}

/// That the organisation is a commissioner of the contract today, as the viewer reads it.
#[must_use]
pub fn has_commissioner(viewer: &Viewer, organisation: Uuid) -> SimpleExpr {
    use commissioner::Column::{ContractId, EndsOn, OrganisationId, RecordedOn, StartsOn};
    let of = |column| (commissioner::Entity, column);
    let today = is_today(viewer, of(ContractId), [of(StartsOn), of(RecordedOn), of(EndsOn)]);
    let party = Query::select()
        .expr(Expr::val(1))
        .from(commissioner::Entity)
        .and_where(Expr::col(of(ContractId)).eq(Expr::col(ROOT)))
        .and_where(Expr::col(of(OrganisationId)).eq(organisation))
        .and_where(today)
        .take();
    Expr::exists(party)
}

/// That the organisation is a provider of the contract today, as the viewer reads it.
#[must_use]
pub fn has_provider(viewer: &Viewer, organisation: Uuid) -> SimpleExpr {
    use provider::Column::{ContractId, OrganisationId};
    let party = Query::select()
        .expr(Expr::val(1))
        .from(provider::Entity)
        .and_where(Expr::col((provider::Entity, ContractId)).eq(Expr::col(ROOT)))
        .and_where(Expr::col((provider::Entity, OrganisationId)).eq(organisation))
        .and_where(provides_today(viewer))
        .take();
    Expr::exists(party)
}

/// Who provides under which of the contracts that the viewer sees, that were awarded and have not
/// ended, as it reads them today: a contract and an organisation.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub async fn holding(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
) -> Result<Vec<(Uuid, Uuid)>, DbErr> {
    use provider::Column::{ContractId, OrganisationId};
    let under: RelationDef =
        provider::Entity::belongs_to(contract::Entity).from(ContractId).to(ROOT.1).into();
    let held = ContractStatus::iter().filter(|it| is_held(*it));
    provider::Entity::find()
        .join(JoinType::InnerJoin, under)
        .filter(sees_row(viewer, FieldGroup::ContractTerms))
        .filter(provides_today(viewer))
        .filter(effective_status(viewer).is_in(held))
        .select_only()
        .column(ContractId)
        .column(OrganisationId)
        .into_tuple()
        .all(connection)
        .await
}

/// That a row of a provider is of today, as the viewer reads it.
fn provides_today(viewer: &Viewer) -> SimpleExpr {
    use provider::Column::{ContractId, EndsOn, RecordedOn, StartsOn};
    let of = |column| (provider::Entity, column);
    is_today(viewer, of(ContractId), [of(StartsOn), of(RecordedOn), of(EndsOn)])
}

/// That a party is one today, as the viewer reads it: it has begun, has not ended, and the viewer is
/// told of it.
fn is_today<Column: IntoColumnRef + Copy>(
    viewer: &Viewer,
    contract: Column,
    [starts_on, recorded_on, ends_on]: [Column; 3],
) -> SimpleExpr {
    let dated = |through: Through| through.from(starts_on).from(recorded_on);
    Expr::col(starts_on).lte(viewer.today).and(is_still(viewer, &Expr::col(ends_on))).and(tells(
        viewer,
        contract,
        (FieldGroup::ContractTerms, None),
        dated,
    ))
}

fn is_still(viewer: &Viewer, ends_on: &SimpleExpr) -> SimpleExpr {
    ends_on.clone().is_null().or(has_passed(viewer, ends_on).not())
}

/// The agreement under which the contract is, as far as the viewer sees that.
#[must_use]
pub fn effective_agreement(viewer: &Viewer) -> SimpleExpr {
    let agreement = (contract::Entity, contract::Column::AgreementId);
    let kinds = summarisers(FieldGroup::AgreementTerms);
    let sees = Through::any_of(viewer, agreement, &kinds).holds();
    CaseStatement::new().case(sees, Expr::col(agreement)).into()
}
