//! What an ADMIN does to a webhook.

use chrono::NaiveDate;
use entities::{
    change::ChangeKind,
    value::Instant,
    webhook::{self, ActiveModel, Column, WebhookDisabled},
};
use sea_orm::{ActiveEnum, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, Value};
use uuid::Uuid;

use super::{
    WithSecret, managed, needs_admin, said,
    secret::{self, Secrets},
    send::Sender,
};
use crate::{
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, Said},
        change::{self, Lost, Place},
    },
};

/// How long the secret before signs too.
const BOTH_SIGN_MICROSECONDS: i64 = 24 * 3_600 * 1_000_000;

/// What is to be otherwise; what is left out stays.
#[derive(Clone, Default)]
pub struct Changed {
    /// Where to.
    pub url: Option<String>,
    /// The kinds of change that it is told of; all when empty.
    pub kinds: Option<Vec<ChangeKind>>,
    /// The types of things that it is told of; all when empty.
    pub object_types: Option<Vec<String>>,
    /// Whether it is told anything. Whoever enables it is its maker from then on.
    pub is_enabled: Option<bool>,
    /// The version that was read.
    pub expected_version: i32,
}

/// From where on it is told again.
#[derive(Clone, Debug)]
pub enum Since {
    /// From after the change that a cursor of the feed names.
    Cursor(Vec<Value>),
    /// From the first change at an instant or later, as far as changes are kept.
    Instant(Instant),
}

/// Changes where a webhook leads, what it is told of, and whether it is told.
///
/// # Errors
/// `NOT_ALLOWED` unless the viewer is an administrator; `NOT_FOUND`; `STALE_VERSION`; `INVALID_VALUE` for
/// the URL; `NOT_ALLOWED` at `isEnabled` while its place in the feed is not kept any more.
pub async fn update(
    database: &Database,
    viewer: &Viewer,
    (id, changed, dry_run): (Uuid, &Changed, bool),
    sender: &Sender,
) -> Result<webhook::Model, Stopped> {
    needs_admin(viewer)?;
    let url = match &changed.url {
        Some(url) => Some(sender.target(url).await?.url().to_string()),
        None => None,
    };
    let url = &url;
    let work = |tx| async move { update_in(&tx, viewer, (id, changed), url.clone()).await };
    database.write(dry_run, work).await
}

async fn update_in(
    tx: &Writing,
    viewer: &Viewer,
    (id, changed): (Uuid, &Changed),
    url: Option<String>,
) -> Result<webhook::Model, Stopped> {
    let row = managed(tx, viewer, id).await?;
    if row.version != changed.expected_version {
        return Err(Refusal::stale(row.version).into());
    }
    let mut to = ActiveModel::default();
    if let Some(url) = url {
        to.url = Set(url);
        to.next_try_at = Set(tx.now());
    }
    if let Some(wanted) = &changed.kinds {
        to.kinds = Set(kinds(wanted));
    }
    if let Some(wanted) = &changed.object_types {
        to.object_types = Set(types(wanted));
    }
    if changed.kinds.is_some() || changed.object_types.is_some() {
        // It would be another message under the same identity.
        to.pending_until = Set(None);
        to.pending_id = Set(None);
    }
    match changed.is_enabled {
        Some(true) => enable(tx, viewer, &row, &mut to).await?,
        Some(false) if row.disabled_because.is_none() => {
            to.disabled_because = Set(Some(WebhookDisabled::Admin));
        }
        _ => {}
    }
    store(tx, viewer, (row, to), "updateWebhook").await
}

async fn enable(
    tx: &Writing,
    viewer: &Viewer,
    row: &webhook::Model,
    to: &mut ActiveModel,
) -> Result<(), Stopped> {
    if row.sequence < change::mark(&**tx).await?.floor {
        let sentence = "changes after its place are not kept any more: read anew what you need, and \
                        say with replayWebhook from which cursor on it is told";
        return Err(Refusal::new(Code::NotAllowed, sentence).at("isEnabled").into());
    }
    to.disabled_because = Set(None);
    to.made_by = Set(viewer.account);
    to.failures = Set(0);
    to.failing_since_at = Set(None);
    to.next_try_at = Set(tx.now());
    Ok(())
}

/// Draws another secret; the one before signs too for a day.
///
/// # Errors
/// `NOT_ALLOWED` unless the viewer is an administrator; `NOT_FOUND`.
pub async fn rotate(
    database: &Database,
    viewer: &Viewer,
    (id, dry_run): (Uuid, bool),
    secrets: &Secrets,
) -> Result<WithSecret, Stopped> {
    needs_admin(viewer)?;
    let salt = &secret::new_salt()?;
    let row = database.write(dry_run, |tx| async move { rotate_in(&tx, viewer, id, salt).await });
    let row = row.await?;
    let secret = secrets.of(row.id, &row.secret_salt);
    Ok(WithSecret { row, secret })
}

async fn rotate_in(
    tx: &Writing,
    viewer: &Viewer,
    id: Uuid,
    salt: &[u8],
) -> Result<webhook::Model, Stopped> {
    let row = managed(tx, viewer, id).await?;
    let until = Instant(tx.now().0.saturating_add(BOTH_SIGN_MICROSECONDS));
    let to = ActiveModel {
        secret_salt: Set(salt.to_vec()),
        previous_salt: Set(Some(row.secret_salt.clone())),
        previous_signs_until_at: Set(Some(until)),
        ..Default::default()
    };
    store(tx, viewer, (row, to), "rotateWebhookSecret").await
}

