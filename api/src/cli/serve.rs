use std::{
    io,
    net::{Ipv4Addr, SocketAddr, SocketAddrV4},
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use clap::Args;
use futures_util::FutureExt;
use tokio::{net::TcpListener, time};

use super::{
    budgets::BudgetSettings, issuers::IssuerSettings, limits::LimitSettings,
    operation::OperationSettings, persisted::PersistedSettings, print, settings::Settings,
    sockets::SocketSettings, stop::Signals,
};
use crate::{
    auth::role_name,
    database::Database,
    demo,
    http::{self, App, Manner, Origin, metrics},
    service::{
        audit::seal,
        change, demonstration, export_job, import_job,
        installation::{self, Missing},
        server_role, webhook,
    },
};

/// Where the server listens unless it is told.
const USUAL: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 8080));
/// The same machine, at any port that is free.
const ANY_PORT: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0));

/// How long the last acts of audit may take to be sealed.
const LAST_SEALS: Duration = Duration::from_secs(5);

/// How to serve.
#[derive(Args)]
pub struct Serve {
    /// Where to listen. When left out, 127.0.0.1:8080, or a free port when that is taken.
    #[arg(long, env = "TRIBUTARY_LISTEN", value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Do not make a new SQLite database a demonstration.
    #[arg(long, env = "TRIBUTARY_NO_DEMONSTRATION")]
    no_demonstration: bool,
    /// The PostgreSQL database once more, for background jobs: as the role tributary_jobs.
    #[arg(
        long,
        env = "TRIBUTARY_JOBS_DATABASE_URL",
        value_name = "ADDRESS",
        hide_env_values = true
    )]
    jobs_database: Option<String>,
    /// How many proxies stand before the server, each of which adds the address that it was asked
    /// from to X-Forwarded-For. With none, the header is not believed.
    #[arg(long, env = "TRIBUTARY_TRUSTED_PROXIES", value_name = "NUMBER", default_value_t = 0,
          value_parser = clap::value_parser!(u8).range(..=16))]
    trusted_proxies: u8,
    /// The largest file that is taken by POST /uploads, in MiB.
    #[arg(long, env = "TRIBUTARY_LARGEST_UPLOAD_MIB", value_name = "NUMBER", default_value_t = 64,
          value_parser = clap::value_parser!(u16).range(1..=512))]
    largest_upload_mib: u16,
    /// The origins whose pages may read answers, such as https://portal.example.nhs.uk: none unless
    /// they are named.
    #[arg(long, env = "TRIBUTARY_ALLOWED_ORIGINS", value_name = "ORIGIN", value_delimiter = ',')]
    allowed_origins: Vec<Origin>,
    #[command(flatten)]
    limits: LimitSettings,
    #[command(flatten)]
    budgets: BudgetSettings,
    #[command(flatten)]
    operation: OperationSettings,
    #[command(flatten)]
    sockets: SocketSettings,
    #[command(flatten)]
    persisted: PersistedSettings,
    #[command(flatten)]
    issuers: IssuerSettings,
}

impl Serve {
    /// Serves until the process is told to stop.
    pub async fn run(self, settings: &Settings) -> anyhow::Result<()> {
        let app = self.prepare(settings).await?;
        let jobs = self.jobs(settings, &app).await?;
        let listener = self.listener().await?;
        let figures = self.tell_figures(&app, &jobs).await?;
        let signals = Signals::listen()?;
        print(&welcome(&app, (listener.local_addr()?, figures)).await?)?;
        let sealing = tokio::spawn(seal::keep_sealing(jobs.clone()));
        let retaining = change::keep_retaining(jobs.clone(), self.operation.change_days());
        let retaining = tokio::spawn(retaining);
        let telling = webhook::keep_telling(app.telling(jobs.clone()), app.hub.heads());
        let telling = tokio::spawn(telling);
        let tidying = tokio::spawn(export_job::keep_tidy(jobs.clone()));
        let stop = signals.stopped(Arc::clone(&app), self.operation.drain()).shared();
        let imports = async {
            stop.clone().await;
            import_job::end_all(self.operation.finish()).await;
            Ok(())
        };
        let served = tokio::try_join!(http::serve(listener, app, stop.clone()), imports);
        // What the last requests began.
        import_job::end_all(Duration::ZERO).await;
        sealing.abort();
        retaining.abort();
        tidying.abort();
        // What was under way is told again by the next server, with the same identity.
        telling.abort();
        // What was committed last is not left for the next start, where the database answers.
        match time::timeout(LAST_SEALS, seal::seal_now(&jobs)).await {
            Ok(sealed) => drop(sealed?),
            Err(_) => tracing::warn!("acts of audit wait for the next server to seal them"),
        }
        served.map(drop).context("the server failed")
    }

