//! Keeps a server as busy as it can be for some minutes, with queries, postings, subscriptions and exports
//! mixed, and tells whether its memory stays where it is:
//!
//! `cargo build --release && cargo run -p tests --example steady -- target/release/tributary 600`
//!
//! What is measured goes to `docs/evidence/steady.json` where `TRIBUTARY_EVIDENCE_DIR` says so.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::json;
use tests::{
    Actor, Answer, Books,
    evidence::keep,
    socket::{Heard, Socket},
};

/// How many clients ask, each as soon as it was answered.
const CLIENTS: u64 = 32;
/// How many sockets follow the fund.
const SOCKETS: usize = 16;
/// How often memory is looked at.
const EVERY: Duration = Duration::from_secs(5);
/// Every how many requests of a client one posts, and one asks for an export.
const POSTING: u64 = 10;
const EXPORTING: u64 = 2_000;

const FUNDS: &str = "{ pooledFunds(first: 1) { nodes { id schemes(first: 1) { nodes { id } } } } }";
const QUERIES: [&str; 4] = [
    "{ organisations(first: 50) { totalCount nodes { id name kind } } }",
    r#"{ positions(financialYear: "2025/26", first: 20) { nodes { fundReference knownAt total { budget actual committed } } } }"#,
    "{ contracts(first: 20) { nodes { id reference status leadProvider { name } } } }",
    "{ changes(first: 50) { nodes { kind objectId node { id } } pageInfo { endCursor } } }",
];
const POST: &str = "mutation($input: RecordExpenditureInput!) {
    recordExpenditure(input: $input) { transaction { id } errors { code } } }";
const EXPORT: &str = "mutation { startExport(input: { of: LEDGER_ENTRIES, format: JSON_LINES }) {
    export { id } errors { code } } }";
const CANCEL: &str =
    "mutation($id: ID!) { cancelExport(input: { export: $id }) { export { status } } }";

struct Server {
    child: Child,
    address: String,
    token: String,
}

impl Server {
    /// A demonstration in a file of its own, whose budgets of cost refuse nobody.
    fn start(program: &str, database: &str) -> Self {
        let mut child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--database", database])
            .args(["--cost-capacity", "1000000000", "--cost-restore-rate", "1000000"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("what it says")).lines();
        let first = lines.next().expect("a line").expect("a text");
        let address = first.rsplit(' ').next().expect("an address").to_owned();
        std::thread::spawn(move || lines.for_each(drop));
        let token = Command::new(program)
            .args(["token", "--database", database, "--as", "E09000023", "--role", "FINANCE"])
            .output()
            .expect("a token");
        let token = String::from_utf8(token.stdout).expect("a text").trim().to_owned();
        Self { child, address, token }
    }

    /// Its proportional set size, KiB.
    fn memory(&self) -> u64 {
        let text = fs::read_to_string(format!("/proc/{}/smaps_rollup", self.child.id()));
        let text = text.expect("what the machine says of it");
        let line = text.lines().find(|line| line.starts_with("Pss:")).expect("a line");
        line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("a number")
    }
}

/// What was done meanwhile.
#[derive(Default)]
struct Done {
    answers: AtomicU64,
    postings: AtomicU64,
    exports: AtomicU64,
    events: AtomicU64,
    refused: AtomicU64,
}

impl Done {
    fn count(&self, which: &AtomicU64, answer: &Answer) {
        let of = if answer.is_ok() { which } else { &self.refused };
        of.fetch_add(1, Ordering::Relaxed);
    }
}

async fn ask_on(actor: Actor, scheme: String, client: u64, done: Arc<Done>) {
    for number in 0_u64.. {
        if number % EXPORTING == EXPORTING - 1 - client {
            let begun = actor.ask(EXPORT).await;
            done.count(&done.exports, &begun);
            if let Some(id) = begun.0.pointer("/data/startExport/export/id") {
                let _ = actor.send(CANCEL, json!({ "id": id })).await;
            }
        } else if number % POSTING == 0 {
            let key = format!("{client}-{number}");
            let input = Books::expenditure(&scheme, "0.01", "2025-10-01", &key);
            done.count(&done.postings, &actor.send(POST, json!({ "input": input })).await);
        } else {
            let which = usize::try_from(number).unwrap_or(0) % QUERIES.len();
            done.count(&done.answers, &actor.ask(QUERIES[which]).await);
        }
    }
}

async fn follow(address: String, token: String, fund: String, done: Arc<Done>) {
    let mut socket = Socket::of(&address, &token).await;
    let position = r#"position(financialYear: "2025/26") { total { actual } }"#;
    let query =
        format!(r#"subscription {{ fundPositionChanged(fund: "{fund}") {{ {position} }} }}"#);
    socket.subscribe("1", &query).await;
    while let Heard::Said(_) = socket.hear().await {
        done.events.fetch_add(1, Ordering::Relaxed);
    }
    panic!("a socket was closed");
}

fn median(of: &[u64]) -> u64 {
    let mut sorted = of.to_vec();
    sorted.sort_unstable();
    sorted[sorted.len() / 2]
}

#[tokio::main]
async fn main() {
    let mut arguments = env::args().skip(1);
    let program = arguments.next().expect("the path of the program");
    let seconds: u64 = arguments.next().and_then(|it| it.parse().ok()).expect("how many seconds");
    let file = env::temp_dir().join(format!("tributary-steady-{}.db", std::process::id()));
    let database = arguments.next().unwrap_or_else(|| format!("sqlite:{}", file.display()));
    let mut server = Server::start(&program, &database);
    let actor = || Actor::at(&server.address, &server.token);
    let funds = actor().ask(FUNDS).await.ok();
    let fund = funds.text("/pooledFunds/nodes/0/id").to_owned();
    let scheme = funds.text("/pooledFunds/nodes/0/schemes/nodes/0/id").to_owned();
    let done = Arc::new(Done::default());
    for client in 0..CLIENTS {
        tokio::spawn(ask_on(actor(), scheme.clone(), client, Arc::clone(&done)));
    }
    for _ in 0..SOCKETS {
        let (address, token) = (server.address.clone(), server.token.clone());
        tokio::spawn(follow(address, token, fund.clone(), Arc::clone(&done)));
    }
    let (began, mut seen) = (Instant::now(), Vec::new());
    while began.elapsed() < Duration::from_secs(seconds) {
        tokio::time::sleep(EVERY).await;
        seen.push(server.memory());
    }
    // The first fifth fills caches and connections.
    let warm = &seen[seen.len() / 5..];
    let part = (warm.len() / 4).max(1);
    let (first, last) = (median(&warm[..part]), median(&warm[warm.len() - part..]));
    let told = |count: &AtomicU64| count.load(Ordering::Relaxed);
    let measured = json!({
        "program": program, "seconds": seconds, "pssKib": seen,
        "firstQuarterMedianKib": first, "lastQuarterMedianKib": last,
        "answers": told(&done.answers), "postings": told(&done.postings),
        "exports": told(&done.exports), "events": told(&done.events),
        "refused": told(&done.refused),
    });
    println!("{}", serde_json::to_string(&measured).expect("a text"));
    println!("{first} KiB at first and {last} KiB at last, of {} looks", seen.len());
    keep("steady", measured);
    server.child.kill().expect("it runs");
    server.child.wait().expect("it ends");
    for suffix in ["", "-wal", "-shm"] {
        // A file that is not there any more needs no removing.
        let _ = fs::remove_file(format!("{}{suffix}", file.display()));
    }
}
