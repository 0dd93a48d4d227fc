use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::rules::{
    pay::{Framework, Reading},
    supply_chain::Stage,
};
use entities::{
    contract_status_change::{self as change, ContractStatus},
    payment_run as run,
    payment_run_decision::RunDecision,
    subcontract::Approval,
    value::{FinancialYear, Pence},
};
use sea_orm::{ActiveEnum, ColumnTrait};
use uuid::Uuid;

use super::{Content, HeldBack, Item, Link, Measure, Part, Payment, StatusChange};
use crate::{
    access::payment_run as runs,
    auth::Viewer,
    database::Writing,
    service::{
        Refusal, Stopped,
        contract::Told,
        organisation, pay,
        subcontract::{self, ChainLink, stage_of},
    },
};

/// The snapshot, without what is held back.
///
/// # Errors
/// `NOT_FOUND` for something that is to be held back and would not be published anyway.
pub(super) async fn content(
    tx: &Writing,
    viewer: &Viewer,
    (told, year): (&Told, FinancialYear),
    held_back: &[HeldBack],
) -> Result<Content, Stopped> {
    let (contract, as_of) = (told.seen.row.id, told.as_of);
    let framework = pay::framework_of(&**tx, viewer, (contract, as_of, None)).await?;
    let framework = framework.map(|(_, framework)| framework);
    let links = links(tx, viewer, (contract, year), as_of).await?;
    let commissioners: Vec<Uuid> =
        told.commissioners().iter().map(|it| it.organisation_id).collect();
    let providers: Vec<Uuid> = told.providers().iter().map(|it| it.organisation_id).collect();
    let of_links = links.iter().flat_map(|it| [it.seen.row.buyer_id, it.seen.row.seller_id]);
    let named: BTreeSet<Uuid> =
        commissioners.iter().chain(&providers).copied().chain(of_links).collect();
    let held = Held::of(held_back, (told, framework.as_ref()), (&links, &named))?;
    let ids: Vec<Uuid> = named.into_iter().collect();
    let names = organisation::by_ids(&**tx, &ids).await?;
    let names: HashMap<Uuid, String> = names.into_iter().map(|(id, row)| (id, row.name)).collect();
    let name = |id: &Uuid| names.get(id).cloned().unwrap_or_default();
    let named = |ids: &[Uuid]| ids.iter().filter(|id| held.shows(id)).map(name).collect();
    let values = told.values();
    let value = values.iter().find(|it| it.year == year).and_then(|it| it.amount);
    let terms = told.terms();
    let service = |it: &&String| held.names(it);
    let stands = told.status();
    Ok(Content {
        reference: held.unless(Part::Reference, Some(told.seen.row.reference.clone())),
        title: held.unless(Part::Title, terms.map(|it| it.title.clone())),
        model: held.unless(Part::Title, terms.and_then(|it| it.model).map(|it| it.to_value())),
        services: held.unless(
            Part::Services,
            terms.map(|it| it.services.0.iter().filter(service).cloned().collect()),
        ),
        starts_on: held.unless(Part::Dates, terms.and_then(|it| it.starts_on)),
        ends_on: held.unless(Part::Dates, terms.and_then(|it| it.ends_on)),
        status: held.unless(Part::Status, stands.map(|it| it.status.to_value())),
        status_since: held.unless(Part::Status, stands.map(|it| it.effective_on)),
        status_history: held.unless(Part::Status, Some(history(told, &held))),
        commissioners: held.unless(Part::Commissioners, Some(named(&commissioners))),
        providers: held.unless(Part::Providers, Some(named(&providers))),
        as_of,
        value: held.unless(Part::Value, value.map(|it| it.to_string())),
        measures: held.unless(Part::Measures, framework.as_ref().map(|it| measures(it, &held))),
        outcome_pay: match held.parts.contains(&Part::OutcomePay) {
            true => None,
            false => earned(tx, viewer, (contract, year), as_of).await?,
        },
        links: held.unless(Part::Links, Some(published(&links, &held, name))),
        payments: held.unless(Part::Payments, Some(paid(tx, (contract, year), as_of).await?)),
    })
}

/// What is held back, by what it is.
#[derive(Default)]
struct Held<'a> {
    parts: BTreeSet<Part>,
    organisations: BTreeSet<Uuid>,
    links: BTreeSet<Uuid>,
    services: BTreeSet<&'a str>,
    measures: BTreeSet<&'a str>,
}

impl<'a> Held<'a> {
    fn of(
        items: &'a [HeldBack],
        (told, framework): (&Told, Option<&Framework>),
        (links, named): (&[ChainLink], &BTreeSet<Uuid>),
    ) -> Result<Self, Refusal> {
        let mut held = Self::default();
        for (it, place) in items.iter().zip(0..) {
            let at = |name: &str| format!("heldBack.{place}.item.{name}");
            match &it.item {
                Item::Part(part) => drop(held.parts.insert(*part)),
                Item::Organisation(id) if named.contains(id) => {
                    held.organisations.insert(*id);
                }
                Item::Organisation(_) => {
                    return Err(Refusal::not_found("organisation", &at("organisation")));
                }
                Item::Subcontract(id) if links.iter().any(|it| it.seen.row.id == *id) => {
                    held.links.insert(*id);
                }
                Item::Subcontract(_) => {
                    return Err(Refusal::not_found("subcontract", &at("subcontract")));
                }
                Item::Service(name)
                    if told.terms().is_some_and(|it| it.services.0.contains(name)) =>
                {
                    held.services.insert(name);
                }
                Item::Measure(name)
                    if framework
                        .is_some_and(|it| it.measures().any(|it| it.reference == *name)) =>
                {
                    held.measures.insert(name);
                }
                Item::Service(_) => return Err(Refusal::not_found("service", &at("service"))),
                Item::Measure(_) => return Err(Refusal::not_found("measure", &at("measure"))),
            }
        }
        Ok(held)
    }

