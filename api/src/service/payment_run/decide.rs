use chrono::NaiveDate;
use domain::policy::{approval::Person, matrix::FieldGroup};
use entities::{
    payment_run as run_row,
    payment_run_decision::{self as decision, RunDecision},
    value::{FinancialYear, Pence},
};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::{PaymentRun, Shows, around, permission::DECIDED, read};
use crate::{
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        ground,
        ledger::{self, Correction, RunPosting, When},
        pay, text,
    },
};

/// What is decided about a run.
#[derive(Clone, Debug)]
pub struct Deciding {
    /// The mutation.
    pub mutation: &'static str,
    /// The contract.
    pub contract: Uuid,
    /// The number of the run in it.
    pub number: i32,
    /// What is decided.
    pub decision: RunDecision,
    /// The day on which it takes effect in the books; the last of the month that it pays when left
    /// out.
    pub effective_on: Option<NaiveDate>,
    /// Why it is refused, or posted into a period that is closing, or into another year.
    pub reason: Option<String>,
}

/// Approves a run and posts what it comes to as one transaction, or refuses it: somebody of the host,
/// and not who ran it (rules M13, M14).
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_DONE`, `REASON_REQUIRED`, or what the ledger or the period
/// refuses.
pub async fn decide(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: Deciding,
) -> Result<PaymentRun, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { Box::pin(decide_in(&tx, viewer, new)).await }).await
}

async fn decide_in(tx: &Writing, viewer: &Viewer, new: &Deciding) -> Result<PaymentRun, Stopped> {
    let ground = pay::deciding(tx, viewer, new.contract).await?;
    let around = around(&**tx, viewer, &ground).await?;
    let found =
        read::one(tx, viewer, (&ground, &around), run_row::Column::Number.eq(new.number)).await?;
    let run = &found.row;
    let ran_by = Person { account: run.recorded_by_id, organisation: run.recorded_as_id };
    let parties = around.paying(run.payee_id, viewer);
    viewer.actor().may_decide_payment_run(&parties, (viewer.account, ran_by))?;
    if found.shows != Shows::All {
        return Err(Refusal::not_found("payment run", "run").into());
    }
    if found.decision.is_some() {
        return Err(Refusal::new(Code::AlreadyDone, DECIDED).at("run").into());
    }
    let reason = text::optional(new.reason.as_deref(), 2_000, "reason")?;
    if new.decision == RunDecision::Refused && reason.is_none() {
        let sentence = "say why it is refused";
        return Err(Refusal::new(Code::ReasonRequired, sentence).at("reason").into());
    }
    let transaction_id = match new.decision {
        RunDecision::Approved => {
            let reference = ground.contract.row.reference.as_str();
            posted(tx, viewer, (&found, reference), new).await?
        }
        RunDecision::Refused => None,
    };
    let decided = decision::Model {
        run_id: run.id,
        decision: new.decision,
        reason,
        transaction_id,
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        known_at: tx.now(),
    };
    let decided = pay::add(tx, decided).await.map_err(|stopped| match stopped {
        Stopped::Refused(_) => Refusal::new(Code::AlreadyDone, DECIDED).at("run").into(),
        fault @ Stopped::Fault(_) => fault,
    })?;
    let act = Act::new(new.mutation, "PaymentRun", run.id)
        .under(run.fund_id, FieldGroup::PaymentsFromPool)
        .from_day(decided.recorded_on)
        .after(said(&decided));
    audit::record(tx, viewer, act).await?;
    read::one(tx, viewer, (&ground, &around), run_row::Column::Number.eq(new.number)).await
}

/// The transaction by which a run is posted; none of one whose lines come to nothing together.
async fn posted(
    tx: &Writing,
    viewer: &Viewer,
    (found, reference): (&PaymentRun, &str),
    new: &Deciding,
) -> Result<Option<Uuid>, Stopped> {
    let run = &found.row;
    let amount = found.total.unwrap_or_default();
    if amount == Pence::ZERO {
        return Ok(None);
    }
    let books = ground::under(&**tx, viewer, run.fund_id, ("payment run", "run")).await?;
    let year = run.financial_year;
    let effective_on = new.effective_on.unwrap_or_else(|| run.period.last_day(year));
    let is_other_year = FinancialYear::of(effective_on) != year;
    let posting = RunPosting {
        scheme: run.scheme_id,
        payee: run.payee_id,
        amount,
        when: When { effective_on, adjustment_period: None },
        corrects: is_other_year.then_some(Correction { year, period: run.period }),
        description: format!(
            "Payment run {} of {reference}, to period {} of {year}",
            run.number, run.period
        ),
        reason: new.reason.clone(),
        attempt: (new.mutation, format!("payment run {}", run.id)),
    };
    let posted = ledger::post_run(tx, viewer, &books, posting).await?;
    Ok(Some(posted.id))
}
