use std::collections::HashMap;

use domain::rules::supply_chain::not_refused;
use entities::value::FinancialYear;
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::{ChainLink, read};
use crate::{access::subcontract as access, auth::Viewer};

/// The head contracts of the links that the viewer sees, each with who sells there, of those that
/// have not ended and were not refused, as far as it is told. One statement.
///
/// # Errors
/// A fault of the database.
pub async fn selling(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
) -> Result<Vec<(Uuid, Uuid)>, DbErr> {
    let year = FinancialYear::of(viewer.today);
    let links = access::all(connection, viewer, year).await?;
    // Nothing of what they are worth is told here.
    let links = read::shown(links, &HashMap::new(), year);
    let of = |it: &ChainLink| (it.seen.row.id, it.seen.row.parent_id, it.is_refused());
    let links = not_refused(&links, of).into_iter().filter(|it| it.stands(viewer.today));
    Ok(links.map(|it| (it.seen.row.contract_id, it.seen.row.seller_id)).collect())
}
