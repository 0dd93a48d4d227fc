//! The program itself, as its users start it: a process that can be killed.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

/// The program with a database of its own.
pub struct Program {
    /// The database's address.
    pub url: String,
    binary: PathBuf,
}

/// The program while it serves.
pub struct Serving {
    /// Where it answers.
    pub address: String,
    child: Child,
}

impl Program {
    /// The program beside the tests, on the database at `url`.
    ///
    /// # Panics
    /// When it was not built: `tests/run` builds it.
    #[must_use]
    pub fn on(url: String) -> Self {
        let tests = std::env::current_exe().expect("the path of the tests");
        let folder = tests.parent().and_then(|deps| deps.parent()).expect("the target folder");
        let binary = folder.join("tributary");
        assert!(binary.is_file(), "there is no {}: run tests/run", binary.display());
        Self { url, binary }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
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
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut said = String::new();
        let output = child.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut said).expect("it says where it answers");
        let address = said.split_whitespace().last().unwrap_or_default().to_owned();
        assert!(address.starts_with("http://"), "it said {said:?} and nothing of where it answers");
        Serving { address, child }
    }
}

impl Serving {
    /// Kills the process as an operator's `kill -9` does.
    ///
    /// # Panics
    /// When it had ended by itself before.
    pub fn kill(&mut self) {
        assert!(self.child.try_wait().expect("its state").is_none(), "it ended by itself");
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it is gone");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // A test that fails leaves no process behind; one that was killed before is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
