use std::{fs, path::PathBuf, sync::Arc};

use anyhow::Context;
use clap::Args;

use crate::auth::issuer::Issuers;

/// Whose tokens are accepted.
#[derive(Args)]
#[command(next_help_heading = "Outside identity")]
pub struct IssuerSettings {
    /// A JSON list of the issuers whose tokens are accepted beside this program's own.
    #[arg(long, env = "TRIBUTARY_ISSUERS", value_name = "FILE")]
    issuers: Option<PathBuf>,
    /// Accept issuers of this machine over http, to try things out.
    #[arg(long, env = "TRIBUTARY_ISSUERS_ON_LOOPBACK", requires = "issuers")]
    issuers_on_loopback: bool,
}

impl IssuerSettings {
    /// Reads the list.
    pub fn read(&self) -> anyhow::Result<Arc<Issuers>> {
        let Some(file) = &self.issuers else { return Ok(Arc::default()) };
        let reading = || format!("the issuers of {file:?} cannot be trusted");
        let list = fs::read_to_string(file).with_context(reading)?;
        let issuers = Issuers::read(&list, self.issuers_on_loopback).with_context(reading)?;
        Ok(Arc::new(issuers))
    }
}
