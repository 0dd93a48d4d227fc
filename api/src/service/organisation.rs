//! Organisations as they are looked up and listed.

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::{
    organisation::{self, Column, OrganisationKind},
    organisation_identifier as identifier, organisation_relationship as relationship,
    organisation_role as role, organisation_succession as succession,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, Value,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};
use uuid::Uuid;

use super::criteria::{Test, Where, has_words};
use crate::{
    access::organisation::sees_organisations,
    auth::Viewer,
    database::{Cut, Keyset, PageRequest},
};

/// What organisations are picked by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// What sort of body it is.
    Kind(Test<OrganisationKind>),
    /// Its name.
    Name(Test<String>),
    /// Its first day.
    OpenedOn(Test<NaiveDate>),
    /// True of bodies that were there on this day; where a day is not known, it is no bound.
    OpenOn(NaiveDate),
    /// Whether it is known by name alone.
    IsPlaceholder(bool),
}

/// What organisations are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By name, A first.
    NameAscending,
    /// By name, Z first.
    NameDescending,
    /// By first day, the unknown and the oldest first.
    OpenedOnAscending,
    /// By first day, the newest first.
    OpenedOnDescending,
}

/// Which organisations are wanted, and in which order.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Words of the name, or their beginnings.
    pub search: Option<String>,
    /// What they are picked by.
    pub criteria: Where<Criterion>,
    /// What they are ordered by; then by identity.
    pub order: Vec<Order>,
}

impl Listing {
    /// The values by which `row` has its place in the list.
    #[must_use]
    pub fn place(&self, row: &organisation::Model) -> Vec<Value> {
        let mut values: Vec<Value> = self
            .order
            .iter()
            .map(|order| match order {
                Order::NameAscending | Order::NameDescending => row.name.clone().into(),
                _ => row.opened_on.or(NaiveDate::from_ymd_opt(1, 1, 1)).into(),
            })
            .collect();
        values.push(row.id.into());
        values
    }

    fn keyset(&self) -> Keyset {
        let keyset = self.order.iter().fold(Keyset::new(), |keyset, order| match order {
            Order::NameAscending => keyset.ascending((organisation::Entity, Column::Name)),
            Order::NameDescending => keyset.descending((organisation::Entity, Column::Name)),
            Order::OpenedOnAscending => keyset.ascending_by(opening()),
            Order::OpenedOnDescending => keyset.descending_by(opening()),
        });
        keyset.ascending((organisation::Entity, Column::Id))
    }

    fn condition(&self) -> Condition {
        let picked = self.criteria.condition(&Criterion::condition);
        match &self.search {
            Some(search) => picked.add(has_words(&Expr::col(Column::Name), search)),
            None => picked,
        }
    }
}

impl Criterion {
    fn condition(&self) -> Condition {
        match self {
            Self::Kind(test) => test.of(&Expr::col(Column::Kind)),
            Self::Name(test) => test.of(&Expr::col(Column::Name)),
            Self::OpenedOn(test) => test.of(&Expr::col(Column::OpenedOn)),
            Self::OpenOn(day) => Condition::all()
                .add(Column::OpenedOn.is_null().or(Column::OpenedOn.lte(*day)))
                .add(Column::ClosedOn.is_null().or(Column::ClosedOn.gte(*day))),
            Self::IsPlaceholder(is) => Condition::all().add(Column::IsPlaceholder.eq(*is)),
        }
    }
}

/// The first day, as it is ordered and indexed: the unknown before all others.
fn opening() -> SimpleExpr {
    Expr::cust("coalesce(opened_on, '0001-01-01')")
}

/// A page of the organisations that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn list(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    listing: &Listing,
    page: &PageRequest,
) -> Result<Cut<organisation::Model>, DbErr> {
    let wanted = sees_organisations(viewer).filter(listing.condition());
    Ok(page.cut(listing.keyset().page(wanted, page).all(connection).await?))
}

