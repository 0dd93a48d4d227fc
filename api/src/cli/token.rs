use std::time::Duration;

use anyhow::Context;
use clap::{Args, Subcommand};
use entities::membership::Role;

use super::{
    print,
    settings::{self, Settings},
};
use crate::{
    auth::{Viewer, keys, revoked, token},
    service::{
        acting_as::{self, Named},
        installation,
    },
};

/// For whom a token is made.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Token {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// A code of the organisation to act as: QHM, or GB-NHS:QHM.
    #[arg(long = "as", value_name = "CODE", required = true)]
    code: Option<String>,
    /// A role to act in; may be given several times.
    #[arg(long, required = true, value_parser = settings::role)]
    role: Vec<Role>,
    /// How long the token lasts, at most a day.
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=1440))]
    minutes: u64,
}

/// What else can be done to tokens.
#[derive(Subcommand)]
enum Verb {
    /// Take back a token that this command printed, or that a demonstration gave.
    Revoke(Revoke),
}

/// A token to be taken back.
#[derive(Args)]
struct Revoke {
    /// The token's claim `jti`, or the whole token.
    #[arg(value_name = "JTI")]
    token: String,
}

impl Token {
    /// Makes it.
    pub async fn run(self, settings: &Settings) -> anyhow::Result<()> {
        let database = settings.open(false).await?;
        installation::read(&database).await?;
        if let Some(Verb::Revoke(Revoke { token })) = self.verb {
            let id = token::id_of(&token)
                .context("this is neither a token nor the claim `jti` of one")?;
            revoked::revoke(&database, id).await?;
            return print("the token is not accepted any more");
        }
        let code = self.code.unwrap_or_default();
        let named = Named::Code(code.clone());
        let organisation = acting_as::organisation(database.statement(), &named, "as")
            .await
            .with_context(|| format!("--as {code}"))?;
        let today = database.clock().today();
        let viewer = Viewer::without_account(organisation.id, self.role, today);
        let key = keys::signing(&database).await?;
        let lifetime = Duration::from_secs(self.minutes * 60);
        let token = token::sign(&key, &viewer, database.clock().now(), lifetime)?;
        print(&token.text)
    }
}
