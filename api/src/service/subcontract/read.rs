use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{
    policy::LinkOpenness,
    rules::supply_chain::{Shown, YearlyValue},
};
use entities::value::{FinancialYear, Pence};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::{ChainLink, is_value_of_later};
use crate::{
    access::subcontract::{self as access, SeenLink},
    auth::Viewer,
    service::{Refusal, Stopped},
};

/// The links under these head contracts that the viewer sees, parents before what stands under
/// them: one statement, whatever the depth.
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
    Ok(shown(links, year))
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

/// The links with their values as they are shown.
pub(super) fn shown(links: Vec<SeenLink>, year: FinancialYear) -> Vec<ChainLink> {
    let mut paths: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    let mut is_open: BTreeMap<Uuid, bool> = BTreeMap::new();
    let mut chain = Vec::with_capacity(links.len());
    for link in links {
        let row = &link.seen.row;
        let above = row.parent_id.and_then(|id| paths.get(&id)).cloned().unwrap_or_default();
        let path: Vec<Uuid> = above.into_iter().chain([row.id]).collect();
        paths.insert(row.id, path.clone());
        let is_open_above = row.parent_id.is_none_or(|id| is_open.get(&id) == Some(&true));
        is_open.insert(row.id, row.is_open_book && is_open_above);
        let openness = LinkOpenness {
            tier: row.tier,
            is_material: row.is_material,
            is_open_book: row.is_open_book,
            is_open_all_the_way: row.is_open_book && is_open_above,
        };
        let (shown, recorded) = value(&link, openness);
        let reads_value = reads_value(&link, openness);
        chain.push(ChainLink { seen: link.seen, year, recorded, shown, reads_value, path });
    }
    chain
}

/// True when the value is read whole.
fn reads_value(link: &SeenLink, openness: LinkOpenness) -> bool {
    let shown = link.seen.standing.shows_link_value(openness, Pence::ZERO);
    shown.exact().is_some() && !is_value_of_later(&link.seen)
}

/// How a value is shown, and what is recorded of it where it is shown whole. A range has no band.
fn value(link: &SeenLink, openness: LinkOpenness) -> (Option<Shown>, Option<YearlyValue>) {
    let standing = &link.seen.standing;
    if !standing.reads_link_values() || is_value_of_later(&link.seen) {
        return (Some(Shown::Withheld), None);
    }
    match (link.amount, link.range) {
        (Some(amount), _) => {
            let shown = standing.shows_link_value(openness, amount);
            (Some(shown), shown.exact().map(YearlyValue::Exact))
        }
        (None, Some((from, to))) => {
            let range = reads_value(link, openness).then_some(YearlyValue::Share { from, to });
            (Some(Shown::Withheld), range)
        }
        (None, None) => (None, None),
    }
}
