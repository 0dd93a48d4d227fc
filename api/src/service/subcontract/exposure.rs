use std::collections::HashMap;

use chrono::NaiveDate;
use domain::rules::supply_chain::{Exposure, Node, exposure as of_links};
use entities::value::FinancialYear;
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::{ChainLink, read};
use crate::{access::subcontract as access, auth::Viewer};

/// What an organisation has at stake over all the chains in which it stands.
pub type Exposed = Exposure;

/// The viewer's own exposure in a year.
///
/// # Errors
/// A fault of the database.
pub async fn exposure(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    organisation: Uuid,
    year: FinancialYear,
) -> Result<Exposed, DbErr> {
    let links = access::of_organisation(connection, viewer, organisation, year).await?;
    let links: Vec<ChainLink> = read::shown(links, &HashMap::new(), year);
    let is_of_year = |it: &&ChainLink| {
        !it.is_refused() && it.stands(year.first_day()) && it.seen.row.starts_on <= year.last_day()
    };
    let links = links.iter().filter(is_of_year);
    let links: Vec<(Uuid, Node)> =
        links.map(|it| (it.seen.row.contract_id, node(it, year.first_day()))).collect();
    Ok(of_links(organisation, &links))
}

/// A link as the figures of a day know it.
pub(super) fn node(link: &ChainLink, day: NaiveDate) -> Node {
    let row = &link.seen.row;
    Node {
        id: row.id,
        parent: row.parent_id,
        tier: row.tier,
        buyer: row.buyer_id,
        seller: row.seller_id,
        service: row.service.clone(),
        value: link.shown,
        stands: link.stands(day),
    }
}
