use chrono::NaiveDate;
use entities::{
    access,
    partnership_agreement::{
        self as agreement, AgreementEvidence, AgreementStatus, Column, StatutoryBasis,
    },
    relation::RelationKind,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, DbErr, PaginatorTrait, QueryFilter,
    Value,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};
use uuid::Uuid;

use crate::{
    access::{
        Seen,
        agreement::{effective_term, sees_agreements},
        facts::partners::holders,
        proofs::{self, Switch},
    },
    auth::Viewer,
    database::{Cut, Keyset, PageRequest},
    service::criteria::{Test, Where},
};

/// What agreements are picked by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// What the partners call it.
    Reference(Test<String>),
    /// Its title.
    Title(Test<String>),
    /// The law it is made under.
    StatutoryBasis(Test<StatutoryBasis>),
    /// Where it stands.
    Status(Test<AgreementStatus>),
    /// How well it is documented.
    Evidence(Test<AgreementEvidence>),
    /// The partner that keeps the books.
    Host(Test<Uuid>),
    /// One of the partners.
    Partner(Uuid),
    /// First day.
    StartsOn(Test<NaiveDate>),
    /// Last day.
    EndsOn(Test<NaiveDate>),
}

/// What agreements are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By title, A first.
    TitleAscending,
    /// By title, Z first.
    TitleDescending,
    /// By reference, A first.
    ReferenceAscending,
    /// By reference, Z first.
    ReferenceDescending,
    /// By first day, the oldest first.
    StartsOnAscending,
    /// By first day, the newest first.
    StartsOnDescending,
}

/// Which agreements are wanted, and in which order.
#[derive(Clone, Debug)]
pub struct Listing {
    /// What they are picked by.
    pub criteria: Where<Criterion>,
    /// What they are ordered by; then by identity.
    pub order: Vec<Order>,
}

impl Listing {
    /// The values by which `row` has its place in the list.
    #[must_use]
    pub fn place(&self, row: &agreement::Model) -> Vec<Value> {
        let value = |order: &Order| match order {
            Order::TitleAscending | Order::TitleDescending => row.title.clone().into(),
            Order::ReferenceAscending | Order::ReferenceDescending => row.reference.clone().into(),
            Order::StartsOnAscending | Order::StartsOnDescending => row.starts_on.into(),
        };
        self.order.iter().map(value).chain([row.id.into()]).collect()
    }

    /// By the keys of the access rows, which are the agreement's own as the viewer sees them.
    fn keyset(&self) -> Keyset {
        let by = |column| (access::Entity, column);
        let keyset = self.order.iter().fold(Keyset::new(), |keyset, order| match order {
            Order::TitleAscending => keyset.ascending(by(access::Column::Name)),
            Order::TitleDescending => keyset.descending(by(access::Column::Name)),
            Order::ReferenceAscending => keyset.ascending(by(access::Column::Reference)),
            Order::ReferenceDescending => keyset.descending(by(access::Column::Reference)),
            Order::StartsOnAscending => keyset.ascending(by(access::Column::StartsOn)),
            Order::StartsOnDescending => keyset.descending(by(access::Column::StartsOn)),
        });
        keyset.ascending(by(access::Column::RootId))
    }

    fn condition(&self, viewer: &Viewer, engine: DatabaseBackend) -> Condition {
        self.criteria.condition(&|criterion| criterion.condition(viewer, engine))
    }
}

impl Criterion {
    fn condition(&self, viewer: &Viewer, engine: DatabaseBackend) -> Condition {
        let today = (viewer.today, engine);
        match self {
            Self::Reference(test) => test.of(&column(Column::Reference)),
            Self::Title(test) => test.of(&column(Column::Title)),
            Self::StatutoryBasis(test) => test.of(&column(Column::StatutoryBasis)),
            Self::Status(test) => test.of(&column(Column::Status)),
            Self::Evidence(test) => test.of(&effective_term(viewer, Column::Evidence)),
            Self::Host(test) => test.of(&held_by(RelationKind::Host, today)),
            Self::Partner(partner) => Condition::all().add(has_partner(*partner, today)),
            Self::StartsOn(test) => test.of(&column(Column::StartsOn)),
            Self::EndsOn(test) => test.of(&column(Column::EndsOn)),
        }
    }
}

fn column(column: Column) -> SimpleExpr {
    Expr::col((agreement::Entity, column))
}

/// Whoever sees the agreement is told who hosts it and who its partners are.
fn held_by(kind: RelationKind, (today, engine): (NaiveDate, DatabaseBackend)) -> SimpleExpr {
    let holders = holders((agreement::Entity, Column::Id), kind, today, engine).limit(1).to_owned();
    SimpleExpr::SubQuery(None, Box::new(holders.into()))
}

fn has_partner(partner: Uuid, (today, engine): (NaiveDate, DatabaseBackend)) -> SimpleExpr {
    let of = (agreement::Entity, Column::Id);
    Expr::val(partner).in_subquery(holders(of, RelationKind::Partner, today, engine))
}

/// A page of the agreements that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn list(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    listing: &Listing,
    page: &PageRequest,
) -> Result<Cut<Seen<agreement::Model>>, DbErr> {
    let wanted = sees_agreements(viewer)
        .filter(listing.condition(viewer, connection.get_database_backend()));
    let rows = listing.keyset().page(wanted, page).all(connection).await?;
    Ok(page.cut(rows.into_iter().map(|row| Seen::from_row(viewer, row)).collect()))
}

/// How many agreements the viewer sees in a list.
///
/// # Errors
/// A fault of the database.
pub async fn count(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    listing: &Listing,
) -> Result<u64, DbErr> {
    if proofs::is_on(viewer.organisation, Switch::Count) {
        return proofs::every_agreement(connection).await;
    }
    sees_agreements(viewer)
        .filter(listing.condition(viewer, connection.get_database_backend()))
        .count(connection)
        .await
}

/// The agreements with these identities that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<Seen<agreement::Model>>, DbErr> {
    let rows = sees_agreements(viewer)
        .filter(Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| Seen::from_row(viewer, row)).collect())
}
