use std::io::{self, IsTerminal, Write};

use anyhow::Context;
use clap::{Args, Subcommand};
use entities::membership::Role;

use super::{
    print,
    settings::{self, Settings},
};
use crate::service::{
    account::{self, NewAccount},
    acting_as::Named,
    installation,
};

/// Where a password may be given without a terminal.
const PASSWORD: &str = "TRIBUTARY_PASSWORD";

/// What can be done to accounts.
#[derive(Subcommand)]
pub enum Account {
    /// Make an account. Its password is read from TRIBUTARY_PASSWORD, or else from one line of the
    /// standard input.
    Create(Create),
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
        let Self::Create(Create { email, organisation, role }) = self;
        let database = settings.open(false).await?;
        installation::read(&database).await?;
        let new = NewAccount {
            email,
            password: password()?,
            organisation: Named::Code(organisation),
            role,
        };
        account::create(&database, new).await?;
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
