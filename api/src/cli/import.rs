//! `tributary import KIND FILE`: imports a file, and prints what came of it. Payments are
//! imported for the organisation that `--as` names, as the file that `--how` names says.

use std::{io::Write, path::PathBuf};

use anyhow::{Context, bail};
use clap::{Args, builder::PossibleValuesParser};
use entities::{
    import_job::{JobStatus, Model as ImportJob},
    membership::Role,
};

use super::settings::Settings;
use crate::{
    auth::Viewer,
    database::Database,
    service::{
        self,
        acting_as::{self, Named},
        contract_import::{ContractsReport, FindingCount},
        import_job::{self, Kind, NewImport, Report},
        installation,
        payments::{Described, NewPayments, PaymentsReport, Tally},
        upload,
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
    /// Of payments: a code of the organisation that hosts the fund, QHM or GB-NHS:QHM.
    #[arg(long = "as", value_name = "CODE", requires = "how")]
    code: Option<String>,
    /// Of payments: a file of JSON with the fund, the layout and the rules.
    #[arg(long, value_name = "FILE", requires = "code")]
    how: Option<PathBuf>,
    /// Of payments: post the other lines when some are rejected.
    #[arg(long)]
    skip_rejected: bool,
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
    let ImportArguments { kind, file, dry_run, code, how, skip_rejected } = arguments;
    let kind = Kind::named(&kind).with_context(|| format!("there is no importer {kind:?}"))?;
    let content = async || {
        let read = tokio::fs::read(&file).await;
        read.with_context(|| format!("cannot read the file {}", file.display()))
    };
    let job = match (kind, code, how) {
        (Kind::Payments, Some(code), Some(how)) => {
            let wanted = Wanted { code, how, dry_run, skip_rejected };
            payments(database, wanted, content().await?).await?
        }
        (Kind::Payments, ..) => bail!("payments need --as CODE and --how FILE"),
        (_, Some(_), _) => bail!("only payments are imported --as an organisation"),
        _ if !kind.is_operators() && kind != Kind::Contracts => {
            bail!("{} belongs to an organisation: import it through the API", kind.name())
        }
        _ => {
            let content = content().await?;
            import_job::import(database, NewImport { kind, content, dry_run, skip_rejected: true })
                .await?
        }
    };
    let report = Report::of(&job).unwrap_or_default();
    if let Some(failure) = &report.failure {
        print_lines(&report, &mut std::io::stdout().lock())?;
        bail!("{}: {failure}", file.display());
    }
    print(&report, dry_run, &mut std::io::stdout().lock())?;
    Ok(())
}

/// How payments are imported.
struct Wanted {
    code: String,
    how: PathBuf,
    dry_run: bool,
    skip_rejected: bool,
}

async fn payments(
    database: &Database,
    wanted: Wanted,
    content: Vec<u8>,
) -> anyhow::Result<ImportJob> {
    let how = tokio::fs::read(&wanted.how)
        .await
        .with_context(|| format!("cannot read the file {}", wanted.how.display()))?;
    let how: Described = serde_json::from_slice(&how)
        .with_context(|| format!("cannot read the file {}", wanted.how.display()))?;
    let named = Named::Code(wanted.code.clone());
    let organisation = acting_as::organisation(database.statement(), &named, "as")
        .await
        .with_context(|| format!("--as {}", wanted.code))?;
    let today = database.clock().today();
    let viewer = Viewer::without_account(organisation.id, vec![Role::Finance], today);
    let database = database.acting_for(&viewer);
    let upload = upload::keep(&database, &viewer, content).await?;
    let imported = async {
        let snapshot = database.snapshot().await?;
        let new = how.meant(snapshot.connection(), &viewer, upload).await?;
        drop(snapshot);
        let Wanted { dry_run, skip_rejected, .. } = wanted;
        let new = NewPayments { dry_run, skip_rejected, ..new };
        service::payments::import(&database, &viewer, new).await
    };
    let imported = imported.await;
    if imported.as_ref().is_ok_and(|job| job.status == JobStatus::Succeeded && !job.is_dry_run) {
        return Ok(imported?);
    }
    upload::discard(&database, &viewer, upload).await?;
    Ok(imported?)
}

fn print_lines(report: &Report, out: &mut impl Write) -> std::io::Result<()> {
    for note in &report.notes {
        writeln!(out, "line {}: {}", note.line, note.text)?;
    }
    for rejected in &report.rejected {
        writeln!(out, "line {}: rejected: {}", rejected.line, rejected.reason)?;
    }
    Ok(())
}

fn print(report: &Report, dry_run: bool, out: &mut impl Write) -> std::io::Result<()> {
    print_lines(report, out)?;
    if let Some(told) = &report.payments {
        print_payments(told, out)?;
    }
    if let Some(told) = &report.contracts {
        print_contracts(told, out)?;
    }
    let Report { created, changed, unchanged, .. } = report;
    let rejected = report.rejected.len();
    let written = if dry_run { "; nothing was written (dry run)" } else { "" };
    writeln!(
        out,
        "{created} created, {changed} changed, {unchanged} unchanged, {rejected} rejected{written}"
    )
}

fn print_contracts(told: &ContractsReport, out: &mut impl Write) -> std::io::Result<()> {
    for FindingCount { code, count } in &told.findings {
        writeln!(out, "{count} times {code}")?;
    }
    let ContractsReport { releases, processes, placeholders, .. } = told;
    writeln!(out, "{releases} releases of {processes} processes; {placeholders} placeholders")
}

fn print_payments(told: &PaymentsReport, out: &mut impl Write) -> std::io::Result<()> {
    for (place, Tally { lines, amount }) in (1..).zip(&told.rules) {
        writeln!(out, "rule {place}: {lines} lines, {amount}")?;
    }
    let tallies = [
        ("otherwise", told.otherwise),
        ("unmatched", told.unmatched),
        ("left out", told.left_out),
        ("of earlier years", told.earlier_years),
        ("credits", told.credits),
        ("posted", told.posted),
        ("posted before", told.unchanged),
        ("read", told.read),
    ];
    for (what, Tally { lines, amount }) in tallies {
        writeln!(out, "{what}: {lines} lines, {amount}")?;
    }
    writeln!(out, "{} amounts rounded, {} of nothing", told.rounded, told.zero)
}
