use clap::Subcommand;

use super::{print, settings::Settings};
use crate::{auth::keys, service::installation};

/// What can be done to keys.
#[derive(Subcommand)]
pub enum Key {
    /// Make a new key that signs from now on. Tokens signed before stay good until they end.
    Rotate,
}

impl Key {
    /// Does it.
    pub async fn run(self, settings: &Settings) -> anyhow::Result<()> {
        let Self::Rotate = self;
        let database = settings.open(false).await?;
        installation::read(&database).await?;
        let key = keys::rotate(&database).await?;
        print(&format!("{} signs from now on", key.id))
    }
}
