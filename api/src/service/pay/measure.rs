use domain::{
    policy::{Denied, approval::Person, decisions::Submitted, matrix::FieldGroup},
    rules::{
        pay::Reading,
        supply_chain::{FedDays, Term, feeds_within},
    },
};
use entities::{
    measurement,
    measurement_decision::{self as decision, Decision},
    team_limit::LimitKind,
    value::FinancialYear,
};
use uuid::Uuid;

use super::{Asked, Measured, WhatIf, add, agree::next, deciding, read, schedule};
use crate::{
    access,
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        measure_feed::{self, Fed},
        subcontract, text,
    },
};

/// How far from nothing a reading can be, in thousandths.
const FURTHEST: i64 = 1_000_000_000_000_000;

/// Under what something was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeasuredUnder {
    /// A contract.
    Contract(Uuid),
    /// A link of its supply chain, which feeds the measure.
    Link(Uuid),
}

/// What was measured of an outcome in a year.
#[derive(Clone, Debug)]
pub struct NewMeasurement {
    /// Under what.
    pub under: MeasuredUnder,
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

/// Where a measurement is submitted, by somebody who may.
struct Place {
    contract: Uuid,
    link: Option<Uuid>,
    /// What the link feeds; of a contract everything is measured.
    fed: Vec<Fed>,
    /// True when the viewer reads the contract's measurements, and not only its own.
    is_whole: bool,
}

impl Place {
    /// True when the measure is measured here in a year.
    fn measures(&self, measure: Uuid, year: FinancialYear) -> bool {
        let fed = self.fed.iter().filter(|it| it.row.measure_id == measure);
        let fed: Vec<FedDays> = fed.map(Fed::days).collect();
        let year = Term { first: year.first_day(), last: year.last_day() };
        self.link.is_none() || feeds_within(&fed, year)
    }
}

async fn place(tx: &Writing, viewer: &Viewer, new: &NewMeasurement) -> Result<Place, Stopped> {
    let (actor, is_on_behalf) = (viewer.actor(), new.on_behalf_of.is_some());
    let whose = |sentence| Refusal::new(Code::InvalidValue, sentence).at("onBehalfOf");
    match new.under {
        MeasuredUnder::Contract(id) => {
            let ground = deciding(tx, viewer, id).await?;
            let rights = ground.contract.standing.rights(FieldGroup::Measurements);
            let may = actor.may_submit_measurement(&ground.parties, (rights, is_on_behalf));
            may.map_err(|denied| match denied {
                Denied::NotWithinMatrix => {
                    let sentence = "the provider of a contract submits what was measured under it: name \
                                    your own subcontract instead, or, as co-ordinating commissioner, \
                                    the provider that has no users";
                    Refusal::new(Code::NotAllowed, sentence).at("contract")
                }
                _ => denied.into(),
            })?;
            if new.on_behalf_of.is_some_and(|it| !ground.parties.providers.contains(&it)) {
                return Err(whose("name a provider of the contract").into());
            }
            Ok(Place { contract: id, link: None, fed: Vec::new(), is_whole: true })
        }
        MeasuredUnder::Link(id) => {
            let found = subcontract::find(&**tx, viewer, id, "subcontract").await?;
            actor.may_submit_measurement_of_link(found.parties(viewer), is_on_behalf)?;
            let row = &found.seen.row;
            if new.on_behalf_of.is_some_and(|it| it != row.seller_id) {
                return Err(whose("name the seller of the subcontract").into());
            }
            let fed = measure_feed::of_links(&**tx, &[id]).await?.remove(&id).unwrap_or_default();
            let is_whole = found.seen.reads(FieldGroup::Measurements);
            Ok(Place { contract: row.contract_id, link: Some(id), fed, is_whole })
        }
    }
}

async fn submit_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewMeasurement,
) -> Result<Measured, Stopped> {
    let place = place(tx, viewer, new).await?;
    let known = access::pay::whole_of(&**tx, place.contract).await?;
    let framework = match known.frameworks.last() {
        Some(row) => read::content(row)?,
        None => return Err(Refusal::not_found("measure", "measure").into()),
    };
    let mut measures = framework.measures();
    // What a link does not feed, its parties are not told to exist.
    let measure =
        measures.find(|it| it.reference == new.measure && place.measures(it.id, new.year));
    let measure = measure.ok_or_else(|| Refusal::not_found("measure", "measure"))?;
    if new.year.first_day() > tx.today() {
        let sentence = "a year is measured once it has begun";
        return Err(Refusal::new(Code::WrongYear, sentence).at("financialYear").into());
    }
    measurable(new.reading, "reading")?;
    let under = known.measurements.iter().filter(|row| row.subcontract_id == place.link);
    let row = measurement::Model {
        id: tx.new_id(),
        contract_id: place.contract,
        measure_id: measure.id,
        financial_year: new.year,
        number: next(known.measurements.iter().map(|row| row.number)),
        subcontract_id: place.link,
        subcontract_number: place
            .link
            .map(|_| next(under.filter_map(|row| row.subcontract_number))),
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
        .under(place.contract, FieldGroup::Measurements)
        .from_day(row.recorded_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    let measure = measure.clone();
    Ok(Measured { row, measure, decision: None, answer: None, is_whole: place.is_whole })
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

/// That a team decides on no more than was delegated to it (rule M13): the most that the measure pays in
/// its year, whatever came out of it.
async fn decides_alone(tx: &Writing, viewer: &Viewer, it: &Measured) -> Result<(), Stopped> {
    if viewer.team.is_none() {
        return Ok(());
    }
    let asked = Asked {
        contract: it.row.contract_id,
        year: it.row.financial_year,
        as_of: None,
        known_at: None,
        what_if: WhatIf::default(),
    };
    let found = schedule::worked_out(&**tx, &asked, tx.today()).await?;
    let pots = found.schedule.results.iter().filter(|pot| pot.measure == it.row.measure_id);
    let most = pots.map(|pot| pot.most).sum();
    let within = viewer.actor().within_limit(LimitKind::OutcomePay, most);
    within.map_err(|why| Refusal::from(why).at("number").into())
}

async fn decide_in(tx: &Writing, viewer: &Viewer, new: &Deciding) -> Result<Measured, Stopped> {
    let ground = deciding(tx, viewer, new.contract).await?;
    let seen = read::measurements_of(&**tx, viewer, new.contract).await?;
    let found = seen.into_iter().find(|it| it.row.number == new.number);
    let mut measured = found.ok_or_else(|| Refusal::not_found("measurement", "number"))?;
    let row = &measured.row;
    let submitted = Submitted {
        by: Person { account: row.recorded_by_id, organisation: row.recorded_as_id },
        whose: row.on_behalf_of_id.unwrap_or(row.recorded_as_id),
        is_of_chain: row.subcontract_id.is_some(),
    };
    let may = viewer.actor().may_validate_measurement(&ground.parties, (viewer.account, submitted));
    may.map_err(|denied| match denied {
        Denied::SubmittedByYou => {
            let sentence = "rule C5: whoever submitted a measurement does not validate it, nor \
                            reject it: ask a colleague";
            Refusal::new(Code::NotAllowed, sentence).at("number")
        }
        _ => denied.into(),
    })?;
    decides_alone(tx, viewer, &measured).await?;
    if new.decision == Decision::Validated {
        let contested = |why| Refusal::new(Code::InvalidValue, why).at("number");
        measured.on_behalf().validated().map_err(contested)?;
    }
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
