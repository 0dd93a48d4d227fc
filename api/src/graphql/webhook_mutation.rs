//! What is done to webhooks.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::{
    change::{ChangeKind, feed},
    errors::{UserError, outcome},
    node::Kind,
    request::Asked,
    scalars::DateTime,
    webhook::Webhook,
};
use crate::{
    payload,
    service::{
        Code, Refusal, Stopped,
        webhook::{self as webhooks, Changed, NewWebhook, Secrets, Sender, Since, WithSecret},
    },
};

/// A webhook to be made.
#[derive(InputObject)]
pub struct CreateWebhookInput {
    /// Where messages are sent to: a URL of at most 2,000 characters that begins with `https://`, without
    /// user and password, on port 443 or from 1024 on, and of a host of the public Internet.
    pub url: String,
    /// The kinds of change that it is told of; all when empty.
    #[graphql(default)]
    pub kinds: Vec<ChangeKind>,
    /// The types of things that it is told of, as `Change.objectType` names them; all when empty.
    #[graphql(default)]
    pub object_types: Vec<String>,
    /// Checks everything and writes nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What of a webhook is to be otherwise; what is left out stays.
#[derive(InputObject)]
pub struct UpdateWebhookInput {
    /// The webhook.
    pub webhook: ID,
    /// Where messages are sent to, as in `createWebhook`.
    pub url: Option<String>,
    /// The kinds of change that it is told of; all when empty.
    pub kinds: Option<Vec<ChangeKind>>,
    /// The types of things that it is told of; all when empty.
    pub object_types: Option<Vec<String>>,
    /// Whether it is told anything. Enabled, it goes on from its position, in your name.
    pub is_enabled: Option<bool>,
    /// The version that you read.
    pub expected_version: i32,
    /// Checks everything and writes nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A webhook whose secret is to be another.
#[derive(InputObject)]
pub struct RotateWebhookSecretInput {
    /// The webhook.
    pub webhook: ID,
    /// Checks everything and writes nothing; no secret is told.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A webhook to be deleted.
#[derive(InputObject)]
pub struct DeleteWebhookInput {
    /// The webhook.
    pub webhook: ID,
    /// Checks everything and writes nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A webhook to be tried.
#[derive(InputObject)]
pub struct TestWebhookInput {
    /// The webhook.
    pub webhook: ID,
    /// Checks everything and writes nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A webhook to be told again: say either `after` or `since`.
#[derive(InputObject)]
pub struct ReplayWebhookInput {
    /// The webhook.
    pub webhook: ID,
    /// The cursor of `changes` after which it is told.
    pub after: Option<String>,
    /// The instant from which on it is told, as far as changes are kept.
    pub since: Option<DateTime>,
    /// Checks everything and writes nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// The outcome of making a webhook.
#[derive(SimpleObject)]
pub struct CreateWebhookPayload {
    /// The webhook, which is told of what changes from now on; null when it was not made.
    pub webhook: Option<Webhook>,
    /// The secret, which begins with `whsec_` and is told this once; null when none was made.
    pub secret: Option<String>,
    /// What the caller has to put right; empty when it was done.
    pub errors: Vec<UserError>,
}

/// The outcome of drawing another secret.
#[derive(SimpleObject)]
pub struct RotateWebhookSecretPayload {
    /// The webhook; null when its secret is the same.
    pub webhook: Option<Webhook>,
    /// The secret, which begins with `whsec_` and is told this once; null when none was made.
    pub secret: Option<String>,
    /// What the caller has to put right; empty when it was done.
    pub errors: Vec<UserError>,
}

payload! {
    /// The outcome of changing a webhook.
    UpdateWebhookPayload {
        /// The webhook; null when it was not changed.
        webhook: Webhook
    }
}

payload! {
    /// The outcome of deleting a webhook.
    DeleteWebhookPayload {
        /// The webhook as it was; null when it was not deleted.
        webhook: Webhook
    }
}

payload! {
    /// The outcome of trying a webhook.
    TestWebhookPayload {
        /// The webhook, whose next attempt is a ping; null when none will be sent.
        webhook: Webhook
    }
}

payload! {
    /// The outcome of telling a webhook again.
    ReplayWebhookPayload {
        /// The webhook with its new position; null when it stayed where it was.
        webhook: Webhook
    }
}

/// What concerns webhooks.
#[derive(Default)]
pub struct WebhookMutation;

#[Object]
impl WebhookMutation {
    /// Makes a webhook of the organisation acted as: messages signed by the scheme of Standard Webhooks
    /// tell it of what changes from now on in its view. For its ADMIN.
    async fn create_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where to, and what of.")] input: CreateWebhookInput,
    ) -> Result<CreateWebhookPayload> {
        let CreateWebhookInput { url, kinds, object_types, dry_run } = input;
        let made = match types(&object_types) {
            Ok(()) => {
                let kinds = kinds.into_iter().map(Into::into).collect();
                let new = NewWebhook { url, kinds, object_types };
                let with = (ctx.data::<Sender>()?, ctx.data::<Secrets>()?);
                webhooks::create(ctx.database()?, ctx.viewer()?, (&new, dry_run), with).await
            }
            Err(refusal) => Err(refusal.into()),
        };
        let (webhook, secret, errors) = told(made, dry_run)?;
        Ok(CreateWebhookPayload { webhook, secret, errors })
    }

