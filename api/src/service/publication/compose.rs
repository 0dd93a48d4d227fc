use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use domain::{policy::Parties, rules::position::Basis};
use entities::{
    partnership_agreement as agreement,
    value::{FinancialYear, Instant, Pence},
};
use sea_orm::ActiveEnum;
use uuid::Uuid;

use super::{ApprovedReturn, Content, Fund, HeldBack, Payment, Scheme, Share};
use crate::{
    access::facts::payments,
    auth::Viewer,
    database::Writing,
    service::{
        Code, Refusal, Stopped,
        code_list::List,
        organisation,
        position::{self, FundPosition, Terms},
        scheme,
    },
};

/// Of what a snapshot is taken.
pub(super) struct Asked<'a> {
    pub agreement: &'a agreement::Model,
    pub parties: &'a Parties,
    pub year: FinancialYear,
    pub as_of: NaiveDate,
    /// The instant of recording up to which counts; none when everything recorded does.
    pub known_at: Option<Instant>,
    /// The approved return that it follows.
    pub approved_return: Option<ApprovedReturn>,
}

/// What people call the things that a snapshot names.
struct Labels {
    organisations: HashMap<Uuid, String>,
    scheme_types: HashMap<String, String>,
    sources: HashMap<String, String>,
}

/// The snapshot, without what is held back.
///
/// # Errors
/// `NOT_FOUND` for a scheme that is to be held back and is none of the agreement's.
pub(super) async fn content(
    tx: &Writing,
    viewer: &Viewer,
    asked: &Asked<'_>,
    held_back: &[HeldBack],
) -> Result<Content, Stopped> {
    let terms =
        Terms::new(asked.year, Some(asked.as_of), asked.known_at, Basis::FundedBy, viewer.today);
    let mut positions =
        position::of_agreements(&**tx, viewer, &[asked.agreement.id], terms).await?;
    positions.sort_by(|one, other| one.fund.reference.cmp(&other.fund.reference));
    let held: BTreeSet<Uuid> = held_back.iter().map(|it| it.scheme).collect();
    for (it, place) in held_back.iter().zip(0..) {
        if !positions.iter().any(|position| position.schemes.contains_key(&it.scheme)) {
            let path = format!("heldBack.{place}.scheme");
            return Err(Refusal::not_found("scheme", &path).into());
        }
    }
    if positions.is_empty() {
        let sentence = "the agreement has no fund in that year: there is nothing to publish";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("financialYear").into());
    }
    let labels = labels(tx, asked, &positions).await?;
    let mut funds = Vec::new();
    for position in &positions {
        let paid = {
            let cut = (asked.as_of, asked.known_at);
            payments::monthly(&**tx, position.fund.id, asked.year, cut).await?
        };
        let payment =
            |(period, amount): (i32, Pence)| Payment { period, amount: amount.to_string() };
        let payments = paid.into_iter().map(payment).collect();
        funds.push(fund(position, &labels, &held, asked.as_of, payments));
    }
    let name = |id: &Uuid| labels.organisations.get(id).cloned();
    let row = asked.agreement;
    Ok(Content {
        reference: row.reference.clone(),
        title: row.title.clone(),
        statutory_basis: row.statutory_basis.to_value(),
        status: row.status.to_value(),
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        host: asked.parties.host.as_ref().and_then(name),
        partners: asked.parties.partners.iter().filter_map(name).collect(),
        as_of: asked.as_of,
        approved_return: asked.approved_return.clone(),
        funds,
    })
}

async fn labels(
    tx: &Writing,
    asked: &Asked<'_>,
    positions: &[FundPosition],
) -> Result<Labels, Stopped> {
    let shares = || {
        let facts = positions.iter().flat_map(|position| &position.facts);
        facts.flat_map(|scheme| &scheme.splits).flat_map(|split| &split.shares)
    };
    let mut ids: BTreeSet<Uuid> = asked.parties.partners.iter().copied().collect();
    ids.extend(asked.parties.host);
    ids.extend(shares().map(|share| share.partner));
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let organisations = organisation::by_ids(&**tx, &ids).await?;
    let types: Vec<&str> = positions
        .iter()
        .flat_map(|position| position.schemes.values())
        .map(|scheme| scheme.scheme_type_code.as_str())
        .collect();
    let sources: Vec<&str> = shares().map(|share| share.source.as_str()).collect();
    Ok(Labels {
        organisations: organisations.into_iter().map(|(id, row)| (id, row.name)).collect(),
        scheme_types: named(tx, List::SchemeType, &types).await?,
        sources: named(tx, List::FundingSource, &sources).await?,
    })
}

async fn named(
    tx: &Writing,
    list: List,
    codes: &[&str],
) -> Result<HashMap<String, String>, Stopped> {
    let entries = scheme::codes(&**tx, list, codes).await?;
    Ok(entries.into_iter().map(|(code, entry)| (code, entry.label)).collect())
}

fn fund(
    position: &FundPosition,
    labels: &Labels,
    held: &BTreeSet<Uuid>,
    as_of: NaiveDate,
    payments: Vec<Payment>,
) -> Fund {
    let total = &position.position.total;
    let contributions = position.contributions.iter().map(|it| it.planned + it.varied);
    let mut schemes: Vec<Scheme> = position
        .position
        .by_scheme
        .iter()
        .filter(|line| !held.contains(&line.key))
        .filter_map(|line| {
            let row = position.schemes.get(&line.key)?;
            let facts = position.facts.iter().find(|facts| facts.id == line.key)?;
            let in_force = facts.splits.iter().filter(|split| split.effective_on <= as_of);
            let split = in_force.max_by_key(|split| split.effective_on);
            let share = |share: &domain::rules::funding::Share| Share {
                partner: labels.organisations.get(&share.partner).cloned().unwrap_or_default(),
                source: label(&labels.sources, &share.source),
                weight: share.weight,
            };
            Some(Scheme {
                reference: row.reference.clone(),
                name: row.name.clone(),
                scheme_type: label(&labels.scheme_types, &row.scheme_type_code),
                budget: line.figures.budget.to_string(),
                funded_by: split.into_iter().flat_map(|it| &it.shares).map(share).collect(),
            })
        })
        .collect();
    schemes.sort_by(|one, other| one.reference.cmp(&other.reference));
    Fund {
        reference: position.fund.reference.clone(),
        name: position.fund.name.clone(),
        kind: position.fund.kind.to_value(),
        contributions: contributions.sum::<Pence>().to_string(),
        budget: total.budget.to_string(),
        actual: total.actual.to_string(),
        forecast_outturn: total.forecast_outturn.map(|amount| amount.to_string()),
        variance: total.variance.map(|amount| amount.to_string()),
        schemes,
        payments,
    }
}

/// A code that is in no list any more stands for itself.
fn label(labels: &HashMap<String, String>, code: &str) -> String {
    labels.get(code).cloned().unwrap_or_else(|| code.to_owned())
}
