//! The command line: one file a command.

mod account;
mod backup;
mod budgets;
mod config;
mod import;
mod issuers;
mod key;
mod limits;
mod log;
mod migrate;
mod operation;
mod persisted;
mod serve;
mod settings;
mod sockets;
mod stop;
mod token;
mod traces;
mod verify;

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, error::ErrorKind};

use crate::graphql;
use config::FileSettings;
use settings::Settings;

/// The GraphQL server for pooled health and social care budgets.
///
/// Without a command it serves: with no database named, a demonstration in the current directory.
#[derive(Parser)]
#[command(name = "tributary", version)]
pub struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Option<Command>,
    /// What `config` prints.
    #[arg(skip)]
    told: String,
}

#[derive(Subcommand)]
enum Command {
    /// Answer requests until told to stop.
    Serve(serve::Serve),
    /// Bring the database to this program's shape, and set it up when it is new.
    Migrate,
    /// Print an access token that acts for an organisation.
    Token(token::Token),
    /// The keys that sign access tokens.
    #[command(subcommand)]
    Key(key::Key),
    /// Accounts that sign in.
    #[command(subcommand)]
    Account(account::Account),
    /// Import a file that everybody reads: organisations, successors; or what a fund's host paid.
    Import(import::ImportArguments),
    /// Add up every balance again, walk every fund's chain of hashes, and name the first discrepancy.
    Verify,
    /// Copy an SQLite database, as it is at one instant, to a new file. A server may go on meanwhile.
    Backup(backup::Backup),
    /// Print what `serve` would be told by file, environment and arguments, without passwords.
    Config(serve::Serve),
    /// Print the schema of the API.
    Schema,
}

impl Cli {
    /// What the file of settings, the environment and the arguments of this process say, `serve`
    /// when they name no command.
    #[must_use]
    pub fn read() -> Self {
        let mut arguments: Vec<OsString> = std::env::args_os().collect();
        let file = FileSettings::read(&arguments, &Self::command()).unwrap_or_else(|why| {
            eprintln!("tributary: {why:#}");
            std::process::exit(2)
        });
        let given = Self::parsed(&file, &arguments);
        if given.command.is_some() {
            return given;
        }
        arguments.push("serve".into());
        Self::parsed(&file, &arguments)
    }

    /// Ends the process where the arguments cannot be read, and says why in one line, as every
    /// other failure does; help and the version are answers, and longer.
    fn parsed(file: &FileSettings, arguments: &[OsString]) -> Self {
        Self::try_parsed(file, arguments).unwrap_or_else(|why| {
            let is_help = why.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
            if is_help || !why.use_stderr() {
                why.exit();
            }
            let said = why.to_string();
            let reason = said.split("\n\n").next().unwrap_or_default().replace("error: ", "");
            let reason: Vec<&str> = reason.lines().map(str::trim).collect();
            eprintln!("tributary: {}", reason.join(" "));
            std::process::exit(why.exit_code())
        })
    }

    fn try_parsed(file: &FileSettings, arguments: &[OsString]) -> Result<Self, clap::Error> {
        let command = file.under(Self::command());
        let matches = command.clone().try_get_matches_from(arguments)?;
        let mut given = Self::from_arg_matches(&matches)?;
        if let Some(("config", matches)) = matches.subcommand() {
            given.told = file.told(&command, matches);
        }
        Ok(given)
    }

    /// Does it.
    ///
    /// # Errors
    /// Why it could not be done, in one line.
    pub async fn run(self) -> anyhow::Result<()> {
        let Self { settings, command, told } = self;
        let traces = settings.traces.begin()?;
        log::begin(&settings, &traces)?;
        if let Some(Command::Serve(_) | Command::Config(_)) = command {
            for (name, nearest) in config::unknown_variables(&Self::command()) {
                tracing::warn!(name, nearest, "this variable is no setting");
            }
        }
        let outcome = match command {
            Some(Command::Serve(serve)) => serve.run(&settings).await,
            Some(Command::Migrate) => migrate::run(&settings).await,
            Some(Command::Token(token)) => token.run(&settings).await,
            Some(Command::Key(key)) => key.run(&settings).await,
            Some(Command::Account(account)) => account.run(&settings).await,
            Some(Command::Import(import)) => import.run(&settings).await,
            Some(Command::Verify) => verify::run(&settings).await,
            Some(Command::Backup(backup)) => backup.run(&settings).await,
            Some(Command::Config(_)) => print(&told),
            Some(Command::Schema) => print(&graphql::schema().sdl()),
            None => Ok(()),
        };
        traces.end().await;
        outcome
    }
}

/// Writes to the standard output. Whoever reads it may stop reading: that is no failure.
fn print(text: &str) -> anyhow::Result<()> {
    use std::io::{ErrorKind, Write, stdout};
    match writeln!(stdout(), "{}", text.trim_end()) {
        Err(failed) if failed.kind() != ErrorKind::BrokenPipe => Err(failed.into()),
        _ => Ok(()),
    }
}
