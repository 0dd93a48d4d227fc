//! Parties known by name alone, until somebody finds out which body they are.

use entities::{
    membership::Role,
    organisation::{self, OrganisationKind},
    organisation_identifier as identifier, organisation_relationship as relationship,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel,
    QueryFilter, TryInsertResult, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{
    Code, Refusal, Stopped,
    audit::{self, Act, said},
};
use crate::{
    auth::{Permission, Viewer},
    database::{Database, Writing},
};

/// A party that has no published code, or whose code is not known.
#[derive(Clone, Debug)]
pub struct NewPlaceholder {
    /// Its name.
    pub name: String,
    /// What sort of body it is.
    pub kind: OrganisationKind,
    /// Whether to check only.
    pub dry_run: bool,
}

/// A placeholder, and the body that it turned out to be.
#[derive(Clone, Copy, Debug)]
pub struct Merger {
    /// The placeholder.
    pub placeholder: Uuid,
    /// The body that it is.
    pub into: Uuid,
    /// The placeholder's version as the caller read it.
    pub expected_version: i32,
    /// Whether to check only.
    pub dry_run: bool,
}

/// Registers a party by its name.
///
/// # Errors
/// `NOT_ALLOWED` without a role that deals with partners; `INVALID_VALUE` for a name that is none.
pub async fn register(
    database: &Database,
    viewer: &Viewer,
    new: NewPlaceholder,
) -> Result<organisation::Model, Stopped> {
    let may = [Role::Admin, Role::Finance, Role::Commissioner];
    if !may.into_iter().any(|role| viewer.holds(role)) {
        let sentence = "registering a party needs the role ADMIN, FINANCE or COMMISSIONER";
        return Err(Refusal::new(Code::NotAllowed, sentence).into());
    }
    let name = new.name.split_whitespace().collect::<Vec<_>>().join(" ");
    if !(1..=300).contains(&name.chars().count()) {
        let sentence = "a name has 1 to 300 characters";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("name").into());
    }
    let (name, kind) = (&name, new.kind);
    database
        .write(new.dry_run, |tx| async move { register_in(&tx, viewer, name, kind).await })
        .await
}

async fn register_in(
    tx: &Writing,
    viewer: &Viewer,
    name: &str,
    kind: OrganisationKind,
) -> Result<organisation::Model, Stopped> {
    let row = organisation::Model {
        id: tx.new_id(),
        name: name.to_owned(),
        kind,
        opened_on: None,
        closed_on: None,
        postcode: None,
        is_placeholder: true,
        merged_into_id: None,
        version: 1,
    };
    let row = row.into_active_model().reset_all().insert(&**tx).await?;
    let act = Act::new("registerPlaceholder", "Organisation", row.id).after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}

/// Says which body a placeholder is. Its codes and relationships pass to that body; everything else
/// that names the placeholder stays as it was recorded, and is read as naming the body. Nobody's
/// view widens by it: views are given by agreements and not by names. A succession hands views over
/// (rule G5), and whoever deals with partners may merge: so a placeholder that has one stays as it
/// is, until the published lists say which body it was.
///
/// # Errors
/// `NOT_ALLOWED` without the role COMMISSIONER; `NOT_FOUND`; `STALE_VERSION`; `INVALID_VALUE` when
/// the one is no placeholder or the other is one, or when the placeholder has a predecessor or a
/// successor.
pub async fn merge(
    database: &Database,
    viewer: &Viewer,
    merger: Merger,
) -> Result<organisation::Model, Stopped> {
    if !viewer.may(Permission::AgreeTerms) {
        let sentence = "merging a placeholder needs the role COMMISSIONER";
        return Err(Refusal::new(Code::NotAllowed, sentence).into());
    }
    database.write(merger.dry_run, |tx| async move { merge_in(&tx, viewer, merger).await }).await
}

async fn merge_in(
    tx: &Writing,
    viewer: &Viewer,
    merger: Merger,
) -> Result<organisation::Model, Stopped> {
    let placeholder = find(tx, merger.placeholder, "placeholder").await?;
    let into = find(tx, merger.into, "into").await?;
    if placeholder.merged_into_id.is_some() {
        let sentence = "this placeholder was merged before";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("placeholder").into());
    }
    if !placeholder.is_placeholder {
        let sentence = "only a placeholder can be merged into another body";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("placeholder").into());
    }
    if into.is_placeholder {
        let sentence = "a placeholder is merged into a body that is none";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("into").into());
    }
    if !super::organisation::successions(&**tx, &[placeholder.id]).await?.is_empty() {
        let sentence = "this placeholder has a predecessor or a successor: only an import of the \
                        published lists says which body it is";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("placeholder").into());
    }
    if placeholder.version != merger.expected_version {
        return Err(Refusal::stale(placeholder.version).into());
    }
    pass_on(tx, placeholder.id, into.id).await?;
    let mut merged = placeholder.clone().into_active_model();
    merged.merged_into_id = Set(Some(into.id));
    merged.version = Set(placeholder.version + 1);
    let merged = merged.update(&**tx).await?;
    let mut grown = into.clone().into_active_model();
    grown.version = Set(into.version + 1);
    let grown = grown.update(&**tx).await?;
    for (before, after) in [(&placeholder, &merged), (&into, &grown)] {
        let act = Act::new("mergePlaceholder", "Organisation", after.id);
        audit::record(tx, viewer, act.before(said(before)).after(said(after))).await?;
    }
    Ok(grown)
}

#[expect(clippy::disallowed_methods, reason = "every signed-in organisation reads organisations")]
async fn find(tx: &Writing, id: Uuid, path: &str) -> Result<organisation::Model, Stopped> {
    let found = organisation::Entity::find_by_id(id).one(&**tx).await?;
    found.ok_or_else(|| Refusal::not_found("organisation", path).into())
}

/// Gives what is said of `from` to `to`, where it is not said of it already.
async fn pass_on(tx: &Writing, from: Uuid, to: Uuid) -> Result<(), Stopped> {
    let becomes = |id: Uuid| if id == from { to } else { id };
    for mut row in super::organisation::identifiers(&**tx, &[from]).await? {
        identifier::Entity::delete(row.clone().into_active_model()).exec(&**tx).await?;
        row.organisation_id = to;
        keep(identifier::Entity::insert(row.into_active_model().reset_all()), tx).await?;
    }
    let relationships = super::organisation::relationships(&**tx, &[from]).await?;
    let touching = Condition::any()
        .add(relationship::Column::OrganisationId.eq(from))
        .add(relationship::Column::RelatedId.eq(from));
    relationship::Entity::delete_many().filter(touching).exec(&**tx).await?;
    for mut row in relationships {
        row.organisation_id = becomes(row.organisation_id);
        row.related_id = becomes(row.related_id);
        if row.organisation_id != row.related_id {
            keep(relationship::Entity::insert(row.into_active_model().reset_all()), tx).await?;
        }
    }
    Ok(())
}

/// Inserts a row unless it is there already.
async fn keep<A: ActiveModelTrait>(
    insert: sea_orm::Insert<A>,
    tx: &Writing,
) -> Result<(), Stopped> {
    let unless_there = insert.on_conflict(OnConflict::new().do_nothing().to_owned()).try_insert();
    match unless_there.exec_without_returning(&**tx).await? {
        TryInsertResult::Empty | TryInsertResult::Conflicted | TryInsertResult::Inserted(_) => {}
    }
    Ok(())
}
