//! What a contract pays in a year: the terms and the facts on record, put through the rules.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::{
    policy::matrix::FieldGroup,
    rules::pay::{
        self as rules, Activity, Component, Cost, Delivery, Facts, KindName, LastDay, ListSize,
        Measurement, Outcome, Part, Reading, Schedule, Settlement, Stood, Terms, Version,
        Withholding, YearValue,
    },
};
use entities::{
    contract_value as value,
    measurement_decision::Decision,
    pay_component as component,
    pay_withholding_settlement::{self as settlement, SettlementOutcome},
    value::{FinancialYear, Instant, Pence},
};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::{WhatIf, read, what_if};
use crate::{
    access::{
        self,
        facts::contracts::{self, ContractFacts},
        pay::PayFacts,
        pay_withholding::{self, WithholdingFacts},
    },
    auth::Viewer,
    service::Stopped,
};

/// What enters a schedule.
pub(in crate::service) const ENTERS: [FieldGroup; 3] =
    [FieldGroup::ContractValue, FieldGroup::OutcomePay, FieldGroup::OutcomeMeasures];

/// Which schedule is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The contract.
    pub contract: Uuid,
    /// The year.
    pub year: FinancialYear,
    /// The last day of effect that counts; today when none is given.
    pub as_of: Option<NaiveDate>,
    /// The last instant of recording that counts; now when none is given.
    pub known_at: Option<Instant>,
    /// What would be if.
    pub what_if: WhatIf,
}

/// A schedule with the names of its components.
#[derive(Clone, Debug)]
pub struct Scheduled {
    /// The schedule.
    pub schedule: Schedule,
    /// The components, by identity.
    pub components: HashMap<Uuid, component::Model>,
    /// How they pay, by identity.
    pub kinds: HashMap<Uuid, KindName>,
    /// The references of the measures, by identity.
    pub measures: HashMap<Uuid, String>,
    /// The last day of effect that counts.
    pub as_of: NaiveDate,
    /// The last instant of recording that counts; none when everything counts.
    pub known_at: Option<Instant>,
}

/// What a contract pays in a year; none unless the viewer reads all of what the contract is worth, what
/// it pays and what was measured, of some day up to now and of the day asked for: an own share of it
/// would tell the rest (rule V8). Whoever has left is told what it was told on its last day.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_VALUE`, `INVALID_DATE` or `DOES_NOT_ADD_UP` under `whatIf`, or a fault of the
/// database.
pub async fn scheduled(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    asked: &Asked,
) -> Result<Option<Scheduled>, Stopped> {
    let on = (asked.year, asked.as_of.unwrap_or(viewer.today));
    let of_years = scheduled_on(connection, viewer, (asked, &[on])).await?;
    Ok(of_years.and_then(|it| it.into_iter().next()))
}

/// The same of several years, each as of a day, in statements that do not grow with their number.
///
/// # Errors
/// As of [`scheduled`].
pub async fn scheduled_on(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    (asked, days): (&Asked, &[(FinancialYear, NaiveDate)]),
) -> Result<Option<Vec<Scheduled>>, Stopped> {
    let Some(contract) = access::contract::visible(connection, viewer, asked.contract).await?
    else {
        return Ok(None);
    };
    let Some(last) = contract.last_day_read(&ENTERS, viewer.today) else { return Ok(None) };
    let mut asked = asked.clone();
    let mut days = days.to_vec();
    if last < viewer.today {
        let end = Instant::end_of(last);
        asked.known_at = Some(asked.known_at.unwrap_or(end).min(end));
        days.iter_mut().for_each(|(_, day)| *day = (*day).min(last));
    }
    for (_, day) in &days {
        let of_the_day = contract.clone().on((*day).min(last));
        if !ENTERS.iter().all(|group| of_the_day.reads(*group)) {
            return Ok(None);
        }
    }
    let on_record = OnRecord::of(connection, &asked).await?;
    let of_year = |(year, day): &(FinancialYear, NaiveDate)| {
        on_record.work_out(&Asked { year: *year, ..asked.clone() }, *day)
    };
    days.iter().map(of_year).collect::<Result<_, _>>().map(Some)
}

