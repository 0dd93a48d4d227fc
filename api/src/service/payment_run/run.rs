use domain::{
    policy::matrix::FieldGroup,
    rules::pay::{self as rules, Payable, Posted, Schedule},
};
use entities::{
    payment_run as row,
    payment_run_decision::RunDecision,
    payment_run_line as line, scheme,
    value::{FinancialYear, Period},
};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::{Around, Explained, PaymentRun, Sees, around, kept, nature, read};
use crate::{
    access::{
        self,
        facts::contracts::ContractFacts,
        payment_run::{RunFacts, whole_of},
    },
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        contract::delivers_on,
        frozen::freeze,
        ground,
        idempotency::{self, Attempt},
        pay::{self, Asked, Ground, WhatIf},
    },
};

/// What a contract pays up to a month of a year, charged to a scheme.
#[derive(Clone, Debug)]
pub struct NewRun {
    /// The contract.
    pub contract: Uuid,
    /// The year.
    pub year: FinancialYear,
    /// The last month that is paid.
    pub period: Period,
    /// The scheme that it is charged to.
    pub scheme: Uuid,
    /// The caller's own key.
    pub idempotency_key: String,
}

/// Runs what a contract pays up to a month, less what its earlier runs took; what was corrected
/// meanwhile becomes an adjustment (rule C7). It is posted once the host approved it.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `INVALID_VALUE`, `INVALID_DATE`, or `ALREADY_DONE` when earlier runs
/// took everything.
pub async fn run(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewRun,
) -> Result<PaymentRun, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { Box::pin(run_in(&tx, viewer, new)).await }).await
}

/// The same in a transaction of the caller's.
///
/// # Errors
/// What is refused, or a fault of the database.
pub async fn run_in(tx: &Writing, viewer: &Viewer, new: &NewRun) -> Result<PaymentRun, Stopped> {
    let ground = pay::deciding(tx, viewer, new.contract).await?;
    viewer.actor().may_run_payment(&ground.parties)?;
    let scheme = charged(tx, viewer, &ground, new).await?;
    in_time(tx, new)?;
    let id = tx.new_id();
    let (mutation, key) = ("runPayment", new.idempotency_key.as_str());
    let content = format!("{} {} {} {}", new.contract, new.year, new.period, new.scheme);
    let around = around(&**tx, viewer, &ground).await?;
    let first = idempotency::claim(tx, viewer, &Attempt { mutation, key, content }, id).await?;
    if let Some(first) = first {
        return read::one(tx, viewer, (&ground, &around), row::Column::Id.eq(first)).await;
    }
    let asked = Asked {
        contract: new.contract,
        year: new.year,
        as_of: None,
        known_at: None,
        what_if: WhatIf::default(),
    };
    let scheduled = pay::worked_out(&**tx, &asked, tx.today()).await?;
    let known = whole_of(&**tx, row::Column::ContractId.eq(new.contract)).await?;
    let before = taken(&known, new.year);
    let posted: Vec<Posted> = before.iter().map(|(_, it)| *it).collect();
    let place = |it: &Payable| scheduled.components.get(&it.component).map(|row| row.position);
    let mut due = rules::payable(&scheduled.schedule, &posted, new.period);
    due.sort_by_key(|it| (it.month, place(it), it.nature));
    if due.is_empty() {
        return Err(nothing(&around.facts, new).into());
    }
    let (payee_position, payee_id) = payee(tx, &around, new)?;
    let run = row::Model {
        id,
        contract_id: new.contract,
        number: known.last().map_or(1, |it| it.row.number + 1),
        financial_year: new.year,
        period: new.period,
        pays_to: new.period.last_day(new.year),
        fund_id: scheme.fund_id,
        scheme_id: scheme.id,
        payee_id,
        payee_position,
        rule_version: i32::try_from(scheduled.schedule.version).unwrap_or(i32::MAX),
        as_of: scheduled.as_of,
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        known_at: tx.now(),
    };
    let run = pay::add(tx, run).await?;
    let lines = lines(tx, run.id, &due, (&scheduled.schedule, &before));
    tx.insert_all(&lines).await?;
    let act = Act::new(mutation, "PaymentRun", run.id)
        .under(run.fund_id, FieldGroup::PaymentsFromPool)
        .from_day(run.recorded_on)
        .after(said(&run));
    audit::record(tx, viewer, act).await?;
    let lines = lines.into_iter().map(|line| (line, Vec::new())).collect();
    let facts = RunFacts { row: run, lines, decision: None };
    Ok(read::told(viewer, &around, (facts, &Sees::EVERYTHING)))
}

