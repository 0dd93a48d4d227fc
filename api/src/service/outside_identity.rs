//! Outside identities: whom another issuer's tokens mean, recorded by an organisation's
//! administrators for their own organisation.

use entities::{membership, outside_identity};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, PaginatorTrait,
    QueryFilter, SqlErr, Value,
};
use uuid::Uuid;

use super::{
    Code, Refusal, Stopped,
    audit::{self, Act, said},
    text,
};
use crate::{
    access::{
        membership::{in_force, manages_membership},
        outside_identity::manages_outside_identity,
    },
    auth::Viewer,
    database::{Cut, Database, Keyset, PageRequest, Writing},
};

/// The longest issuer and subject (OpenID Connect Core, 2).
const LONGEST: usize = 255;

/// A link to be recorded.
pub struct NewLink {
    /// Who is meant: a member of the organisation acted as.
    pub account: Uuid,
    /// The issuer, exactly as its tokens name it.
    pub issuer: String,
    /// What the issuer calls whom it means.
    pub subject: String,
}

/// Records that an issuer's subject means a member of the organisation acted as, where it acts as
/// this organisation.
///
/// # Errors
/// `NOT_ALLOWED` unless the viewer is an administrator; `INVALID_VALUE` for the issuer and the
/// subject; `NOT_FOUND` for an account that is not a member today; `ALREADY_EXISTS` when the
/// subject means somebody there already.
pub async fn link(
    database: &Database,
    viewer: &Viewer,
    new: &NewLink,
    dry_run: bool,
) -> Result<outside_identity::Model, Stopped> {
    needs_admin(viewer)?;
    let issuer = text::required(&new.issuer, LONGEST, "issuer")?;
    let subject = text::required(&new.subject, LONGEST, "subject")?;
    let new = &NewLink { account: new.account, issuer, subject };
    database.write(dry_run, |tx| async move { link_in(&tx, viewer, new).await }).await
}

async fn link_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewLink,
) -> Result<outside_identity::Model, Stopped> {
    manages_membership(viewer)
        .filter(membership::Column::AccountId.eq(new.account))
        .filter(in_force(tx.today()))
        .one(&**tx)
        .await?
        .ok_or_else(|| Refusal::not_found("member", "account"))?;
    let same = manages_outside_identity(viewer)
        .filter(outside_identity::Column::Issuer.eq(&new.issuer))
        .filter(outside_identity::Column::Subject.eq(&new.subject))
        .filter(outside_identity::Column::EndedAt.is_null());
    if same.one(&**tx).await?.is_some() {
        return Err(already_linked().into());
    }
    let row = outside_identity::ActiveModel {
        id: Set(tx.new_id()),
        organisation_id: Set(viewer.organisation),
        account_id: Set(new.account),
        issuer: Set(new.issuer.clone()),
        subject: Set(new.subject.clone()),
        linked_at: Set(tx.now()),
        ended_at: Set(None),
    };
    let row = row.insert(&**tx).await.map_err(|fault| match fault.sql_err() {
        // Somebody linked the same meanwhile.
        Some(SqlErr::UniqueConstraintViolation(_)) => already_linked().into(),
        _ => Stopped::Fault(fault),
    })?;
    let act = Act::new("linkOutsideIdentity", "OutsideIdentity", row.id).after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}

/// Ends a link of the organisation acted as: the subject means nobody there any more, until it is
/// linked again.
///
/// # Errors
/// `NOT_ALLOWED` unless the viewer is an administrator; `NOT_FOUND`; `ALREADY_DONE`.
pub async fn end(
    database: &Database,
    viewer: &Viewer,
    id: Uuid,
    dry_run: bool,
) -> Result<outside_identity::Model, Stopped> {
    needs_admin(viewer)?;
    database.write(dry_run, |tx| async move { end_in(&tx, viewer, id).await }).await
}

async fn end_in(
    tx: &Writing,
    viewer: &Viewer,
    id: Uuid,
) -> Result<outside_identity::Model, Stopped> {
    let link = manages_outside_identity(viewer)
        .filter(outside_identity::Column::Id.eq(id))
        .one(&**tx)
        .await?
        .ok_or_else(|| Refusal::not_found("link", "outsideIdentity"))?;
    if link.ended_at.is_some() {
        let sentence = "this link was ended already";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("outsideIdentity").into());
    }
    let before = said(&link);
    let mut row: outside_identity::ActiveModel = link.into();
    row.ended_at = Set(Some(tx.now()));
    let row = row.update(&**tx).await?;
    let act = Act::new("endOutsideIdentity", "OutsideIdentity", row.id);
    audit::record(tx, viewer, act.before(before).after(said(&row))).await?;
    Ok(row)
}

/// A page of the links that the viewer manages, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    page: &PageRequest,
) -> Result<Cut<outside_identity::Model>, DbErr> {
    let order = Keyset::new().ascending((outside_identity::Entity, outside_identity::Column::Id));
    let rows = order.page(manages_outside_identity(viewer), page).all(connection).await?;
    Ok(page.cut(rows))
}

/// How many links the viewer manages.
///
/// # Errors
/// When the database fails.
pub async fn count(connection: &impl ConnectionTrait, viewer: &Viewer) -> Result<u64, DbErr> {
    manages_outside_identity(viewer).count(connection).await
}

/// The values by which a link has its place in the list.
#[must_use]
pub fn place(row: &outside_identity::Model) -> Vec<Value> {
    vec![row.id.into()]
}

fn already_linked() -> Refusal {
    let sentence = "this subject means an account here already: end that link first";
    Refusal::new(Code::AlreadyExists, sentence).at("subject")
}

fn needs_admin(viewer: &Viewer) -> Result<(), Refusal> {
    if viewer.administers() {
        return Ok(());
    }
    let sentence = "only an ADMIN of the organisation links outside identities to its members";
    Err(Refusal::new(Code::NotAllowed, sentence))
}
