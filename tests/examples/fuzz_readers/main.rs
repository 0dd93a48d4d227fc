//! Feeds what reads strangers' bytes with bytes by chance, for as long as it is told:
//! `cargo run -p tests --example fuzz_readers -- importers 60` for a minute. The targets are `cursors`,
//! `scalars`, `tokens` and `importers`; the gate has a fuzzer of its own in its package.

mod cursors;
#[path = "../../../gate/tests/it/draw.rs"]
mod draw;
mod importers;
mod scalars;
mod spoil;
mod tokens;

use std::{
    env, process,
    time::{Duration, Instant},
};

use draw::Draw;

/// What nothing may take for one input.
const LONGEST: Duration = Duration::from_secs(2);

/// Reads what a draw makes, and holds what was read against what it may be: true where it was
/// accepted.
type Target = Box<dyn Fn(&mut Draw) -> bool>;

fn main() {
    let mut arguments = env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let target: Target = match name.as_str() {
        "cursors" => Box::new(cursors::target()),
        "scalars" => Box::new(scalars::accepts),
        "tokens" => Box::new(tokens::target()),
        "importers" => Box::new(importers::accepts),
        _ => {
            eprintln!("name a target: cursors, scalars, tokens or importers; then the seconds");
            process::exit(2);
        }
    };
    let mut numbers = arguments.filter_map(|number| number.parse::<u64>().ok());
    let seconds = numbers.next().unwrap_or(60);
    let first = numbers.next().unwrap_or(1);
    let until = Instant::now() + Duration::from_secs(seconds);
    let (mut seed, mut accepted) = (first, 0_u64);
    while Instant::now() < until {
        let before = Instant::now();
        accepted += u64::from(target(&mut Draw::new(seed)));
        let took = before.elapsed();
        assert!(took < LONGEST, "{took:?} for {name} of seed {seed}");
        seed += 1;
    }
    assert!(accepted > 0, "nothing was accepted: what is accepted was not held against anything");
    println!("{name}: {} inputs, {accepted} accepted, the next seed is {seed}", seed - first);
}
