use chrono::NaiveDate;
use domain::{
    policy::matrix::FieldGroup,
    rules::pay::{LineAct, LineRefusal, may_follow},
};
use entities::{
    payment_run as row,
    payment_run_act::{self as act, LineActKind},
    payment_run_decision::RunDecision,
    value::Pence,
};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::{
    PaidLine, PaymentRun, acts, around,
    permission::{NOT_APPROVED, side},
    read,
};
use crate::{
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        ground,
        idempotency::{self, Attempt},
        ledger::{self, RunPosting, When},
        pay, text,
    },
};

/// What is done about a line.
#[derive(Clone, Debug)]
pub struct Acting {
    /// The mutation.
    pub mutation: &'static str,
    /// The contract.
    pub contract: Uuid,
    /// The number of the run in it.
    pub run: i32,
    /// The number of the line in the run.
    pub line: i32,
    /// What is done.
    pub kind: LineActKind,
    /// How much is queried.
    pub amount: Option<Pence>,
    /// Why, the answer, or a reference of the invoice or the payment.
    pub reason: Option<String>,
    /// The day on which it was paid, or arrived.
    pub happened_on: Option<NaiveDate>,
    /// The caller's own key, of what moves money.
    pub idempotency_key: Option<String>,
}

/// Does something about a line of an approved run (rule C11). That a line was paid is posted: it
/// leaves the host's cash.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_DONE`, `INVALID_VALUE`, `INVALID_DATE`, `REASON_REQUIRED`, or
/// what the ledger or the period refuses.
pub async fn deal(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: Acting,
) -> Result<PaidLine, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { Box::pin(deal_in(&tx, viewer, new)).await }).await
}

async fn deal_in(tx: &Writing, viewer: &Viewer, new: &Acting) -> Result<PaidLine, Stopped> {
    let ground = pay::deciding(tx, viewer, new.contract).await?;
    let around = around(&**tx, viewer, &ground).await?;
    let meant = row::Column::Number.eq(new.run);
    let run = read::one(tx, viewer, (&ground, &around), meant.clone()).await?;
    let line = line_of(run.clone(), new.line)?;
    let parties = around.paying(run.row.payee_id, viewer);
    let side = side(viewer, &parties, new.kind)?;
    if run.decision.as_ref().is_none_or(|it| it.decision != RunDecision::Approved) {
        return Err(Refusal::new(Code::NotAllowed, NOT_APPROVED).at("run").into());
    }
    if let Some(key) = &new.idempotency_key {
        let content = format!("{new:?}");
        let attempt = Attempt { mutation: new.mutation, key, content };
        if idempotency::claim(tx, viewer, &attempt, line.row.id).await?.is_some() {
            return Ok(line);
        }
    }
    let reason = text::optional(new.reason.as_deref(), 1_000, "reason")?;
    let next = LineAct { kind: new.kind, side, queried: new.amount, has_reason: reason.is_some() };
    may_follow(line.row.amount_pence, &acts(&line.done), next).map_err(refused)?;
    if new.happened_on.is_some_and(|day| day > tx.today()) {
        let sentence = "this day has not come yet";
        return Err(Refusal::new(Code::InvalidDate, sentence).at("on").into());
    }
    let transaction_id = match new.kind {
        LineActKind::Paid => {
            let reference = ground.contract.row.reference.as_str();
            Some(paid(tx, viewer, (&run, &line, reference), new).await?)
        }
        _ => None,
    };
    let added = act::Model {
        id: tx.new_id(),
        line_id: line.row.id,
        number: line.done.last().map_or(1, |it| it.number + 1),
        kind: new.kind,
        side,
        amount_pence: new.amount,
        reason,
        happened_on: new.happened_on,
        transaction_id,
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        known_at: tx.now(),
    };
    let added = pay::add(tx, added).await?;
    // By the transaction that paid it, so that whoever waits for the release of its period does here too
    // (rule V11).
    let paid = line.done.iter().chain([&added]).find_map(|it| it.transaction_id);
    let (kind, object) = paid.map_or(("PaymentRun", run.row.id), |it| ("LedgerTransaction", it));
    let act = Act::new(new.mutation, kind, object)
        .under(run.row.fund_id, FieldGroup::PaymentsFromPool)
        .from_day(added.recorded_on)
        .after(said(&added));
    audit::record(tx, viewer, act).await?;
    line_of(read::one(tx, viewer, (&ground, &around), meant).await?, new.line)
}

fn line_of(run: PaymentRun, number: i32) -> Result<PaidLine, Stopped> {
    let found = run.lines.into_iter().flatten().find(|it| it.row.number == number);
    found.ok_or_else(|| Refusal::not_found("line of the payment run", "line").into())
}

/// The transaction by which a line left the host's cash.
async fn paid(
    tx: &Writing,
    viewer: &Viewer,
    (run, line, reference): (&PaymentRun, &PaidLine, &str),
    new: &Acting,
) -> Result<Uuid, Stopped> {
    let books = ground::under(&**tx, viewer, run.row.fund_id, ("payment run", "run")).await?;
    let (number, of_run) = (line.row.number, run.row.number);
    let posting = RunPosting {
        scheme: run.row.scheme_id,
        payee: run.row.payee_id,
        amount: line.row.amount_pence,
        when: When {
            effective_on: new.happened_on.unwrap_or(viewer.today),
            adjustment_period: None,
        },
        corrects: None,
        description: format!("Line {number} of payment run {of_run} of {reference} was paid"),
        reason: new.reason.clone(),
        attempt: (new.mutation, format!("payment run line {}", line.row.id)),
    };
    let settles = run.decision.as_ref().and_then(|it| it.transaction_id);
    Ok(ledger::post_run_line_paid(tx, viewer, &books, (posting, settles)).await?.id)
}

fn refused(why: LineRefusal) -> Refusal {
    let (code, path) = match why {
        LineRefusal::AlreadyDone => (Code::AlreadyDone, "line"),
        LineRefusal::NotOfTheLine => (Code::InvalidValue, "amount"),
        LineRefusal::NoReason => (Code::ReasonRequired, "reason"),
        LineRefusal::NothingToClaim
        | LineRefusal::Queried
        | LineRefusal::NotQueried
        | LineRefusal::OwnQuery
        | LineRefusal::NotPaid => (Code::NotAllowed, "line"),
    };
    Refusal::new(code, why).at(path)
}