/// The same of a contract that the caller has found through its view, whatever it reads of it.
pub(in crate::service) async fn worked_out(
    connection: &impl ConnectionTrait,
    asked: &Asked,
    as_of: NaiveDate,
) -> Result<Scheduled, Stopped> {
    OnRecord::of(connection, asked).await?.work_out(asked, as_of)
}

/// What is on record of a contract, and by which version of the rules it is worked out.
struct OnRecord {
    known: PayFacts,
    about: ContractFacts,
    version: u32,
}

impl OnRecord {
    async fn of(connection: &impl ConnectionTrait, asked: &Asked) -> Result<Self, Stopped> {
        let version = pay_withholding::rules_at(connection, asked.known_at).await?;
        Ok(Self {
            known: access::pay::whole_of(connection, asked.contract).await?,
            about: contracts::whole_of(connection, asked.contract).await?,
            version: version.unwrap_or(rules::VERSION),
        })
    }

    fn work_out(&self, asked: &Asked, as_of: NaiveDate) -> Result<Scheduled, Stopped> {
        let Self { known, about, version } = self;
        // What is supposed is supposed of the whole year, and known in time.
        let supposes = !asked.what_if.is_nothing();
        let mut as_of = if supposes { as_of.max(asked.year.last_day()) } else { as_of };
        let mut terms = terms(known, about, (asked, as_of))?;
        let mut components = known.components.clone();
        if supposes {
            what_if::agree(&mut terms, &mut components, (asked, known))?;
            as_of = as_of.max(terms.framework.cut_off(asked.year));
        }
        let mut facts = facts(known, as_of, asked.known_at);
        facts.delivery = delivery(about);
        what_if::suppose(&mut facts, asked, &terms.framework)?;
        let schedule = rules::schedule_by(*version, (&terms, &facts), asked.year);
        let kind = |it: &Component| Some((it.id, it.versions.first()?.pay.kind.name()));
        let measures = terms.framework.measures();
        Ok(Scheduled {
            schedule,
            kinds: terms.components.iter().filter_map(kind).collect(),
            measures: measures.map(|it| (it.id, it.reference.clone())).collect(),
            components: components.into_iter().map(|row| (row.id, row)).collect(),
            as_of,
            known_at: asked.known_at,
        })
    }
}

/// A component with all of its versions; none before the first.
pub(super) fn component(
    row: &component::Model,
    known: &PayFacts,
) -> Result<Option<Component>, DbErr> {
    let mut versions = Vec::new();
    for it in known.versions.iter().filter(|it| it.component_id == row.id) {
        versions.push(Version {
            effective_on: it.effective_on,
            ends_on: it.ends_on,
            known_at: it.known_at,
            pay: read::agreed(it)?,
        });
    }
    let component = Component { id: row.id, name: row.name.clone(), versions };
    Ok((!component.versions.is_empty()).then_some(component))
}

fn terms(
    known: &PayFacts,
    about: &ContractFacts,
    (asked, as_of): (&Asked, NaiveDate),
) -> Result<Terms, DbErr> {
    let mut components = Vec::new();
    for row in &known.components {
        components.extend(component(row, known)?);
    }
    let begins = about.terms.iter().rev().find_map(|row| row.starts_on);
    let first = known.versions.iter().map(|row| row.effective_on).min();
    let first_year = begins.or(first).map_or(asked.year, FinancialYear::of).min(asked.year);
    let on = asked.year.last_day().min(as_of.max(asked.year.first_day()));
    let framework = read::in_force(known.frameworks.clone(), on, asked.known_at);
    Ok(Terms {
        first_year,
        values: vec![values(known, about, asked)],
        components,
        framework: framework.as_ref().map(read::content).transpose()?.unwrap_or_default(),
    })
}