    fn unless<T>(&self, part: Part, value: Option<T>) -> Option<T> {
        value.filter(|_| !self.parts.contains(&part))
    }

    fn shows(&self, organisation: &Uuid) -> bool {
        !self.organisations.contains(organisation)
    }

    fn names(&self, service: &str) -> bool {
        !self.services.contains(service)
    }
}

/// How it came to stand as it does since it was awarded: a draft is its commissioners' own.
fn history(told: &Told, held: &Held<'_>) -> Vec<StatusChange> {
    let shared = told.changes().into_iter().filter(|it| it.status != ContractStatus::Draft);
    let change = |it: &change::Model| StatusChange {
        status: it.status.to_value(),
        effective_on: it.effective_on,
        suspended_part: it.suspended_part.clone().filter(|it| held.names(it)),
        reason_code: it.reason_code.map(|it| it.to_value()),
        takes_effect_on: it.takes_effect_on,
    };
    shared.map(change).collect()
}

fn measures(framework: &Framework, held: &Held<'_>) -> Vec<Measure> {
    let shown = framework.measures().filter(|it| !held.measures.contains(it.reference.as_str()));
    let measure = |it: &domain::rules::pay::Measure| Measure {
        reference: it.reference.clone(),
        name: it.name.clone(),
        unit: it.unit.clone(),
        threshold: decimal(it.threshold),
        target: decimal(it.target),
    };
    shown.map(measure).collect()
}

/// A reading as a decimal of three places.
fn decimal(reading: Reading) -> String {
    let (sign, thousandths) = (if reading.0 < 0 { "-" } else { "" }, reading.0.unsigned_abs());
    format!("{sign}{}.{:03}", thousandths / 1_000, thousandths % 1_000)
}

/// The material links that were approved and have started by a day.
async fn links(
    tx: &Writing,
    viewer: &Viewer,
    (contract, year): (Uuid, FinancialYear),
    as_of: chrono::NaiveDate,
) -> Result<Vec<ChainLink>, Stopped> {
    let mut links = subcontract::of_contracts(&**tx, viewer, &[contract], year).await?;
    links.retain(|it| {
        let row = &it.seen.row;
        let has_started = matches!(stage_of(row, as_of), Stage::Running | Stage::Ended);
        row.is_material && row.approval == Approval::Approved && has_started
    });
    Ok(links)
}

/// A link is not named where one of its parties, or what it sells, is not.
fn published(links: &[ChainLink], held: &Held<'_>, name: impl Fn(&Uuid) -> String) -> Vec<Link> {
    let shown = links.iter().map(|it| &it.seen.row).filter(|row| {
        let parties = held.shows(&row.buyer_id) && held.shows(&row.seller_id);
        parties && held.names(&row.service) && !held.links.contains(&row.id)
    });
    let link = |row: &entities::subcontract::Model| Link {
        tier: row.tier,
        service: row.service.clone(),
        buyer: name(&row.buyer_id),
        seller: name(&row.seller_id),
    };
    shown.map(link).collect()
}

/// What outcomes earned in the year, as it is known; none of a contract that pays for none.
async fn earned(
    tx: &Writing,
    viewer: &Viewer,
    (contract, year): (Uuid, FinancialYear),
    as_of: chrono::NaiveDate,
) -> Result<Option<String>, Stopped> {
    let asked = pay::Asked {
        contract,
        year,
        as_of: Some(as_of),
        known_at: None,
        what_if: pay::WhatIf::default(),
    };
    let scheduled = pay::scheduled(&**tx, viewer, &asked).await?;
    let results = scheduled.map(|it| it.schedule.results).unwrap_or_default();
    let sum: Pence = results.iter().map(|it| it.earned).sum();
    Ok((!results.is_empty()).then(|| sum.to_string()))
}

/// What approved runs paid in the year, by the month up to which each pays.
async fn paid(
    tx: &Writing,
    (contract, year): (Uuid, FinancialYear),
    as_of: chrono::NaiveDate,
) -> Result<Vec<Payment>, Stopped> {
    let mut months: BTreeMap<i32, Pence> = BTreeMap::new();
    for run in runs::whole_of(&**tx, run::Column::ContractId.eq(contract)).await? {
        let is_approved =
            run.decision.as_ref().is_some_and(|it| it.decision == RunDecision::Approved);
        if is_approved && run.row.financial_year == year && run.row.pays_to <= as_of {
            let sum: Pence = run.lines.iter().map(|(line, _)| line.amount_pence).sum();
            *months.entry(run.row.period.number()).or_default() += sum;
        }
    }
    let payment = |(period, amount): (i32, Pence)| Payment { period, amount: amount.to_string() };
    Ok(months.into_iter().map(payment).collect())
}
