//! The imports and exports that run in this process, so that it does not end in the middle of one.

use std::{sync::LazyLock, time::Duration};

use tokio::{sync::watch, time::timeout};

use crate::service::{Code, Refusal, Stopped};

/// How long imports that are broken off may take to say so in their jobs.
const LAST_WORDS: Duration = Duration::from_secs(5);

static IMPORTS: LazyLock<watch::Sender<Imports>> = LazyLock::new(watch::Sender::default);

#[derive(Clone, Copy, Debug, Default)]
struct Imports {
    running: u32,
    must_end: bool,
}

/// One import or export more runs, until this is dropped.
pub struct UnderWay(());

impl UnderWay {
    pub fn begin() -> Self {
        IMPORTS.send_modify(|imports| imports.running += 1);
        Self(())
    }

    /// Does the work of a job, unless the process has to end before it is done: then it is refused
    /// with what the job is to say.
    pub async fn unless_broken_off<T>(
        &self,
        work: impl Future<Output = Result<T, Stopped>>,
        broken_off: &'static str,
    ) -> Result<T, Stopped> {
        let mut imports = IMPORTS.subscribe();
        tokio::select! {
            biased;
            done = work => done,
            _ = imports.wait_for(|imports| imports.must_end) => {
                Err(Refusal::new(Code::RejectedRows, broken_off).into())
            }
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        IMPORTS.send_modify(|imports| imports.running -= 1);
    }
}

/// How many imports and exports run in this process.
#[must_use]
pub fn running() -> u32 {
    IMPORTS.borrow().running
}

/// Lets the imports and exports of this process end within `patience`, and breaks off those that do not: their
/// jobs fail and say why, and nothing of their files is kept.
pub async fn end_all(patience: Duration) {
    let mut imports = IMPORTS.subscribe();
    if timeout(patience, imports.wait_for(|imports| imports.running == 0)).await.is_ok() {
        return;
    }
    tracing::warn!("imports were under way when the time to end them was over");
    IMPORTS.send_modify(|imports| imports.must_end = true);
    let ended = imports.wait_for(|imports| imports.running == 0);
    if timeout(LAST_WORDS, ended).await.is_err() {
        tracing::warn!("imports that were broken off could not say so in their jobs");
    }
}
