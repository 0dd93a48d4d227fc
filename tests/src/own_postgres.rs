//! A PostgreSQL server of one test's own, which may be stopped without hurting another test.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use reqwest::Url;

/// A server that lives until this is dropped.
pub struct OwnPostgres {
    /// The address of an empty database.
    pub url: String,
    pg_ctl: PathBuf,
    run: Child,
}

impl OwnPostgres {
    /// Starts a server as the suite starts its own.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start() -> Self {
        let run = Path::new(env!("CARGO_MANIFEST_DIR")).join("run");
        let mut run = Command::new(run)
            // It serves until nobody holds the other end of the standard input.
            .args(["--with-postgres", "sh", "-c", "echo \"$TRIBUTARY_TEST_POSTGRES\" && cat"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("tests/run starts");
        let mut url = String::new();
        let mut said = BufReader::new(run.stdout.take().expect("a standard output"));
        said.read_line(&mut url).expect("the address");
        let url = url.trim().to_owned();
        let parsed: Url = url.parse().unwrap_or_else(|_| panic!("no address: {url:?}"));
        let host = parsed.query_pairs().find(|(name, _)| name == "host").expect("a directory").1;
        let pg_ctl = Path::new(host.as_ref()).join("pg_ctl");
        Self { url, pg_ctl, run }
    }

    /// Stops it at once, without a word to its clients, and starts it again: it recovers.
    ///
    /// # Panics
    /// When it does not start again.
    pub fn crash_and_recover(&self) {
        for order in [&["stop", "-m", "immediate"][..], &["start"]] {
            let done = Command::new(&self.pg_ctl).args(order).status();
            assert!(done.expect("pg_ctl runs").success(), "PostgreSQL did not {}", order[0]);
        }
    }
}

impl Drop for OwnPostgres {
    fn drop(&mut self) {
        drop(self.run.stdin.take());
        // What is left of it is removed by the script itself.
        let _ = self.run.wait();
    }
}
