use entities::value::Instant;

use super::{
    award,
    contract::{ReadContract, ReadStatus},
    finding::Unclear,
    money::{Value, pounds},
    package::Release,
    party::{Parties, ReadParty},
    source::{Json, Object},
    tender::{State, Tender},
};

/// What the latest release of a process says of it, and what came before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadNotice {
    /// The process's identity.
    pub ocid: String,
    /// Who gives such identities: `ocds-` and six characters.
    pub prefix: String,
    /// The latest release.
    pub release: ReadRelease,
    /// The releases that it replaced, from the earliest on.
    pub earlier: Vec<ReadRelease>,
    /// The title.
    pub title: String,
    /// All bodies that it names.
    pub parties: Vec<ReadParty>,
    /// Its contracts; of a process without an award the one that may come of it.
    pub contracts: Vec<ReadContract>,
    /// Processes that it is connected with.
    pub related: Vec<Related>,
    /// The line on which the latest release begins.
    pub line: u64,
}

/// A release of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadRelease {
    /// Its identity.
    pub id: String,
    /// When it was published.
    pub at: Instant,
    /// What it says that it is about.
    pub tags: Vec<String>,
}

/// A process that another is connected with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// How: `parent`, `framework`, `renewalProcess`.
    pub relationships: Vec<String>,
    /// Whose identity it is: `ocid`, or a gazette.
    pub scheme: Option<String>,
    /// Its identity.
    pub identifier: String,
}

/// A process, as its releases tell it.
pub(super) struct Process<'s, 'a> {
    pub(super) ocid: String,
    pub(super) title: String,
    pub(super) tags: Vec<String>,
    pub(super) tender: Tender<'s, 'a>,
    pub(super) parties: Parties,
    pub(super) buyers: Vec<ReadParty>,
    pub(super) latest: Object<'s, 'a>,
}

/// What the releases of one process, from the earliest to the latest, say of it.
pub(super) fn read(releases: &[Release<'_, '_>]) -> Option<ReadNotice> {
    let (latest, before) = releases.split_last()?;
    for earlier in before {
        let sentence =
            format!("a later release of {} replaces this one: kept as history", latest.ocid);
        earlier.object.unclear(Unclear::EarlierRelease, sentence);
    }
    let mut parties = Parties::default();
    if let Some((release, _)) = last_with(releases, "parties") {
        parties.read(&release.object);
    }
    let tender = match last_with(releases, "tender") {
        Some((release, tender)) => {
            tender.object().map(|tender| Tender::read(tender, release)).unwrap_or_default()
        }
        None => Tender::default(),
    };
    let title = tender.title.clone().or_else(|| latest.object.text("title")).unwrap_or_else(|| {
        latest.object.unclear(Unclear::NoTitle, "the notice has no title: called by its identity");
        latest.ocid.clone()
    });
    let buyers = buyers(releases, &parties, &latest.object);
    let process = Process {
        ocid: latest.ocid.clone(),
        title,
        tags: latest.tags.clone(),
        tender,
        parties,
        buyers,
        latest: latest.object.clone(),
    };
    let list = |key| last_with(releases, key).map(|(_, list)| list).map(|list| objects(&list));
    let awards = list("awards").unwrap_or_default();
    let signed = list("contracts").unwrap_or_default();
    let mut contracts = award::contracts(&process, &awards, &signed);
    if contracts.is_empty() {
        let expected = process.tender.expected().or_else(|| {
            last_with(releases, "planning").and_then(|(_, planning)| budget(&planning))
        });
        let is_fruitless = awards.iter().any(award::is_fruitless);
        contracts.push(draft(&process, expected, is_fruitless));
    }
    Some(ReadNotice {
        prefix: prefix(&latest.ocid),
        release: told(latest),
        earlier: before.iter().map(told).collect(),
        contracts,
        related: related(&latest.object),
        line: latest.object.place.line(),
        ocid: process.ocid,
        title: process.title,
        parties: process.parties.all(),
    })
}

