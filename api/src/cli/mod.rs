//! The command line: one file a command.

mod account;
mod import;
mod issuers;
mod key;
mod limits;
mod log;
mod migrate;
mod persisted;
mod serve;
mod settings;
mod token;
mod verify;

use std::ffi::OsString;

use clap::{Parser, Subcommand, error::ErrorKind};

use crate::graphql;
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
    /// Print the schema of the API.
    Schema,
}

impl Cli {
    /// What the arguments of this process say, `serve` when they name no command.
    #[must_use]
    pub fn read() -> Self {
        let given = Self::parsed(std::env::args_os());
        if given.command.is_some() {
            return given;
        }
        Self::parsed(std::env::args_os().chain(["serve".into()]))
    }

    /// Ends the process where the arguments cannot be read, and says why in one line, as every
    /// other failure does; help and the version are answers, and longer.
    fn parsed(arguments: impl Iterator<Item = OsString>) -> Self {
        Self::try_parse_from(arguments).unwrap_or_else(|why| {
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

    /// Does it.
    ///
    /// # Errors
    /// Why it could not be done, in one line.
    pub async fn run(self) -> anyhow::Result<()> {
        let Self { settings, command } = self;
        log::begin(&settings)?;
        match command {
            Some(Command::Serve(serve)) => serve.run(&settings).await,
            Some(Command::Migrate) => migrate::run(&settings).await,
            Some(Command::Token(token)) => token.run(&settings).await,
            Some(Command::Key(key)) => key.run(&settings).await,
            Some(Command::Account(account)) => account.run(&settings).await,
            Some(Command::Import(import)) => import.run(&settings).await,
            Some(Command::Verify) => verify::run(&settings).await,
            Some(Command::Schema) => print(&graphql::schema().sdl()),
            None => Ok(()),
        }
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
