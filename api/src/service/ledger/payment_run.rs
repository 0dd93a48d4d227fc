//! What a contract pays, in the books: a run is spent and owed when it is approved, and its lines
//! leave the host's cash when they are paid (rules M12, M14).

use domain::rules::ledger_posting::{self as entries, Adjusted, Paid, Spending};
use entities::{
    ledger_transaction::{self as transaction, TransactionKind},
    value::Pence,
};
use uuid::Uuid;

use super::{
    Correction, Posting, When,
    expenditure::{refused, shares_on},
    post,
};
use crate::{
    access,
    auth::Viewer,
    database::Writing,
    service::{
        Code, Refusal, Stopped, fund_lock,
        ground::Ground,
        idempotency::{self, Attempt},
    },
};

/// A run, or the payment of one of its lines, that is about to be posted.
#[derive(Clone, Debug)]
pub struct RunPosting {
    /// The scheme that it is charged to.
    pub scheme: Uuid,
    /// Who is paid.
    pub payee: Uuid,
    /// How much; below nothing when more is taken back than paid.
    pub amount: Pence,
    /// When it takes effect.
    pub when: When,
    /// The period of an earlier year that it corrects.
    pub corrects: Option<Correction>,
    /// What it is about.
    pub description: String,
    /// Why, of a correction or a posting into a soft-closed period.
    pub reason: Option<String>,
    /// The mutation, and the key that follows from what is posted.
    pub attempt: (&'static str, String),
}

/// Posts what a run comes to as one transaction: spent on its scheme, and owed.
///
/// # Errors
/// What the ledger or the period refuses, or that it was posted before.
pub async fn post_run(
    tx: &Writing,
    viewer: &Viewer,
    ground: &Ground,
    new: RunPosting,
) -> Result<transaction::Model, Stopped> {
    let id = once(tx, viewer, &new).await?;
    let held = fund_lock::hold(tx, ground.fund.row.id).await?;
    let shares = shares_on(tx, new.scheme, (new.when, new.corrects)).await?;
    let spending = Spending {
        scheme: new.scheme,
        incurred_by: ground.recorded_as(viewer),
        shares: &shares,
        paid: Paid::NotYet,
    };
    let entries = entries::adjustment(Adjusted::Expenditure, new.amount, &spending);
    let entries = entries.map_err(refused)?;
    let posting = posting(new, TransactionKind::Accrual, (None, entries));
    post(tx, viewer, ground, held, id, posting).await
}

/// Posts that a line of the run that `run` posted was paid from the host's cash; `run` is none of a
/// run that came to nothing.
///
/// # Errors
/// What the ledger or the period refuses, or that it was posted before.
pub async fn post_run_line_paid(
    tx: &Writing,
    viewer: &Viewer,
    ground: &Ground,
    (new, run): (RunPosting, Option<Uuid>),
) -> Result<transaction::Model, Stopped> {
    let id = once(tx, viewer, &new).await?;
    let held = fund_lock::hold(tx, ground.fund.row.id).await?;
    let entries = entries::run_line_paid(new.amount).map_err(refused)?;
    let posting = posting(new, TransactionKind::AccrualPaid, (run, entries));
    post(tx, viewer, ground, held, id, posting).await
}

/// The identity of the posting, which nobody made before under the key that follows from it.
async fn once(tx: &Writing, viewer: &Viewer, new: &RunPosting) -> Result<Uuid, Stopped> {
    let id = tx.new_id();
    let (mutation, key) = (new.attempt.0, new.attempt.1.as_str());
    let content = format!("{} {}", new.scheme, new.amount);
    let attempt = Attempt { mutation, key, content };
    if idempotency::claim(tx, viewer, &attempt, id).await?.is_some() {
        return Err(Refusal::new(Code::AlreadyDone, "this was posted before").into());
    }
    Ok(id)
}

fn posting(
    new: RunPosting,
    kind: TransactionKind,
    (settles, entries): (Option<Uuid>, Vec<entries::Entry>),
) -> Posting {
    Posting {
        kind,
        when: new.when,
        description: new.description,
        reason: new.reason,
        scheme: Some(new.scheme),
        payee: Some(new.payee),
        reverses: None,
        adjusts: None,
        settles,
        corrects: new.corrects,
        entries,
    }
}

/// What a run posted is put right by the next run alone, and paid line by line: else the lines and
/// the books would part.
pub(super) async fn refuse_if_of_run(
    tx: &Writing,
    transaction: Uuid,
    path: &str,
) -> Result<(), Stopped> {
    if access::payment_run::has_posted(&**tx, transaction).await? {
        let sentence = "a payment run posted this: record what is right of the contract and run it \
                        again, and record payments by its lines";
        return Err(Refusal::new(Code::NotAllowed, sentence).at(path).into());
    }
    Ok(())
}
