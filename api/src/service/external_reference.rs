//! What organisations call our objects in systems of their own. A reference is seen by its owner
//! alone, and whether one exists is told to nobody else.

use entities::external_reference::{ActiveModel, Column, Entity, Model, ObjectKind};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};
use uuid::Uuid;

use super::{
    Code, Refusal, Stopped,
    audit::{self, Act, said},
};
use crate::{
    auth::Viewer,
    database::{Database, Writing},
};

/// One of our objects, which the caller sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Object {
    /// What kind of thing it is.
    pub kind: ObjectKind,
    /// Which.
    pub id: Uuid,
}

/// A reference to set.
#[derive(Clone, Debug)]
pub struct NewReference {
    /// What it is for. The caller has found that the viewer sees it.
    pub object: Object,
    /// The system, as its owner names it.
    pub system: String,
    /// The reference; none takes it away.
    pub value: Option<String>,
    /// Whether to check only.
    pub dry_run: bool,
}

/// The references of the viewer's organisation for these objects.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "references are found by their owner")]
pub async fn of_objects(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    objects: &[Uuid],
) -> Result<Vec<Model>, DbErr> {
    let Some(owner) = viewer.own() else { return Ok(Vec::new()) };
    Entity::find()
        .filter(Column::OwnerId.eq(owner))
        .filter(Column::ObjectId.is_in(objects.iter().copied()))
        .order_by_asc(Column::System)
        .all(connection)
        .await
}

/// What the viewer's organisation means by a reference.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "references are found by their owner")]
pub async fn find(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    system: &str,
    value: &str,
) -> Result<Option<Object>, DbErr> {
    let Some(owner) = viewer.own() else { return Ok(None) };
    let identity = (owner, system.to_owned(), value.to_owned());
    let found = Entity::find_by_id(identity).one(connection).await?;
    Ok(found.map(|found| Object { kind: found.object_kind, id: found.object_id }))
}

/// Sets the reference of the viewer's organisation for an object in one system, instead of the one
/// it had; or takes it away.
///
/// # Errors
/// `NOT_ALLOWED` without a role that writes, and to a team, which keeps none; `INVALID_VALUE` for a text that is empty or too long;
/// `ALREADY_EXISTS` when the reference means something else.
pub async fn set(database: &Database, viewer: &Viewer, new: NewReference) -> Result<(), Stopped> {
    use entities::membership::Role::{Admin, Commissioner, ContractManager, Finance};
    if ![Admin, Commissioner, ContractManager, Finance].into_iter().any(|role| viewer.holds(role)) {
        let sentence = "setting a reference needs a role that writes";
        return Err(Refusal::new(Code::NotAllowed, sentence).into());
    }
    if viewer.team.is_some() {
        let sentence = "a team keeps no references of its own: act as your organisation";
        return Err(Refusal::new(Code::NotAllowed, sentence).into());
    }
    let system = sized(&new.system, 60, "system")?;
    let value = new.value.as_deref().map(|value| sized(value, 200, "value")).transpose()?;
    let (object, system, value) = (new.object, system.as_str(), value.as_deref());
    database
        .write(new.dry_run, |tx| async move { set_in(&tx, viewer, object, system, value).await })
        .await
}

async fn set_in(
    tx: &Writing,
    viewer: &Viewer,
    object: Object,
    system: &str,
    value: Option<&str>,
) -> Result<(), Stopped> {
    if let Some(value) = value
        && let Some(known) = find(&**tx, viewer, system, value).await?
    {
        if known == object {
            tx.goes_unaudited("the reference means this object already");
            return Ok(());
        }
        let sentence = "this reference already means something else of yours";
        return Err(Refusal::new(Code::AlreadyExists, sentence).at("value").into());
    }
    let mut act = Act::new("setExternalReference", type_name(object.kind), object.id);
    if let Some(known) = of_system(tx, viewer, object, system).await? {
        act = act.before(said(&known));
    }
    Entity::delete_many()
        .filter(Column::OwnerId.eq(viewer.organisation))
        .filter(Column::System.eq(system))
        .filter(Column::ObjectId.eq(object.id))
        .exec(&**tx)
        .await?;
    if let Some(value) = value {
        let row: ActiveModel = Model {
            owner_id: viewer.organisation,
            system: system.to_owned(),
            value: value.to_owned(),
            object_kind: object.kind,
            object_id: object.id,
        }
        .into_active_model();
        act = act.after(said(&row.reset_all().insert(&**tx).await?));
    }
    Ok(audit::record(tx, viewer, act).await?)
}

/// How the schema calls the type of such objects.
fn type_name(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Organisation => "Organisation",
        ObjectKind::Agreement => "PartnershipAgreement",
        ObjectKind::Fund => "PooledFund",
        ObjectKind::Contribution => "Contribution",
        ObjectKind::Scheme => "Scheme",
        ObjectKind::Commitment => "Commitment",
        ObjectKind::Forecast => "Forecast",
        ObjectKind::Movement => "BudgetMovement",
        ObjectKind::Transaction => "LedgerTransaction",
    }
}

/// The reference of the viewer's organisation for an object in one system.
#[expect(clippy::disallowed_methods, reason = "references are found by their owner")]
async fn of_system(
    tx: &Writing,
    viewer: &Viewer,
    object: Object,
    system: &str,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::OwnerId.eq(viewer.organisation))
        .filter(Column::System.eq(system))
        .filter(Column::ObjectId.eq(object.id))
        .one(&**tx)
        .await
}

fn sized(text: &str, most: usize, path: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if (1..=most).contains(&text.chars().count()) {
        return Ok(text.to_owned());
    }
    let sentence = format_args!("write 1 to {most} characters");
    Err(Refusal::new(Code::InvalidValue, sentence).at(path))
}
