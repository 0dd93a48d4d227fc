use domain::{
    policy::decisions::Posting as MayPost,
    rules::ledger_posting::{AccountKey, Entry},
};
use entities::{
    ledger_account::AccountKind,
    ledger_transaction::{self as transaction, TransactionKind},
    value::{FinancialYear, Pence},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Posting, When, accounts, expenditure::first_result, post, post::within_limit};
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
/// name them rightly; a journal moves what lies between: cash, debts, reserve, carry-forward. What is
/// due by a settlement is paid by one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct JournalLine {
    /// What the account counts.
    pub account: AccountKind,
    /// Positive of a debit, negative of a credit.
    pub amount: Pence,
    /// Of what is due from a partner: the partner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<Uuid>,
    /// Of what is due by a settlement: the settled year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_year: Option<FinancialYear>,
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
    are_settled(tx, new).await?;
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

/// What is paid of a settlement was settled in the fund, so that nothing is owed by a slip of a year.
async fn are_settled(tx: &Writing, new: &NewJournal) -> Result<(), Stopped> {
    for (line, place) in new.lines.iter().zip(0..) {
        let Some(year) = line.settled_year else { continue };
        let account = match line.partner {
            Some(partner) => AccountKey::due_from_partner(partner, year),
            None => AccountKey::due_from_funds(year),
        };
        if !accounts::is_open(tx, new.fund, &account).await? {
            let sentence = format!("no settlement of {year} in this fund says so");
            let path = format!("lines.{place}.settledYear");
            return Err(Refusal::new(Code::InvalidValue, sentence).at(&path).into());
        }
    }
    Ok(())
}

fn entry((place, line): (usize, &JournalLine)) -> Result<Entry, Refusal> {
    let refused = |sentence: &str, field: &str| {
        Refusal::new(Code::InvalidValue, sentence).at(&format!("lines.{place}.{field}"))
    };
    let account = match (line.account, line.partner, line.settled_year) {
        (AccountKind::DueFromPartner, Some(partner), Some(year)) => {
            AccountKey::due_from_partner(partner, year)
        }
        (AccountKind::DueFromFunds, None, Some(year)) => AccountKey::due_from_funds(year),
        (AccountKind::DueFromPartner, None, _) => {
            return Err(refused("name the partner that owes it, or is owed it", "partner"));
        }
        (AccountKind::DueFromPartner | AccountKind::DueFromFunds, _, None) => {
            return Err(refused("name the year that is settled", "settledYear"));
        }
        (_, Some(_), _) => {
            return Err(refused("only what is due from a partner names one", "partner"));
        }
        (_, _, Some(_)) => {
            return Err(refused("only what is due by a settlement names its year", "settledYear"));
        }
        (AccountKind::Cash, ..) => AccountKey::cash(),
        (AccountKind::Accrual, ..) => AccountKey::accrual(),
        (
            kind @ (AccountKind::Payable | AccountKind::Reserve | AccountKind::CarriedForward),
            ..,
        ) => AccountKey::of_kind(kind),
        _ => {
            let sentence = "a journal moves cash, payables, accruals, reserve, carry-forward and \
                            what is due by settlements: spending and contributions have postings \
                            of their own";
            return Err(refused(sentence, "account"));
        }
    };
    Ok(Entry { account, amount: line.amount })
}
