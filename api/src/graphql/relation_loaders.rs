//! What the relations of one level need, each in one statement.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use entities::{access_grant, relation};
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Scoped},
    request::fault,
};
use crate::{nested_loader, service};

nested_loader!(
    /// A page of the relations to an agreement, by kind.
    RelationsOf,
    (),
    relation::Model,
    service::relation::list_by_agreement,
    service::relation::count_by_agreement
);

nested_loader!(
    /// A page of the grants under an agreement, the latest first.
    GrantsOf,
    (),
    access_grant::Model,
    service::relation::grants_by_agreement,
    service::relation::count_grants_by_agreement
);

nested_loader!(
    /// A page of the grants for a fund alone, the latest first.
    GrantsOfFund,
    (),
    access_grant::Model,
    service::relation::grants_by_fund,
    service::relation::count_grants_by_fund
);

/// The successor that was named for a body that closed, under an agreement that was found through
/// the viewer's view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NamedSuccessor {
    /// The agreement.
    pub agreement: Uuid,
    /// The body that closed.
    pub predecessor: Uuid,
}

impl Loader<NamedSuccessor> for Scoped {
    type Value = Uuid;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[NamedSuccessor],
    ) -> Result<HashMap<NamedSuccessor, Uuid>, LoadFailed> {
        let agreements: Vec<Uuid> = keys.iter().map(|key| key.agreement).collect();
        let snapshot = self.0.snapshot().await?;
        let named = service::relation::takeovers(snapshot.connection(), &agreements).await;
        let named = named.map_err(fault)?;
        let of = |key: &NamedSuccessor| {
            named.get(&(key.agreement, key.predecessor)).map(|successor| (*key, *successor))
        };
        Ok(keys.iter().filter_map(of).collect())
    }
}