    /// Changes where a webhook leads and what it is told of, disables it, and enables it. For the ADMIN of
    /// its organisation.
    async fn update_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be otherwise.")] input: UpdateWebhookInput,
    ) -> Result<UpdateWebhookPayload> {
        let id = Kind::Webhook.read(&input.webhook, "webhook");
        let checked = id.and_then(|id| {
            types(input.object_types.as_deref().unwrap_or_default())?;
            Ok(id)
        });
        let changed = match checked {
            Ok(id) => {
                let kinds = input.kinds.map(|kinds| kinds.into_iter().map(Into::into).collect());
                let changed = Changed {
                    url: input.url,
                    kinds,
                    object_types: input.object_types,
                    is_enabled: input.is_enabled,
                    expected_version: input.expected_version,
                };
                let what = (id, &changed, input.dry_run);
                let sender = ctx.data::<Sender>()?;
                webhooks::update(ctx.database()?, ctx.viewer()?, what, sender).await
            }
            Err(refusal) => Err(refusal.into()),
        };
        UpdateWebhookPayload::answer(changed, Webhook)
    }

    /// Draws another secret for a webhook. The one before signs too for 24 hours. For the ADMIN of its
    /// organisation.
    async fn rotate_webhook_secret(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which webhook.")] input: RotateWebhookSecretInput,
    ) -> Result<RotateWebhookSecretPayload> {
        let rotated = match Kind::Webhook.read(&input.webhook, "webhook") {
            Ok(id) => {
                let (what, secrets) = ((id, input.dry_run), ctx.data::<Secrets>()?);
                webhooks::rotate(ctx.database()?, ctx.viewer()?, what, secrets).await
            }
            Err(refusal) => Err(refusal.into()),
        };
        let (webhook, secret, errors) = told(rotated, input.dry_run)?;
        Ok(RotateWebhookSecretPayload { webhook, secret, errors })
    }

    /// Deletes a webhook, and what was kept of its attempts. For the ADMIN of its organisation.
    async fn delete_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which webhook.")] input: DeleteWebhookInput,
    ) -> Result<DeleteWebhookPayload> {
        let deleted = match Kind::Webhook.read(&input.webhook, "webhook") {
            Ok(id) => webhooks::delete(ctx.database()?, ctx.viewer()?, (id, input.dry_run)).await,
            Err(refusal) => Err(refusal.into()),
        };
        DeleteWebhookPayload::answer(deleted, Webhook)
    }

    /// Has a message of the type `ping` sent, once, whether the webhook is enabled or not: what comes of it
    /// is told by `attempts`. For the ADMIN of its organisation.
    async fn test_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which webhook.")] input: TestWebhookInput,
    ) -> Result<TestWebhookPayload> {
        let tested = match Kind::Webhook.read(&input.webhook, "webhook") {
            Ok(id) => webhooks::test(ctx.database()?, ctx.viewer()?, (id, input.dry_run)).await,
            Err(refusal) => Err(refusal.into()),
        };
        TestWebhookPayload::answer(tested, Webhook)
    }

    /// Moves the position of a webhook, so that it is told again of what comes after it, in messages of
    /// their own. For the ADMIN of its organisation.
    async fn replay_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which webhook, and from where on.")] input: ReplayWebhookInput,
    ) -> Result<ReplayWebhookPayload> {
        let id = Kind::Webhook.read(&input.webhook, "webhook");
        let replayed = match id.and_then(|id| Ok((id, since(ctx, &input)?))) {
            Ok((id, since)) => {
                let what = (id, &since, input.dry_run);
                webhooks::replay(ctx.database()?, ctx.viewer()?, what).await
            }
            Err(refusal) => Err(refusal.into()),
        };
        ReplayWebhookPayload::answer(replayed, Webhook)
    }
}

/// A secret of a dry run would be one of nothing.
type Told = (Option<Webhook>, Option<String>, Vec<UserError>);

fn told(made: std::result::Result<WithSecret, Stopped>, dry_run: bool) -> Result<Told> {
    let (made, errors) = outcome(made)?;
    let secret = made.as_ref().filter(|_| !dry_run).map(|made| made.secret.text());
    Ok((made.map(|made| Webhook(made.row)), secret, errors))
}

fn types(names: &[String]) -> std::result::Result<(), Refusal> {
    let unknown = names.iter().position(|name| Kind::of_node(name).is_none());
    match unknown {
        None => Ok(()),
        Some(at) => {
            let sentence = "no thing of this type changes in the feed: write it as \
                            `Change.objectType` does, such as PooledFund";
            Err(Refusal::new(Code::InvalidValue, sentence).at(&format!("objectTypes.{at}")))
        }
    }
}

fn since(ctx: &Context<'_>, input: &ReplayWebhookInput) -> std::result::Result<Since, Refusal> {
    match (&input.after, &input.since) {
        (None, Some(since)) => Ok(Since::Instant(since.0)),
        (Some(after), None) => {
            let refused = || {
                let sentence = "this is no cursor of the changes that you see: take one from \
                                `changes` or `changesCursor`";
                Refusal::new(Code::InvalidValue, sentence).at("after")
            };
            let (Ok(request), Ok(viewer)) = (ctx.request(), ctx.viewer()) else {
                return Err(refused());
            };
            let values = feed(request, viewer).values(after).map_err(|_| refused())?;
            Ok(Since::Cursor(values))
        }
        _ => {
            let sentence = "say either `after` or `since`";
            Err(Refusal::new(Code::InvalidValue, sentence))
        }
    }
}
