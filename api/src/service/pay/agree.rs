use chrono::NaiveDate;
use domain::{
    policy::matrix::FieldGroup,
    rules::{
        pay::{self as rules, Framework, Kind, Pay},
        risk_share::Fault,
    },
};
use entities::{
    outcome_framework as framework, pay_baseline as baseline, pay_component as component,
    pay_component_version as version,
    value::{FinancialYear, Pence},
};
use sea_orm::DbErr;
use uuid::Uuid;

use super::{Component, Ground, add, deciding, read, schedule};
use crate::{
    access::{self, pay::PayFacts},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        decision::Decision,
        frozen::freeze,
        text,
    },
};

/// The most components of a contract.
const MOST_COMPONENTS: usize = 100;

/// What a contract is to achieve from a day on.
#[derive(Clone, Debug)]
pub struct NewFramework {
    /// The contract.
    pub contract: Uuid,
    /// The first day on which it counts.
    pub effective_on: NaiveDate,
    /// Domains and measures; a measure is told from others by its reference, and keeps its identity.
    pub framework: Framework,
    /// The decision; it may be left out of a draft.
    pub decision: Option<Decision>,
}

/// A component of what a contract pays, from a day on.
#[derive(Clone, Debug)]
pub struct NewComponent {
    /// The contract.
    pub contract: Uuid,
    /// What its parties call it. One that goes by it already is given another version.
    pub reference: String,
    /// Its name; of another version it is left out.
    pub name: Option<String>,
    /// The first day on which it counts.
    pub effective_on: NaiveDate,
    /// The last day on which it counts, if it has one.
    pub ends_on: Option<NaiveDate>,
    /// What is agreed.
    pub pay: Pay,
    /// Of an incentive: the references of the goals' measures, in their order.
    pub goal_measures: Vec<String>,
    /// The decision; it may be left out of a draft.
    pub decision: Option<Decision>,
}

/// What the care of a contract cost before it, as agreed for a year.
#[derive(Clone, Debug)]
pub struct NewBaseline {
    /// The contract.
    pub contract: Uuid,
    /// The year.
    pub year: FinancialYear,
    /// How much.
    pub amount: Pence,
}

/// Records what a contract is to achieve from a day on.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, or `INVALID_VALUE`.
pub async fn define_framework(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewFramework,
) -> Result<framework::Model, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { define_in(&tx, viewer, new).await }).await
}

async fn define_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewFramework,
) -> Result<framework::Model, Stopped> {
    let ground = deciding(tx, viewer, new.contract).await?;
    viewer.actor().may_define_outcomes(&ground.parties)?;
    let decision = ground.decided(tx, new.decision.as_ref())?;
    let known = access::pay::whole_of(&**tx, new.contract).await?;
    let mut content = new.framework.clone();
    identify(&mut content, &known, || tx.new_id())?;
    rules::check_framework(&content).map_err(|fault| refused(fault, ""))?;
    let row = framework::Model {
        id: tx.new_id(),
        contract_id: new.contract,
        number: next(known.frameworks.iter().map(|row| row.number)),
        effective_on: new.effective_on,
        content: freeze(&content).text,
        deciding_body: decision.as_ref().map(|it| it.deciding_body.clone()),
        decided_on: decision.as_ref().map(|it| it.decided_on),
        minute_reference: decision.map(|it| it.minute_reference),
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        known_at: tx.now(),
    };
    let row = add(tx, row).await?;
    let act = Act::new("defineOutcomeFramework", "OutcomeFramework", row.id)
        .under(new.contract, FieldGroup::OutcomeMeasures)
        .from_day(row.recorded_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}

/// Gives every measure its identity: that of the measure that went by its reference before.
pub(super) fn identify(
    content: &mut Framework,
    known: &PayFacts,
    mut new_id: impl FnMut() -> Uuid,
) -> Result<(), DbErr> {
    let mut before = Vec::new();
    for row in &known.frameworks {
        before.push(read::content(row)?);
    }
    let measures = content.domains.iter_mut().flat_map(|domain| &mut domain.measures);
    for measure in measures.chain(&mut content.further) {
        let same = before.iter().rev().flat_map(Framework::measures);
        let same = same.into_iter().find(|it| it.reference == measure.reference);
        measure.id = same.map_or_else(&mut new_id, |it| it.id);
    }
    Ok(())
}

/// Records a component of what a contract pays, or another version of one.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, or `INVALID_VALUE`.
pub async fn agree_component(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewComponent,
) -> Result<Component, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { agree_in(&tx, viewer, new).await }).await
}

