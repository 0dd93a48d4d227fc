//! Posting the payments of a file: by the same use case as one that is typed in, all in one
//! transaction.

use std::collections::{HashMap, hash_map::Entry};

use aws_lc_rs::digest::{SHA256, digest};
use entities::{payment_line as line, value::Pence};
use sea_orm::{EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::{
    NewPayments,
    plan::{Due, plan},
};
use crate::{
    auth::Viewer,
    database::Writing,
    import::payments::{self, Payment, Payments},
    service::{
        Refusal, Stopped, fund_lock, ground,
        import_job::Report,
        ledger::{NewExpenditure, OpenScheme, SpendingEvent, When},
        posting_limit, upload,
    },
};

/// How many lines are remembered in one statement.
const LINES_A_STATEMENT: usize = 500;
/// How many lines are posted under one savepoint: one for each costs as much as the posting.
const LINES_AT_ONCE: usize = 100;

/// Posts what is due of a file, and uses it up.
///
/// # Errors
/// A fault of the database, or that the file was used meanwhile. What the ledger refuses is in the
/// report.
pub async fn post(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewPayments,
    payments: &Payments,
) -> Result<Report, Stopped> {
    let ground = ground::of_fund(&**tx, viewer, new.fund, "fund").await?;
    // Whoever imports into the fund at the same time waits, and then knows these lines.
    fund_lock::hold_silently(tx, new.fund).await?;
    let plan = plan(&**tx, new, payments).await?;
    let limit = posting_limit::of_agreement(&**tx, ground.agreement.id, tx.today()).await?;
    let (mut report, mut posted) = (plan.report, Vec::new());
    let mut poster = Poster { tx, viewer, new, limit, schemes: HashMap::new() };
    for some in plan.due.chunks(LINES_AT_ONCE) {
        for (due, outcome) in some.iter().zip(poster.post_some(some).await?) {
            let told = report.payments.get_or_insert_default();
            match outcome {
                Ok(line) => {
                    told.posted.add(due.payment.amount);
                    report.created += 1;
                    posted.push(line);
                }
                Err(refusal) => {
                    told.refused.add(due.payment.amount);
                    report.reject(due.line, refusal.message);
                }
            }
        }
    }
    for some in posted.chunks(LINES_A_STATEMENT) {
        let rows = some.iter().cloned().map(IntoActiveModel::into_active_model);
        line::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    upload::use_up(tx, viewer, new.upload).await?;
    Ok(report)
}

/// What the lines of one file have in common.
struct Poster<'a> {
    tx: &'a Writing,
    viewer: &'a Viewer,
    new: &'a NewPayments,
    /// Above how much a posting needs an approval (rule M13).
    limit: Option<Pence>,
    schemes: HashMap<Uuid, OpenScheme>,
}

impl Poster<'_> {
    /// Posts some lines together; one by one when any of them is refused, so that the others stay.
    async fn post_some(
        &mut self,
        some: &[Due<'_>],
    ) -> Result<Vec<Result<line::Model, Refusal>>, Stopped> {
        let tx = self.tx;
        match tx.attempt(self.post_all(some)).await {
            Ok(lines) => return Ok(lines.into_iter().map(Ok).collect()),
            Err(Stopped::Refused(_)) => {}
            Err(fault) => return Err(fault),
        }
        let mut outcomes = Vec::with_capacity(some.len());
        for due in some {
            outcomes.push(match tx.attempt(self.post(due)).await {
                Ok(line) => Ok(line),
                Err(Stopped::Refused(refusal)) => Err(refusal),
                Err(fault) => return Err(fault),
            });
        }
        Ok(outcomes)
    }

    async fn post_all(&mut self, some: &[Due<'_>]) -> Result<Vec<line::Model>, Stopped> {
        let mut lines = Vec::with_capacity(some.len());
        for due in some {
            lines.push(self.post(due).await?);
        }
        Ok(lines)
    }

    async fn post(&mut self, due: &Due<'_>) -> Result<line::Model, Stopped> {
        let Self { tx, viewer, new, limit, schemes } = self;
        posting_limit::is_within(*limit, due.payment.amount, "amount")?;
        let open = match schemes.entry(due.scheme) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                new.insert(OpenScheme::found(tx, viewer, due.scheme, None).await?)
            }
        };
        let spent = expenditure(new, due);
        // A publisher's names are nobody's codes: who was paid is in the description.
        let posting = open.post(tx, viewer, &spent, None).await?;
        Ok(line::Model {
            fund_id: new.fund,
            publisher: due.payment.publisher.clone(),
            key: payments::key(due.payment),
            occurrence: due.occurrence,
            content_hash: payments::content_hash(due.payment),
            paid_on: due.payment.paid_on,
            amount_pence: due.payment.amount,
            transaction_id: posting.id,
        })
    }
}

fn expenditure(new: &NewPayments, due: &Due<'_>) -> NewExpenditure {
    let Payment { publisher, number, paid_on, amount, supplier, .. } = due.payment;
    let number = number.as_ref().map(|number| format!(", {number}")).unwrap_or_default();
    let (event, amount) = if amount.is_negative() {
        (SpendingEvent::Refunded, -*amount)
    } else {
        (SpendingEvent::Spent, *amount)
    };
    NewExpenditure {
        scheme: due.scheme,
        event,
        amount,
        when: When { effective_on: *paid_on, adjustment_period: None },
        spent_by: None,
        payee: None,
        description: format!("{supplier} (published by {publisher}{number})"),
        reason: new.reason.clone(),
        corrects: None,
        reverses_itself: None,
        settles: None,
        idempotency_key: idempotency_key(new.fund, due),
    }
}

/// The key that a line's posting has for ever (rule M14).
fn idempotency_key(fund: Uuid, due: &Due<'_>) -> String {
    let known_by = (&due.payment.publisher, payments::key(due.payment), due.occurrence);
    // Tuples of texts and numbers always have a JSON form.
    let text = serde_json::to_vec(&known_by).unwrap_or_default();
    let digest = digest(&SHA256, &text);
    let digest: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("payments {fund} {digest}")
}
