//! Who hosts an agreement and who its partners are, in the order that decides odd pennies (rule
//! M2), successors included (rule G5).

use chrono::NaiveDate;
use domain::policy::{Parties, derive::FOREVER};
use entities::{
    access_window as window, ledger_head, partnership_agreement, pooled_fund,
    relation::RelationKind,
    value::{FinancialYear, Instant},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, JoinType, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Alias, Expr, ExprTrait, IntoColumnRef, Query, SelectStatement},
};
use uuid::Uuid;

use super::whole;

/// That an organisation hosts an agreement, or is a partner of it, for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The agreement.
    pub agreement_id: Uuid,
    /// The organisation.
    pub organisation_id: Uuid,
    /// A partner's place in the agreement's list; a successor's is its predecessor's.
    pub position: i32,
    /// First day.
    pub joined_on: NaiveDate,
    /// Last day, if it has ended or will end.
    pub left_on: Option<NaiveDate>,
}

/// Who hosts an agreement and who its partners are, now and at other times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Partnership {
    /// The hosts.
    pub hosts: Vec<Held>,
    /// The partners, in the agreement's order.
    pub partners: Vec<Held>,
}

impl Held {
    fn holds_on(&self, day: NaiveDate) -> bool {
        self.joined_on <= day && self.left_on.is_none_or(|left| day <= left)
    }
}

impl Partnership {
    /// The host on a day.
    #[must_use]
    pub fn host_on(&self, day: NaiveDate) -> Option<Uuid> {
        self.hosts.iter().find(|held| held.holds_on(day)).map(|held| held.organisation_id)
    }

    /// The facts by which the policy decides on a day.
    #[must_use]
    pub fn parties_on(&self, day: NaiveDate) -> Parties {
        let mut partners = Vec::new();
        for held in self.partners.iter().filter(|held| held.holds_on(day)) {
            if !partners.contains(&held.organisation_id) {
                partners.push(held.organisation_id);
            }
        }
        Parties { host: self.host_on(day), partners }
    }

    /// True of a partner on any day of a year.
    #[must_use]
    pub fn was_partner_in(&self, organisation: Uuid, year: FinancialYear) -> bool {
        self.partners.iter().any(|held| {
            held.organisation_id == organisation
                && held.joined_on <= year.last_day()
                && held.left_on.is_none_or(|left| year.first_day() <= left)
        })
    }

    /// The partners on a day, each with its place in the agreement.
    #[must_use]
    pub fn places_on(&self, day: NaiveDate) -> Vec<(Uuid, i32)> {
        let held = self.partners.iter().filter(|held| held.holds_on(day));
        held.map(|held| (held.organisation_id, held.position)).collect()
    }

    /// Every partner that it has or had, each once, in the agreement's order.
    #[must_use]
    pub fn listed(&self) -> Vec<Uuid> {
        let mut partners = Vec::new();
        for held in &self.partners {
            if !partners.contains(&held.organisation_id) {
                partners.push(held.organisation_id);
            }
        }
        partners
    }
}

impl Partnership {
    /// The partners that have not left before `day`, those included that join later.
    #[must_use]
    pub fn staying_on(&self, day: NaiveDate) -> Vec<Uuid> {
        let stays = |held: &&Held| held.left_on.is_none_or(|left| day <= left);
        self.partners.iter().filter(stays).map(|held| held.organisation_id).collect()
    }
}

/// The host and the partners of an agreement.
///
/// # Errors
/// A fault of the database.
pub async fn of_agreement(
    connection: &impl ConnectionTrait,
    agreement: Uuid,
) -> Result<Partnership, DbErr> {
    let rows = of_agreements(connection, &[agreement]).await?;
    Ok(rows.into_iter().next().map(|(_, partnership)| partnership).unwrap_or_default())
}

