use uuid::Uuid;

use super::{
    Issuer,
    claims::{self, Claimed},
};
use crate::{
    access,
    auth::{Unauthenticated, Viewer, token::Refused},
    database::Database,
    service::{
        Stopped, account,
        acting_as::{self, Named},
    },
};

/// Whom an outside token speaks for in a request: the account that its subject is linked to, as the
/// organisation that it names, in the roles held there today that its claims leave. All of this is
/// read again with each request, so that what was taken away is gone at once.
///
/// # Errors
/// When the token is no good, or stands for nobody here; which of it is not told.
pub async fn viewer_of(
    database: &Database,
    issuer: &Issuer,
    token: &str,
    request: Uuid,
) -> Result<Viewer, Unauthenticated> {
    let claimed = verified(database, issuer, token).await?;
    let organisation = organisation(database, &claimed.organisation).await?;
    let account = account(database, issuer, (&claimed, organisation)).await?;
    let account = account.ok_or(Unauthenticated::Unlinked)?;
    let today = database.clock().today();
    let held = access::outside_identity::roles_of_account(
        database.statement(),
        (account, organisation),
        today,
    );
    let mut roles = held.await?;
    if let Some(left) = &claimed.roles {
        roles.retain(|role| left.contains(role));
    }
    if roles.is_empty() {
        return Err(Unauthenticated::Unlinked);
    }
    Ok(Viewer {
        account: Some(account),
        organisation,
        roles,
        session: None,
        scopes: None,
        team: None,
        today,
        request,
        preview: None,
    })
}

async fn verified(
    database: &Database,
    issuer: &Issuer,
    token: &str,
) -> Result<Claimed, Unauthenticated> {
    let now = database.clock().now();
    let (id, algorithm) = claims::header(token, &issuer.settings)?;
    let key = issuer.keys.verifying(&id, algorithm, now).await;
    let key = key.map_err(|_| Unauthenticated::IssuerSilent)?.ok_or(Refused::Invalid)?;
    Ok(claims::read(token, (&key, algorithm), &issuer.settings, now)?)
}

async fn organisation(database: &Database, code: &str) -> Result<Uuid, Unauthenticated> {
    let named = Named::Code(code.to_owned());
    match acting_as::organisation(database.statement(), &named, "").await {
        Ok(found) => Ok(found.id),
        Err(Stopped::Refused(_)) => Err(Unauthenticated::Unlinked),
        Err(Stopped::Fault(fault)) => Err(fault.into()),
    }
}

/// The account that is linked at the organisation; where nothing was ever linked, the one with the
/// address that the issuer vouches for. Who ended a link did not mean it to go on by address.
async fn account(
    database: &Database,
    issuer: &Issuer,
    (claimed, organisation): (&Claimed, Uuid),
) -> Result<Option<Uuid>, Unauthenticated> {
    let of = (issuer.settings.issuer.as_str(), claimed.subject.as_str(), organisation);
    let links = access::outside_identity::links_of(database.statement(), of).await?;
    if let Some(link) = links.iter().find(|link| link.ended_at.is_none()) {
        return Ok(Some(link.account_id));
    }
    let Some(email) = claimed.email.as_deref().filter(|_| links.is_empty()) else {
        return Ok(None);
    };
    Ok(account::by_email(database.statement(), email).await?.map(|account| account.id))
}