/// The same in a transaction of the caller's.
///
/// # Errors
/// What is refused, or a fault of the database.
pub async fn agree_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewComponent,
) -> Result<Component, Stopped> {
    let ground = deciding(tx, viewer, new.contract).await?;
    viewer.actor().may_record_pay(&ground.parties)?;
    let decision = ground.decided(tx, new.decision.as_ref())?;
    in_order((new.effective_on, new.ends_on), "endsOn")?;
    let known = access::pay::whole_of(&**tx, new.contract).await?;
    let framework = match known.frameworks.last() {
        Some(row) => read::content(row)?,
        None => Framework::default(),
    };
    let pay = checked((&new.pay, &new.goal_measures), &framework, "pay")?;
    let component = found_or_made(tx, &ground, new, &known).await?;
    if let Some(before) = schedule::component(&component, &known)? {
        stays_of_its_kind(&before, &pay, "pay")?;
    }
    let of_component = known.versions.iter().filter(|row| row.component_id == component.id);
    let row = version::Model {
        id: tx.new_id(),
        component_id: component.id,
        number: next(of_component.map(|row| row.number)),
        effective_on: new.effective_on,
        ends_on: new.ends_on,
        content: freeze(&pay).text,
        deciding_body: decision.as_ref().map(|it| it.deciding_body.clone()),
        decided_on: decision.as_ref().map(|it| it.decided_on),
        minute_reference: decision.map(|it| it.minute_reference),
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        known_at: tx.now(),
    };
    let version = add(tx, row).await?;
    let act = Act::new("recordPayComponent", "PayComponent", component.id)
        .under(new.contract, FieldGroup::ContractValue)
        .from_day(version.recorded_on)
        .after(said(&version));
    audit::record(tx, viewer, act).await?;
    Ok(Component { row: component, versions: vec![(version, pay)] })
}

/// What is agreed of a component, with the measures of its goals named, when it can be agreed beside this
/// framework. `path` is where it stands in the input.
pub(super) fn checked(
    (pay, goal_measures): (&Pay, &[String]),
    framework: &Framework,
    path: &str,
) -> Result<Pay, Refusal> {
    let mut pay = pay.clone();
    name_measures(&mut pay, goal_measures, (framework, path))?;
    rules::check_pay(&pay, framework).map_err(|fault| {
        let place = place(&pay.kind, &fault.path);
        refused(Fault { path: place, ..fault }, path)
    })?;
    Ok(pay)
}

/// That a component can become this: one that is of another kind is another component.
pub(super) fn stays_of_its_kind(
    before: &rules::Component,
    pay: &Pay,
    path: &str,
) -> Result<(), Refusal> {
    let whole = String::new();
    rules::check_change(before, pay).map_err(|fault| refused(Fault { path: whole, ..fault }, path))
}

/// Where a fault stands in the input, in which every kind has a field of its own.
fn place(kind: &Kind, path: &str) -> String {
    if let Some(place) = path.strip_prefix("uplifts.") {
        return format!("uplifts.{}", place.replace("year", "financialYear"));
    }
    if ["floor", "cap"].contains(&path) {
        return path.to_owned();
    }
    let rest = path.split_once('.').map(|(_, rest)| format!(".{rest}")).unwrap_or_default();
    match kind {
        Kind::Block { .. } => "block".to_owned(),
        Kind::Capitation(_) => format!("capitation.{path}"),
        Kind::Activity { .. } => format!("activity{rest}"),
        Kind::CostAndVolume(_) => format!("costAndVolume.{path}"),
        Kind::Episode { .. } => format!("episode{rest}"),
        Kind::YearOfCare { .. } => format!("yearOfCare{rest}"),
        Kind::OutcomeContingent(_) => {
            let path = path.replace("most.amounts", "most");
            let path = path.replace("most.when.atLeastBasisPoints", "sustainedAtBasisPoints");
            format!("outcomeContingent.{path}")
        }
        Kind::Incentive(_) => format!("incentive.{}", path.replace(".due", ".period")),
        Kind::GainShare(_) => format!("gainShare.{path}"),
        Kind::LossShare(_) => format!("lossShare.{path}"),
        Kind::Transition { .. } => format!("transition{rest}"),
        Kind::PassThrough { .. } => "passThrough".to_owned(),
    }
}

