//! Feeds the gate documents by chance for as long as it is told:
//! `cargo run -p gate --example fuzz -- 60` for a minute. Sound documents, spoilt ones, and bytes
//! cut from both; whatever is accepted must keep the promises of the normal form.

#[path = "../tests/it/draw.rs"]
mod draw;
#[expect(dead_code, reason = "the tests use the rest of it")]
#[path = "../tests/it/gates.rs"]
mod gates;
#[path = "../tests/it/generator.rs"]
mod generator;
#[path = "../tests/it/promises.rs"]
mod promises;
#[path = "../tests/it/shape.rs"]
mod shape;

use std::{
    env,
    time::{Duration, Instant},
};

use draw::Draw;

fn main() {
    let mut arguments = env::args().skip(1).filter_map(|number| number.parse::<u64>().ok());
    let seconds = arguments.next().unwrap_or(60);
    let first = arguments.next().unwrap_or(1);
    let until = Instant::now() + Duration::from_secs(seconds);
    let (mut seed, mut accepted) = (first, 0_u64);
    while Instant::now() < until {
        let (gate, schema) = match seed % 4 {
            0 => (&*gates::SERVED, &*promises::PRODUCT_SCHEMA),
            1 => (&*gates::DEFAULT, &*promises::CORPUS_SCHEMA),
            _ => (&*gates::UNLIMITED, &*promises::CORPUS_SCHEMA),
        };
        let mut made = generator::document(schema, seed);
        let mut draw = Draw::new(!seed);
        let spoil = draw.below(4);
        made.is_spoilt = spoil > 0;
        match spoil {
            0 => {}
            1 => made.text = cut(&made.text, &mut draw),
            _ => made.text = generator::spoil(&made.text, !seed),
        }
        let before = Instant::now();
        accepted += u64::from(promises::hold(gate, schema, &made));
        let took = before.elapsed();
        assert!(took < Duration::from_secs(2), "{took:?} for seed {seed}: {}", made.text);
        seed += 1;
    }
    println!("{} documents, {accepted} accepted, the next seed is {seed}", seed - first);
}

/// Takes bytes out, puts others in, and mends what is no longer UTF-8.
fn cut(text: &str, draw: &mut Draw) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..1 + draw.below(4) {
        let at = draw.below(bytes.len().max(1)).min(bytes.len());
        let strange = b"{}()[]:$!@.\"\\#|&=\x00\xEF\xBB\xBF\xF0\x9F\r\n-+e0u";
        match draw.below(3) {
            0 => bytes.truncate(at),
            1 if at < bytes.len() => {
                bytes.remove(at);
            }
            _ => bytes.insert(at, *draw.one(strange)),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
