//! What a contract would pay if something else were agreed, or other things happened: checked as what
//! is recorded is, worked out by the same rules, and never written (rule R7).

use chrono::NaiveDate;
use domain::rules::pay::{
    self as rules, Activity, Component, Cost, Facts, Framework, ListSize, Measurement, Pay,
    Reading, Terms, Version,
};
use entities::{
    pay_component as component,
    value::{Instant, Pence, Period},
};
use uuid::Uuid;

use super::{
    Asked,
    agree::{checked, costs, identify, in_order, next, one_more, refused, stays_of_its_kind},
    measure::measurable,
    record::counted,
};
use crate::{
    access::pay::PayFacts,
    service::{Code, Refusal, Stopped, text},
};

/// Other terms and facts than those on record, of the year that is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WhatIf {
    /// What measures would come to, by their references.
    pub readings: Vec<(String, Reading)>,
    /// How many people would be on lists from April on, by code.
    pub people: Vec<(String, i64)>,
    /// What would be done.
    pub units: Vec<OtherUnits>,
    /// What the year would cost, by code.
    pub costs: Vec<(String, Pence)>,
    /// How components would pay, one after the other.
    pub components: Vec<OtherPay>,
    /// What the contract would have to achieve.
    pub framework: Option<Framework>,
    /// What the contract would be worth in the year.
    pub contract_value: Option<Pence>,
    /// What would be agreed that the care cost before it.
    pub baseline_spend: Option<Pence>,
}

/// What would be done in a month, or in every month of the year.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherUnits {
    /// Of what.
    pub code: String,
    /// The month; every month when none is named.
    pub month: Option<Period>,
    /// How many in the month, or in each.
    pub units: i64,
}

/// How a component would pay from a day on. What is on record of it from that day on does not count.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherPay {
    /// What its parties call it; another component when nothing goes by it.
    pub reference: String,
    /// The first day on which it would count; the first of the year when none is named.
    pub effective_on: Option<NaiveDate>,
    /// The last day on which it would count, if it had one.
    pub ends_on: Option<NaiveDate>,
    /// What would be agreed, and the references of the measures of an incentive's goals; none when it
    /// would pay no more.
    pub pay: Option<(Pay, Vec<String>)>,
}

