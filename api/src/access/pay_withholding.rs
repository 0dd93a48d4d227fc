//! What is withheld of what contracts pay: which of it a viewer sees.

use std::collections::HashMap;

use domain::policy::matrix::FieldGroup;
use entities::{
    pay_rule_version as rule_version,
    pay_withholding::{self as withholding, Entity as Withholdings},
    pay_withholding_settlement::{self as settlement, Entity as Settlements},
    relation::RelationKind,
    value::Instant,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef, Select,
};
use uuid::Uuid;

use super::{Through, facts::whole, readers, window::owners};
use crate::auth::Viewer;

/// A withholding, with what became of it in the order of recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithholdingFacts {
    /// The withholding.
    pub row: withholding::Model,
    /// What became of it.
    pub settlements: Vec<settlement::Model>,
}

/// Fact reader: every withholding of a contract that the caller has found through its view, in their
/// order.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn whole_of(
    connection: &impl ConnectionTrait,
    contract: Uuid,
) -> Result<Vec<WithholdingFacts>, DbErr> {
    let all = &whole(connection);
    let mut settlements: HashMap<Uuid, Vec<settlement::Model>> = HashMap::new();
    let known = Settlements::find()
        .join(JoinType::InnerJoin, of_withholding())
        .filter(withholding::Column::ContractId.eq(contract))
        .order_by_asc(settlement::Column::Number);
    for row in known.all(all).await? {
        settlements.entry(row.withholding_id).or_default().push(row);
    }
    let rows = Withholdings::find()
        .filter(withholding::Column::ContractId.eq(contract))
        .order_by_asc(withholding::Column::Number)
        .all(all)
        .await?;
    let facts = rows.into_iter().map(|row| WithholdingFacts {
        settlements: settlements.remove(&row.id).unwrap_or_default(),
        row,
    });
    Ok(facts.collect())
}

/// The version of the rules of pay by which what was known at an instant is worked out; none when it
/// is this program's own.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "it belongs to nobody, and everybody reads it")]
pub async fn rules_at(
    connection: &impl ConnectionTrait,
    known_at: Option<Instant>,
) -> Result<Option<u32>, DbErr> {
    let Some(known_at) = known_at else { return Ok(None) };
    let later = rule_version::Entity::find()
        .filter(rule_version::Column::KnownAt.gt(known_at))
        .order_by_asc(rule_version::Column::Version)
        .one(connection)
        .await?;
    Ok(later.and_then(|row| u32::try_from(row.version - 1).ok()))
}

fn of_withholding() -> RelationDef {
    Settlements::belongs_to(Withholdings)
        .from(settlement::Column::WithholdingId)
        .to(withholding::Column::Id)
        .into()
}

/// The withholdings that the viewer reads whole, which is a mask: those that were recorded by its last
/// day.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn sees_whole(viewer: &Viewer) -> Select<Withholdings> {
    Withholdings::find().filter(recorded(viewer, &readers(FieldGroup::ContractValue)).holds())
}

/// Those of which it reads at least what it bears itself.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn sees_own(viewer: &Viewer) -> Select<Withholdings> {
    Withholdings::find().filter(recorded(viewer, &owners(FieldGroup::ContractValue)).cuts())
}

/// A relation that opens the day on which a withholding was recorded, or a later one.
fn recorded(viewer: &Viewer, kinds: &[RelationKind]) -> Through {
    let root = (Withholdings, withholding::Column::ContractId);
    Through::any_of(viewer, root, kinds).from((Withholdings, withholding::Column::RecordedOn))
}

/// What became of withholdings, as far as it was recorded by the viewer's last day.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn sees_settlements(viewer: &Viewer) -> Select<Settlements> {
    let root = (Withholdings, withholding::Column::ContractId);
    let recorded_on = (Settlements, settlement::Column::RecordedOn);
    let through = Through::any_of(viewer, root, &owners(FieldGroup::ContractValue));
    let query = Settlements::find().join(JoinType::InnerJoin, of_withholding());
    query.filter(through.from(recorded_on).cuts()).order_by_asc(settlement::Column::Number)
}
