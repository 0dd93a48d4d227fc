use std::io::{self, IsTerminal, Write};

use anyhow::Context;
use clap::{Args, Subcommand};
use entities::membership::Role;

use super::{
    print,
    settings::{self, Settings},
};
use crate::{
    database::Database,
    service::{
        account::{self, NewAccount},
        acting_as::Named,
        installation,
    },
};

/// Where a password may be given without a terminal.
pub(super) const PASSWORD: &str = "TRIBUTARY_PASSWORD";

/// What can be done to accounts.
#[derive(Subcommand)]
pub enum Account {
    /// Make an account. Its password is read from TRIBUTARY_PASSWORD, or else from one line of the
    /// standard input.
    Create(Create),
    /// Shut an account out: its sessions end, and it signs in no more.
    Disable(Known),
    /// Let an account in again. The sessions that it had stay ended.
    Enable(Known),
}

/// An account that there is.
#[derive(Args)]
pub struct Known {
    /// The email address it signs in with.
    email: String,
}

/// An account to be made.
#[derive(Args)]
pub struct Create {
    /// The email address it signs in with.
    #[arg(long)]
    email: String,
    /// A code of the organisation it acts as: QHM, or GB-NHS:QHM.
    #[arg(long, value_name = "CODE")]
    organisation: String,
    /// Its role there.
    #[arg(long, value_parser = settings::role)]
    role: Role,
}

impl Account {
    /// Does it.
    pub async fn run(self, settings: &Settings) -> anyhow::Result<()> {
        let database = settings.open(false).await?;
        installation::read(&database).await?;
        match self {
            Self::Create(new) => new.run(&database).await,
            Self::Disable(Known { email }) => {
                account::disable(&database, &email).await?;
                print("the account is shut out")
            }
            Self::Enable(Known { email }) => {
                account::enable(&database, &email).await?;
                print("the account can sign in again")
            }
        }
    }
}

impl Create {
    async fn run(self, database: &Database) -> anyhow::Result<()> {
        let Self { email, organisation, role } = self;
        let new = NewAccount {
            email,
            password: password()?,
            organisation: Named::Code(organisation),
            role,
        };
        account::create(database, new).await?;
        print("the account can sign in")
    }
}

fn password() -> anyhow::Result<String> {
    if let Ok(password) = std::env::var(PASSWORD) {
        return Ok(password);
    }
    if io::stdin().is_terminal() {
        write!(io::stderr(), "Password (it is shown as you type): ")?;
    }
    let mut line = String::new();
    io::stdin().read_line(&mut line).context("no password could be read")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
