use std::path::PathBuf;

use clap::Args;

use super::{print, settings::Settings};

/// Where the copy goes.
#[derive(Args)]
pub struct Backup {
    /// The file to make. It must not be there yet.
    file: PathBuf,
}

impl Backup {
    /// Makes it. Also of a database that is older than this program: before it is migrated.
    pub async fn run(self, settings: &Settings) -> anyhow::Result<()> {
        let database = settings.open(false).await?;
        database.copy_to(&self.file).await?;
        print(&format!("{} holds the database as it was", self.file.display()))
    }
}
