use std::time::Duration;

use anyhow::Context;
use clap::Args;
use entities::membership::Role;

use super::{
    print,
    settings::{self, Settings},
};
use crate::{
    auth::{Viewer, keys, token},
    service::{
        acting_as::{self, Named},
        installation,
    },
};

/// For whom a token is made.
#[derive(Args)]
pub struct Token {
    /// A code of the organisation to act as: QHM, or GB-NHS:QHM.
    #[arg(long = "as", value_name = "CODE")]
    code: String,
    /// A role to act in; may be given several times.
    #[arg(long, required = true, value_parser = settings::role)]
    role: Vec<Role>,
    /// How long the token lasts, at most a day.
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=1440))]
    minutes: u64,
}

impl Token {
    /// Makes it.
    pub async fn run(self, settings: &Settings) -> anyhow::Result<()> {
        let database = settings.open(false).await?;
        installation::read(&database).await?;
        let code = self.code;
        let named = Named::Code(code.clone());
        let organisation = acting_as::organisation(database.statement(), &named, "as")
            .await
            .with_context(|| format!("--as {code}"))?;
        let viewer = Viewer {
            account: None,
            organisation: organisation.id,
            roles: self.role,
            session: None,
            request: database.clock().new_id(),
        };
        let key = keys::signing(&database).await?;
        let lifetime = Duration::from_secs(self.minutes * 60);
        let token = token::sign(&key, &viewer, database.clock().now(), lifetime)?;
        print(&token.text)
    }
}
