use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{
    subcontract as link,
    subcontract_act::{self as act, SubcontractActKind},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter,
};
use uuid::Uuid;

use crate::{
    auth::Viewer,
    database::Writing,
    service::{
        Refusal, Stopped,
        audit::{self, Act, Said, said},
    },
};

/// Something that is said or decided about a link after it was recorded.
#[derive(Clone, Debug)]
pub(super) struct NewAct {
    pub(super) kind: SubcontractActKind,
    pub(super) effective_on: NaiveDate,
    pub(super) reason: Option<String>,
    pub(super) deciding_body: Option<String>,
    pub(super) document_reference: Option<String>,
}

/// Everything of a link but its values, which change apart from it.
fn changes(after: link::Model) -> link::ActiveModel {
    let all = after.into_active_model().reset_all();
    link::ActiveModel { value_version: NotSet, value_changed_on: NotSet, ..all }
}

/// Writes how a link stands after an act, and the act itself, when it still has the version that
/// the caller read.
#[expect(clippy::disallowed_methods, reason = "the caller found the link through its view")]
pub(super) async fn write(
    tx: &Writing,
    viewer: &Viewer,
    mutation: &'static str,
    (before, after, expected_version): (&link::Model, link::Model, i32),
    new: NewAct,
) -> Result<(), Stopped> {
    if before.version != expected_version {
        return Err(Refusal::stale(before.version).into());
    }
    let after = link::Model { version: before.version + 1, changed_on: tx.today(), ..after };
    let written = link::Entity::update_many()
        .set(changes(after.clone()))
        .filter(link::Column::Id.eq(after.id))
        .filter(link::Column::Version.eq(expected_version))
        .exec(&**tx)
        .await?;
    if written.rows_affected == 0 {
        let current = link::Entity::find_by_id(after.id).one(&**tx).await?;
        return Err(Refusal::stale(current.map_or(after.version, |row| row.version)).into());
    }
    let row = act::Model {
        subcontract_id: after.id,
        version: after.version,
        kind: new.kind,
        effective_on: new.effective_on,
        reason: new.reason,
        deciding_body: new.deciding_body,
        document_reference: new.document_reference,
        recorded_as_id: viewer.organisation,
        recorded_at: tx.now(),
    };
    let row = tx.insert(row).await?;
    let said_after: Said = said(&after).with("act", &[row]);
    let audited = Act::new(mutation, "Subcontract", after.id)
        .under(after.id, FieldGroup::LinkTerms)
        .from_day(new.effective_on)
        .before(said(before))
        .after(said_after);
    audit::record(tx, viewer, audited).await?;
    Ok(())
}

/// What the commissioner decided about links that the caller found through its view and reads whole.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the links through its view")]
pub async fn decided(
    connection: &impl ConnectionTrait,
    links: &[Uuid],
) -> Result<Vec<act::Model>, DbErr> {
    let kinds = [SubcontractActKind::Approved, SubcontractActKind::Refused];
    act::Entity::find()
        .filter(act::Column::SubcontractId.is_in(links.iter().copied()))
        .filter(act::Column::Kind.is_in(kinds))
        .all(connection)
        .await
}
