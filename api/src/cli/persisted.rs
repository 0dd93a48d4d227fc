use std::{fs, path::PathBuf};

use anyhow::{Context, ensure};
use clap::{Args, ValueEnum};
use gate::{Naming, Persisted};

/// The largest manifest that is read, in bytes.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Which documents are persisted.
#[derive(Args)]
#[command(next_help_heading = "Persisted documents")]
pub struct PersistedSettings {
    /// Manifests of persisted documents, as graphql-codegen writes them: one a portal.
    #[arg(long, env = "TRIBUTARY_PERSISTED_DOCUMENTS", value_name = "FILE", value_delimiter = ',')]
    persisted_documents: Vec<PathBuf>,
    /// How documents may be named. When left out, `allowed` where there are manifests, else `off`.
    #[arg(long, env = "TRIBUTARY_PERSISTED_MODE", value_name = "MODE")]
    persisted_mode: Option<PersistedMode>,
}

/// How documents may be named.
#[derive(Clone, Copy, ValueEnum)]
enum PersistedMode {
    /// By their text only.
    Off,
    /// By their text, or the identifier of a persisted document.
    Allowed,
    /// By the identifier of a persisted document only.
    Required,
}

impl PersistedSettings {
    /// Reads the manifests.
    pub fn read(&self) -> anyhow::Result<Persisted> {
        let files = &self.persisted_documents;
        let naming = match self.persisted_mode {
            None if files.is_empty() => Naming::Text,
            Some(PersistedMode::Off) => Naming::Text,
            None | Some(PersistedMode::Allowed) => Naming::Either,
            Some(PersistedMode::Required) => Naming::Identifier,
        };
        let mut persisted = Persisted::new(naming);
        if naming == Naming::Text {
            return Ok(persisted);
        }
        ensure!(
            !files.is_empty(),
            "there are no persisted documents: name their manifests by --persisted-documents"
        );
        for file in files {
            let reading = || format!("the persisted documents of {file:?} cannot be used");
            let length = fs::metadata(file).with_context(reading)?.len();
            ensure!(length <= LARGEST, "{}: the file is larger than 16 MiB", reading());
            let manifest = fs::read_to_string(file).with_context(reading)?;
            persisted.add(&manifest).with_context(reading)?;
        }
        Ok(persisted)
    }
}
