use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{
    pay_activity as activity, pay_list_size as list,
    value::{FinancialYear, Pence, Period},
};
use uuid::Uuid;

use super::{add, agree::next, deciding};
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

/// The most people, or units, that are counted at once.
const MOST: i64 = 100_000_000;

/// How many people of a group were on a list on a day.
#[derive(Clone, Debug)]
pub struct NewListSize {
    /// The contract.
    pub contract: Uuid,
    /// The group.
    pub code: String,
    /// The day of the count; without one the count is refused.
    pub counted_on: Option<NaiveDate>,
    /// How many.
    pub people: i64,
    /// Who counted, and where it is published; without one the count is refused.
    pub source: Option<String>,
}

/// What was done in a month, or what it cost.
#[derive(Clone, Debug)]
pub struct NewActivity {
    /// The contract.
    pub contract: Uuid,
    /// Of what.
    pub code: String,
    /// The year.
    pub year: FinancialYear,
    /// The month.
    pub month: Period,
    /// Units, episodes, or people under care.
    pub units: Option<i64>,
    /// What it cost.
    pub cost: Option<Pence>,
}

/// Records how many people were on a list. A wrong count is recorded again, with the same date (rule
/// C7).
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `INVALID_DATE`, or `INVALID_VALUE`.
pub async fn record_list_size(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewListSize,
) -> Result<list::Model, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { list_in(&tx, viewer, new).await }).await
}

async fn list_in(tx: &Writing, viewer: &Viewer, new: &NewListSize) -> Result<list::Model, Stopped> {
    let ground = deciding(tx, viewer, new.contract).await?;
    viewer.actor().may_record_pay(&ground.parties)?;
    let counted_on = new.counted_on.ok_or_else(|| {
        let sentence = "rule C7: a list size has a date: say on which day the people were counted";
        Refusal::new(Code::InvalidDate, sentence).at("countedOn")
    })?;
    let source = new.source.as_deref().filter(|it| !it.trim().is_empty()).ok_or_else(|| {
        let sentence = "rule C7: a list size has a source: say who counted, and where it is \
                        published";
        Refusal::new(Code::InvalidValue, sentence).at("source")
    })?;
    if counted_on > tx.today() {
        let sentence = "rule C7: people are counted on a day that has come";
        return Err(Refusal::new(Code::InvalidDate, sentence).at("countedOn").into());
    }
    counted(new.people, "people")?;
    let known = access::pay::whole_of(&**tx, new.contract).await?;
    let row = list::Model {
        id: tx.new_id(),
        contract_id: new.contract,
        code: text::required(&new.code, 60, "code")?,
        counted_on,
        number: next(known.lists.iter().map(|row| row.number)),
        people: new.people,
        source: text::required(source, 300, "source")?,
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        known_at: tx.now(),
    };
    let row = add(tx, row).await?;
    let act = Act::new("recordListSize", "ContractPay", new.contract)
        .under(new.contract, FieldGroup::ContractValue)
        .from_day(row.recorded_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}

/// Records what was done in a month, or what it cost. What was wrong is recorded again.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `INVALID_DATE`, or `INVALID_VALUE`.
pub async fn record_activity(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewActivity,
) -> Result<activity::Model, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { activity_in(&tx, viewer, new).await }).await
}

async fn activity_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewActivity,
) -> Result<activity::Model, Stopped> {
    let ground = deciding(tx, viewer, new.contract).await?;
    viewer.actor().may_record_pay(&ground.parties)?;
    if new.units.is_some() == new.cost.is_some() {
        let sentence = "give either units or what they cost";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("units").into());
    }
    if new.month.is_adjustment() {
        let sentence = "activity belongs to a month: name a period from 1 to 12";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("period").into());
    }
    if new.month.first_day(new.year) > tx.today() {
        let sentence = "this month has not come yet";
        return Err(Refusal::new(Code::InvalidDate, sentence).at("period").into());
    }
    counted(new.units.unwrap_or_default(), "units")?;
    let known = access::pay::whole_of(&**tx, new.contract).await?;
    let row = activity::Model {
        id: tx.new_id(),
        contract_id: new.contract,
        code: text::required(&new.code, 60, "code")?,
        financial_year: new.year,
        period: new.month,
        number: next(known.activity.iter().map(|row| row.number)),
        units: new.units,
        cost_pence: new.cost,
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        known_at: tx.now(),
    };
    let row = add(tx, row).await?;
    let act = Act::new("recordActivity", "ContractPay", new.contract)
        .under(new.contract, FieldGroup::ContractValue)
        .from_day(row.recorded_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}

/// That so many people, or units, can be counted at once.
pub(super) fn counted(number: i64, path: &str) -> Result<(), Refusal> {
    if (0..=MOST).contains(&number) {
        return Ok(());
    }
    Err(Refusal::new(Code::InvalidValue, format!("give a number from 0 to {MOST}")).at(path))
}