/// Why there is nothing to run.
fn nothing(facts: &ContractFacts, new: &NewRun) -> Refusal {
    if delivers_on(facts, new.period.first_day(new.year)) {
        let sentence = "earlier runs took everything that is due up to this month";
        return Refusal::new(Code::AlreadyDone, sentence).at("period");
    }
    let sentence = "rule C8: the contract had ended before this month, or was given up: it pays for no \
                    care in it";
    Refusal::new(Code::InvalidDate, sentence).at("period")
}

/// The scheme, of a fund of the agreement under which the contract is.
async fn charged(
    tx: &Writing,
    viewer: &Viewer,
    ground: &Ground,
    new: &NewRun,
) -> Result<scheme::Model, Stopped> {
    let contract = &ground.contract.row;
    if contract.shared_on.is_none() {
        let sentence = "a draft pays nothing: award the contract first";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("contract").into());
    }
    let scheme = access::scheme::visible(&**tx, viewer, new.scheme)
        .await?
        .ok_or_else(|| Refusal::not_found("scheme", "scheme"))?
        .row;
    let books = ground::under(&**tx, viewer, scheme.fund_id, ("scheme", "scheme")).await?;
    if contract.agreement_id != Some(books.agreement.id) {
        let sentence = "charge a scheme of the agreement under which the contract is";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("scheme").into());
    }
    Ok(scheme)
}

fn in_time(tx: &Writing, new: &NewRun) -> Result<(), Refusal> {
    if new.period.is_adjustment() {
        let sentence = "pay belongs to a month: name a period from 1 to 12";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("period"));
    }
    if new.period.first_day(new.year) > tx.today() {
        let sentence = "this month has not come yet";
        return Err(Refusal::new(Code::InvalidDate, sentence).at("period"));
    }
    Ok(())
}

/// Who is paid: the provider that leads today, or led last in the months that are paid.
fn payee(tx: &Writing, around: &Around, new: &NewRun) -> Result<(i32, Uuid), Refusal> {
    let day = new.period.last_day(new.year).min(tx.today());
    around.facts.lead_on(&around.heirs, day).ok_or_else(|| {
        let sentence = "no provider leads in this contract: say who is paid";
        Refusal::new(Code::InvalidValue, sentence).at("contract")
    })
}

/// What earlier runs of the year took, each with the run's number: also those that wait for the host,
/// so that nothing is taken twice, and not those that it refused.
fn taken(known: &[RunFacts], year: FinancialYear) -> Vec<(i32, Posted)> {
    let is_refused =
        |it: &&RunFacts| it.decision.as_ref().is_some_and(|it| it.decision == RunDecision::Refused);
    let of_year = known.iter().filter(|it| it.row.financial_year == year && !is_refused(it));
    let posted = |run: &RunFacts| -> Vec<(i32, Posted)> {
        let line = |row: &line::Model| Posted {
            component: row.component_id,
            month: row.period,
            nature: nature(row),
            amount: row.amount_pence,
        };
        run.lines.iter().map(|(row, _)| (run.row.number, line(row))).collect()
    };
    of_year.flat_map(posted).collect()
}

fn lines(
    tx: &Writing,
    run: Uuid,
    due: &[Payable],
    (schedule, before): (&Schedule, &[(i32, Posted)]),
) -> Vec<line::Model> {
    let line = |(payable, number): (&Payable, i32)| {
        let of = (payable.component, payable.month, payable.nature);
        let scheduled = schedule.lines.iter();
        let scheduled: Vec<&rules::Line> =
            scheduled.filter(|it| (it.component, it.month, it.nature) == of).collect();
        let taken = before.iter().filter(|(_, it)| (it.component, it.month, it.nature) == of);
        let taken: Vec<(i32, Posted)> = taken.copied().collect();
        line::Model {
            id: tx.new_id(),
            run_id: run,
            number,
            component_id: payable.component,
            period: payable.month,
            nature: kept(payable.nature),
            is_adjustment: payable.is_adjustment,
            amount_pence: payable.amount,
            explanation: freeze(&Explained::new(payable, &scheduled, &taken)).text,
        }
    };
    due.iter().zip(1..).map(line).collect()
}
