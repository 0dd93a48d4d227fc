use super::{print, settings::Settings};
use crate::service::installation::{self, Missing};

/// Brings the database to this program's shape; a new one does not become a demonstration.
pub async fn run(settings: &Settings) -> anyhow::Result<()> {
    let database = settings.open(true).await?;
    let missing = Missing { becomes_demonstration: false, signing_key_is_made: true };
    installation::install(&database, missing).await?;
    print("the database is up to date")
}
