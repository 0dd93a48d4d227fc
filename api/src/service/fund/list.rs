use std::collections::HashMap;

use domain::policy::matrix::FieldGroup;
use entities::pooled_fund::{self as fund, Column, FundKind};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, PaginatorTrait, QueryFilter, Value,
    sea_query::{Expr, Func, SimpleExpr},
};
use uuid::Uuid;

use crate::{
    access::{
        Seen,
        fund::{effective_term, sees_funds},
        proofs::{self, Switch},
    },
    auth::Viewer,
    database::{Cut, Keyset, PageRequest, count_by_parent, cut_by_parent, nested},
    service::criteria::{Test, Where},
};

/// What funds are picked by. What is withheld from the viewer counts as not set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// What the partners call it.
    Reference(Test<String>),
    /// Its name.
    Name(Test<String>),
    /// How its money is bound.
    Kind(Test<FundKind>),
    /// Its agreement.
    Agreement(Test<Uuid>),
}

/// What funds are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By name, the withheld before all others, then A first.
    NameAscending,
    /// By name, Z first.
    NameDescending,
    /// By reference, A first.
    ReferenceAscending,
    /// By reference, Z first.
    ReferenceDescending,
}

/// Which funds are wanted, and in which order.
#[derive(Clone, Debug)]
pub struct Listing {
    /// What they are picked by.
    pub criteria: Where<Criterion>,
    /// What they are ordered by; then by identity.
    pub order: Vec<Order>,
}

impl Listing {
    /// All funds, by name.
    #[must_use]
    pub fn by_name() -> Self {
        Self { criteria: Where::All(Vec::new()), order: vec![Order::NameAscending] }
    }

    /// The values by which `seen` has its place in the list.
    #[must_use]
    pub fn place(&self, seen: &Seen<fund::Model>) -> Vec<Value> {
        let reads =
            seen.reads_summary(FieldGroup::FundTerms) || proofs::is_on(seen.row.id, Switch::Cursor);
        let name = if reads { seen.row.name.as_str() } else { "" };
        let value = |order: &Order| match order {
            Order::NameAscending | Order::NameDescending => name.into(),
            Order::ReferenceAscending | Order::ReferenceDescending => {
                seen.row.reference.as_str().into()
            }
        };
        self.order.iter().map(value).chain([seen.row.id.into()]).collect()
    }

    fn condition(&self, viewer: &Viewer) -> Condition {
        self.criteria.condition(&|criterion| criterion.condition(viewer))
    }

    fn keyset(&self, viewer: &Viewer) -> Keyset {
        let reference = (fund::Entity, Column::Reference);
        let keyset = self.order.iter().fold(Keyset::new(), |keyset, order| match order {
            Order::NameAscending => keyset.ascending_by(effective_name(viewer)),
            Order::NameDescending => keyset.descending_by(effective_name(viewer)),
            Order::ReferenceAscending => keyset.ascending(reference),
            Order::ReferenceDescending => keyset.descending(reference),
        });
        keyset.ascending((fund::Entity, Column::Id))
    }
}

impl Criterion {
    fn condition(&self, viewer: &Viewer) -> Condition {
        match self {
            Self::Reference(test) => test.of(&Expr::col((fund::Entity, Column::Reference))),
            Self::Name(test) => test.of(&effective_term(viewer, Column::Name)),
            Self::Kind(test) => test.of(&effective_term(viewer, Column::Kind)),
            Self::Agreement(test) => test.of(&effective_term(viewer, Column::AgreementId)),
        }
    }
}

fn effective_name(viewer: &Viewer) -> SimpleExpr {
    Func::coalesce([effective_term(viewer, Column::Name), Expr::val("")]).into()
}

/// A page of the funds that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn list(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    listing: &Listing,
    page: &PageRequest,
) -> Result<Cut<Seen<fund::Model>>, DbErr> {
    let wanted = sees_funds(viewer).filter(listing.condition(viewer));
    let rows = listing.keyset(viewer).page(wanted, page).all(connection).await?;
    Ok(page.cut(rows.into_iter().map(|row| Seen::from_row(viewer, row)).collect()))
}

/// How many funds the viewer sees in a list.
///
/// # Errors
/// A fault of the database.
pub async fn count(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    listing: &Listing,
) -> Result<u64, DbErr> {
    sees_funds(viewer).filter(listing.condition(viewer)).count(connection).await
}

/// A page of the funds of each of these agreements, by name, in one statement.
///
/// # Errors
/// A fault of the database.
pub async fn list_by_agreement(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    agreements: &[Uuid],
    (): (),
    page: &PageRequest,
) -> Result<HashMap<Uuid, Cut<Seen<fund::Model>>>, DbErr> {
    let wanted = sees_funds(viewer).filter(Column::AgreementId.is_in(agreements.iter().copied()));
    let ids = ((fund::Entity, Column::Id), (fund::Entity, Column::AgreementId));
    let rows =
        nested(wanted, ids, &Listing::by_name().keyset(viewer), page).all(connection).await?;
    let rows = rows.into_iter().map(|row| Seen::from_row(viewer, row)).collect();
    Ok(cut_by_parent(page, rows, |seen| seen.row.agreement_id))
}

/// How many funds of each of these agreements the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn count_by_agreement(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    agreements: &[Uuid],
    (): (),
) -> Result<HashMap<Uuid, u64>, DbErr> {
    let wanted = sees_funds(viewer).filter(Column::AgreementId.is_in(agreements.iter().copied()));
    let ids = ((fund::Entity, Column::Id), (fund::Entity, Column::AgreementId));
    count_by_parent(connection, wanted, ids).await
}

/// The funds with these identities that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<Seen<fund::Model>>, DbErr> {
    let rows =
        sees_funds(viewer).filter(Column::Id.is_in(ids.iter().copied())).all(connection).await?;
    Ok(rows.into_iter().map(|row| Seen::from_row(viewer, row)).collect())
}
