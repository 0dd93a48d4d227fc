use std::collections::HashMap;

use chrono::NaiveDate;
use entities::{
    commitment::{self, Column},
    value::{FinancialYear, Pence},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, Value,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::access::facts::whole;
use crate::{
    access::{
        Seen,
        commitment::{seen, sees_commitments},
    },
    auth::Viewer,
    database::{Cut, Keyset, PageRequest, Writing, count_by_parent, cut_by_parent, nested, total},
    service::Stopped,
};

/// Which commitments are listed, each list under its own kind of parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum List {
    /// The promises of a scheme, of one year where one is named.
    PromisesOfScheme(Option<FinancialYear>),
    /// The releases of a promise.
    ReleasesOfPromise,
}

/// The values by which a commitment has its place in a list.
#[must_use]
pub fn place(row: &commitment::Model) -> Vec<Value> {
    vec![row.known_at.into(), row.id.into()]
}

/// The page of each parent's list that the viewer sees, the earliest recorded first, in one
/// statement.
///
/// # Errors
/// A fault of the database.
pub async fn pages(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    parents: &[Uuid],
    list: List,
    page: &PageRequest,
) -> Result<HashMap<Uuid, Cut<Seen<commitment::Model>>>, DbErr> {
    let order = Keyset::new()
        .ascending((commitment::Entity, Column::KnownAt))
        .ascending((commitment::Entity, Column::Id));
    let columns = ((commitment::Entity, Column::Id), (commitment::Entity, list.parent()));
    let rows = nested(list.of(viewer, parents), columns, &order, page).all(connection).await?;
    let rows = rows.into_iter().map(|row| seen(viewer, row)).collect();
    Ok(cut_by_parent(page, rows, |seen: &Seen<commitment::Model>| match list {
        List::PromisesOfScheme(_) => seen.row.scheme_id,
        List::ReleasesOfPromise => seen.row.releases_id.unwrap_or_default(),
    }))
}

/// How long each parent's list is; an empty one is left out.
///
/// # Errors
/// A fault of the database.
pub async fn counts(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    parents: &[Uuid],
    list: List,
) -> Result<HashMap<Uuid, u64>, DbErr> {
    let columns = ((commitment::Entity, Column::Id), (commitment::Entity, list.parent()));
    count_by_parent(connection, list.of(viewer, parents), columns).await
}

impl List {
    fn parent(self) -> Column {
        match self {
            Self::PromisesOfScheme(_) => Column::SchemeId,
            Self::ReleasesOfPromise => Column::ReleasesId,
        }
    }

    fn of(
        self,
        viewer: &Viewer,
        parents: &[Uuid],
    ) -> sea_orm::SelectTwo<commitment::Entity, entities::access::Entity> {
        let listed = sees_commitments(viewer).filter(self.parent().is_in(parents.iter().copied()));
        match self {
            Self::PromisesOfScheme(year) => {
                let promises = listed.filter(Column::ReleasesId.is_null());
                match year {
                    Some(year) => promises.filter(Column::FinancialYear.eq(year)),
                    None => promises,
                }
            }
            Self::ReleasesOfPromise => listed,
        }
    }
}

/// The promises with these identities that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<Seen<commitment::Model>>, DbErr> {
    let wanted = sees_commitments(viewer)
        .filter(Column::Id.is_in(ids.iter().copied()))
        .filter(Column::ReleasesId.is_null());
    Ok(wanted.all(connection).await?.into_iter().map(|row| seen(viewer, row)).collect())
}

/// What was released of these promises, which the caller has found through its view, each up to a
/// day where one is said: as negative amounts; a promise without a release is left out.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the promises through its view")]
pub async fn released(
    connection: &impl ConnectionTrait,
    promises: &[(Uuid, Option<NaiveDate>)],
) -> Result<Vec<(Uuid, Pence)>, DbErr> {
    let never = Condition::any().add(Expr::value(false));
    let counts = promises.iter().fold(never, |any, (promise, to)| {
        let effective = to.map(|to| Column::EffectiveOn.lte(to));
        any.add(Condition::all().add(Column::ReleasesId.eq(*promise)).add_option(effective))
    });
    commitment::Entity::find()
        .filter(counts)
        .select_only()
        .column(Column::ReleasesId)
        .expr_as(total(Column::AmountPence), "released")
        .group_by(Column::ReleasesId)
        .into_tuple()
        .all(&whole(connection))
        .await
}

/// What is promised of a scheme's budget for a year, less what was released, everything recorded
/// counted.
#[expect(clippy::disallowed_methods, reason = "the caller found the scheme through its view")]
pub(super) async fn committed(
    tx: &Writing,
    scheme: Uuid,
    year: FinancialYear,
) -> Result<Pence, Stopped> {
    let sum: Option<Option<Pence>> = commitment::Entity::find()
        .filter(Column::SchemeId.eq(scheme))
        .filter(Column::FinancialYear.eq(year))
        .select_only()
        .expr_as(total(Column::AmountPence), "committed")
        .into_tuple()
        .one(&whole(&**tx))
        .await?;
    Ok(sum.flatten().unwrap_or_default())
}
