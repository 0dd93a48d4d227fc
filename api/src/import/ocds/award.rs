use std::collections::HashSet;

use super::{
    contract::{Amendment, ReadContract, ReadStatus},
    finding::Unclear,
    money::value,
    notice::Process,
    party::ReadParty,
    period::{Period, day, period},
    source::Object,
    tender::{State, together},
};

/// An award, with the contracts that were signed under it.
struct Award<'o, 's, 'a> {
    id: String,
    stated: &'o Object<'s, 'a>,
    status: ReadStatus,
    suppliers: Vec<ReadParty>,
    lots: Vec<String>,
    contracts: Vec<Signed<'o, 's, 'a>>,
}

/// A contract that was signed, or is to be.
#[derive(Clone)]
struct Signed<'o, 's, 'a> {
    id: String,
    stated: &'o Object<'s, 'a>,
}

/// The contracts that the awards and contracts of a process are.
pub(super) fn contracts(
    process: &Process<'_, '_>,
    awards: &[Object<'_, '_>],
    signed: &[Object<'_, '_>],
) -> Vec<ReadContract> {
    let mut known = Vec::new();
    let mut ids = HashSet::new();
    for stated in awards {
        let Some(id) = identity(stated, "award", &mut ids) else { continue };
        let Some(status) = award_status(stated) else { continue };
        known.push(Award {
            status,
            suppliers: suppliers(process, stated),
            lots: stated.codes("relatedLots"),
            contracts: Vec::new(),
            id,
            stated,
        });
    }
    let mut orphans = Vec::new();
    let mut ids = HashSet::new();
    for stated in signed {
        let Some(id) = identity(stated, "contract", &mut ids) else { continue };
        let of = stated.code("awardID");
        match known.iter_mut().find(|award| Some(&award.id) == of.as_ref()) {
            Some(award) => award.contracts.push(Signed { id, stated }),
            None => {
                let sentence = "it is of no award that is stated: taken by itself";
                stated.unclear(Unclear::ContractOfNoAward, sentence);
                orphans.push(Signed { id, stated });
            }
        }
    }
    let mut contracts: Vec<ReadContract> =
        known.iter().flat_map(|award| of_award(process, award)).collect();
    contracts.extend(
        orphans.into_iter().map(|signed| of_contract(process, None, &signed, signed.id.clone())),
    );
    tell_of_lots_left(process, &contracts);
    contracts
}

/// The identity of an award or a contract, which no other of the process has.
fn identity(stated: &Object<'_, '_>, noun: &str, known: &mut HashSet<String>) -> Option<String> {
    let Some(id) = stated.code("id").filter(|id| id.chars().count() <= 200) else {
        let sentence = format!("the {noun} has no id that could be known again: not taken");
        stated.unclear(Unclear::NoIdentity, sentence);
        return None;
    };
    if known.insert(id.clone()) {
        return Some(id);
    }
    stated.unclear(
        Unclear::IdentityTwice,
        format!("{noun} {id} stands here twice: the first is taken"),
    );
    None
}

/// The contracts of an award; an award without one is one itself.
fn of_award(process: &Process<'_, '_>, award: &Award<'_, '_, '_>) -> Vec<ReadContract> {
    if award.contracts.is_empty() {
        return vec![of_award_alone(process, award)];
    }
    let contracts = award.contracts.iter().enumerate();
    let keyed = contracts.map(|(place, signed)| {
        let key = if place == 0 { award.id.clone() } else { format!("{}/{}", award.id, signed.id) };
        of_contract(process, Some(award), signed, key)
    });
    keyed.collect()
}

fn of_award_alone(process: &Process<'_, '_>, award: &Award<'_, '_, '_>) -> ReadContract {
    let stated = award.stated;
    let period = period_of(process, stated, "contractPeriod", &award.lots);
    let awarded_on = stated.get("date").and_then(|place| day(&place));
    tell_of_dates(stated, awarded_on, period);
    let reason =
        (award.status == ReadStatus::Cancelled).then(|| "the award was cancelled".to_owned());
    ReadContract {
        reference: reference(process, &award.id),
        title: title(process, stated, &award.lots),
        model: process.tender.model,
        commissioners: process.buyers.clone(),
        providers: award.suppliers.clone(),
        period,
        awarded_on,
        signed_on: None,
        value: price(stated),
        status: award.status,
        reason,
        lots: award.lots.clone(),
        amendments: amendments(stated),
        extends: None,
        line: stated.place.line(),
        key: award.id.clone(),
    }
}

