//! Keys of service accounts. A secret is answered once, where its key is issued.

use std::collections::HashMap;

use async_graphql::{ID, Object, dataloader::Loader};
use entities::service_account_key::Model;
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Scoped},
    node::Kind,
    request::fault,
    scalars::{Date, DateTime},
};
use crate::service::service_account;

/// A key of a service account, without its secret.
#[derive(Clone)]
pub struct ServiceAccountKey(pub Model);

/// A key of a service account, without its secret. Seen by the organisation's ADMIN.
#[Object]
impl ServiceAccountKey {
    /// Its global identity.
    async fn id(&self) -> ID {
        Kind::ServiceAccountKey.id(self.0.id)
    }

    /// When it was issued.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// Until when it is good.
    async fn expires_at(&self) -> DateTime {
        self.0.expires_at.into()
    }

    /// When it was revoked; null while it was not.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime::from)
    }

    /// The last day, UTC, on which it was exchanged; null while it never was.
    async fn last_used_on(&self) -> Option<Date> {
        self.0.last_used_on.map(Date::from)
    }
}

/// The keys of this service account that are good, if the viewer manages it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeysOf(pub Uuid);

impl Loader<KeysOf> for Scoped {
    type Value = Vec<Model>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[KeysOf]) -> Result<HashMap<KeysOf, Vec<Model>>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let accounts: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let now = self.0.database.clock().now();
        let found = service_account::keys_of(snapshot.connection(), viewer, &accounts, now);
        Ok(found.await.map_err(fault)?.into_iter().map(|(id, keys)| (KeysOf(id), keys)).collect())
    }
}