    /// An embedded database is set up here; a server's is set up by whoever runs it, on purpose.
    async fn prepare(&self, settings: &Settings) -> anyhow::Result<Arc<App>> {
        // Before a database is made: a file that cannot be read leaves nothing behind.
        let persisted = self.persisted.read()?;
        let issuers = self.issuers.read()?;
        if settings.is_sqlite() {
            self.set_up(settings).await?;
        }
        let database = settings.open_bounded(false, Some(self.operation.statement())).await?;
        let manner = Manner {
            trusted_proxies: self.trusted_proxies.into(),
            largest_upload_bytes: usize::from(self.largest_upload_mib) * 1024 * 1024,
            gate: self.limits.gate(),
            budgets: self.budgets.terms(),
            deadline: self.operation.request(),
            most_requests: self.operation.most_requests(),
            farewell: self.operation.finish(),
            sockets: self.sockets.terms(),
            persisted,
            allowed_origins: self.allowed_origins.clone(),
            issuers,
            exports_kept: self.operation.exports_kept(),
            webhooks: self.operation.webhooks(),
        };
        Ok(App::prepare_in(database, manner).await?)
    }

    /// What is done before anybody waits for it is bound by no deadline.
    async fn set_up(&self, settings: &Settings) -> anyhow::Result<()> {
        let database = settings.open(true).await?;
        let missing =
            Missing { becomes_demonstration: !self.no_demonstration, signing_key_is_made: false };
        installation::install(&database, missing).await?;
        if installation::read(&database).await?.is_demonstration {
            demo::load(&database).await?;
        }
        database.close().await?;
        Ok(())
    }

    /// Tells figures at an address of their own, where it is wished.
    async fn tell_figures(
        &self,
        app: &Arc<App>,
        jobs: &Database,
    ) -> anyhow::Result<Option<SocketAddr>> {
        let Some(wished) = self.operation.metrics_listen() else { return Ok(None) };
        let listener = TcpListener::bind(wished).await;
        let listener = listener.with_context(|| format!("cannot listen on {wished}"))?;
        let address = listener.local_addr()?;
        let telling = metrics::serve(listener, metrics::record()?, (Arc::clone(app), jobs.clone()));
        tokio::spawn(async move {
            if let Err(fault) = telling.await {
                tracing::error!(%fault, "figures are told no more");
            }
        });
        Ok(Some(address))
    }

    /// Where background jobs run. On PostgreSQL neither they nor requests run as a role that
    /// row-level security does not bind.
    async fn jobs(&self, settings: &Settings, app: &App) -> anyhow::Result<Database> {
        if settings.is_sqlite() {
            return Ok(app.database.clone());
        }
        server_role::check(&app.database).await?;
        let address = self.jobs_database.as_ref().context(
            "background jobs need a database address of their own: name it in \
             TRIBUTARY_JOBS_DATABASE_URL, with the role tributary_jobs",
        )?;
        let jobs = Settings { database_url: address.clone(), ..settings.clone() };
        jobs.open(false).await
    }

    async fn listener(&self) -> anyhow::Result<TcpListener> {
        let wished = self.listen.unwrap_or(USUAL);
        let bound = match TcpListener::bind(wished).await {
            Err(why) if self.listen.is_none() && why.kind() == io::ErrorKind::AddrInUse => {
                TcpListener::bind(ANY_PORT).await
            }
            bound => bound,
        };
        bound.with_context(|| format!("cannot listen on {wished}"))
    }
}

/// What somebody at the terminal has to know.
async fn welcome(
    app: &App,
    (address, figures): (SocketAddr, Option<SocketAddr>),
) -> anyhow::Result<String> {
    let mut lines = vec![format!("Tributary answers at http://{address}")];
    lines.extend(figures.map(|figures| format!("Figures are told at http://{figures}/metrics")));
    if app.is_demonstration {
        lines.push("It is a demonstration, and can be viewed as:".to_owned());
        for (identity, organisation) in demonstration::identities(&app.database).await? {
            lines.push(format!(
                "  {:<8} {:<12} {}: {}",
                identity.code,
                role_name(identity.role),
                organisation.name,
                identity.description
            ));
        }
    }
    Ok(lines.join("\n"))
}
