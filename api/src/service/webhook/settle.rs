//! How far a webhook is, as it is kept. Whoever is at a webhook has it on a lease, so that there is one
//! attempt at a time, whatever process makes it; where its holder ended, the lease runs out.

use std::time::Duration;

use entities::{
    value::Instant,
    webhook::{self, ActiveModel, Column, WebhookDisabled, WebhookOutcome as Outcome},
    webhook_attempt as attempt,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::{ATTEMPTS_KEPT, backoff, send::Sent};
use crate::{
    database::{Database, Writing},
    service::Stopped,
};

/// How long nobody else is let at a webhook: several times as long as an attempt takes.
const LEASE: Duration = Duration::from_secs(60);
/// How long a webhook for which there was nothing is left alone: others' changes cost it a look each.
const PAUSE: Duration = Duration::from_secs(1);
const UNAUDITED: &str = "how far a webhook is, it says itself; what changed is on record";

/// To where in the feed a message goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// The place up to which its receiver has been told once it arrives.
    pub until: i64,
    /// The last change that its organisation may be told of up to there.
    pub last: Option<Uuid>,
}

/// An attempt that is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt {
    /// The message.
    pub message: Uuid,
    /// How many changes it tells of.
    pub changes: usize,
    /// How far it goes; none of a ping.
    pub step: Option<Step>,
    /// Until when it may be made.
    pub lease: Instant,
}

/// That nobody is at a webhook.
pub(super) fn is_free(now: Instant) -> Condition {
    Condition::any().add(Column::LeasedUntilAt.is_null()).add(Column::LeasedUntilAt.lte(now))
}

/// That it is where it was read to be.
fn is_as_read(row: &webhook::Model, now: Instant) -> Condition {
    Condition::all()
        .add(Column::Id.eq(row.id))
        .add(Column::Version.eq(row.version))
        .add(Column::Sequence.eq(row.sequence))
        .add(is_free(now))
}

/// Takes the lease of a webhook, for a message that from now on is to arrive as it is, and answers until
/// when it is held; none when it is somebody else's or not where it was.
pub(super) async fn lease(
    jobs: &Database,
    row: &webhook::Model,
    pending: Option<(Uuid, Step)>,
) -> Result<Option<Instant>, Stopped> {
    let work = |tx: Writing| async move {
        tx.goes_unaudited(UNAUDITED);
        let now = tx.now();
        let until = later(now, LEASE);
        let mut to = ActiveModel { leased_until_at: Set(Some(until)), ..Default::default() };
        if let Some((message, step)) = pending {
            to.pending_id = Set(Some(message));
            to.pending_until = Set(Some(step.until));
        }
        let taken = change(&tx, to, is_as_read(row, now)).await?;
        Ok::<_, Stopped>((taken > 0).then_some(until))
    };
    jobs.write(false, work).await
}

/// Goes on to a place before which there is nothing to tell.
pub(super) async fn pass_over(
    jobs: &Database,
    row: &webhook::Model,
    step: Step,
) -> Result<(), Stopped> {
    let work = |tx: Writing| async move {
        tx.goes_unaudited(UNAUDITED);
        let now = tx.now();
        let to = ActiveModel { next_try_at: Set(later(now, PAUSE)), ..gone_to(step) };
        change(&tx, to, is_as_read(row, now)).await?;
        Ok::<_, Stopped>(())
    };
    jobs.write(false, work).await
}

/// Tells it nothing any more, for a reason.
pub(super) async fn disable(
    jobs: &Database,
    row: &webhook::Model,
    reason: WebhookDisabled,
) -> Result<(), Stopped> {
    tracing::warn!(webhook = %row.id, ?reason, "a webhook is told no more");
    let work = |tx: Writing| async move {
        tx.goes_unaudited(UNAUDITED);
        let to = ActiveModel { disabled_because: Set(Some(reason)), ..Default::default() };
        change(&tx, to, is_as_read(row, tx.now())).await?;
        Ok::<_, Stopped>(())
    };
    jobs.write(false, work).await
}

