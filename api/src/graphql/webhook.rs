//! Webhooks: where an organisation is told by HTTP of what changes.

use async_graphql::{Context, Enum, ID, Object, Result};
use entities::{
    change,
    webhook::{Model, WebhookDisabled as Disabled, WebhookOutcome as Outcome},
};
use sea_orm::{ActiveEnum, Value};

use super::{
    change::{ChangeKind, feed},
    costs::list_size,
    loaders::Loading,
    node::Kind,
    paging::{Page, PageArguments},
    request::{Asked, fault},
    scalars::DateTime,
    webhook_attempt::{AttemptsOf, WebhookAttempt},
};
use crate::{connection, service::webhook};

/// How many attempts are kept.
const ATTEMPTS: u32 = 20;

/// How a webhook is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum WebhookStatus {
    /// The last attempt arrived, or there was none yet.
    Active,
    /// The last attempt failed; it is tried again at `nextTryAt`.
    Failing,
    /// It is told nothing; `disabledBecause` says why.
    Disabled,
}

/// Why a webhook is told nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Disabled")]
pub enum WebhookDisabled {
    /// An ADMIN disabled it.
    Admin,
    /// Who made it, or enabled it last, is no ADMIN of the organisation any more: another ADMIN may enable
    /// it.
    MakerIsNoAdmin,
    /// The receiver answered with the status 410.
    ReceiverIsGone,
    /// Every attempt of five days failed.
    FailedTooLong,
    /// Changes after its position are not kept any more: read anew what you need, say with `replayWebhook`
    /// from which cursor on it is told, and enable it.
    Resync,
}

/// Where an organisation is told by HTTP of what changes.
#[derive(Clone)]
pub struct Webhook(pub Model);

connection!(WebhookConnection, WebhookEdge, Webhook, "the webhooks of an organisation");

/// Where an organisation is told by HTTP of what changes, in its own view. Seen by the ADMIN of the
/// organisation.
#[Object]
impl Webhook {
    /// The identity, opaque and lasting.
    async fn id(&self) -> ID {
        Kind::Webhook.id(self.0.id)
    }

    /// Where messages are sent to.
    async fn url(&self) -> &str {
        &self.0.url
    }

    /// The kinds of change that it is told of; all when empty.
    #[graphql(directive = list_size::apply(3, None))]
    async fn kinds(&self) -> Vec<ChangeKind> {
        let kinds = names(&self.0.kinds).filter_map(|name| {
            change::ChangeKind::try_from_value(&name.to_owned()).ok().map(ChangeKind::from)
        });
        kinds.collect()
    }

    /// The types of things that it is told of, as `Change.objectType` names them; all when empty.
    async fn object_types(&self) -> Vec<&str> {
        names(&self.0.object_types).collect()
    }

    /// How it is.
    async fn status(&self) -> WebhookStatus {
        match (self.0.disabled_because, self.0.failing_since_at) {
            (Some(_), _) => WebhookStatus::Disabled,
            (None, Some(_)) => WebhookStatus::Failing,
            (None, None) => WebhookStatus::Active,
        }
    }

    /// Why it is told nothing; null while it is.
    async fn disabled_because(&self) -> Option<WebhookDisabled> {
        self.0.disabled_because.map(WebhookDisabled::from)
    }

    /// The cursor of `changes` up to which it was told: of what comes after it, it is told next.
    async fn position(&self, ctx: &Context<'_>) -> Result<String> {
        let value = match self.0.after_change {
            Some(change) => Value::from(change),
            None => Value::from(self.0.after_day),
        };
        Ok(feed(ctx.request()?, ctx.viewer()?).cursor(&[value]))
    }

    /// When a message last arrived; null before the first.
    async fn delivered_at(&self) -> Option<DateTime> {
        self.0.delivered_at.map(DateTime::from)
    }

    /// When a message last did not arrive; null before the first.
    async fn failed_at(&self) -> Option<DateTime> {
        self.0.failed_at.map(DateTime::from)
    }

    /// Why the last message that did not arrive did not, in a sentence; null where all did. What the
    /// receiver wrote is not kept.
    async fn last_error(&self) -> Option<&str> {
        self.0.last_failure.map(sentence)
    }

    /// Since when every attempt fails; null while they arrive.
    async fn failing_since(&self) -> Option<DateTime> {
        self.0.failing_since_at.map(DateTime::from)
    }

    /// When it is tried again; null unless it fails.
    async fn next_try_at(&self) -> Option<DateTime> {
        let is_tried = self.0.failing_since_at.is_some() && self.0.disabled_because.is_none();
        is_tried.then(|| self.0.next_try_at.into())
    }

    /// Until when the secret before the last rotation signs too; null when there was none.
    async fn previous_secret_signs_until(&self) -> Option<DateTime> {
        self.0.previous_signs_until_at.map(DateTime::from)
    }

    /// The last attempts, at most 20, the last first.
    #[graphql(directive = list_size::apply(ATTEMPTS, None))]
    async fn attempts(&self, ctx: &Context<'_>) -> Result<Vec<WebhookAttempt>> {
        let kept = ctx.loaders()?.load_one(AttemptsOf(self.0.id)).await?.unwrap_or_default();
        Ok(kept.into_iter().map(WebhookAttempt).collect())
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// Grows with each change that an ADMIN makes to it.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

fn names(joined: &str) -> impl Iterator<Item = &str> {
    joined.split(',').filter(|name| !name.is_empty())
}

fn sentence(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Delivered => "it arrived",
        Outcome::Refused => "the receiver answered with a status that is not 200 to 299",
        Outcome::Redirected => "the receiver answered with a redirection, which is not followed",
        Outcome::Gone => "the receiver answered that it is gone, with the status 410",
        Outcome::TimedOut => "the receiver did not answer in time",
        Outcome::Unreachable => {
            "the receiver could not be reached: look at its address, port and certificate"
        }
        Outcome::Unresolved => "the name of the receiver has no address",
        Outcome::PrivateAddress => {
            "the name of the receiver has an address that is not of the public Internet"
        }
    }
}

/// Webhooks, looked up.
#[derive(Default)]
pub struct WebhookQuery;

#[Object]
impl WebhookQuery {
    /// The webhook with this identity; null when there is none, or not for you. For the ADMIN of the
    /// organisation acted as.
    async fn webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The webhook's identity.")] id: ID,
    ) -> Result<Option<Webhook>> {
        let viewer = ctx.viewer()?;
        let Ok(id) = Kind::Webhook.read(&id, "id") else { return Ok(None) };
        let snapshot = ctx.request()?.snapshot().await?;
        let found = webhook::by_id(snapshot.connection(), viewer, id).await.map_err(fault)?;
        Ok(found.map(Webhook))
    }

    /// The webhooks of the organisation acted as, at most ten, oldest first. For its ADMIN; empty for
    /// everybody else.
    async fn webhooks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<WebhookConnection> {
        let (viewer, request) = (ctx.viewer()?, ctx.request()?);
        let list = request.cursors.list(viewer.holder(), "webhooks", "", "");
        let page = PageArguments::of(first, after, last, before).request(&list)?;
        let snapshot = request.snapshot().await?;
        let connection = snapshot.connection();
        let cut = webhook::list(connection, viewer, &page).await.map_err(fault)?;
        let total = if ctx.look_ahead().field("totalCount").exists() {
            Some(webhook::count(connection, viewer).await.map_err(fault)?)
        } else {
            None
        };
        let page = Page::new(cut, &list, webhook::place).of_total(total);
        Ok(WebhookConnection(page.map(Webhook)))
    }
}
