use chrono::NaiveDate;
use entities::relation::{self, RelationKind};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter,
};
use uuid::Uuid;

use crate::{access::facts::whole, database::Writing};

/// What a relation is a relation to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The agreement, or the fund's or scheme's.
    pub agreement: Uuid,
    /// The fund, of a relation to a fund or a scheme only.
    pub fund: Option<Uuid>,
    /// The scheme, of a funded provider.
    pub scheme: Option<Uuid>,
}

impl Place {
    /// An agreement.
    #[must_use]
    pub fn agreement(agreement: Uuid) -> Self {
        Self { agreement, fund: None, scheme: None }
    }
}

/// Records that `organisation` stands in a relation from a day on. The caller derives the access.
///
/// # Errors
/// A fault of the database.
pub async fn put(
    tx: &Writing,
    place: Place,
    (kind, organisation): (RelationKind, Uuid),
    position: Option<i32>,
    starts_on: NaiveDate,
) -> Result<relation::Model, DbErr> {
    let row = relation::Model {
        id: tx.new_id(),
        kind,
        organisation_id: organisation,
        agreement_id: place.agreement,
        fund_id: place.fund,
        scheme_id: place.scheme,
        position,
        starts_on,
        ends_on: None,
    };
    tx.insert(row).await
}

/// Ends every relation of `kind` to `place` that has not ended, with the day before `from`. One
/// that would not have begun by then never was. The caller derives the access.
///
/// # Errors
/// A fault of the database.
pub async fn end_current(
    tx: &Writing,
    place: Place,
    kind: RelationKind,
    from: NaiveDate,
) -> Result<(), DbErr> {
    for row in current(tx, place, kind, from).await? {
        match from.pred_opt().filter(|last| row.starts_on <= *last) {
            Some(last) => {
                let mut ended = row.into_active_model();
                ended.ends_on = Set(Some(last));
                ended.update(&**tx).await?;
            }
            None => {
                relation::Entity::delete_by_id(row.id).exec(&**tx).await?;
            }
        }
    }
    Ok(())
}

/// Lets `host` keep the books from a day on, and nobody else; nobody at all when it is none.
///
/// # Errors
/// A fault of the database.
pub async fn hand_over_host(
    tx: &Writing,
    agreement: Uuid,
    host: Option<Uuid>,
    from: NaiveDate,
) -> Result<(), DbErr> {
    let place = Place::agreement(agreement);
    end_current(tx, place, RelationKind::Host, from).await?;
    if let Some(host) = host {
        put(tx, place, (RelationKind::Host, host), None, from).await?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the caller found the root through its view")]
async fn current(
    tx: &Writing,
    place: Place,
    kind: RelationKind,
    from: NaiveDate,
) -> Result<Vec<relation::Model>, DbErr> {
    let mut rows = relation::Entity::find()
        .filter(relation::Column::AgreementId.eq(place.agreement))
        .filter(relation::Column::Kind.eq(kind))
        .filter(
            Condition::any()
                .add(relation::Column::EndsOn.is_null())
                .add(relation::Column::EndsOn.gte(from)),
        );
    if let Some(scheme) = place.scheme {
        rows = rows.filter(relation::Column::SchemeId.eq(scheme));
    }
    rows.all(&whole(&**tx)).await
}