/// Has a ping sent, once, and soon.
///
/// # Errors
/// `NOT_ALLOWED` unless the viewer is an administrator; `NOT_FOUND`; `ALREADY_DONE` while one waits.
pub async fn test(
    database: &Database,
    viewer: &Viewer,
    (id, dry_run): (Uuid, bool),
) -> Result<webhook::Model, Stopped> {
    needs_admin(viewer)?;
    database.write(dry_run, |tx| async move { test_in(&tx, viewer, id).await }).await
}

async fn test_in(tx: &Writing, viewer: &Viewer, id: Uuid) -> Result<webhook::Model, Stopped> {
    let row = managed(tx, viewer, id).await?;
    if row.ping_id.is_some() {
        let sentence = "a ping waits to be sent already: look at the attempts in a moment";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("webhook").into());
    }
    let to = ActiveModel { ping_id: Set(Some(tx.new_id())), ..Default::default() };
    store(tx, viewer, (row, to), "testWebhook").await
}

/// Moves the place from which on it is told. A message that was sent and is not known to have arrived is
/// not sent again as the same.
///
/// # Errors
/// `NOT_ALLOWED` unless the viewer is an administrator; `NOT_FOUND`; `INVALID_VALUE` at `after` of a cursor
/// whose change is not kept any more.
pub async fn replay(
    database: &Database,
    viewer: &Viewer,
    (id, since, dry_run): (Uuid, &Since, bool),
) -> Result<webhook::Model, Stopped> {
    needs_admin(viewer)?;
    database.write(dry_run, |tx| async move { replay_in(&tx, viewer, id, since).await }).await
}

async fn replay_in(
    tx: &Writing,
    viewer: &Viewer,
    id: Uuid,
    since: &Since,
) -> Result<webhook::Model, Stopped> {
    let row = managed(tx, viewer, id).await?;
    let wished = match since {
        Since::Instant(at) => change::place_before(&**tx, *at).await?,
        Since::Cursor(values) => change::place(&**tx, Some(values)).await?.map_err(|Lost| {
            let sentence = "changes after this cursor are not kept any more: ask for `changesCursor`, \
                            and read anew what you need";
            Refusal::new(Code::InvalidValue, sentence).at("after")
        })?,
    };
    let floor = change::mark(&**tx).await?.floor;
    let at = Place::at(wished.sequence().max(floor));
    let (after_change, after_day) = match since {
        Since::Cursor(values) => read_place(values, viewer),
        Since::Instant(_) => place_of(tx, viewer, at).await?,
    };
    let to = ActiveModel {
        sequence: Set(at.sequence()),
        after_change: Set(after_change),
        after_day: Set(after_day),
        pending_until: Set(None),
        pending_id: Set(None),
        next_try_at: Set(tx.now()),
        ..Default::default()
    };
    store(tx, viewer, (row, to), "replayWebhook").await
}

/// Writes what is otherwise, unless somebody else did meanwhile, and its act.
async fn store(
    tx: &Writing,
    viewer: &Viewer,
    (row, mut to): (webhook::Model, ActiveModel),
    action: &'static str,
) -> Result<webhook::Model, Stopped> {
    to.version = Set(row.version + 1);
    let written = webhook::Entity::update_many()
        .set(to)
        .filter(Column::Id.eq(row.id))
        .filter(Column::Version.eq(row.version))
        .exec(&**tx)
        .await?;
    let after = managed(tx, viewer, row.id).await?;
    if written.rows_affected == 0 {
        return Err(Refusal::stale(after.version).into());
    }
    let said_of_place = |row: &webhook::Model, said: Said| match action {
        "replayWebhook" => said.and("after_day", row.after_day.to_string()),
        _ => said,
    };
    let (before, now) = (said_of_place(&row, said(&row)), said_of_place(&after, said(&after)));
    let act = Act::new(action, "Webhook", row.id).before(before).after(now);
    audit::record(tx, viewer, act).await?;
    Ok(after)
}

/// The change that the viewer was told of last before a place, and the day that stands for it.
pub(super) async fn place_of(
    tx: &Writing,
    viewer: &Viewer,
    at: Place,
) -> Result<(Option<Uuid>, NaiveDate), DbErr> {
    Ok(read_place(&change::cursor_at(&**tx, viewer, at).await?, viewer))
}

fn read_place(values: &[Value], viewer: &Viewer) -> (Option<Uuid>, NaiveDate) {
    match values {
        [Value::Uuid(change)] => (*change, viewer.today),
        [Value::ChronoDate(Some(day))] => (None, *day),
        _ => (None, viewer.today),
    }
}

/// Kinds as they are stored.
pub(super) fn kinds(kinds: &[ChangeKind]) -> String {
    joined(kinds.iter().map(ActiveEnum::to_value).collect())
}

/// Types as they are stored.
pub(super) fn types(types: &[String]) -> String {
    joined(types.to_vec())
}

fn joined(mut names: Vec<String>) -> String {
    names.sort_unstable();
    names.dedup();
    names.join(",")
}
