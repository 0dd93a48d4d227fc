//! What is done to service accounts and their keys, and with a key.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::{
    errors::{UserError, outcome},
    node::Kind,
    request::Asked,
    scalars::DateTime,
    service_account::{ServiceAccount, ServiceScope},
    service_account_key::ServiceAccountKey,
    session::door,
};
use crate::{
    payload,
    service::service_account::{self, NewKey, NewServiceAccount},
};

/// A service account to be made.
#[derive(InputObject)]
pub struct CreateServiceAccountInput {
    /// What its administrators call it, in 1 to 100 characters.
    pub name: String,
    /// What it may do: at least one.
    pub scopes: Vec<ServiceScope>,
    /// Checks everything and writes nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A service account to be shut out.
#[derive(InputObject)]
pub struct DisableServiceAccountInput {
    /// The service account's id.
    pub service_account: ID,
    /// Checks everything and writes nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A key to be issued.
#[derive(InputObject)]
pub struct IssueServiceAccountKeyInput {
    /// The service account's id.
    pub service_account: ID,
    /// For how many days the key is good, from 1 to 365.
    #[graphql(default = 90)]
    pub valid_for_days: i32,
}

/// A key to be revoked.
#[derive(InputObject)]
pub struct RevokeServiceAccountKeyInput {
    /// The key's id.
    pub key: ID,
}

/// A key to be exchanged.
#[derive(InputObject)]
pub struct ExchangeServiceAccountKeyInput {
    /// The secret, which begins with `tributary_sk_`.
    #[graphql(secret)]
    pub key: String,
}

/// What a service account sends with each request.
#[derive(SimpleObject)]
pub struct ServiceAccess {
    /// What is sent with each request, as `Authorization: Bearer …`.
    pub access_token: String,
    /// When it ends, a quarter of an hour after it was given.
    pub expires_at: DateTime,
    /// Whose it is.
    pub service_account: ServiceAccount,
}

/// The outcome of issuing a key.
#[derive(SimpleObject)]
pub struct IssueServiceAccountKeyPayload {
    /// The key; null when it was not issued.
    pub key: Option<ServiceAccountKey>,
    /// The secret, which is told this once and kept nowhere; null when no key was issued.
    pub secret: Option<String>,
    /// What the caller has to put right; empty when it was done.
    pub errors: Vec<UserError>,
}

payload! {
    /// The outcome of making a service account.
    CreateServiceAccountPayload {
        /// The service account, which has no key yet; null when it was not made.
        service_account: ServiceAccount
    }
}

payload! {
    /// The outcome of shutting a service account out.
    DisableServiceAccountPayload {
        /// The service account; null when it was not shut out.
        service_account: ServiceAccount
    }
}

payload! {
    /// The outcome of revoking a key.
    RevokeServiceAccountKeyPayload {
        /// The key; null when it was not revoked.
        key: ServiceAccountKey
    }
}

payload! {
    /// The outcome of exchanging a key.
    ExchangeServiceAccountKeyPayload {
        /// The access token; null when it was refused.
        access: ServiceAccess
    }
}

/// What concerns service accounts.
#[derive(Default)]
pub struct ServiceAccountMutation;

#[Object]
impl ServiceAccountMutation {
    /// Makes a service account of the organisation acted as. For its ADMIN.
    async fn create_service_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its name and scopes.")] input: CreateServiceAccountInput,
    ) -> Result<CreateServiceAccountPayload> {
        let CreateServiceAccountInput { name, scopes, dry_run } = input;
        let scopes = scopes.into_iter().map(Into::into).collect();
        let new = NewServiceAccount { name, scopes };
        let made = service_account::create(ctx.database()?, ctx.viewer()?, &new, dry_run).await;
        CreateServiceAccountPayload::answer(made, ServiceAccount)
    }

    /// Shuts a service account of the organisation acted as out, for good. Its keys and tokens are
    /// refused at once. For its ADMIN.
    async fn disable_service_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which service account.")] input: DisableServiceAccountInput,
    ) -> Result<DisableServiceAccountPayload> {
        let viewer = ctx.viewer()?;
        let disabled = match Kind::ServiceAccount.read(&input.service_account, "serviceAccount") {
            Ok(id) => service_account::disable(ctx.database()?, viewer, id, input.dry_run).await,
            Err(refusal) => Err(refusal.into()),
        };
        DisableServiceAccountPayload::answer(disabled, ServiceAccount)
    }

    /// Issues a key for a service account of the organisation acted as. For its ADMIN.
    async fn issue_service_account_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For whom, and for how long.")] input: IssueServiceAccountKeyInput,
    ) -> Result<IssueServiceAccountKeyPayload> {
        let viewer = ctx.viewer()?;
        let issued = match Kind::ServiceAccount.read(&input.service_account, "serviceAccount") {
            Ok(service_account) => {
                let new = NewKey { service_account, valid_for_days: input.valid_for_days };
                service_account::issue_key(ctx.database()?, viewer, &new).await
            }
            Err(refusal) => Err(refusal.into()),
        };
        let (issued, errors) = outcome(issued)?;
        let (key, secret) = issued.map(|issued| (issued.row, issued.secret)).unzip();
        Ok(IssueServiceAccountKeyPayload { key: key.map(ServiceAccountKey), secret, errors })
    }

    /// Revokes a key of a service account of the organisation acted as. It and the tokens that it
    /// was exchanged for are refused at once. For its ADMIN.
    async fn revoke_service_account_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which key.")] input: RevokeServiceAccountKeyInput,
    ) -> Result<RevokeServiceAccountKeyPayload> {
        let viewer = ctx.viewer()?;
        let revoked = match Kind::ServiceAccountKey.read(&input.key, "key") {
            Ok(id) => service_account::revoke_key(ctx.database()?, viewer, id).await,
            Err(refusal) => Err(refusal.into()),
        };
        RevokeServiceAccountKeyPayload::answer(revoked, ServiceAccountKey)
    }

    /// Exchanges a service account's key for an access token of a quarter of an hour. The key stays
    /// good. Needs no token.
    async fn exchange_service_account_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key.")] input: ExchangeServiceAccountKeyInput,
    ) -> Result<ExchangeServiceAccountKeyPayload> {
        let exchanged = service_account::exchange(door(ctx)?, &input.key).await;
        ExchangeServiceAccountKeyPayload::answer(exchanged, |(token, account)| ServiceAccess {
            access_token: token.text,
            expires_at: token.expires_at.into(),
            service_account: ServiceAccount(account),
        })
    }
}
