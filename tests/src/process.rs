//! The program itself, as its users start it: a process that can be killed.

use std::process::{Command, Stdio};

use crate::{
    postgres,
    program::{Serving, program},
};

/// The program with a database of its own.
pub struct Program {
    /// The database's address.
    pub url: String,
}

impl Program {
    /// The program beside the tests, on the database at `url`.
    #[must_use]
    pub fn on(url: String) -> Self {
        Self { url }
    }

    /// Starts serving as a process to which a full disk is an error and no signal.
    ///
    /// # Panics
    /// When it ends instead.
    #[must_use]
    pub fn serve_to_a_full_disk(&self) -> Serving {
        let serve = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ && exec \"$0\" \"$@\""]).arg(serve.get_program());
        command.args(serve.get_args()).stdin(Stdio::null());
        command.envs(serve.get_envs().filter_map(|(name, value)| Some((name, value?))));
        Serving::started(command)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command
            .args(arguments)
            .env("TRIBUTARY_DATABASE_URL", &self.url)
            .env("TRIBUTARY_LOG", "error")
            .env("TRIBUTARY_NO_DEMONSTRATION", "true")
            .stdin(Stdio::null());
        command
    }

    /// Runs a command to its end, and answers what it printed.
    ///
    /// # Panics
    /// When it fails.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().expect("the program starts");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?} failed: {errors}");
        String::from_utf8(output.stdout).expect("it prints text").trim().to_owned()
    }

    /// Starts serving, and waits until it has said where.
    ///
    /// # Panics
    /// When it ends instead.
    #[must_use]
    pub fn serve(&self) -> Serving {
        self.serve_with(&[])
    }

    /// The same, with these further arguments.
    ///
    /// # Panics
    /// When it ends instead.
    #[must_use]
    pub fn serve_with(&self, arguments: &[&str]) -> Serving {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.args(arguments);
        if self.url.starts_with("postgres") {
            command
                .env("TRIBUTARY_DATABASE_URL", postgres::as_server(&self.url))
                .env("TRIBUTARY_JOBS_DATABASE_URL", postgres::as_jobs(&self.url));
        }
        Serving::started(command)
    }
}
