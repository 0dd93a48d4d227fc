//! Keeps the access rows of a root as its host, partners and funded providers are. Called in the
//! transaction that changes one of them.

use std::collections::BTreeMap;

use entities::{access, agreement_partner, partnership_agreement, pooled_fund, scheme};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter,
};
use uuid::Uuid;

/// Derives the access rows of an agreement and its funds anew.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "derives what every view is made of")]
pub async fn agreement(connection: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    let Some(agreement) = partnership_agreement::Entity::find_by_id(id).one(connection).await?
    else {
        return Ok(());
    };
    let partners = agreement_partner::Entity::find()
        .filter(agreement_partner::Column::AgreementId.eq(id))
        .all(connection)
        .await?;
    let funds = pooled_fund::Entity::find()
        .filter(pooled_fund::Column::AgreementId.eq(id))
        .all(connection)
        .await?;
    replace(connection, id, rows(id, &agreement, &partners, &[])).await?;
    for fund in funds {
        let schemes = scheme::Entity::find()
            .filter(scheme::Column::FundId.eq(fund.id))
            .filter(scheme::Column::ProviderId.is_not_null())
            .all(connection)
            .await?;
        let providers: Vec<Uuid> = schemes.iter().filter_map(|scheme| scheme.provider_id).collect();
        replace(connection, fund.id, rows(fund.id, &agreement, &partners, &providers)).await?;
    }
    Ok(())
}

/// Lets `provider` see the fund that pays it.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "derives what every view is made of")]
pub async fn funded_provider(
    connection: &impl ConnectionTrait,
    fund: Uuid,
    provider: Uuid,
) -> Result<(), DbErr> {
    let known = access::Entity::find_by_id((provider, fund)).one(connection).await?;
    let row = match known {
        Some(row) if row.is_funded_provider => return Ok(()),
        Some(row) => {
            access::Entity::delete_by_id((provider, fund)).exec(connection).await?;
            access::Model { is_funded_provider: true, ..row }
        }
        None => access::Model {
            organisation_id: provider,
            root_id: fund,
            is_host: false,
            is_partner: false,
            is_funded_provider: true,
        },
    };
    insert(connection, vec![row]).await
}

fn rows(
    root: Uuid,
    agreement: &partnership_agreement::Model,
    partners: &[agreement_partner::Model],
    providers: &[Uuid],
) -> Vec<access::Model> {
    let mut rows: BTreeMap<Uuid, access::Model> = BTreeMap::new();
    let mut row = |organisation: Uuid, mark: fn(&mut access::Model)| {
        mark(rows.entry(organisation).or_insert(access::Model {
            organisation_id: organisation,
            root_id: root,
            is_host: false,
            is_partner: false,
            is_funded_provider: false,
        }));
    };
    for partner in partners {
        row(partner.organisation_id, |access| access.is_partner = true);
    }
    if let Some(host) = agreement.host_id {
        row(host, |access| access.is_host = true);
    }
    for provider in providers {
        row(*provider, |access| access.is_funded_provider = true);
    }
    rows.into_values().collect()
}

async fn replace(
    connection: &impl ConnectionTrait,
    root: Uuid,
    rows: Vec<access::Model>,
) -> Result<(), DbErr> {
    access::Entity::delete_many().filter(access::Column::RootId.eq(root)).exec(connection).await?;
    insert(connection, rows).await
}

async fn insert(connection: &impl ConnectionTrait, rows: Vec<access::Model>) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
    access::Entity::insert_many(rows).exec_without_returning(connection).await.map(drop)
}
