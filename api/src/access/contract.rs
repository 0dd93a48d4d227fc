//! Which contracts a viewer sees: those to which it stands in a relation that reads at least the
//! summary of their terms, once they are shared; and before that, drafts of which it reads all.

use domain::policy::{
    Relation,
    matrix::{self, FieldGroup, PROVIDERS},
};
use entities::{access, contract, relation::RelationKind};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, QueryFilter, SelectTwo,
    sea_query::{Expr, ExprTrait, IntoColumnRef, SimpleExpr},
};
use uuid::Uuid;

use super::{Seen, Through, proofs, proofs::Switch, readers, recorded, summarisers};
use crate::auth::Viewer;

/// The contracts that the viewer sees.
#[must_use]
pub fn sees_contracts(viewer: &Viewer) -> SelectTwo<contract::Entity, access::Entity> {
    let seen = sees_row(viewer, FieldGroup::ContractTerms);
    super::stands::<contract::Entity>(contract::Column::Id, viewer).filter(seen)
}

/// That the viewer sees something of a group of a contract, which is the row asked about.
fn sees_row(viewer: &Viewer, group: FieldGroup) -> Condition {
    let root = (contract::Entity, contract::Column::Id);
    let shared = Through::any_of(viewer, root, &summarisers(group)).cuts();
    let is_shared = contract::Column::SharedOn.is_not_null();
    Condition::any().add(is_shared.and(shared)).add(reads_draft(viewer, root))
}

/// That the viewer reads what the commissioners keep to themselves of the contract that `root`
/// names: a provider does not, whatever else it is to it, but what it writes itself.
pub(crate) fn reads_draft(viewer: &Viewer, root: impl IntoColumnRef + Copy) -> SimpleExpr {
    if proofs::is_on(viewer.holder(), Switch::ScopingOff) {
        return Expr::val(1).eq(1);
    }
    let through = |kinds: &[RelationKind]| Through::any_of(viewer, root, kinds).holds();
    let writes = |kind: &RelationKind| {
        matrix::cell(Relation::Stands(*kind), FieldGroup::ContractDraft).writes_all()
    };
    let writers: Vec<RelationKind> = recorded().filter(writes).collect();
    let reads = through(&readers(FieldGroup::ContractDraft)).and(through(&PROVIDERS).not());
    through(&writers).or(reads)
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
