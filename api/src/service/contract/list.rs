use std::collections::BTreeSet;

use chrono::NaiveDate;
use entities::{
    contract,
    contract_status_change::ContractStatus,
    contract_terms::{self as terms, ContractModel},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, PaginatorTrait, QueryFilter, Value,
    sea_query::{Expr, Func, SimpleExpr},
};
use uuid::Uuid;

use super::told::{At, Told, told};
use crate::{
    access::{
        Seen,
        contract::{
            effective_status, effective_term, has_commissioner, has_provider, sees_contracts,
        },
    },
    auth::Viewer,
    database::{Cut, Keyset, PageRequest},
    service::criteria::{Test, Where},
};

/// Before every first day: what has none, or none that is read, comes first of the oldest.
const UNKNOWN: NaiveDate = NaiveDate::from_yo_opt(1, 1).expect("a day");

/// What contracts are picked by, each as the viewer reads it today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// What its commissioners call it.
    Reference(Test<String>),
    /// Its title.
    Title(Test<String>),
    /// How it is built.
    Model(Test<ContractModel>),
    /// Where it stands.
    Status(Test<ContractStatus>),
    /// The agreement under which it is.
    Agreement(Test<Uuid>),
    /// One of its commissioners.
    Commissioner(Uuid),
    /// One of its providers.
    Provider(Uuid),
    /// Its first day.
    StartsOn(Test<NaiveDate>),
    /// Its last day.
    EndsOn(Test<NaiveDate>),
}

/// What contracts are ordered by.
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

/// Which contracts are wanted, and in which order.
#[derive(Clone, Debug)]
pub struct Listing {
    /// What they are picked by.
    pub criteria: Where<Criterion>,
    /// What they are ordered by; then by identity.
    pub order: Vec<Order>,
}

impl Listing {
    /// The values by which a contract has its place in the list.
    #[must_use]
    pub fn place(&self, told: &Told) -> Vec<Value> {
        let terms = told.terms();
        let title = || terms.map(|it| it.title.clone()).unwrap_or_default();
        let starts_on = || terms.and_then(|it| it.starts_on).unwrap_or(UNKNOWN);
        let row = &told.seen.row;
        let value = |order: &Order| match order {
            Order::TitleAscending | Order::TitleDescending => title().into(),
            Order::ReferenceAscending | Order::ReferenceDescending => row.reference.clone().into(),
            Order::StartsOnAscending | Order::StartsOnDescending => starts_on().into(),
        };
        self.order.iter().map(value).chain([row.id.into()]).collect()
    }

    fn keyset(&self, viewer: &Viewer) -> Keyset {
        let reference = (contract::Entity, contract::Column::Reference);
        let or = |column, without: Value| -> SimpleExpr {
            Func::coalesce([effective_term(viewer, column), Expr::val(without)]).into()
        };
        let title = || or(terms::Column::Title, "".into());
        let starts_on = || or(terms::Column::StartsOn, UNKNOWN.into());
        let keyset = self.order.iter().fold(Keyset::new(), |keyset, order| match order {
            Order::TitleAscending => keyset.ascending_by(title()),
            Order::TitleDescending => keyset.descending_by(title()),
            Order::ReferenceAscending => keyset.ascending(reference),
            Order::ReferenceDescending => keyset.descending(reference),
            Order::StartsOnAscending => keyset.ascending_by(starts_on()),
            Order::StartsOnDescending => keyset.descending_by(starts_on()),
        });
        keyset.ascending((contract::Entity, contract::Column::Id))
    }

    fn condition(&self, viewer: &Viewer) -> Condition {
        picked(viewer, &self.criteria)
    }
}

/// That a contract is picked by criteria, as the viewer reads it.
#[must_use]
pub fn picked(viewer: &Viewer, criteria: &Where<Criterion>) -> Condition {
    criteria.condition(&|criterion| criterion.condition(viewer))
}

impl Criterion {
    fn condition(&self, viewer: &Viewer) -> Condition {
        let term = |column| effective_term(viewer, column);
        match self {
            Self::Reference(test) => {
                test.of(&Expr::col((contract::Entity, contract::Column::Reference)))
            }
            Self::Title(test) => test.of(&term(terms::Column::Title)),
            Self::Model(test) => test.of(&term(terms::Column::Model)),
            Self::Status(test) => test.of(&effective_status(viewer)),
            Self::Agreement(test) => test.of(&crate::access::contract::effective_agreement(viewer)),
            Self::Commissioner(id) => Condition::all().add(has_commissioner(viewer, *id)),
            Self::Provider(id) => Condition::all().add(has_provider(viewer, *id)),
            Self::StartsOn(test) => test.of(&term(terms::Column::StartsOn)),
            Self::EndsOn(test) => test.of(&term(terms::Column::EndsOn)),
        }
    }
}

/// A page of the contracts that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn list(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    listing: &Listing,
    page: &PageRequest,
) -> Result<Cut<Told>, DbErr> {
    let wanted = sees_contracts(viewer).filter(listing.condition(viewer));
    let rows = listing.keyset(viewer).page(wanted, page).all(connection).await?;
    let seen = rows.into_iter().map(|row| Seen::from_row(viewer, row)).collect();
    Ok(page.cut(told(connection, viewer, seen, At::NOW).await?))
}

/// How many contracts the viewer sees in a list.
///
/// # Errors
/// A fault of the database.
pub async fn count(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    listing: &Listing,
) -> Result<u64, DbErr> {
    sees_contracts(viewer).filter(listing.condition(viewer)).count(connection).await
}

/// Those of these contracts that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn seen_among(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    contracts: impl IntoIterator<Item = Uuid>,
) -> Result<BTreeSet<Uuid>, DbErr> {
    let these = contract::Column::Id.is_in(contracts);
    let seen = sees_contracts(viewer).filter(these).all(connection).await?;
    Ok(seen.into_iter().map(|(row, _)| row.id).collect())
}
