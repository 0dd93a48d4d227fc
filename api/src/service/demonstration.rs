//! "View as": in a database that was made as a demonstration, anybody may act as its identities.

use entities::{membership::Role, organisation};
use sea_orm::DbErr;
use uuid::Uuid;

use super::{
    Stopped,
    acting_as::{self, Named},
};
use crate::{
    auth::{
        Keys, Viewer,
        token::{self, LIFETIME, Token},
    },
    database::Database,
    demo::{IDENTITIES, Identity},
};

/// The identities whose organisations are there, with the organisations.
///
/// # Errors
/// When the database fails.
pub async fn identities(
    database: &Database,
) -> Result<Vec<(&'static Identity, organisation::Model)>, DbErr> {
    let mut found = Vec::with_capacity(IDENTITIES.len());
    for identity in IDENTITIES {
        let named = Named::Code(identity.code.to_owned());
        match acting_as::organisation(database.statement(), &named, "code").await {
            Ok(organisation) => found.push((identity, organisation)),
            Err(Stopped::Refused(_)) => {}
            Err(Stopped::Fault(fault)) => return Err(fault),
        }
    }
    Ok(found)
}

/// A token that acts as one of the identities; none when there is no such identity.
///
/// # Errors
/// When the database fails.
pub async fn token(
    database: &Database,
    keys: &Keys,
    code: &str,
    role: Role,
) -> Result<Option<Token>, Stopped> {
    let identities = identities(database).await?;
    let chosen = identities.iter().find(|(one, _)| one.code == code && one.role == role);
    let Some((identity, organisation)) = chosen else { return Ok(None) };
    let viewer = Viewer {
        account: None,
        organisation: organisation.id,
        roles: vec![identity.role],
        session: None,
        request: Uuid::nil(),
    };
    let key = keys.signing().await?;
    Ok(Some(token::sign(&key, &viewer, database.clock().now(), LIFETIME)?))
}
