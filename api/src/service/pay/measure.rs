use domain::{
    policy::{Denied, approval::Person, matrix::FieldGroup},
    rules::pay::Reading,
};
use entities::{
    measurement,
    measurement_decision::{self as decision, Decision},
    value::FinancialYear,
};
use uuid::Uuid;

use super::{Measured, add, agree::next, deciding, read};
use crate::{
    access,
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        text,
    },
};

/// How far from nothing a reading can be, in thousandths.
const FURTHEST: i64 = 1_000_000_000_000_000;

/// What was measured of an outcome in a year.
#[derive(Clone, Debug)]
pub struct NewMeasurement {
    /// The contract.
    pub contract: Uuid,
    /// The reference of the measure.
    pub measure: String,
    /// The year.
    pub year: FinancialYear,
    /// What came out.
    pub reading: Reading,
    /// Where it is shown.
    pub evidence: String,
    /// What is to be known about the quality of the data.
    pub data_quality: Option<String>,
    /// The provider whose measurement it is, when it has no users (rule C10).
    pub on_behalf_of: Option<Uuid>,
}

/// What is decided about a measurement.
#[derive(Clone, Debug)]
pub struct Deciding {
    /// The mutation.
    pub mutation: &'static str,
    /// The contract.
    pub contract: Uuid,
    /// The number of the measurement in it.
    pub number: i32,
    /// What is decided.
    pub decision: Decision,
    /// Why it is rejected.
    pub reason: Option<String>,
}

/// Submits a measurement. It counts for nothing until somebody else validates it (rule C5).
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `WRONG_YEAR`, or `INVALID_VALUE`.
pub async fn submit(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewMeasurement,
) -> Result<Measured, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { submit_in(&tx, viewer, new).await }).await
}

async fn submit_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewMeasurement,
) -> Result<Measured, Stopped> {
    let ground = deciding(tx, viewer, new.contract).await?;
    let known = access::pay::whole_of(&**tx, new.contract).await?;
    let rights = ground.contract.standing.rights(FieldGroup::Measurements);
    viewer.actor().may_submit_measurement(&ground.parties, (rights, new.on_behalf_of.is_some()))?;
    if new.on_behalf_of.is_some_and(|whose| !ground.parties.providers.contains(&whose)) {
        let sentence = "name a provider of the contract";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("onBehalfOf").into());
    }
    let framework = match known.frameworks.last() {
        Some(row) => read::content(row)?,
        None => return Err(Refusal::not_found("measure", "measure").into()),
    };
    let measure = framework.measures().find(|it| it.reference == new.measure);
    let measure = measure.ok_or_else(|| Refusal::not_found("measure", "measure"))?;
    if new.year.first_day() > tx.today() {
        let sentence = "a year is measured once it has begun";
        return Err(Refusal::new(Code::WrongYear, sentence).at("financialYear").into());
    }
    measurable(new.reading, "reading")?;
    let row = measurement::Model {
        id: tx.new_id(),
        contract_id: new.contract,
        measure_id: measure.id,
        financial_year: new.year,
        number: next(known.measurements.iter().map(|row| row.number)),
        reading: new.reading.0,
        evidence: text::required(&new.evidence, 1_000, "evidence")?,
        data_quality: text::optional(new.data_quality.as_deref(), 1_000, "dataQuality")?,
        on_behalf_of_id: new.on_behalf_of,
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        known_at: tx.now(),
    };
    let row = add(tx, row).await?;
    let act = Act::new("submitMeasurement", "Measurement", row.id)
        .under(new.contract, FieldGroup::Measurements)
        .from_day(row.recorded_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(Measured { row, measure: measure.clone(), decision: None })
}

/// That a reading is no further from nothing than any is.
pub(super) fn measurable(reading: Reading, path: &str) -> Result<(), Refusal> {
    if (-FURTHEST..=FURTHEST).contains(&reading.0) {
        return Ok(());
    }
    Err(Refusal::new(Code::InvalidValue, "give a number of at most a million million").at(path))
}

/// Validates or rejects a measurement. Whoever submitted it does not (rule C5).
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_DONE`, or `REASON_REQUIRED`.
pub async fn decide(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: Deciding,
) -> Result<Measured, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { decide_in(&tx, viewer, new).await }).await
}

async fn decide_in(tx: &Writing, viewer: &Viewer, new: &Deciding) -> Result<Measured, Stopped> {
    let ground = deciding(tx, viewer, new.contract).await?;
    let seen = read::measurements_of(&**tx, viewer, new.contract).await?;
    let found = seen.into_iter().find(|it| it.row.number == new.number);
    let mut measured = found.ok_or_else(|| Refusal::not_found("measurement", "number"))?;
    let row = &measured.row;
    let submitter = Person { account: row.recorded_by_id, organisation: row.recorded_as_id };
    let may = viewer.actor().may_validate_measurement(&ground.parties, (viewer.account, submitter));
    may.map_err(|denied| match denied {
        Denied::SubmittedByYou => {
            let sentence = "rule C5: whoever submitted a measurement does not validate it, nor \
                            reject it: ask a colleague";
            Refusal::new(Code::NotAllowed, sentence).at("number")
        }
        _ => denied.into(),
    })?;
    let reason = text::optional(new.reason.as_deref(), 1_000, "reason")?;
    if new.decision == Decision::Rejected && reason.is_none() {
        let sentence = "say why it is rejected";
        return Err(Refusal::new(Code::ReasonRequired, sentence).at("reason").into());
    }
    let decided = decision::Model {
        measurement_id: row.id,
        contract_id: new.contract,
        decision: new.decision,
        reason,
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        known_at: tx.now(),
    };
    let decided = add(tx, decided).await.map_err(|stopped| match stopped {
        Stopped::Refused(_) => {
            let sentence = "this measurement was validated or rejected already";
            Refusal::new(Code::AlreadyDone, sentence).at("number").into()
        }
        fault @ Stopped::Fault(_) => fault,
    })?;
    let act = Act::new(new.mutation, "Measurement", row.id)
        .under(new.contract, FieldGroup::Measurements)
        .from_day(decided.recorded_on)
        .after(said(&decided));
    audit::record(tx, viewer, act).await?;
    measured.decision = Some(decided);
    Ok(measured)
}
