//! Relations written past the program, for what no mutation records: the access is derived from
//! them as the program does it.

use async_graphql::ID;
use chrono::NaiveDate;
use entities::{
    organisation_succession,
    partnership_agreement::{self as agreement, PostingVisibility},
    period_release,
    relation::{self, RelationKind},
    value::{FinancialYear, Period},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use tributary::{access::derive, graphql::node::Kind};
use uuid::Uuid;

use crate::{Books, World};

/// A day of a test.
///
/// # Panics
/// When there is no such day.
#[must_use]
pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// What a global identity stands for.
///
/// # Panics
/// When it is none of `kind`.
#[must_use]
pub fn local(kind: Kind, id: &str) -> Uuid {
    kind.read(&ID::from(id), "id").expect("an identity")
}

impl Books {
    fn agreement_id(&self) -> Uuid {
        local(Kind::Agreement, &self.agreement)
    }

    /// Lets an organisation stand in a relation to the agreement for some days.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn relate(
        &self,
        world: &World,
        (kind, organisation): (RelationKind, Uuid),
        (from, to): (&str, Option<&str>),
    ) {
        let row = relation::Model {
            id: world.database.clock().new_id(),
            kind,
            organisation_id: organisation,
            agreement_id: self.agreement_id(),
            fund_id: None,
            scheme_id: None,
            position: (kind == RelationKind::Partner).then_some(9),
            starts_on: day(from),
            ends_on: to.map(day),
        };
        let connection = world.database.for_migration();
        let row = row.into_active_model().reset_all();
        relation::Entity::insert(row).exec_without_returning(connection).await.expect("a relation");
        self.derive(world).await;
    }

    /// Ends every relation of an organisation to the agreement and its schemes.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn leave(&self, world: &World, organisation: Uuid, last: &str) {
        relation::Entity::update_many()
            .set(relation::ActiveModel { ends_on: Set(Some(day(last))), ..Default::default() })
            .filter(relation::Column::AgreementId.eq(self.agreement_id()))
            .filter(relation::Column::OrganisationId.eq(organisation))
            .exec(world.database.for_migration())
            .await
            .expect("relations end");
        self.derive(world).await;
    }

    /// Records that one body took over from another.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn succeed(&self, world: &World, from: Uuid, to: Uuid, on: &str) {
        let row = organisation_succession::Model {
            predecessor_id: from,
            successor_id: to,
            effective_on: day(on),
        };
        let row = row.into_active_model().reset_all();
        organisation_succession::Entity::insert(row)
            .exec_without_returning(world.database.for_migration())
            .await
            .expect("a succession");
        self.derive(world).await;
    }

    /// Shows postings to partners once their period is released (rule V11).
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn show_when_released(&self, world: &World) {
        let row = agreement::ActiveModel {
            id: Set(self.agreement_id()),
            postings: Set(PostingVisibility::Released),
            ..Default::default()
        };
        row.update(world.database.for_migration()).await.expect("the agreement");
        self.derive(world).await;
    }

    /// Releases a period of 2025/26 of the fund.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn release(&self, world: &World, period: i32) {
        let row = period_release::Model {
            fund_id: local(Kind::Fund, &self.fund),
            financial_year: FinancialYear::of(day("2025-04-01")),
            period: Period::new(period).expect("a period"),
            known_at: world.database.clock().now(),
        };
        let row = row.into_active_model().reset_all();
        period_release::Entity::insert(row)
            .exec_without_returning(world.database.for_migration())
            .await
            .expect("a release");
    }

    async fn derive(&self, world: &World) {
        let derived = derive::agreement(world.database.for_migration(), self.agreement_id()).await;
        derived.expect("access is derived");
    }
}
