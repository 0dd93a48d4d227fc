//! The program itself, started as an operator starts it, in a folder of its own.

use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
        mpsc::{self, Receiver},
    },
    thread::{self, JoinHandle},
};

static NEXT_FOLDER: AtomicU64 = AtomicU64::new(0);

/// A folder in which the program runs. It is removed with everything in it.
pub struct Folder(PathBuf);

/// What a command answered.
#[derive(Debug)]
pub struct Said {
    /// True when it exited with 0.
    pub is_done: bool,
    /// Its standard output.
    pub out: String,
    /// Its standard error.
    pub err: String,
}

/// A server that runs until it is dropped.
pub struct Serving {
    child: Child,
    /// Where it answers: `http://127.0.0.1:PORT`.
    pub address: String,
    said: Receiver<String>,
    log: Arc<Mutex<String>>,
    logging: Option<JoinHandle<()>>,
}

/// The program. `tests/run` builds it beside the tests.
///
/// # Panics
/// When it was not built.
#[must_use]
pub fn program() -> PathBuf {
    let test = std::env::current_exe().expect("a path of this test");
    let built = test.ancestors().nth(2).expect("the target folder").join("tributary");
    assert!(built.is_file(), "{} is not there: run tests/run", built.display());
    built
}

impl Folder {
    /// A new, empty folder.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "making a folder is no default")]
    pub fn new() -> Self {
        let number = NEXT_FOLDER.fetch_add(1, Ordering::Relaxed);
        let name = format!("tributary-program-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).expect("a new folder");
        Self(folder)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Runs the program in the folder, without a terminal, and with no settings of this process.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> Said {
        self.run_with(arguments, &[], "")
    }

    /// The same, with these variables of the environment and this standard input.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)], input: &str) -> Said {
        let mut command = self.command(arguments);
        command.envs(variables.iter().copied()).stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut stdin = child.stdin.take().expect("a standard input");
        // A program that does not read what it is told is no failure of the test.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        let output = child.wait_with_output().expect("the program ends");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
        Said {
            is_done: output.status.success(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// Starts a server at a free port, with these further arguments.
    ///
    /// # Panics
    /// When it ends before it says where it answers.
    #[must_use]
    pub fn serve(&self, arguments: &[&str]) -> Serving {
        self.serve_with(arguments, &[])
    }

    /// The same, with these variables of the environment.
    ///
    /// # Panics
    /// When it ends before it says where it answers.
    #[must_use]
    pub fn serve_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Serving {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.args(arguments).envs(variables.iter().copied());
        Serving::started(command)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(arguments).current_dir(&self.0).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("TRIBUTARY_") {
                command.env_remove(name);
            }
        }
        command
    }
}

impl Serving {
    /// Starts a program that serves, and waits until it has said where.
    ///
    /// # Panics
    /// When it ends before it says where it answers.
    pub(crate) fn started(mut command: Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let log: Arc<Mutex<String>> = Arc::default();
        let lines = BufReader::new(child.stderr.take().expect("a standard error")).lines();
        let kept = Arc::clone(&log);
        let logging = thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                eprintln!("{line}");
                let mut kept = kept.lock().expect("nobody panics over a line");
                kept.push_str(&line);
                kept.push('\n');
            }
        });
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("a standard output"));
        out.read_line(&mut line).expect("the server's first line");
        let address = line.trim().strip_prefix("Tributary answers at ");
        let address = address.unwrap_or_else(|| panic!("no address in {line:?}")).to_owned();
        let (says, said) = mpsc::channel();
        // Where nobody reads the rest, the program must not fail because of that.
        thread::spawn(move || {
            out.lines().map_while(Result::ok).for_each(|line| drop(says.send(line)));
        });
        Self { child, address, said, log, logging: Some(logging) }
    }

    /// The next line that it says after where it answers.
    ///
    /// # Panics
    /// When it ends instead.
    #[must_use]
    pub fn next_line(&self) -> String {
        self.said.recv().expect("the server says a line more")
    }

    /// What it has logged so far.
    ///
    /// # Panics
    /// Never: nobody panics over a line.
    #[must_use]
    pub fn log(&self) -> String {
        self.log.lock().expect("nobody panics over a line").clone()
    }

    /// Asks it to stop, as service managers do.
    ///
    /// # Panics
    /// When it cannot be asked.
    pub fn terminate(&self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(told.expect("kill runs").success(), "the server cannot be told to stop");
    }

    /// Allows it no file beyond so many bytes, or any size again: the disk is as good as full.
    ///
    /// # Panics
    /// When that cannot be set.
    pub fn allow_files_of(&self, bytes: Option<u64>) {
        let size = bytes.map_or_else(|| "unlimited".to_owned(), |bytes| bytes.to_string());
        let limited = Command::new("prlimit")
            .args(["--pid", &self.child.id().to_string(), &format!("--fsize={size}:")])
            .status();
        assert!(limited.expect("prlimit runs").success(), "files of {size} cannot be set");
    }

    /// True while it runs.
    ///
    /// # Panics
    /// When its state cannot be known.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("its state").is_none()
    }

    /// Waits until it has ended and its log is whole.
    ///
    /// # Panics
    /// When its state cannot be known.
    pub fn ended(&mut self) -> ExitStatus {
        let status = self.child.wait().expect("its end");
        if let Some(logging) = self.logging.take() {
            logging.join().expect("the log is read to its end");
        }
        status
    }

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

impl Said {
    /// What it answered, which must have succeeded.
    #[must_use]
    #[track_caller]
    pub fn done(self) -> String {
        assert!(self.is_done, "the program failed: {}", self.err);
        self.out
    }

    /// The one line that says why it failed.
    #[must_use]
    #[track_caller]
    pub fn failure(self) -> String {
        assert!(!self.is_done, "the program did not fail: {}", self.out);
        let lines: Vec<&str> = self.err.lines().collect();
        assert_eq!(lines.len(), 1, "not one line: {}", self.err);
        lines[0].strip_prefix("tributary: ").expect("the program's name first").to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that cannot be removed harms no other test.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
