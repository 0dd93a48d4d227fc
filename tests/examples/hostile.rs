//! Sends a server documents made to hurt, and tells how long each took, how much the server grew, and
//! how long somebody else waited meanwhile:
//!
//! `cargo build --release && cargo run -p tests --example hostile -- target/release/tributary`
//!
//! What is measured goes to `docs/evidence/hostile.json` where `TRIBUTARY_EVIDENCE_DIR` says so.

#[path = "../../gate/tests/it/hostile.rs"]
mod hostile;

use std::{
    env, fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::Client;
use serde_json::{Value, json};
use tests::evidence::keep;

/// How often each is sent.
const ROUNDS: usize = 5;
const ORDINARY: &str = "{ organisations(first: 10) { nodes { name } } }";

struct Server {
    child: Child,
    address: String,
    client: Client,
}

impl Server {
    /// A demonstration in a file of its own.
    fn start(program: &str, file: &str) -> Self {
        let mut child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--database", &format!("sqlite:{file}")])
            .args(["--anonymous-cost-capacity", "1000000000"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("what it says")).lines();
        let first = lines.next().expect("a line").expect("a text");
        let address = first.rsplit(' ').next().expect("an address").to_owned();
        std::thread::spawn(move || lines.for_each(drop));
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(60)).build();
        Self { child, address, client: client.expect("a client") }
    }

    /// How it was answered, and after how long.
    async fn send(&self, body: String) -> (Value, Duration) {
        let began = Instant::now();
        let request = self.client.post(format!("{}/graphql", self.address));
        let request = request.header("content-type", "application/json").body(body);
        let said = request.send().await.expect("an answer").text().await.expect("a text");
        let took = began.elapsed();
        let said: Value = serde_json::from_str(&said).unwrap_or(Value::Null);
        (said["errors"][0]["extensions"]["code"].clone(), took)
    }

    /// Its proportional set size and the peak of its resident set since [`Self::forget_peak`], KiB.
    fn memory(&self) -> (u64, u64) {
        let of = |file: &str, name: &str| {
            let text = fs::read_to_string(format!("/proc/{}/{file}", self.child.id()));
            let text = text.expect("what the machine says of it");
            let line = text.lines().find(|line| line.starts_with(name)).expect("a line");
            line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("a number")
        };
        (of("smaps_rollup", "Pss:"), of("status", "VmHWM:"))
    }

    fn forget_peak(&self) {
        let file = format!("/proc/{}/clear_refs", self.child.id());
        fs::write(file, "5").expect("the machine forgets the peak");
    }
}

/// Requests that no document is needed for.
fn bodies() -> Vec<(&'static str, String)> {
    let nested = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let ids = vec!["T3JnYW5pc2F0aW9uOg=="; 15_000];
    let batch = vec![json!({ "query": ORDINARY }); 2_000];
    vec![
        ("a batch of 2,000", json!(batch).to_string()),
        (
            "variables 5,000 deep",
            format!("{{\"query\":\"{{ __typename }}\",\"variables\":{{\"a\":{nested}}}}}"),
        ),
        (
            "15,000 identities in a variable",
            json!({ "query": query, "variables": { "ids": ids } }).to_string(),
        ),
        ("a body of 2 MB", json!({ "query": " ".repeat(2_000_000) }).to_string()),
        ("JSON that never ends", "{\"query\":\"".repeat(20_000)),
        ("the introspection of everything, in 20 aliases", {
            let all = "__schema { types { fields { args { type { name ofType { name } } } } } }";
            let twenty = (0..20).map(|n| format!("a{n}: {all} "));
            json!({ "query": format!("{{ {} }}", twenty.collect::<String>()) }).to_string()
        }),
    ]
}

#[tokio::main]
async fn main() {
    let program = env::args().nth(1).expect("the path of the program");
    let file = env::temp_dir().join(format!("tributary-hostile-{}.db", std::process::id()));
    let server = Arc::new(Server::start(&program, file.to_str().expect("a path")));
    let documents = hostile::documents().into_iter();
    let all: Vec<(&str, String)> = documents
        .map(|(name, text, _)| (name, json!({ "query": text }).to_string()))
        .chain(bodies())
        .collect();
    for _ in 0..20 {
        server.send(json!({ "query": ORDINARY }).to_string()).await;
    }
    let (idle, _) = server.memory();
    let mut told = Vec::new();
    for (name, body) in all {
        let hurting = Arc::new(AtomicBool::new(true));
        let others = tokio::spawn({
            let (server, hurting) = (Arc::clone(&server), Arc::clone(&hurting));
            async move {
                let mut longest = Duration::ZERO;
                while hurting.load(Ordering::Relaxed) {
                    let (code, took) = server.send(json!({ "query": ORDINARY }).to_string()).await;
                    assert_eq!(code, Value::Null, "others are answered");
                    longest = longest.max(took);
                }
                longest
            }
        });
        let (before, _) = server.memory();
        server.forget_peak();
        let (_, floor) = server.memory();
        let mut slowest = Duration::ZERO;
        let mut code = Value::Null;
        for _ in 0..ROUNDS {
            let (answered, took) = server.send(body.clone()).await;
            (code, slowest) = (answered, slowest.max(took));
        }
        let (after, peak) = server.memory();
        hurting.store(false, Ordering::Relaxed);
        let others = others.await.expect("others were answered");
        let (grown, peak) = (after.saturating_sub(before), peak.saturating_sub(floor));
        let code = code.as_str().unwrap_or("answered").to_owned();
        println!(
            "{slowest:>10.1?} {grown:>7} KiB, peak {peak:>7} KiB, others {others:>10.1?}  {code:<26} {name}"
        );
        told.push(json!({
            "document": name, "code": code, "slowestMicroseconds": micros(slowest),
            "grownKib": grown, "peakKib": peak, "othersSlowestMicroseconds": micros(others),
        }));
    }
    let (last, _) = server.memory();
    println!("{} requests, {idle} KiB before them and {last} KiB after", told.len());
    let seen = json!({ "program": program, "idleKib": idle, "afterKib": last, "documents": told });
    keep("hostile", seen);
    if let Some(mut server) = Arc::into_inner(server) {
        server.child.kill().expect("it runs");
        server.child.wait().expect("it ends");
    }
    for suffix in ["", "-wal", "-shm"] {
        // A file that is not there any more needs no removing.
        let _ = fs::remove_file(format!("{}{suffix}", file.display()));
    }
}

fn micros(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}