/// Keeps what came of an attempt, and gives the lease back. Where the webhook was deleted there is nothing
/// to keep; where its place was moved meanwhile, it stays there.
pub(super) async fn record(
    jobs: &Database,
    row: &webhook::Model,
    (attempt, began): (Attempt, Instant),
    (sent, took_ms): (Sent, i32),
) -> Result<(), Stopped> {
    let kept = attempt::Model {
        id: jobs.clock().new_id(),
        webhook_id: row.id,
        message_id: attempt.message,
        is_ping: attempt.step.is_none(),
        changes: i32::try_from(attempt.changes).unwrap_or(i32::MAX),
        began_at: began,
        took_ms,
        outcome: sent.outcome,
        http_status: sent.status.map(i32::from),
    };
    let kept = &kept;
    let work = |tx: Writing| async move { record_in(&tx, row, (attempt, kept), sent).await };
    jobs.write(false, work).await
}

async fn record_in(
    tx: &Writing,
    row: &webhook::Model,
    (attempt, kept): (Attempt, &attempt::Model),
    sent: Sent,
) -> Result<(), Stopped> {
    tx.goes_unaudited(UNAUDITED);
    let of_it = || Condition::all().add(Column::Id.eq(row.id));
    let free = ActiveModel { leased_until_at: Set(None), ..Default::default() };
    let is_held = of_it().add(Column::LeasedUntilAt.eq(attempt.lease));
    if change(tx, free, is_held).await? == 0 {
        return Ok(());
    }
    match attempt.step {
        None => {
            let to = ActiveModel { ping_id: Set(None), ..Default::default() };
            change(tx, to, of_it().add(Column::PingId.eq(attempt.message))).await?;
        }
        Some(step) => {
            let to = match sent.outcome {
                Outcome::Delivered => arrived(step, tx.now()),
                _ => failed(row, (sent, kept.began_at), tx.now()),
            };
            change(tx, to, of_it().add(Column::PendingId.eq(attempt.message))).await?;
        }
    }
    tx.insert(kept.clone()).await?;
    forget_old(tx, row.id).await?;
    Ok(())
}

fn gone_to(Step { until, last }: Step) -> ActiveModel {
    let mut to = ActiveModel {
        sequence: Set(until),
        pending_id: Set(None),
        pending_until: Set(None),
        ..Default::default()
    };
    if last.is_some() {
        to.after_change = Set(last);
    }
    to
}

fn arrived(step: Step, now: Instant) -> ActiveModel {
    ActiveModel {
        failures: Set(0),
        failing_since_at: Set(None),
        delivered_at: Set(Some(now)),
        next_try_at: Set(now),
        ..gone_to(step)
    }
}

fn failed(row: &webhook::Model, (sent, began): (Sent, Instant), now: Instant) -> ActiveModel {
    let failures = row.failures.saturating_add(1);
    let since = row.failing_since_at.unwrap_or(began);
    let given_up = later(since, backoff::GIVEN_UP_AFTER) <= now;
    let mut to = ActiveModel {
        failures: Set(failures),
        failing_since_at: Set(Some(since)),
        failed_at: Set(Some(now)),
        last_failure: Set(Some(sent.outcome)),
        next_try_at: Set(later(now, backoff::after(failures, sent.retry_after_seconds))),
        ..Default::default()
    };
    if sent.outcome == Outcome::Gone {
        to.disabled_because = Set(Some(WebhookDisabled::ReceiverIsGone));
    } else if given_up {
        to.disabled_because = Set(Some(WebhookDisabled::FailedTooLong));
    }
    to
}

/// Deletes all attempts but the last few.
#[expect(clippy::disallowed_methods, reason = "what is kept is the program's own work")]
async fn forget_old(tx: &Writing, webhook: Uuid) -> Result<(), DbErr> {
    let of_it = attempt::Column::WebhookId.eq(webhook);
    let last_forgotten: Option<Uuid> = attempt::Entity::find()
        .filter(of_it.clone())
        .order_by_desc(attempt::Column::Id)
        .offset(ATTEMPTS_KEPT)
        .limit(1)
        .select_only()
        .column(attempt::Column::Id)
        .into_tuple()
        .one(&**tx)
        .await?;
    let Some(last) = last_forgotten else { return Ok(()) };
    let old = Condition::all().add(of_it).add(attempt::Column::Id.lte(last));
    attempt::Entity::delete_many().filter(old).exec(&**tx).await.map(drop)
}

async fn change(tx: &Writing, to: ActiveModel, which: Condition) -> Result<u64, DbErr> {
    let done = webhook::Entity::update_many().set(to).filter(which).exec(&**tx).await?;
    Ok(done.rows_affected)
}

fn later(at: Instant, by: Duration) -> Instant {
    Instant(at.0.saturating_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)))
}
