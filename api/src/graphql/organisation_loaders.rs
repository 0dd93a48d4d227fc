//! What organisations of one level need, each in one statement.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use entities::{
    external_reference, organisation, organisation_identifier as identifier,
    organisation_relationship as relationship, organisation_role as role,
    organisation_succession as succession,
};
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Scoped},
    request::fault,
};
use crate::service;

/// The organisation with this identity; of a merged placeholder, the body that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OrganisationById(pub Uuid);

/// The codes of the organisation with this identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IdentifiersOf(pub Uuid);

/// The published roles of the organisation with this identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RolesOf(pub Uuid);

/// How the organisation with this identity stands to others, whichever side it is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RelationshipsOf(pub Uuid);

/// From whom the organisation with this identity took over, and who took over from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SuccessionsOf(pub Uuid);

/// The viewer's own references for the object with this identity, of whatever kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExternalReferencesOf(pub Uuid);

impl Loader<OrganisationById> for Scoped {
    type Value = organisation::Model;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[OrganisationById],
    ) -> Result<HashMap<OrganisationById, Self::Value>, LoadFailed> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let found = service::organisation::by_ids(snapshot.connection(), &ids);
        let found = found.await.map_err(fault)?;
        Ok(found.into_iter().map(|(id, row)| (OrganisationById(id), row)).collect())
    }
}

impl Loader<IdentifiersOf> for Scoped {
    type Value = Vec<identifier::Model>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[IdentifiersOf],
    ) -> Result<HashMap<IdentifiersOf, Self::Value>, LoadFailed> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let rows = service::organisation::identifiers(snapshot.connection(), &ids);
        let rows = rows.await.map_err(fault)?;
        Ok(grouped(rows, |row| [IdentifiersOf(row.organisation_id)]))
    }
}

impl Loader<RolesOf> for Scoped {
    type Value = Vec<role::Model>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[RolesOf]) -> Result<HashMap<RolesOf, Self::Value>, LoadFailed> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let rows = service::organisation::roles(snapshot.connection(), &ids);
        let rows = rows.await.map_err(fault)?;
        Ok(grouped(rows, |row| [RolesOf(row.organisation_id)]))
    }
}

impl Loader<RelationshipsOf> for Scoped {
    type Value = Vec<relationship::Model>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[RelationshipsOf],
    ) -> Result<HashMap<RelationshipsOf, Self::Value>, LoadFailed> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let rows = service::organisation::relationships(snapshot.connection(), &ids);
        let rows = rows.await.map_err(fault)?;
        Ok(grouped(rows, |row| {
            [RelationshipsOf(row.organisation_id), RelationshipsOf(row.related_id)]
        }))
    }
}

impl Loader<SuccessionsOf> for Scoped {
    type Value = Vec<succession::Model>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[SuccessionsOf],
    ) -> Result<HashMap<SuccessionsOf, Self::Value>, LoadFailed> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let rows = service::organisation::successions(snapshot.connection(), &ids);
        let rows = rows.await.map_err(fault)?;
        Ok(grouped(rows, |row| {
            [SuccessionsOf(row.predecessor_id), SuccessionsOf(row.successor_id)]
        }))
    }
}

impl Loader<ExternalReferencesOf> for Scoped {
    type Value = Vec<external_reference::Model>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[ExternalReferencesOf],
    ) -> Result<HashMap<ExternalReferencesOf, Self::Value>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let rows = service::external_reference::of_objects(snapshot.connection(), viewer, &ids);
        let rows = rows.await.map_err(fault)?;
        Ok(grouped(rows, |row| [ExternalReferencesOf(row.object_id)]))
    }
}

/// Rows by the keys that each belongs to, in their order. Keys that nobody asked for do no harm.
fn grouped<K, R, const N: usize>(rows: Vec<R>, keys: impl Fn(&R) -> [K; N]) -> HashMap<K, Vec<R>>
where
    K: std::hash::Hash + Eq,
    R: Clone,
{
    let mut groups: HashMap<K, Vec<R>> = HashMap::new();
    for row in rows {
        for key in keys(&row) {
            groups.entry(key).or_default().push(row.clone());
        }
    }
    groups
}