/// How many organisations the viewer sees in a list.
///
/// # Errors
/// A fault of the database.
pub async fn count(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    listing: &Listing,
) -> Result<u64, DbErr> {
    sees_organisations(viewer).filter(listing.condition()).count(connection).await
}

/// The organisation known by a code: where several had it one after the other, the one open on
/// `today`, else the latest.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "every signed-in organisation reads organisations")]
pub async fn by_identifier(
    connection: &impl ConnectionTrait,
    today: NaiveDate,
    scheme: &str,
    value: &str,
) -> Result<Option<organisation::Model>, DbErr> {
    let holders = identifier::Entity::find()
        .filter(identifier::Column::Scheme.eq(scheme))
        .filter(identifier::Column::Value.eq(value))
        .all(connection)
        .await?;
    let ids: Vec<Uuid> = holders.iter().map(|holder| holder.organisation_id).collect();
    let bodies = by_ids(connection, &ids).await?;
    Ok(bodies.into_values().max_by_key(|body| (is_open_on(body, today), body.opened_on, body.id)))
}

/// True of a body that was there on `day`; where a bound is not known, it is no bound.
#[must_use]
pub fn is_open_on(body: &organisation::Model, day: NaiveDate) -> bool {
    body.opened_on.is_none_or(|opened| opened <= day)
        && body.closed_on.is_none_or(|closed| day <= closed)
}

/// The organisations with these identities, by the identity asked for. A placeholder that was
/// merged answers as the body that it turned out to be.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "every signed-in organisation reads organisations")]
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, organisation::Model>, DbErr> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = organisation::Entity::find()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    let targets: Vec<Uuid> = rows.iter().filter_map(|row| row.merged_into_id).collect();
    let mut merged = HashMap::new();
    if !targets.is_empty() {
        let rows =
            organisation::Entity::find().filter(Column::Id.is_in(targets)).all(connection).await?;
        merged.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    let is = |row: organisation::Model| {
        let target = row.merged_into_id.and_then(|target| merged.get(&target)).cloned();
        (row.id, target.unwrap_or(row))
    };
    Ok(rows.into_iter().map(is).collect())
}

/// The codes of these organisations.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "every signed-in organisation reads organisations")]
pub async fn identifiers(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<identifier::Model>, DbErr> {
    identifier::Entity::find()
        .filter(identifier::Column::OrganisationId.is_in(ids.iter().copied()))
        .order_by_asc(identifier::Column::Scheme)
        .order_by_asc(identifier::Column::Value)
        .all(connection)
        .await
}

/// The published roles of these organisations, the primary one first.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "every signed-in organisation reads organisations")]
pub async fn roles(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<role::Model>, DbErr> {
    role::Entity::find()
        .filter(role::Column::OrganisationId.is_in(ids.iter().copied()))
        .order_by_desc(role::Column::IsPrimary)
        .order_by_asc(role::Column::Code)
        .all(connection)
        .await
}

/// How these organisations stand to others, whichever side they are on.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "every signed-in organisation reads organisations")]
pub async fn relationships(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<relationship::Model>, DbErr> {
    use relationship::Column::{Kind, OrganisationId, RelatedId};
    relationship::Entity::find()
        .filter(
            Condition::any()
                .add(OrganisationId.is_in(ids.iter().copied()))
                .add(RelatedId.is_in(ids.iter().copied())),
        )
        .order_by_asc(Kind)
        .order_by_asc(OrganisationId)
        .order_by_asc(RelatedId)
        .all(connection)
        .await
}

/// Who took over from these organisations, and from whom they took over; the earliest first.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "every signed-in organisation reads organisations")]
pub async fn successions(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<succession::Model>, DbErr> {
    use succession::Column::{EffectiveOn, PredecessorId, SuccessorId};
    succession::Entity::find()
        .filter(
            Condition::any()
                .add(PredecessorId.is_in(ids.iter().copied()))
                .add(SuccessorId.is_in(ids.iter().copied())),
        )
        .order_by_asc(EffectiveOn)
        .order_by_asc(PredecessorId)
        .order_by_asc(SuccessorId)
        .all(connection)
        .await
}
