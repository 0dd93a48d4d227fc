//! Measures the gate: `cargo run --release -p gate --example measure`. Each hostile document is
//! answered five times, the slowest counts, and the growth of the process's peak memory is told;
//! ordinary documents are read anew, looked up, and priced, a thousand times each.
//!
//! With a number it measures that one hostile document only. Memory that one document freed hides
//! what the next one takes, so that only this tells of memory truly.

#[expect(dead_code, reason = "the tests use the rest of it")]
#[path = "../tests/it/gates.rs"]
mod gates;
#[path = "../tests/it/hostile.rs"]
mod hostile;

use std::{
    env, fs,
    time::{Duration, Instant},
};

use gate::Gate;
use serde_json::Map;

fn main() {
    let only: Option<usize> = env::args().nth(1).and_then(|number| number.parse().ok());
    if only.is_none() {
        ordinary_documents();
    }
    hostile_documents(only);
}

fn ordinary_documents() {
    let served = &*gates::SERVED;
    ordinary("a small query", served, "query Q($id: ID!) { node(id: $id) { id __typename } }");
    ordinary("a middling query", served, MIDDLING);
    let verdicts = gates::json("tests/corpus/verdicts.json");
    let introspection =
        verdicts["corpus"].as_array().and_then(|own| own.last()).expect("documents");
    ordinary("standard introspection", served, introspection["text"].as_str().expect("a text"));
}

fn hostile_documents(only: Option<usize>) {
    let gate = &*gates::DEFAULT;
    let documents = hostile::documents().into_iter().enumerate();
    let wanted = documents.filter(|(number, _)| only.is_none_or(|only| only == *number));
    let mut slowest = (Duration::ZERO, "");
    let mut largest = (0, "");
    for (number, (name, text, _)) in wanted {
        let before = held_kib_from_now_on();
        let took = (0..5).map(|_| timed(|| drop(gate.read(&text, None)))).max().unwrap_or_default();
        slowest = slowest.max((took, name));
        let (outcome, steps) = gate.read(&text, None);
        let code = outcome.map_or_else(|refusal| refusal.code.as_str(), |_| "ACCEPTED");
        let grown = peak_kib().saturating_sub(before);
        largest = largest.max((grown, name));
        println!("{number:>2} {took:>12.1?} {grown:>6} KiB {steps:>8} steps  {code:<26} {name}");
    }
    println!("slowest: {slowest:?}; most memory, in KiB: {largest:?}");
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

/// Lets the kernel forget the peak so far; answers what is held now.
fn held_kib_from_now_on() -> u64 {
    let _ = fs::write("/proc/self/clear_refs", "5");
    peak_kib()
}

/// The most memory that the process has held since, as the kernel tells it.
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