impl WhatIf {
    /// True when everything is as it is on record.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Puts what would be agreed in the place of what is.
pub(super) fn agree(
    terms: &mut Terms,
    rows: &mut Vec<component::Model>,
    (asked, known): (&Asked, &PayFacts),
) -> Result<(), Stopped> {
    let what_if = &asked.what_if;
    for value in terms.values.iter_mut().filter(|it| it.year == asked.year) {
        if let Some(amount) = what_if.contract_value {
            costs(amount, "whatIf.contractValue")?;
            value.contract_value = amount;
        }
        if let Some(amount) = what_if.baseline_spend {
            costs(amount, "whatIf.baselineSpend")?;
            value.baseline_spend = amount;
        }
    }
    let mut supposed = (1..).map(Uuid::from_u128);
    let mut new_id = || supposed.next().unwrap_or_default();
    if let Some(framework) = &what_if.framework {
        let mut framework = framework.clone();
        identify(&mut framework, known, &mut new_id)?;
        rules::check_framework(&framework).map_err(|it| refused(it, "whatIf.framework"))?;
        terms.framework = framework;
    }
    for (it, place) in what_if.components.iter().zip(0..) {
        let path = format!("whatIf.components.{place}");
        let id = named(it, rows, (asked, &path), &mut new_id)?;
        replace(terms, (id, it), (asked, &path))?;
    }
    Ok(())
}

/// The component that is meant; one that is not on record is added behind the others.
fn named(
    it: &OtherPay,
    rows: &mut Vec<component::Model>,
    (asked, path): (&Asked, &str),
    new_id: impl FnOnce() -> Uuid,
) -> Result<Uuid, Refusal> {
    let path = format!("{path}.reference");
    let reference = text::required(&it.reference, 60, &path)?;
    if let Some(found) = rows.iter().find(|row| row.reference == reference) {
        return Ok(found.id);
    }
    if it.pay.is_none() {
        return Err(Refusal::not_found("component", &path));
    }
    one_more(rows, &path)?;
    let row = component::Model {
        id: new_id(),
        contract_id: asked.contract,
        name: reference.clone(),
        reference,
        position: next(rows.iter().map(|row| row.position)),
        recorded_on: asked.year.first_day(),
    };
    let id = row.id;
    rows.push(row);
    Ok(id)
}

/// From a day on the component pays so, or no more, whatever is on record from that day on.
fn replace(
    terms: &mut Terms,
    (id, it): (Uuid, &OtherPay),
    (asked, path): (&Asked, &str),
) -> Result<(), Refusal> {
    let from = it.effective_on.unwrap_or(asked.year.first_day());
    in_order((from, it.ends_on), &format!("{path}.endsOn"))?;
    let place = terms.components.iter().position(|it| it.id == id);
    let place = place.unwrap_or_else(|| {
        let name = it.reference.trim().to_owned();
        terms.components.push(Component { id, name, versions: Vec::new() });
        terms.components.len() - 1
    });
    let component = &mut terms.components[place];
    let Some((pay, goal_measures)) = &it.pay else {
        component.versions.retain(|it| it.effective_on < from);
        for version in &mut component.versions {
            let last = version.ends_on.into_iter().chain(from.pred_opt()).min();
            version.ends_on = last;
        }
        return Ok(());
    };
    let path = format!("{path}.pay");
    let pay = checked((pay, goal_measures), &terms.framework, &path)?;
    stays_of_its_kind(component, &pay, &path)?;
    component.versions.retain(|it| it.effective_on < from);
    component.versions.push(Version {
        effective_on: from,
        ends_on: it.ends_on,
        known_at: known_at(asked),
        pay,
    });
    Ok(())
}

/// What is supposed counts as the last that became known.
fn known_at(asked: &Asked) -> Instant {
    asked.known_at.unwrap_or(Instant(i64::MAX))
}

/// Puts what would happen in the place of what did.
pub(super) fn suppose(
    facts: &mut Facts,
    asked: &Asked,
    framework: &Framework,
) -> Result<(), Refusal> {
    let (what_if, year, known_at) = (&asked.what_if, asked.year, known_at(asked));
    for ((reference, reading), place) in what_if.readings.iter().zip(0..) {
        let at = |field: &str| format!("whatIf.readings.{place}.{field}");
        let measure = framework.measures().find(|it| it.reference == *reference);
        let measure = measure.ok_or_else(|| Refusal::not_found("measure", &at("measure")))?.id;
        measurable(*reading, &at("reading"))?;
        let validated_on = framework.cut_off(year);
        let reading = *reading;
        facts.measurements.push(Measurement { measure, year, reading, validated_on, known_at });
    }
    for ((code, people), place) in what_if.people.iter().zip(0..) {
        let path = format!("whatIf.people.{place}");
        let code = text::required(code, 60, &format!("{path}.code"))?;
        counted(*people, &format!("{path}.people"))?;
        let (counted_on, people) = (year.first_day(), *people);
        facts.list_sizes.retain(|it| it.code != code || it.counted_on < counted_on);
        facts.list_sizes.push(ListSize { code, counted_on, people, known_at });
    }
    for (it, place) in what_if.units.iter().zip(0..) {
        units(facts, it, (asked, &format!("whatIf.activity.{place}")))?;
    }
    for ((code, amount), place) in what_if.costs.iter().zip(0..) {
        let code = text::required(code, 60, &format!("whatIf.costs.{place}.code"))?;
        facts.costs.retain(|it| it.code != code || it.year != year);
        facts.costs.push(Cost { code, year, month: Period::MARCH, amount: *amount, known_at });
    }
    Ok(())
}

fn units(facts: &mut Facts, it: &OtherUnits, (asked, path): (&Asked, &str)) -> Result<(), Refusal> {
    let (year, units) = (asked.year, it.units);
    let code = text::required(&it.code, 60, &format!("{path}.code"))?;
    counted(units, &format!("{path}.units"))?;
    if it.month.is_some_and(Period::is_adjustment) {
        let sentence = "activity belongs to a month: name a period from 1 to 12";
        return Err(Refusal::new(Code::InvalidValue, sentence).at(&format!("{path}.period")));
    }
    for month in Period::months().filter(|month| it.month.is_none_or(|it| it == *month)) {
        facts.activity.retain(|it| it.code != code || (it.year, it.month) != (year, month));
        let known_at = known_at(asked);
        facts.activity.push(Activity { code: code.clone(), year, month, units, known_at });
    }
    Ok(())
}
