use domain::rules::supply_chain::on_at_least;
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use crate::{access::contract::holding, auth::Viewer};

/// Organisations, and how many contracts each holds.
pub type Holders = Vec<(Uuid, usize)>;

/// The organisations that hold so many or more of the contracts that the viewer sees, that were
/// awarded and have not ended; those that hold most first.
///
/// # Errors
/// A fault of the database.
pub async fn holders(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    least: usize,
) -> Result<Holders, DbErr> {
    Ok(on_at_least(least, &holding(connection, viewer).await?))
}
