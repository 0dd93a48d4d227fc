use domain::{policy::decisions::Posting as MayPost, rules::ledger_posting as entries};
use entities::{
    ledger_transaction::{self as transaction, TransactionKind},
    value::Pence,
};
use uuid::Uuid;

use super::{
    Posting, When,
    expenditure::{first_result, refused},
    post,
};
use crate::{
    access,
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Refusal, Stopped, fund_lock, ground,
        idempotency::{self, Attempt},
    },
};

/// What happened to a contribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContributionEvent {
    /// The partner was invoiced.
    Invoiced,
    /// The partner paid what it was invoiced.
    Received,
    /// The partner was given money back.
    Refunded,
}

impl ContributionEvent {
    /// The mutation that posts it: callers' keys belong to it (rule M14).
    fn mutation(self) -> &'static str {
        match self {
            Self::Invoiced => "invoiceContribution",
            Self::Received => "receiveContribution",
            Self::Refunded => "refundContribution",
        }
    }
}

/// Something that happened to a contribution.
#[derive(Clone, Debug)]
pub struct ContributionPosting {
    /// The contribution.
    pub contribution: Uuid,
    /// What happened.
    pub event: ContributionEvent,
    /// How much.
    pub amount: Pence,
    /// When it takes effect.
    pub when: When,
    /// What it is about.
    pub description: String,
    /// Why, of a posting into a soft-closed period.
    pub reason: Option<String>,
    /// The caller's own key.
    pub idempotency_key: String,
}

/// Posts what happened to a contribution. Only the host does (rule M12).
///
/// # Errors
/// What the ledger, the period or the policy refuses.
pub async fn post_contribution(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: ContributionPosting,
) -> Result<transaction::Model, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { post_contribution_in(&tx, viewer, new).await }).await
}

/// The same, within a transaction.
///
/// # Errors
/// As [`post_contribution`].
pub async fn post_contribution_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &ContributionPosting,
) -> Result<transaction::Model, Stopped> {
    let contribution = access::ledger::visible_contribution(&**tx, viewer, new.contribution)
        .await?
        .ok_or_else(|| Refusal::not_found("contribution", "contribution"))?
        .row;
    let ground =
        ground::under(&**tx, viewer, contribution.fund_id, ("contribution", "contribution"))
            .await?;
    viewer.actor().may_post(&ground.parties(), MayPost::HostsBooks)?;
    let id = tx.new_id();
    let attempt = Attempt {
        mutation: new.event.mutation(),
        key: &new.idempotency_key,
        content: format!("{new:?}"),
    };
    if let Some(first) = idempotency::claim(tx, viewer, &attempt, id).await? {
        return first_result(tx, viewer, first).await;
    }
    let held = fund_lock::hold(tx, contribution.fund_id).await?;
    let (partner, source) = (contribution.partner_id, contribution.source_code.as_str());
    let year = contribution.financial_year;
    let (kind, entries) = match new.event {
        ContributionEvent::Invoiced => (
            TransactionKind::ContributionInvoiced,
            entries::contribution_invoiced(new.amount, partner, source, year),
        ),
        ContributionEvent::Received => (
            TransactionKind::ContributionReceived,
            entries::contribution_received(new.amount, partner, source, year),
        ),
        ContributionEvent::Refunded => (
            TransactionKind::ContributionRefund,
            entries::contribution_refunded(new.amount, partner, source, year),
        ),
    };
    let posting = Posting {
        kind,
        when: new.when,
        description: new.description.clone(),
        reason: new.reason.clone(),
        scheme: None,
        payee: None,
        reverses: None,
        adjusts: None,
        settles: None,
        corrects: None,
        entries: entries.map_err(refused)?,
    };
    post(tx, viewer, &ground, held, id, posting).await
}
