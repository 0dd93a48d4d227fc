//! One turn of a webhook: what comes after its place is read in the view of now, sent once, and what came
//! of that is kept.

use std::{sync::Arc, time::Instant as Stopwatch};

use entities::{
    membership::Role,
    webhook::{self, Column, WebhookDisabled},
};
use futures_util::{StreamExt, stream};
use sea_orm::{
    ActiveEnum, ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    feed::{Asked, Feed, Read, ToldChange},
    secret::{Secrets, Signed},
    send::{Message, Sender},
    settle::{self, Attempt, Step},
};
use crate::{
    access::outside_identity::roles_of_account,
    auth::Viewer,
    database::Database,
    service::{Stopped, change::order},
};

/// The most changes of one message.
const MOST_CHANGES: usize = 100;

/// Who tells webhooks, and with what.
pub struct Telling {
    /// Where views are read: on PostgreSQL as the role that answers requests.
    pub database: Database,
    /// Where it is kept how far webhooks are: on PostgreSQL as the role of jobs.
    pub jobs: Database,
    /// What changed.
    pub feed: Arc<dyn Feed>,
    /// Who sends.
    pub sender: Sender,
    /// What signs.
    pub secrets: Secrets,
    /// How many messages are under way at once in this process.
    pub at_once: usize,
}

/// The identity of a message as its receiver knows it.
#[must_use]
pub fn id_of_message(id: Uuid) -> String {
    format!("msg_{}", id.simple())
}

impl Telling {
    /// Gives each webhook that is due now a turn, and answers how many messages were sent.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn tell_once(&self) -> Result<usize, Stopped> {
        let due = self.due(&[]).await?;
        let mut turns = stream::iter(due).map(|row| self.turn(row)).buffer_unordered(self.at_once);
        let mut sent = 0;
        while let Some(was_sent) = turns.next().await {
            sent += usize::from(was_sent?);
        }
        Ok(sent)
    }

    /// The webhooks that are due and at which nobody is, those that waited longest first.
    #[expect(clippy::disallowed_methods, reason = "what is due is the program's own work")]
    pub(super) async fn due(&self, besides: &[Uuid]) -> Result<Vec<webhook::Model>, DbErr> {
        let connection = self.jobs.statement();
        let head = order::mark(connection).await?.head;
        let now = self.jobs.clock().now();
        let has_more = Condition::all()
            .add(Column::DisabledBecause.is_null())
            .add(Column::NextTryAt.lte(now))
            .add(Column::Sequence.lt(head));
        webhook::Entity::find()
            .filter(Condition::any().add(Column::PingId.is_not_null()).add(has_more))
            .filter(settle::is_free(now))
            .filter(Column::Id.is_not_in(besides.iter().copied()))
            .order_by_asc(Column::NextTryAt)
            .limit(self.at_once as u64)
            .all(connection)
            .await
    }

    /// Gives a webhook its turn, and answers whether a message was sent. Where somebody else is at it, or
    /// it was changed meanwhile, nothing is done.
    pub(super) async fn turn(&self, row: webhook::Model) -> Result<bool, Stopped> {
        if let Some(ping) = row.ping_id {
            return self.ping(&row, ping).await;
        }
        let Some(viewer) = self.viewer_of(&row).await? else {
            settle::disable(&self.jobs, &row, WebhookDisabled::MakerIsNoAdmin).await?;
            return Ok(false);
        };
        let asked = Asked { after: row.sequence, until: row.pending_until, most: MOST_CHANGES };
        let (changes, cursor, step) = match self.feed.read(&viewer, asked).await? {
            Read::Lost => {
                settle::disable(&self.jobs, &row, WebhookDisabled::Resync).await?;
                return Ok(false);
            }
            Read::Told { changes, cursor, last, until } => {
                (wanted(&row, changes), cursor, Step { until, last })
            }
        };
        if changes.is_empty() {
            settle::pass_over(&self.jobs, &row, step).await?;
            return Ok(false);
        }
        let message = row.pending_id.unwrap_or_else(|| self.jobs.clock().new_id());
        let Some(lease) = settle::lease(&self.jobs, &row, Some((message, step))).await? else {
            return Ok(false);
        };
        let count = changes.len();
        let attempt = Attempt { message, changes: count, step: Some(step), lease };
        let data = json!({ "changes": changes, "cursor": cursor });
        self.send(&row, attempt, ("changes", data)).await
    }

    /// Tells that nothing changed, to try a receiver. However it ends, it counts for nothing else.
    async fn ping(&self, row: &webhook::Model, ping: Uuid) -> Result<bool, Stopped> {
        let Some(lease) = settle::lease(&self.jobs, row, None).await? else { return Ok(false) };
        let attempt = Attempt { message: ping, changes: 0, step: None, lease };
        self.send(row, attempt, ("ping", json!({}))).await
    }

    async fn send(
        &self,
        row: &webhook::Model,
        attempt: Attempt,
        (kind, data): (&str, serde_json::Value),
    ) -> Result<bool, Stopped> {
        let now = self.jobs.clock().now();
        let said = json!({ "type": kind, "timestamp": now.to_utc(), "data": data });
        let (id, body) = (id_of_message(attempt.message), said.to_string());
        let timestamp = now.to_utc().timestamp();
        let signed = Signed { id: &id, timestamp, body: &body };
        let signatures = self.secrets.signatures(row, &signed, now);
        let began = Stopwatch::now();
        let sent = self.sender.send(&row.url, &Message { id, timestamp, signatures, body }).await;
        let took_ms = i32::try_from(began.elapsed().as_millis()).unwrap_or(i32::MAX);
        let outcome = sent.outcome.to_value().to_lowercase();
        metrics::counter!("tributary_webhook_messages_total", "outcome" => outcome.clone())
            .increment(1);
        tracing::info!(webhook = %row.id, kind, outcome, status = sent.status, took_ms, "told");
        settle::record(&self.jobs, row, (attempt, now), (sent, took_ms)).await?;
        Ok(true)
    }

    /// In whose view it is told: its organisation's, as its maker has it today; nobody's when the maker is
    /// no administrator any more.
    async fn viewer_of(&self, row: &webhook::Model) -> Result<Option<Viewer>, DbErr> {
        let today = self.database.clock().today();
        let roles = match row.made_by {
            Some(account) => {
                let of = (account, row.organisation_id);
                roles_of_account(self.database.statement(), of, today).await?
            }
            // Made by a token of the operator's, whose membership cannot end.
            None => vec![Role::Admin],
        };
        let viewer = Viewer::without_account(row.organisation_id, roles, today);
        let request = self.database.clock().new_id();
        let viewer = Viewer { account: row.made_by, ..viewer.in_request(request) };
        Ok(Some(viewer).filter(Viewer::administers))
    }
}

/// What of the changes the webhook is for.
fn wanted(row: &webhook::Model, changes: Vec<ToldChange>) -> Vec<ToldChange> {
    let is_among =
        |names: &str, name: &str| names.is_empty() || names.split(',').any(|it| it == name);
    let is_wanted = |change: &ToldChange| {
        is_among(&row.kinds, &change.kind) && is_among(&row.object_types, &change.object_type)
    };
    changes.into_iter().filter(is_wanted).collect()
}
