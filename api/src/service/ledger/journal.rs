use domain::{
    policy::decisions::Posting as MayPost,
    rules::ledger_posting::{AccountKey, Entry},
};
use entities::{
    ledger_account::AccountKind,
    ledger_transaction::{self as transaction, TransactionKind},
    value::Pence,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Posting, When, expenditure::first_result, post, post::within_limit};
use crate::{
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped, fund_lock, ground,
        idempotency::{self, Attempt},
    },
};

/// The most lines of a journal.
const MOST_LINES: usize = 100;

/// One line of a journal. Expenditure and income have postings of their own, which divide and
/// name them rightly; a journal moves what lies between: cash, debts, reserve, carry-forward.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct JournalLine {
    /// What the account counts.
    pub account: AccountKind,
    /// Positive of a debit, negative of a credit.
    pub amount: Pence,
}

/// Entries chosen by the host.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewJournal {
    /// The fund.
    pub fund: Uuid,
    /// The lines.
    pub lines: Vec<JournalLine>,
    /// When it takes effect.
    pub when: When,
    /// What it is about.
    pub description: String,
    /// Why.
    pub reason: Option<String>,
    /// The caller's own key.
    #[serde(skip)]
    pub idempotency_key: String,
}

/// Posts entries chosen by the host.
///
/// # Errors
/// What the ledger, the period or the policy refuses; accounts that a journal may not use.
pub async fn post_journal(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewJournal,
) -> Result<transaction::Model, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            let began = tx.now();
            let row = post_journal_in(&tx, viewer, new).await?;
            within_limit(&tx, viewer, (&row, began), (debits(new), "lines")).await?;
            Ok(row)
        })
        .await
}

/// How much a journal moves: what it debits, which is what it credits.
fn debits(new: &NewJournal) -> Pence {
    Pence(new.lines.iter().fold(0, |sum: i64, line| sum.saturating_add(line.amount.0.max(0))))
}

/// The same, within a transaction.
///
/// # Errors
/// As [`post_journal`].
pub async fn post_journal_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewJournal,
) -> Result<transaction::Model, Stopped> {
    let ground = ground::of_fund(&**tx, viewer, new.fund, "fund").await?;
    viewer.actor().may_post(&ground.parties(), MayPost::HostsBooks)?;
    if new.lines.len() > MOST_LINES {
        let sentence = format!("a journal has at most {MOST_LINES} lines");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("lines").into());
    }
    let entries = new.lines.iter().enumerate().map(entry).collect::<Result<Vec<_>, _>>()?;
    let id = tx.new_id();
    let attempt =
        Attempt { mutation: "postJournal", key: &new.idempotency_key, content: format!("{new:?}") };
    if let Some(first) = idempotency::claim(tx, viewer, &attempt, id).await? {
        return first_result(tx, viewer, first).await;
    }
    let held = fund_lock::hold(tx, new.fund).await?;
    let posting = Posting {
        kind: TransactionKind::Journal,
        when: new.when,
        description: new.description.clone(),
        reason: new.reason.clone(),
        scheme: None,
        payee: None,
        reverses: None,
        adjusts: None,
        settles: None,
        corrects: None,
        entries,
    };
    post(tx, viewer, &ground, held, id, posting).await
}

fn entry((place, line): (usize, &JournalLine)) -> Result<Entry, Refusal> {
    let account = match line.account {
        AccountKind::Cash => AccountKey::cash(),
        AccountKind::Accrual => AccountKey::accrual(),
        kind @ (AccountKind::Payable | AccountKind::Reserve | AccountKind::CarriedForward) => {
            AccountKey::of_kind(kind)
        }
        _ => {
            return Err(Refusal::new(
                Code::InvalidValue,
                "a journal moves cash, payables, accruals, reserve and carry-forward: \
                 spending and contributions have postings of their own",
            )
            .at(&format!("lines.{place}.account")));
        }
    };
    Ok(Entry { account, amount: line.amount })
}