/// The latest release that states a part of the process, and the part.
fn last_with<'r, 's, 'a>(
    releases: &'r [Release<'s, 'a>],
    key: &str,
) -> Option<(&'r Release<'s, 'a>, Json<'s, 'a>)> {
    let mut from_the_last = releases.iter().rev().enumerate();
    from_the_last.find_map(|(place, release)| {
        let part = release.object.get(key)?;
        if place > 0 {
            let sentence =
                format!("no later release states {key}: taken from release {}", release.id);
            part.unclear(Unclear::TakenFromEarlier, sentence);
        }
        Some((release, part))
    })
}

fn objects<'s, 'a>(list: &Json<'s, 'a>) -> Vec<Object<'s, 'a>> {
    list.list().iter().filter_map(Json::object).collect()
}

fn told(release: &Release<'_, '_>) -> ReadRelease {
    ReadRelease { id: release.id.clone(), at: release.at, tags: release.tags.clone() }
}

/// Who gives identities like this one: `ocds-b5fd17` of `ocds-b5fd17-3acef0bd`.
fn prefix(ocid: &str) -> String {
    let end = ocid.match_indices('-').nth(1).map_or(ocid.len(), |(end, _)| end);
    ocid.get(..end).unwrap_or(ocid).to_owned()
}

/// Who buys: the named buyer, and further parties with that role.
fn buyers(
    releases: &[Release<'_, '_>],
    parties: &Parties,
    latest: &Object<'_, '_>,
) -> Vec<ReadParty> {
    let named = last_with(releases, "buyer").and_then(|(_, buyer)| buyer.object());
    let mut buyers: Vec<ReadParty> =
        named.and_then(|buyer| parties.named(&buyer)).into_iter().collect();
    for party in parties.with_role("buyer") {
        if !buyers.iter().any(|known| known.name == party.name && known.codes == party.codes) {
            buyers.push(party);
        }
    }
    if buyers.is_empty() {
        let sentence = "nobody is named as the buyer: the process cannot become a contract";
        latest.unclear(Unclear::NoBuyer, sentence);
    }
    buyers
}

/// The budget that a plan states.
fn budget(planning: &Json<'_, '_>) -> Option<Value> {
    let budget = planning.object()?.object("budget")?;
    let amount = budget.object("amount")?;
    if amount.code("currency").as_deref() != Some("GBP") {
        amount.unclear(Unclear::OtherCurrency, "the budget is not in sterling: not taken");
        return None;
    }
    let amount = pounds(&amount.get("amount")?)?;
    budget.unclear(Unclear::BudgetForValue, "no value is stated: the budget is taken as expected");
    amount.positive().map(|amount| Value { amount, includes_vat: None })
}

/// What may come of a process that nothing was awarded in.
fn draft(process: &Process<'_, '_>, expected: Option<Value>, is_fruitless: bool) -> ReadContract {
    let tender = &process.tender;
    let is_over =
        !tender.lots.is_empty() && tender.lots.iter().all(|lot| lot.state == State::GivenUp);
    let (status, reason) = match tender.state {
        State::GivenUp => (ReadStatus::Abandoned, Some("the tender was given up")),
        _ if is_over => (ReadStatus::Abandoned, Some("every lot of the tender was given up")),
        _ if is_fruitless => (ReadStatus::Abandoned, Some("nothing was awarded in the end")),
        State::Complete => {
            let sentence = "the tender is complete and no award is stated: kept as a draft";
            process.latest.unclear(Unclear::CompleteWithoutAward, sentence);
            (ReadStatus::Draft, None)
        }
        State::Open => (ReadStatus::Draft, None),
    };
    ReadContract {
        key: String::new(),
        reference: process.ocid.clone(),
        title: process.title.clone(),
        model: tender.model,
        commissioners: process.buyers.clone(),
        providers: Vec::new(),
        period: tender.days(),
        awarded_on: None,
        signed_on: None,
        value: expected,
        status,
        reason: reason.map(str::to_owned),
        lots: tender.lots.iter().map(|lot| lot.id.clone()).collect(),
        amendments: Vec::new(),
        extends: None,
        line: process.latest.place.line(),
    }
}

fn related(latest: &Object<'_, '_>) -> Vec<Related> {
    let related = latest.objects("relatedProcesses").into_iter().filter_map(|stated| {
        Some(Related {
            identifier: stated.text("identifier")?,
            scheme: stated.text("scheme"),
            relationships: stated.codes("relationship"),
        })
    });
    related.collect()
}