/// The hosts and the partners of several agreements.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn of_agreements(
    connection: &impl ConnectionTrait,
    agreements: &[Uuid],
) -> Result<std::collections::HashMap<Uuid, Partnership>, DbErr> {
    let rows = window::Entity::find()
        .filter(window::Column::RootId.is_in(agreements.iter().copied()))
        .filter(window::Column::Relation.is_in([RelationKind::Host, RelationKind::Partner]))
        .filter(window::Column::Acts.eq(true))
        .order_by_asc(window::Column::Position)
        .order_by_asc(window::Column::UsableFrom)
        .order_by_asc(window::Column::HolderId)
        .all(&whole(connection))
        .await?;
    let mut found: std::collections::HashMap<Uuid, Partnership> = std::collections::HashMap::new();
    for row in rows {
        let held = Held {
            agreement_id: row.root_id,
            organisation_id: row.holder_id,
            position: row.position.unwrap_or_default(),
            joined_on: row.usable_from,
            left_on: (row.covers_to < FOREVER).then_some(row.covers_to),
        };
        let of = found.entry(row.root_id).or_default();
        match row.relation {
            RelationKind::Host => of.hosts.push(held),
            _ => of.partners.push(held),
        }
    }
    Ok(found)
}

/// The agreement of a fund that the caller has found through its view.
///
/// # Errors
/// A fault of the database, or no such agreement.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn agreement_of(
    connection: &impl ConnectionTrait,
    fund: &pooled_fund::Model,
) -> Result<partnership_agreement::Model, DbErr> {
    partnership_agreement::Entity::find_by_id(fund.agreement_id)
        .one(&whole(connection))
        .await?
        .ok_or_else(|| DbErr::RecordNotFound(format!("agreement of fund {}", fund.id)))
}

/// The instant of the last recording in each fund.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn last_recordings(
    connection: &impl ConnectionTrait,
    funds: &[Uuid],
) -> Result<Vec<(Uuid, Instant)>, DbErr> {
    ledger_head::Entity::find()
        .filter(ledger_head::Column::FundId.is_in(funds.iter().copied()))
        .select_only()
        .column(ledger_head::Column::FundId)
        .column(ledger_head::Column::KnownAt)
        .into_tuple()
        .all(&whole(connection))
        .await
}

/// The agreements of several funds, with the funds' own rows.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn agreements_of(
    connection: &impl ConnectionTrait,
    funds: &[Uuid],
) -> Result<Vec<(pooled_fund::Model, Option<partnership_agreement::Model>)>, DbErr> {
    pooled_fund::Entity::find()
        .filter(pooled_fund::Column::Id.is_in(funds.iter().copied()))
        .join(
            JoinType::InnerJoin,
            pooled_fund::Entity::belongs_to(partnership_agreement::Entity)
                .from(pooled_fund::Column::AgreementId)
                .to(partnership_agreement::Column::Id)
                .into(),
        )
        .select_also(partnership_agreement::Entity)
        .all(&whole(connection))
        .await
}

/// Fact reader, as part of another statement: those who stand in a relation to the agreement that
/// `of` names on a day, of whoever took part itself. Of a viewer's own windows the database shows no
/// other holder's, so that on PostgreSQL it asks the view that sees every row.
pub fn holders(
    of: impl IntoColumnRef,
    kind: RelationKind,
    today: NaiveDate,
    engine: DatabaseBackend,
) -> SelectStatement {
    let mut query = Query::select();
    match engine {
        DatabaseBackend::Postgres => {
            query.from_as((Alias::new("facts"), window::Entity), window::Entity)
        }
        _ => query.from(window::Entity),
    };
    query
        .column((window::Entity, window::Column::HolderId))
        .and_where(Expr::col((window::Entity, window::Column::RootId)).eq(Expr::col(of)))
        .and_where(window::Column::Relation.eq(kind))
        .and_where(window::Column::Acts.eq(true))
        .and_where(window::Column::UsableFrom.lte(today))
        .and_where(window::Column::CoversTo.gte(today))
        .take()
}
