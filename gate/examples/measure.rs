//! Measures the gate: `cargo run --release -p gate --example measure`. Each hostile document is
//! answered five times, the slowest counts, and the growth of the process's peak memory is told;
//! ordinary documents are read anew, looked up, and priced, a thousand times each.

#[expect(dead_code, reason = "the tests use the rest of it")]
#[path = "../tests/it/gates.rs"]
mod gates;
#[path = "../tests/it/hostile.rs"]
mod hostile;

use std::{
    fs,
    time::{Duration, Instant},
};

use gate::Gate;
use serde_json::Map;

fn main() {
    let served = &*gates::SERVED;
    let gate = &*gates::DEFAULT;
    ordinary("a small query", served, "query Q($id: ID!) { node(id: $id) { id __typename } }");
    ordinary("a middling query", served, MIDDLING);
    let verdicts = gates::json("tests/corpus/verdicts.json");
    let introspection =
        verdicts["corpus"].as_array().and_then(|own| own.last()).expect("documents");
    ordinary("standard introspection", served, introspection["text"].as_str().expect("a text"));
    let at_first = peak_kib();
    let mut slowest = (Duration::ZERO, "");
    for (name, text, _) in hostile::documents() {
        let before = peak_kib();
        let took = (0..5).map(|_| timed(|| drop(gate.read(&text, None)))).max().unwrap_or_default();
        slowest = slowest.max((took, name));
        let (outcome, steps) = gate.read(&text, None);
        let code = outcome.map_or_else(|refusal| refusal.code.as_str(), |_| "ACCEPTED");
        println!(
            "{took:>12.1?} {:>6} KiB {steps:>8} steps  {code:<26} {name}",
            peak_kib() - before
        );
    }
    println!(
        "slowest: {:?} {}; peak memory grew by {} KiB",
        slowest.0,
        slowest.1,
        peak_kib() - at_first
    );
}

const MIDDLING: &str = "query Types { __schema { queryType { name fields { name description args { name type { name kind ofType { name } } } } } mutationType { ...Named fields { ...Args type { ...Named } } } types { ...Named kind enumValues { name } } } } fragment Named on __Type { name description } fragment Args on __Field { name args { name defaultValue type { ...Named } } }";

fn ordinary(name: &str, gate: &Gate, text: &str) {
    let variables: Map<_, _> = [("id".to_owned(), "x".into())].into_iter().collect();
    let anew = median(|| drop(gate.read(text, None)));
    let looked_up = median(|| drop(gate.prepare(text, None)));
    let prepared = gate.prepare(text, None).expect("an ordinary document is accepted");
    let priced = median(|| drop(gate.admit(&prepared, &variables)));
    println!(
        "{name}, {} bytes: read {anew:?}, looked up {looked_up:?}, priced {priced:?}",
        text.len()
    );
}

fn timed(run: impl FnOnce()) -> Duration {
    let before = Instant::now();
    run();
    before.elapsed()
}

fn median(mut run: impl FnMut()) -> Duration {
    let mut all: Vec<Duration> = (0..1_000).map(|_| timed(&mut run)).collect();
    all.sort();
    all[all.len() / 2]
}

/// The most memory that the process has held, as the kernel tells it.
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
