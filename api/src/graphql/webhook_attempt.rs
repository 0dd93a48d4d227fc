//! What came of telling a webhook.

use std::collections::HashMap;

use async_graphql::{Enum, Object, dataloader::Loader};
use entities::webhook_attempt::Model;
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Scoped},
    request::fault,
    scalars::DateTime,
};
use crate::service::webhook::{self, id_of_message};

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::webhook::WebhookOutcome")]
pub enum WebhookOutcome {
    /// The receiver answered with a status from 200 to 299.
    Delivered,
    /// The receiver answered with another status.
    Refused,
    /// The receiver answered with a redirection, which is not followed.
    Redirected,
    /// The receiver answered with the status 410: it is told no more.
    Gone,
    /// The receiver did not answer within ten seconds, or was not connected to within three.
    TimedOut,
    /// There was no connection, no certificate that is trusted, or no HTTP.
    Unreachable,
    /// The name of the receiver has no address.
    Unresolved,
    /// The name of the receiver has an address that is not of the public Internet.
    PrivateAddress,
}

/// An attempt to tell a webhook something.
#[derive(Clone)]
pub struct WebhookAttempt(pub Model);

/// An attempt to tell a webhook something. Seen by the ADMIN of the organisation.
#[Object]
impl WebhookAttempt {
    /// The header `webhook-id` that was sent: the same each time that the same message is sent.
    async fn message_id(&self) -> String {
        id_of_message(self.0.message_id)
    }

    /// Whether it was a ping, which tells of no change.
    async fn is_ping(&self) -> bool {
        self.0.is_ping
    }

    /// How many changes the message told of.
    async fn changes(&self) -> i32 {
        self.0.changes
    }

    /// When it was sent.
    async fn began_at(&self) -> DateTime {
        self.0.began_at.into()
    }

    /// How long the receiver took, in milliseconds.
    async fn took_milliseconds(&self) -> i32 {
        self.0.took_ms
    }

    /// What came of it.
    async fn outcome(&self) -> WebhookOutcome {
        self.0.outcome.into()
    }

    /// The status of the receiver's answer; null where there was none.
    async fn http_status(&self) -> Option<i32> {
        self.0.http_status
    }
}

/// The attempts that are kept of this webhook, if the viewer manages it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AttemptsOf(pub Uuid);

impl Loader<AttemptsOf> for Scoped {
    type Value = Vec<Model>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[AttemptsOf],
    ) -> Result<HashMap<AttemptsOf, Vec<Model>>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let webhooks: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let found = webhook::attempts_of(snapshot.connection(), viewer, &webhooks);
        let found = found.await.map_err(fault)?.into_iter();
        Ok(found.map(|(id, attempts)| (AttemptsOf(id), attempts)).collect())
    }
}