fn of_contract(
    process: &Process<'_, '_>,
    award: Option<&Award<'_, '_, '_>>,
    signed: &Signed<'_, '_, '_>,
    key: String,
) -> ReadContract {
    let stated = signed.stated;
    let lots = award.map(|award| award.lots.clone()).unwrap_or_default();
    let period = period(stated, "period")
        .or_else(|| period_of(process, award?.stated, "contractPeriod", &lots));
    let awarded_on = award.and_then(|award| award.stated.get("date")).and_then(|place| day(&place));
    tell_of_dates(stated, awarded_on, period);
    tell_of_payments(stated);
    let (status, reason) = contract_status(process, stated);
    let mut providers = suppliers_of_contract(process, stated);
    if providers.is_empty() {
        providers = award.map(|award| award.suppliers.clone()).unwrap_or_default();
    }
    let value = match stated.get("value") {
        Some(_) => price(stated),
        None => award.and_then(|award| price(award.stated)),
    };
    ReadContract {
        reference: reference(process, &key),
        title: title(process, stated, &lots),
        model: process.tender.model,
        commissioners: process.buyers.clone(),
        providers,
        period,
        awarded_on,
        signed_on: stated.get("dateSigned").and_then(|place| day(&place)),
        value,
        status,
        reason: reason.map(str::to_owned),
        lots,
        amendments: amendments(stated),
        extends: stated.code("extendsContractID"),
        line: stated.place.line(),
        key,
    }
}

/// True of an award that nobody was given.
pub(super) fn is_fruitless(stated: &Object<'_, '_>) -> bool {
    stated.code("status").as_deref() == Some("unsuccessful")
}

/// Where an award is; nothing of one that nobody was given.
fn award_status(stated: &Object<'_, '_>) -> Option<ReadStatus> {
    match stated.code("status").as_deref() {
        Some("pending") => Some(ReadStatus::InStandstill),
        None | Some("active") => Some(ReadStatus::Awarded),
        Some("cancelled") => Some(ReadStatus::Cancelled),
        Some("unsuccessful") => None,
        Some(other) => {
            let sentence = format!("{other:?} is no status of an award: read as active");
            stated.unclear(Unclear::UnknownWord, sentence);
            Some(ReadStatus::Awarded)
        }
    }
}

fn contract_status(
    process: &Process<'_, '_>,
    stated: &Object<'_, '_>,
) -> (ReadStatus, Option<&'static str>) {
    let is_terminated = process.tags.iter().any(|tag| tag == "contractTermination");
    match stated.code("status").as_deref() {
        Some("terminated") => (ReadStatus::Ended, Some("the contract came to its end")),
        Some("cancelled") => (ReadStatus::Cancelled, Some("the contract was cancelled")),
        _ if is_terminated => {
            let sentence = "the release is of a termination, whatever the status: ended";
            stated.unclear(Unclear::TagsAndStatusDisagree, sentence);
            (ReadStatus::Ended, Some("the contract came to its end"))
        }
        Some("pending") => (ReadStatus::Awarded, None),
        None | Some("active") => (ReadStatus::Signed, None),
        Some(other) => {
            let sentence = format!("{other:?} is no status of a contract: read as active");
            stated.unclear(Unclear::UnknownWord, sentence);
            (ReadStatus::Signed, None)
        }
    }
}

fn suppliers(process: &Process<'_, '_>, stated: &Object<'_, '_>) -> Vec<ReadParty> {
    let suppliers = suppliers_of_contract(process, stated);
    if suppliers.is_empty() {
        stated.unclear(Unclear::NoSupplier, "no supplier is stated");
    }
    if suppliers.len() > 1 {
        let count = suppliers.len();
        let sentence =
            format!("{count} suppliers; whether jointly or each apart is not stated: one contract");
        stated.unclear(Unclear::SeveralSuppliers, sentence);
    }
    suppliers
}

