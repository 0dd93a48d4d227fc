//! Webhooks: an organisation is told by HTTP of what changes.
//!
//! A webhook has no queue of its own but a place in the feed of changes ([`super::change`]), whose rows
//! are written in the transaction that seals: what is told comes in that order, without a gap, and is told
//! again by moving the place back. What is told is what `changes` tells the organisation when it is sent
//! ([`Feed`]), and never what it was when it changed.

mod address;
mod backoff;
mod change;
mod feed;
mod figures;
mod keep;
mod list;
mod secret;
mod send;
mod settle;
mod target;
mod turn;

use entities::webhook::{self, Column};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use super::{
    Code, Refusal, Stopped,
    audit::{self, Act, Said},
    change as feed_of_changes,
};
use crate::{
    access::webhook::{manages_attempt, manages_webhook},
    auth::Viewer,
    database::{Database, Writing},
};

pub use change::{Changed, Since, replay, rotate, test, update};
pub use feed::{Asked, Feed, Read, ToldChange};
pub use figures::oldest_untold;
pub use keep::keep_telling;
pub use list::{attempts_of, by_id, count, list, place};
pub use secret::{Secret, Secrets};
pub use send::{Names, Sender};
use target::Target;
pub use turn::{Telling, id_of_message};

/// The most webhooks of one organisation.
pub const MOST_WEBHOOKS: u64 = 10;
/// How many attempts are kept of each.
pub const ATTEMPTS_KEPT: u64 = 20;

/// A webhook to be made.
#[derive(Clone)]
pub struct NewWebhook {
    /// Where to.
    pub url: String,
    /// The kinds of change that it is told of; all when empty.
    pub kinds: Vec<entities::change::ChangeKind>,
    /// The types of things that it is told of; all when empty.
    pub object_types: Vec<String>,
}

/// A webhook, and its secret, which is told this once.
pub struct WithSecret {
    /// The webhook.
    pub row: webhook::Model,
    /// The secret.
    pub secret: Secret,
}

/// Makes a webhook of the organisation acted as, which is told of what changes from now on.
///
/// # Errors
/// `NOT_ALLOWED` unless the viewer is an administrator; `INVALID_VALUE` for the URL, and when the
/// organisation has as many as it may.
pub async fn create(
    database: &Database,
    viewer: &Viewer,
    (new, dry_run): (&NewWebhook, bool),
    (sender, secrets): (&Sender, &Secrets),
) -> Result<WithSecret, Stopped> {
    needs_admin(viewer)?;
    let target = &sender.target(&new.url).await?;
    let salt = &secret::new_salt()?;
    let work = |tx| async move { create_in(&tx, viewer, new, (target, salt)).await };
    let row = database.write(dry_run, work).await?;
    let secret = secrets.of(row.id, &row.secret_salt);
    Ok(WithSecret { row, secret })
}

async fn create_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewWebhook,
    (target, salt): (&Target, &[u8]),
) -> Result<webhook::Model, Stopped> {
    if manages_webhook(viewer).count(&**tx).await? >= MOST_WEBHOOKS {
        let sentence =
            format_args!("an organisation has at most {MOST_WEBHOOKS} webhooks: delete one");
        return Err(Refusal::new(Code::InvalidValue, sentence).into());
    }
    let head = feed_of_changes::head(&**tx).await?;
    let at = feed_of_changes::Place::at(head);
    let (after_change, after_day) = change::place_of(tx, viewer, at).await?;
    let row = webhook::Model {
        id: tx.new_id(),
        organisation_id: viewer.organisation,
        made_by: viewer.account,
        url: target.url().to_string(),
        kinds: change::kinds(&new.kinds),
        object_types: change::types(&new.object_types),
        secret_salt: salt.to_vec(),
        previous_salt: None,
        previous_signs_until_at: None,
        sequence: head,
        after_change,
        after_day,
        pending_until: None,
        pending_id: None,
        ping_id: None,
        disabled_because: None,
        failures: 0,
        failing_since_at: None,
        next_try_at: tx.now(),
        leased_until_at: None,
        delivered_at: None,
        failed_at: None,
        last_failure: None,
        created_at: tx.now(),
        version: 1,
    };
    let row = tx.insert(row).await?;
    let act = Act::new("createWebhook", "Webhook", row.id).after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}

/// Deletes a webhook, and what was kept of telling it.
///
/// # Errors
/// `NOT_ALLOWED` unless the viewer is an administrator; `NOT_FOUND`.
pub async fn delete(
    database: &Database,
    viewer: &Viewer,
    (id, dry_run): (Uuid, bool),
) -> Result<webhook::Model, Stopped> {
    needs_admin(viewer)?;
    database.write(dry_run, |tx| async move { delete_in(&tx, viewer, id).await }).await
}

async fn delete_in(tx: &Writing, viewer: &Viewer, id: Uuid) -> Result<webhook::Model, Stopped> {
    let row = managed(tx, viewer, id).await?;
    // Whoever records an attempt holds the row: none comes after this.
    let held = webhook::ActiveModel { version: Set(row.version + 1), ..Default::default() };
    let of_it = Column::Id.eq(id);
    webhook::Entity::update_many().set(held).filter(of_it.clone()).exec(&**tx).await?;
    entities::webhook_attempt::Entity::delete_many()
        .filter(entities::webhook_attempt::Column::WebhookId.eq(id))
        .exec(&**tx)
        .await?;
    webhook::Entity::delete_many().filter(of_it).exec(&**tx).await?;
    let act = Act::new("deleteWebhook", "Webhook", id).before(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}

async fn managed(tx: &Writing, viewer: &Viewer, id: Uuid) -> Result<webhook::Model, Stopped> {
    let found = manages_webhook(viewer).filter(Column::Id.eq(id)).one(&**tx).await?;
    found.ok_or_else(|| Refusal::not_found("webhook", "webhook").into())
}

fn needs_admin(viewer: &Viewer) -> Result<(), Refusal> {
    if viewer.administers() && viewer.preview.is_none() {
        return Ok(());
    }
    let sentence = "only an ADMIN of the organisation manages its webhooks";
    Err(Refusal::new(Code::NotAllowed, sentence))
}

/// What the trail of audit says of a webhook: nothing of its secrets, nor of what its URL asks for.
fn said(row: &webhook::Model) -> Said {
    let url = Target::read(&row.url, true).map(|target| target.without_query());
    Said::default()
        .and("url", url.unwrap_or_default())
        .and("kinds", row.kinds.as_str())
        .and("object_types", row.object_types.as_str())
        .and("made_by", row.made_by.map(|account| account.to_string()))
        .and("is_enabled", row.disabled_because.is_none())
        .and("version", row.version)
}
