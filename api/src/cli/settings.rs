use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{bail, ensure};
use clap::{Args, ValueEnum};
use entities::membership::Role;
use tokio::time::timeout;

use super::traces::TraceSettings;
use crate::{
    auth::role_named,
    clock::Clock,
    database::{self, Bounds, Database},
};

/// How long a database may take to be reached.
const PATIENCE: Duration = Duration::from_secs(15);

/// How the file of settings is named: it is read before anything else is.
pub struct Named {
    /// As an argument.
    pub argument: &'static str,
    /// As a variable.
    pub variable: &'static str,
}

/// How the file of settings is named.
pub const CONFIG: Named = Named { argument: "--config", variable: "TRIBUTARY_CONFIG" };

/// What every command has to know.
#[derive(Args, Clone)]
pub struct Settings {
    /// The file of settings. When left out, tributary.toml where there is one.
    #[arg(long = "config", global = true, env = CONFIG.variable, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The database: sqlite:FILE or postgres://USER@HOST/NAME.
    #[arg(
        long = "database",
        global = true,
        env = "TRIBUTARY_DATABASE_URL",
        default_value = "sqlite:tributary.db",
        hide_env_values = true
    )]
    pub database_url: String,
    /// What is logged, on the standard error: a level, or levels by module.
    #[arg(long, global = true, env = "TRIBUTARY_LOG", default_value = "warn,tributary=info")]
    pub log: String,
    /// How it is logged.
    #[arg(long, global = true, env = "TRIBUTARY_LOG_FORMAT", default_value = "text")]
    pub log_format: LogFormat,
    #[command(flatten)]
    pub traces: TraceSettings,
}

/// How lines of the log are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

impl Settings {
    /// True when the database is a file of this machine.
    pub fn is_sqlite(&self) -> bool {
        self.database_url.starts_with("sqlite:")
    }

    /// Opens the database; a missing file is created when `create` is set.
    pub async fn open(&self, create: bool) -> anyhow::Result<Database> {
        self.open_bounded(create, None).await
    }

    /// The same, whose statements may take so long.
    pub async fn open_bounded(
        &self,
        create: bool,
        statement: Option<Duration>,
    ) -> anyhow::Result<Database> {
        if let Some(file) = self.file() {
            check_file(Path::new(file), create)?;
        }
        let bounds = Bounds { connections: None, statement };
        let opening = database::open_bounded(&self.database_url, create, Clock::system(), bounds);
        match timeout(PATIENCE, opening).await {
            Ok(opened) => Ok(opened?),
            // The address is not repeated: it may hold a password.
            Err(_) => bail!("the database does not answer: is its server running, and reachable?"),
        }
    }

    /// The database's file, if it is one.
    fn file(&self) -> Option<&str> {
        let rest = self.database_url.strip_prefix("sqlite:")?;
        let file = rest.strip_prefix("//").unwrap_or(rest).split('?').next()?;
        (!file.is_empty() && !file.contains(":memory:")).then_some(file)
    }
}

/// Says what is wrong with a file in words that SQLite does not have.
fn check_file(file: &Path, create: bool) -> anyhow::Result<()> {
    ensure!(!file.is_dir(), "cannot open the database {file:?}: it is a directory");
    if file.exists() {
        return match std::fs::File::open(file) {
            Ok(_) => Ok(()),
            Err(why) => bail!("cannot open the database {file:?}: {why}"),
        };
    }
    let directory = file.parent().filter(|directory| !directory.as_os_str().is_empty());
    if let Some(directory) = directory {
        ensure!(
            directory.is_dir(),
            "cannot open the database {file:?}: there is no directory {directory:?}"
        );
    }
    ensure!(create, "cannot open the database {file:?}: there is no such file");
    Ok(())
}

/// Reads the name of a role from an argument.
pub fn role(name: &str) -> Result<Role, String> {
    role_named(&name.to_uppercase()).ok_or_else(|| {
        "write ADMIN, FINANCE, COMMISSIONER, CONTRACT_MANAGER, APPROVER, AUDITOR or VIEWER"
            .to_owned()
    })
}