fn suppliers_of_contract(process: &Process<'_, '_>, stated: &Object<'_, '_>) -> Vec<ReadParty> {
    let mut suppliers: Vec<ReadParty> = Vec::new();
    for reference in stated.objects("suppliers") {
        let Some(party) = process.parties.named(&reference) else { continue };
        if suppliers.contains(&party) {
            let sentence = format!("{:?} is named twice: taken once", party.name);
            reference.unclear(Unclear::IdentityTwice, sentence);
            continue;
        }
        suppliers.push(party);
    }
    suppliers
}

/// The value of an award or a contract.
fn price(stated: &Object<'_, '_>) -> Option<super::money::Value> {
    let value = value(stated, "value");
    match value {
        None => stated.unclear(Unclear::NoValue, "no value is known of it"),
        Some(value) if value.includes_vat.is_none() => {
            let sentence = "with or without VAT is not stated: taken as it is written";
            stated.unclear(Unclear::VatNotStated, sentence);
        }
        Some(_) => {}
    }
    value
}

/// The days of an award: its own, or else those of its lots, or else those of the tender.
fn period_of(
    process: &Process<'_, '_>,
    stated: &Object<'_, '_>,
    key: &str,
    lots: &[String],
) -> Option<Period> {
    let own = period(stated, key);
    let offered = process.tender.period;
    if let (Some(own), Some(offered)) = (own, offered)
        && (own.starts_on, own.ends_on) != (offered.starts_on, offered.ends_on)
    {
        let sentence = "the tender states another period: the award's is taken";
        stated.unclear(Unclear::PeriodDiffers, sentence);
    }
    let of_lots = process.tender.lots.iter().filter(|lot| lots.contains(&lot.id));
    own.or_else(|| together(of_lots.filter_map(|lot| lot.period))).or(offered)
}

fn tell_of_dates(
    stated: &Object<'_, '_>,
    awarded_on: Option<chrono::NaiveDate>,
    period: Option<Period>,
) {
    if let (Some(awarded), Some(start)) = (awarded_on, period.and_then(|period| period.starts_on))
        && start < awarded
    {
        let sentence = format!("awarded on {awarded}, after its start on {start}: taken so");
        stated.unclear(Unclear::AwardedAfterStart, sentence);
    }
}

fn tell_of_payments(stated: &Object<'_, '_>) {
    let Some(implementation) = stated.object("implementation") else { return };
    let payments = implementation.list("transactions").len();
    if payments > 0 {
        let sentence = format!("{payments} payments under the contract: not imported");
        implementation.unclear(Unclear::PaymentsNotTaken, sentence);
    }
}

/// Tells which lots of a tender with awards nobody was awarded.
fn tell_of_lots_left(process: &Process<'_, '_>, contracts: &[ReadContract]) {
    let awarded: HashSet<&str> =
        contracts.iter().flat_map(|contract| &contract.lots).map(String::as_str).collect();
    if awarded.is_empty() {
        return;
    }
    for lot in process.tender.lots.iter().filter(|lot| !awarded.contains(lot.id.as_str())) {
        let how = if lot.state == State::GivenUp { "was given up" } else { "is not awarded yet" };
        let sentence = format!("lot {} {how}: no contract comes of it", lot.id);
        lot.place.unclear(Unclear::LotNotAwarded, sentence);
    }
}

fn amendments(stated: &Object<'_, '_>) -> Vec<Amendment> {
    let amendments = stated.objects("amendments").into_iter().map(|amendment| Amendment {
        on: amendment.get("date").and_then(|place| day(&place)),
        rationale: amendment.text("rationale"),
    });
    amendments.collect()
}

/// Its own title, or that of its only lot, or the notice's.
fn title(process: &Process<'_, '_>, stated: &Object<'_, '_>, lots: &[String]) -> String {
    let of_lot = || match lots {
        [only] => {
            let lot = process.tender.lots.iter().find(|lot| lot.id == *only)?;
            lot.title.as_ref().map(|title| format!("{}: {title}", process.title))
        }
        _ => None,
    };
    let title = stated.text("title").or_else(of_lot);
    title.map_or_else(|| process.title.clone(), |title| title.chars().take(300).collect())
}

/// The process's identity and the award's, which often begins with it.
fn reference(process: &Process<'_, '_>, id: &str) -> String {
    if id.starts_with(&process.ocid) { id.to_owned() } else { format!("{}/{id}", process.ocid) }
}
