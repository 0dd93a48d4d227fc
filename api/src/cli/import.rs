//! `tributary import KIND FILE`: imports a file, and prints what came of it.

use std::{io::Write, path::PathBuf};

use anyhow::{Context, bail};
use clap::{Args, builder::PossibleValuesParser};

use super::settings::Settings;
use crate::{
    database::Database,
    service::{
        import_job::{self, Kind, NewImport, Report},
        installation,
    },
};

/// Which file to import, and how.
#[derive(Args, Clone, Debug)]
pub struct ImportArguments {
    /// What the file is.
    #[arg(value_parser = PossibleValuesParser::new(Kind::ALL.map(Kind::name)))]
    kind: String,
    /// The file.
    file: PathBuf,
    /// Check only, and write nothing.
    #[arg(long)]
    dry_run: bool,
}

impl ImportArguments {
    /// Imports the file in one transaction, and prints the report.
    ///
    /// # Errors
    /// When the file cannot be read, has other columns than its kind, or the database fails. Lines
    /// that were not taken are in the report.
    pub async fn run(self, settings: &Settings) -> anyhow::Result<()> {
        let database = settings.open(false).await?;
        installation::read(&database).await?;
        import(&database, self).await
    }
}

async fn import(database: &Database, arguments: ImportArguments) -> anyhow::Result<()> {
    let ImportArguments { kind, file, dry_run } = arguments;
    let kind = Kind::named(&kind).with_context(|| format!("there is no importer {kind:?}"))?;
    if !kind.is_operators() {
        bail!("{} belongs to an organisation: import it through the API", kind.name());
    }
    let content = tokio::fs::read(&file)
        .await
        .with_context(|| format!("cannot read the file {}", file.display()))?;
    let job =
        import_job::import(database, NewImport { kind, content, dry_run, skip_rejected: true })
            .await?;
    let report = Report::of(&job).unwrap_or_default();
    if let Some(failure) = report.failure {
        bail!("{}: {failure}", file.display());
    }
    print(&report, dry_run, &mut std::io::stdout().lock())?;
    Ok(())
}

fn print(report: &Report, dry_run: bool, out: &mut impl Write) -> std::io::Result<()> {
    for note in &report.notes {
        writeln!(out, "line {}: {}", note.line, note.text)?;
    }
    for rejected in &report.rejected {
        writeln!(out, "line {}: rejected: {}", rejected.line, rejected.reason)?;
    }
    let Report { created, changed, unchanged, .. } = report;
    let rejected = report.rejected.len();
    let written = if dry_run { "; nothing was written (dry run)" } else { "" };
    writeln!(
        out,
        "{created} created, {changed} changed, {unchanged} unchanged, {rejected} rejected{written}"
    )
}
