//! Risk shares and their settlements: which a viewer sees.

use domain::policy::matrix::FieldGroup;
use entities::{
    access,
    relation::{self, RelationKind},
    risk_share, risk_share_fund as fund, risk_share_version as version, settlement,
    settlement_answer as answer, settlement_line as line,
    value::FinancialYear,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef, Select, SelectTwo,
};
use uuid::Uuid;

use super::{Seen, Through, facts::whole, readers};
use crate::auth::Viewer;

const AGREEMENT: (risk_share::Entity, risk_share::Column) =
    (risk_share::Entity, risk_share::Column::AgreementId);

/// The risk shares that the viewer sees: whoever reads the terms of exit, from its own days.
#[must_use]
pub fn sees_risk_shares(viewer: &Viewer) -> SelectTwo<risk_share::Entity, access::Entity> {
    let through = Through::any_of(viewer, AGREEMENT, &readers(FieldGroup::AgreementExit))
        .from((risk_share::Entity, risk_share::Column::RecordedOn));
    super::stands::<risk_share::Entity>(risk_share::Column::AgreementId, viewer)
        .filter(through.cuts())
}

/// The versions of risk shares' rules that the viewer sees: those that were recorded by its last
/// day.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn sees_versions(viewer: &Viewer) -> Select<version::Entity> {
    let parent: RelationDef = version::Entity::belongs_to(risk_share::Entity)
        .from(version::Column::RiskShareId)
        .to(risk_share::Column::Id)
        .into();
    let through = Through::any_of(viewer, AGREEMENT, &readers(FieldGroup::AgreementExit))
        .from((version::Entity, version::Column::RecordedOn));
    version::Entity::find().join(JoinType::InnerJoin, parent).filter(through.cuts())
}

/// The settlements that the viewer sees: whoever reads the position by partner at the year's end,
/// from the day of the claim; and whoever was a partner within the year, when a line names it. Of the
/// latter's settlement its own lines alone are told.
#[must_use]
pub fn sees_settlements(viewer: &Viewer) -> SelectTwo<settlement::Entity, access::Entity> {
    let of = |column| (settlement::Entity, column);
    let through = Through::any_of(
        viewer,
        of(settlement::Column::AgreementId),
        &readers(FieldGroup::PositionByPartner),
    )
    .on(of(settlement::Column::AsOf))
    .from(of(settlement::Column::ClaimedOn));
    let partners =
        Through::any_of(viewer, of(settlement::Column::AgreementId), &[RelationKind::Partner])
            .in_year(of(settlement::Column::FinancialYear))
            .named_by_settlement(of(settlement::Column::Id));
    super::stands::<settlement::Entity>(settlement::Column::AgreementId, viewer)
        .filter(Condition::any().add(through.cuts()).add(partners.cuts()))
}

/// The risk share with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<risk_share::Model>>, DbErr> {
    let found =
        sees_risk_shares(viewer).filter(risk_share::Column::Id.eq(id)).one(connection).await?;
    Ok(found.map(|row| Seen::from_row(viewer, row)))
}

/// The settlement with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible_settlement(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<settlement::Model>>, DbErr> {
    let found =
        sees_settlements(viewer).filter(settlement::Column::Id.eq(id)).one(connection).await?;
    Ok(found.map(|row| Seen::from_row(viewer, row)))
}

/// Fact reader: the funds of risk shares that the caller has found through its view, by risk share.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the risk shares through its view")]
pub async fn funds_of(
    connection: &impl ConnectionTrait,
    risk_shares: &[Uuid],
) -> Result<Vec<fund::Model>, DbErr> {
    fund::Entity::find()
        .filter(fund::Column::RiskShareId.is_in(risk_shares.iter().copied()))
        .order_by_asc(fund::Column::FundId)
        .all(&whole(connection))
        .await
}

/// Fact reader: in which risk share each of these funds is.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn shares_of(
    connection: &impl ConnectionTrait,
    funds: &[Uuid],
) -> Result<Vec<fund::Model>, DbErr> {
    fund::Entity::find()
        .filter(fund::Column::FundId.is_in(funds.iter().copied()))
        .all(&whole(connection))
        .await
}

/// Fact reader: every version of a risk share's rule, the first first.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn versions_of(
    connection: &impl ConnectionTrait,
    risk_share: Uuid,
) -> Result<Vec<version::Model>, DbErr> {
    version::Entity::find()
        .filter(version::Column::RiskShareId.eq(risk_share))
        .order_by_asc(version::Column::Number)
        .all(&whole(connection))
        .await
}

/// Fact reader: the risk share of an agreement that goes by a reference.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn by_reference(
    connection: &impl ConnectionTrait,
    agreement: Uuid,
    reference: &str,
) -> Result<Option<risk_share::Model>, DbErr> {
    risk_share::Entity::find()
        .filter(risk_share::Column::AgreementId.eq(agreement))
        .filter(risk_share::Column::Reference.eq(reference))
        .one(&whole(connection))
        .await
}

/// Fact reader: the settlements of a risk share and year, the first first.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn settlements_of(
    connection: &impl ConnectionTrait,
    risk_share: Uuid,
    year: FinancialYear,
) -> Result<Vec<settlement::Model>, DbErr> {
    settlement::Entity::find()
        .filter(settlement::Column::RiskShareId.eq(risk_share))
        .filter(settlement::Column::FinancialYear.eq(year))
        .order_by_asc(settlement::Column::Number)
        .all(&whole(connection))
        .await
}

/// The lines of settlements that the caller has found through its view, in their order.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the settlements through its view")]
pub async fn lines_of(
    connection: &impl ConnectionTrait,
    settlements: &[Uuid],
) -> Result<Vec<line::Model>, DbErr> {
    line::Entity::find()
        .filter(line::Column::SettlementId.is_in(settlements.iter().copied()))
        .order_by_asc(line::Column::SettlementId)
        .order_by_asc(line::Column::Place)
        .all(&whole(connection))
        .await
}

/// The line with this id, without asking who sees it: its settlement says that.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller finds its settlement through its view")]
pub async fn line(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<line::Model>, DbErr> {
    line::Entity::find_by_id(id).one(&whole(connection)).await
}

/// Fact reader: the partners' relations to agreements, each with its place.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn places_of(
    connection: &impl ConnectionTrait,
    agreements: &[Uuid],
) -> Result<Vec<relation::Model>, DbErr> {
    if agreements.is_empty() {
        return Ok(Vec::new());
    }
    relation::Entity::find()
        .filter(relation::Column::AgreementId.is_in(agreements.iter().copied()))
        .filter(relation::Column::Kind.eq(RelationKind::Partner))
        .all(&whole(connection))
        .await
}

/// What was said about lines of settlements that the caller has found through its view, the first
/// first.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the settlements through its view")]
pub async fn answers_to(
    connection: &impl ConnectionTrait,
    lines: &[Uuid],
) -> Result<Vec<answer::Model>, DbErr> {
    answer::Entity::find()
        .filter(answer::Column::LineId.is_in(lines.iter().copied()))
        .order_by_asc(answer::Column::LineId)
        .order_by_asc(answer::Column::Number)
        .all(&whole(connection))
        .await
}
