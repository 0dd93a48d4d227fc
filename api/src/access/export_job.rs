//! Which exports a viewer sees: its own, made in the view that it has now, and as the ADMIN of an
//! organisation all of that organisation's.

use entities::export_job::{self as export, Column};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Select};

use crate::auth::Viewer;

/// The exports that the viewer sees.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn sees_exports(viewer: &Viewer) -> Select<export::Entity> {
    let administered = viewer.own().filter(|_| viewer.administers());
    let administered = administered.map(|it| Column::OrganisationId.eq(it));
    let seen = Condition::any().add(makes(viewer)).add_option(administered);
    export::Entity::find().filter(seen)
}

/// The exports whose files are given to the viewer: those that it made itself, in whose view they are.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn made_exports(viewer: &Viewer) -> Select<export::Entity> {
    export::Entity::find().filter(makes(viewer))
}

/// Nobody makes an export in a preview, which is read only.
fn makes(viewer: &Viewer) -> Condition {
    let by = match viewer.account {
        Some(account) => Column::StartedBy.eq(account),
        None => Column::StartedBy.is_null(),
    };
    let organisation = match viewer.preview {
        None => Column::OrganisationId.eq(viewer.organisation),
        Some(_) => Column::OrganisationId.is_null(),
    };
    Condition::all().add(organisation).add(Column::HolderId.eq(viewer.holder())).add(by)
}