/// Names the measures of an incentive's goals by their identities.
fn name_measures(
    pay: &mut Pay,
    named: &[String],
    (framework, path): (&Framework, &str),
) -> Result<(), Refusal> {
    let Kind::Incentive(scheme) = &mut pay.kind else { return Ok(()) };
    for (place, goal) in scheme.goals.iter_mut().enumerate() {
        let path = format!("{path}.incentive.goals.{place}.measure");
        let reference = named.get(place).map(String::as_str).unwrap_or_default();
        let measure = framework.measures().find(|it| it.reference == reference);
        goal.measure = measure.ok_or_else(|| Refusal::not_found("measure", &path))?.id;
    }
    Ok(())
}

async fn found_or_made(
    tx: &Writing,
    ground: &Ground,
    new: &NewComponent,
    known: &PayFacts,
) -> Result<component::Model, Stopped> {
    let reference = text::required(&new.reference, 60, "reference")?;
    if let Some(found) = known.components.iter().find(|row| row.reference == reference) {
        return Ok(found.clone());
    }
    one_more(&known.components, "reference")?;
    let name = new.name.as_deref().unwrap_or(&reference);
    let row = component::Model {
        id: tx.new_id(),
        contract_id: ground.contract.row.id,
        name: text::required(name, 200, "name")?,
        reference,
        position: next(known.components.iter().map(|row| row.position)),
        recorded_on: tx.today(),
    };
    add(tx, row).await
}

/// That the last day is not before the first.
pub(super) fn in_order(
    (first, last): (NaiveDate, Option<NaiveDate>),
    path: &str,
) -> Result<(), Refusal> {
    if last.is_none_or(|last| first <= last) {
        return Ok(());
    }
    Err(Refusal::new(Code::InvalidDate, "the last day is not before the first").at(path))
}

/// That a contract can have another component.
pub(super) fn one_more(components: &[component::Model], path: &str) -> Result<(), Refusal> {
    if components.len() < MOST_COMPONENTS {
        return Ok(());
    }
    let sentence = format!("a contract has at most {MOST_COMPONENTS} components of pay");
    Err(Refusal::new(Code::InvalidValue, sentence).at(path))
}

/// That the care cost nothing or more.
pub(super) fn costs(amount: Pence, path: &str) -> Result<(), Refusal> {
    if !amount.is_negative() {
        return Ok(());
    }
    Err(Refusal::new(Code::InvalidValue, "care costs nothing or more").at(path))
}

/// Records what the care of a contract cost before it, as agreed for a year.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, or `INVALID_MONEY`.
pub async fn record_baseline(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewBaseline,
) -> Result<baseline::Model, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { baseline_in(&tx, viewer, new).await }).await
}

async fn baseline_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewBaseline,
) -> Result<baseline::Model, Stopped> {
    let ground = deciding(tx, viewer, new.contract).await?;
    viewer.actor().may_record_pay(&ground.parties)?;
    costs(new.amount, "amount")?;
    let known = access::pay::whole_of(&**tx, new.contract).await?;
    let row = baseline::Model {
        id: tx.new_id(),
        contract_id: new.contract,
        financial_year: new.year,
        number: next(known.baselines.iter().map(|row| row.number)),
        amount_pence: new.amount,
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        known_at: tx.now(),
    };
    let row = add(tx, row).await?;
    let act = Act::new("recordPayBaseline", "ContractPay", new.contract)
        .under(new.contract, FieldGroup::ContractValue)
        .from_day(row.recorded_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}

/// The number after those that are taken.
pub(super) fn next(taken: impl Iterator<Item = i32>) -> i32 {
    taken.max().unwrap_or(0) + 1
}

/// A fault in what is agreed, where it stands in the input under `under`.
pub(super) fn refused(fault: Fault, under: &str) -> Refusal {
    let code =
        if fault.sentence.contains("add up to") { Code::DoesNotAddUp } else { Code::InvalidValue };
    let steps = [under, fault.path.as_str()].into_iter().filter(|it| !it.is_empty());
    Refusal::new(code, fault.sentence).at(&steps.collect::<Vec<_>>().join("."))
}