/// What is agreed of the year, as it was known.
fn values(known: &PayFacts, about: &ContractFacts, asked: &Asked) -> YearValue {
    let was_known = |known_at: Instant| asked.known_at.is_none_or(|at| known_at <= at);
    let baselines = known.baselines.iter();
    let baseline = baselines
        .filter(|row| row.financial_year == asked.year && was_known(row.known_at))
        .max_by_key(|row| row.number);
    let of_year = |row: &&value::Model| row.financial_year == asked.year && was_known(row.known_at);
    let value = about.values.iter().filter(of_year).max_by_key(|row| row.version);
    YearValue {
        year: asked.year,
        baseline_spend: baseline.map_or(Pence::ZERO, |row| row.amount_pence),
        contract_value: value.map_or(Pence::ZERO, |row| row.amount_pence),
    }
}

fn facts(known: &PayFacts, as_of: NaiveDate, known_at: Option<Instant>) -> Facts {
    let list = |row: &entities::pay_list_size::Model| ListSize {
        code: row.code.clone(),
        counted_on: row.counted_on,
        people: row.people,
        known_at: row.known_at,
    };
    let activity = known.activity.iter().filter_map(|row| {
        Some(Activity {
            code: row.code.clone(),
            year: row.financial_year,
            month: row.period,
            units: row.units?,
            known_at: row.known_at,
        })
    });
    let costs = known.activity.iter().filter_map(|row| {
        Some(Cost {
            code: row.code.clone(),
            year: row.financial_year,
            month: row.period,
            amount: row.cost_pence?,
            known_at: row.known_at,
        })
    });
    let validated = known.decisions.iter().filter(|it| it.decision == Decision::Validated);
    let measurements = validated.filter_map(|decision| {
        let row = known.measurements.iter().find(|row| row.id == decision.measurement_id)?;
        Some(Measurement {
            measure: row.measure_id,
            year: row.financial_year,
            reading: Reading(row.reading),
            validated_on: decision.recorded_on,
            known_at: decision.known_at,
        })
    });
    Facts {
        as_of,
        known_at: known_at.unwrap_or(Instant(i64::MAX)),
        list_sizes: known.lists.iter().map(list).collect(),
        activity: activity.collect(),
        costs: costs.collect(),
        measurements: measurements.collect(),
        delivery: Delivery::default(),
        withholdings: known.withholdings.iter().map(withholding).collect(),
    }
}

fn withholding(of: &WithholdingFacts) -> Withholding {
    let row = &of.row;
    let settled = |it: &settlement::Model| Settlement {
        outcome: match it.outcome {
            SettlementOutcome::Released => Outcome::Released,
            SettlementOutcome::Retained => Outcome::Retained,
        },
        effective_on: it.effective_on,
        amount: it.amount_pence,
        known_at: it.known_at,
    };
    Withholding {
        id: row.id,
        number: row.number,
        component: row.component_id,
        reason: row.reason_code.code(),
        year: row.financial_year,
        from: row.from_period,
        to: row.to_period,
        part: match (row.basis_points, row.monthly_pence) {
            (_, Some(amount)) => Part::Monthly(amount),
            (points, None) => Part::Points(points.unwrap_or_default()),
        },
        known_at: row.known_at,
        settlements: of.settlements.iter().map(settled).collect(),
    }
}

/// How a contract came to stand as it does.
fn delivery(about: &ContractFacts) -> Delivery {
    let stood = |it: &entities::contract_status_change::Model| Stood {
        status: it.status,
        is_whole: it.suspended_part.is_none(),
        effective_on: it.effective_on,
        known_at: it.known_at,
    };
    let said = |it: &entities::contract_terms::Model| LastDay {
        ends_on: it.ends_on,
        effective_on: it.effective_on,
        known_at: it.known_at,
    };
    Delivery {
        changes: about.changes.iter().map(stood).collect(),
        last_days: about.terms.iter().map(said).collect(),
    }
}
