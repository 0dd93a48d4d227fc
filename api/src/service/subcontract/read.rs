use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{
    policy::LinkOpenness,
    rules::supply_chain::{Shown, YearlyValue},
};
use entities::value::{FinancialYear, Pence};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::{
    ChainLink, is_value_of_later,
    told::{self, Told},
};
use crate::{
    access::subcontract::{self as access, SeenLink},
    auth::Viewer,
    service::{Refusal, Stopped},
};

/// The links under these head contracts that the viewer sees, parents before what stands under
/// them: one statement, whatever the depth, and for a member of a consortium two of what is shared with
/// it.
///
/// # Errors
/// A fault of the database.
pub async fn of_contracts(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    contracts: &[Uuid],
    year: FinancialYear,
) -> Result<Vec<ChainLink>, DbErr> {
    let links = access::of_contracts(connection, viewer, contracts, year).await?;
    let told = told::with_consortium(connection, viewer, &links).await?;
    Ok(shown(links, &told, year))
}

/// The links that the viewer sees under the head contracts after one, by the contracts' identity: at
/// least one contract's, and of further ones as long as there are not `most`. None after the last.
///
/// # Errors
/// A fault of the database.
pub async fn next(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    (after, most): (Option<Uuid>, u64),
) -> Result<Vec<ChainLink>, DbErr> {
    let year = FinancialYear::of(viewer.today);
    let mut links = access::next(connection, viewer, (after, most), year).await?;
    let is_cut = u64::try_from(links.len()).is_ok_and(|read| read >= most);
    let contract = |link: &SeenLink| link.seen.row.contract_id;
    if let (true, Some(last)) = (is_cut, links.last().map(contract)) {
        links.retain(|link| contract(link) != last);
        if links.is_empty() {
            links = access::of_contracts(connection, viewer, &[last], year).await?;
        }
    }
    let told = told::with_consortium(connection, viewer, &links).await?;
    Ok(shown(links, &told, year))
}

/// Those of these links that the viewer sees. How the value of one is shown depends on those above
/// it, so that they are read with it.
///
/// # Errors
/// A fault of the database.
pub async fn with_ids(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
    year: FinancialYear,
) -> Result<Vec<ChainLink>, DbErr> {
    let found = access::with_ids(connection, viewer, ids, year).await?;
    let contracts: BTreeSet<Uuid> = found.iter().map(|it| it.seen.row.contract_id).collect();
    let contracts: Vec<Uuid> = contracts.into_iter().collect();
    let mut links = of_contracts(connection, viewer, &contracts, year).await?;
    links.retain(|it| ids.contains(&it.seen.row.id));
    Ok(links)
}

/// The link with this id, if the viewer sees it.
///
/// # Errors
/// `NOT_FOUND` at `path`.
pub async fn find(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
    path: &str,
) -> Result<ChainLink, Stopped> {
    let year = FinancialYear::of(viewer.today);
    let found = with_ids(connection, viewer, &[id], year).await?.pop();
    found.ok_or_else(|| Refusal::not_found("subcontract", path).into())
}

/// The links with their values as they are shown: those that are told of another version than counts
/// today, or only because they are shared with the consortium, as `told` says.
pub(super) fn shown(
    links: Vec<SeenLink>,
    told: &HashMap<Uuid, Told>,
    year: FinancialYear,
) -> Vec<ChainLink> {
    let mut paths: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    let mut is_open: BTreeMap<Uuid, bool> = BTreeMap::new();
    let mut chain = Vec::with_capacity(links.len());
    for mut link in links {
        let row = &link.seen.row;
        let above = row.parent_id.and_then(|id| paths.get(&id)).cloned().unwrap_or_default();
        let path: Vec<Uuid> = above.into_iter().chain([row.id]).collect();
        paths.insert(row.id, path.clone());
        let is_open_above = row.parent_id.is_none_or(|id| is_open.get(&id) == Some(&true));
        is_open.insert(row.id, row.is_open_book && is_open_above);
        let mut openness = LinkOpenness {
            tier: row.tier,
            is_material: row.is_material,
            is_open_book: row.is_open_book,
            is_open_all_the_way: row.is_open_book && is_open_above,
            is_shared: false,
        };
        let mut value_version = row.value_version;
        let mut shared = None;
        if let Some(told) = told.get(&row.id).filter(|_| !reads_value(&link, openness, false)) {
            openness.is_shared = true;
            shared = Some(told.spells.clone());
            if let Some((version, values)) = &told.earlier {
                value_version = *version;
                (link.amount, link.range) = of_year(values.get(&year));
            }
        }
        let is_shared = shared.is_some();
        let (shown, recorded) = value(&link, openness, is_shared);
        let reads_value = reads_value(&link, openness, is_shared);
        let seen = link.seen;
        chain.push(ChainLink {
            seen,
            year,
            recorded,
            shown,
            reads_value,
            value_version,
            shared,
            path,
        });
    }
    chain
}

/// An amount, or a range, as a row of a year has it.
const fn of_year(worth: Option<&YearlyValue>) -> (Option<Pence>, Option<(i64, i64)>) {
    match worth {
        Some(YearlyValue::Exact(amount)) => (Some(*amount), None),
        Some(YearlyValue::Share { from, to }) => (None, Some((*from, *to))),
        None => (None, None),
    }
}

/// True when the value is read whole. What is shared was told on days of the viewer's.
fn reads_value(link: &SeenLink, openness: LinkOpenness, is_shared: bool) -> bool {
    let shown = link.seen.standing.shows_link_value(openness, Pence::ZERO);
    shown.exact().is_some() && (is_shared || !is_value_of_later(&link.seen))
}

/// How a value is shown, and what is recorded of it where it is shown whole. A range has no band.
fn value(
    link: &SeenLink,
    openness: LinkOpenness,
    is_shared: bool,
) -> (Option<Shown>, Option<YearlyValue>) {
    let standing = &link.seen.standing;
    if !is_shared && (!standing.reads_link_values() || is_value_of_later(&link.seen)) {
        return (Some(Shown::Withheld), None);
    }
    match (link.amount, link.range) {
        (Some(amount), _) => {
            let shown = standing.shows_link_value(openness, amount);
            (Some(shown), shown.exact().map(YearlyValue::Exact))
        }
        (None, Some((from, to))) => {
            let reads = reads_value(link, openness, is_shared);
            (Some(Shown::Withheld), reads.then_some(YearlyValue::Share { from, to }))
        }
        (None, None) => (None, None),
    }
}
