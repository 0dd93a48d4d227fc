//! Which proposals a viewer sees: those of agreements to which it stood, when they were made, in a
//! relation that reads approvals. For everybody else they do not exist.

use domain::policy::matrix::FieldGroup;
use entities::{
    access,
    proposal::{self, ProposalKind},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, QueryFilter, SelectTwo,
    sea_query::{ExprTrait, SimpleExpr},
};
use uuid::Uuid;

use super::{Found, Seen, Through, readers};
use crate::auth::Viewer;

/// The proposals that the viewer sees.
#[must_use]
pub fn sees_proposals(viewer: &Viewer) -> SelectTwo<proposal::Entity, access::Entity> {
    use proposal::Column::{AgreementId, ProposedOn};
    let kinds = readers(FieldGroup::Approvals);
    let through = Through::any_of(viewer, (proposal::Entity, AgreementId), &kinds)
        .on((proposal::Entity, ProposedOn))
        .live_or(is_known_before_release(viewer));
    super::stands::<proposal::Entity>(AgreementId, viewer).filter(through.cuts())
}

/// Rule V11: what is to be posted is no earlier known than what was posted, but to who proposes it.
pub(super) fn is_known_before_release(viewer: &Viewer) -> SimpleExpr {
    use proposal::Column::{Kind, ProposedAsId};
    Kind.ne(ProposalKind::Posting).or(ProposedAsId.eq(viewer.holder()))
}

/// The proposal with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<proposal::Model>>, DbErr> {
    let found = sees_proposals(viewer).filter(proposal::Column::Id.eq(id)).one(connection).await?;
    Ok(found.map(|row| seen(viewer, row)))
}

/// A proposal as the viewer stands to its day.
#[must_use]
pub fn seen(viewer: &Viewer, found: Found<proposal::Model>) -> Seen<proposal::Model> {
    let day = found.0.proposed_on;
    Seen::from_row(viewer, found).on(day)
}
