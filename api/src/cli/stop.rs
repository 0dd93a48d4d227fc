//! How the process is told to stop.

use std::{io, sync::Arc, time::Duration};

use tokio::{signal, time};

use crate::http::App;

/// What tells it. From when this is made on, nothing that is said is lost.
pub struct Signals {
    #[cfg(unix)]
    terminate: signal::unix::Signal,
    #[cfg(unix)]
    interrupt: signal::unix::Signal,
}

impl Signals {
    /// Begins to listen.
    ///
    /// # Errors
    /// When the system does not let it.
    pub fn listen() -> io::Result<Self> {
        #[cfg(unix)]
        use signal::unix::{SignalKind, signal};
        Ok(Self {
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
            #[cfg(unix)]
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits until the server is to take on nothing more: once it was told so and has been drained,
    /// or told so twice.
    pub async fn stopped(mut self, app: Arc<App>, drain: Duration) {
        self.told().await;
        app.stop_being_ready();
        tracing::info!("told to stop");
        tokio::select! {
            () = time::sleep(drain) => {}
            () = self.told() => {}
        }
    }

    #[cfg(unix)]
    async fn told(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    #[cfg(not(unix))]
    async fn told(&mut self) {
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
