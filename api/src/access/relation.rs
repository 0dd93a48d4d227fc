//! Which relations to an agreement a viewer sees, and which grants under it: those that began
//! before the viewer's own standing ended.

use chrono::NaiveDate;
use domain::policy::{derive::FOREVER, matrix::FieldGroup};
use entities::{
    access, access_grant as grant,
    relation::{self, RelationKind},
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, QueryFilter, SelectTwo};
use uuid::Uuid;

use super::{Found, Seen, Through, readers, summarisers};
use crate::auth::Viewer;

/// The relations that an agreement's list tells of. Who is paid to provide a scheme is told there.
const LISTED: [RelationKind; 7] = [
    RelationKind::Host,
    RelationKind::Partner,
    RelationKind::Party,
    RelationKind::BoardMember,
    RelationKind::Observer,
    RelationKind::Regulator,
    RelationKind::Auditor,
];

/// The relations to agreements and to their funds that the viewer sees.
#[must_use]
pub fn sees_relations(viewer: &Viewer) -> SelectTwo<relation::Entity, access::Entity> {
    use relation::Column::{AgreementId, Kind, StartsOn};
    let of = |column| (relation::Entity, column);
    let through = Through::any_of(viewer, of(AgreementId), &summarisers(FieldGroup::Relations))
        .from(of(StartsOn));
    super::stands::<relation::Entity>(AgreementId, viewer)
        .filter(Kind.is_in(LISTED))
        .filter(through.cuts())
}

/// The grants that the viewer sees: whoever reads relations sees all, and a regulator or an auditor
/// sees its own. A grant for one fund alone is seen through that fund too, by whoever stands to
/// nothing else of the agreement.
#[must_use]
pub fn sees_grants(viewer: &Viewer) -> SelectTwo<grant::Entity, access::Entity> {
    sees_grants_of(viewer, grant::Column::AgreementId)
}

/// The same grants, as the viewer stands to their fund.
#[must_use]
pub fn sees_fund_grants(viewer: &Viewer) -> SelectTwo<grant::Entity, access::Entity> {
    sees_grants_of(viewer, grant::Column::FundId)
}

fn sees_grants_of(
    viewer: &Viewer,
    root: grant::Column,
) -> SelectTwo<grant::Entity, access::Entity> {
    use grant::Column::{AgreementId, FundId, OrganisationId, StartsOn};
    let of = |column| (grant::Entity, column);
    let through = |kinds: &[RelationKind]| {
        let to = |root| Through::any_of(viewer, of(root), kinds).from(of(StartsOn)).cuts();
        Condition::any().add(to(AgreementId)).add(to(FundId))
    };
    super::stands::<grant::Entity>(root, viewer).filter(
        Condition::any().add(through(&readers(FieldGroup::Relations))).add(
            Condition::all()
                .add(OrganisationId.eq(viewer.holder()))
                .add(through(&summarisers(FieldGroup::Relations))),
        ),
    )
}

/// The relation with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<relation::Model>>, DbErr> {
    let found = sees_relations(viewer).filter(relation::Column::Id.eq(id)).one(connection).await?;
    Ok(found.map(|row| seen(viewer, row)))
}

/// The grant with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible_grant(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<grant::Model>>, DbErr> {
    let found = sees_grants(viewer).filter(grant::Column::Id.eq(id)).one(connection).await?;
    Ok(found.map(|row| seen_grant(viewer, row)))
}

/// A relation as the viewer stands to its days. An end that came after the viewer's own is none.
#[must_use]
pub fn seen(viewer: &Viewer, found: Found<relation::Model>) -> Seen<relation::Model> {
    let starts_on = found.0.starts_on;
    let seen = Seen::from_row(viewer, found);
    let ends_on = seen.row.ends_on.filter(|day| *day <= last_day(&seen));
    let standing = seen.standing.during(starts_on, FOREVER);
    Seen { row: relation::Model { ends_on, ..seen.row }, standing }
}

/// A grant as the viewer stands to it.
#[must_use]
pub fn seen_grant(viewer: &Viewer, found: Found<grant::Model>) -> Seen<grant::Model> {
    Seen::from_row(viewer, found)
}

/// The last day whose relations the viewer reads, at least as a summary.
fn last_day(seen: &Seen<relation::Model>) -> NaiveDate {
    let windows = seen.standing.windows().iter();
    let reads = |kind: RelationKind| summarisers(FieldGroup::Relations).contains(&kind);
    let days = windows.filter(|it| reads(it.relation)).map(|it| it.covers_to);
    days.max().unwrap_or(NaiveDate::MIN)
}
