//! Writes the generated part of the corpus: `cargo run -p gate --example generate`, then
//! `npm run verdicts` in tests/corpus, which adds the reference implementation's verdicts.

#[path = "../tests/it/draw.rs"]
mod draw;
#[expect(dead_code, reason = "the tests use the rest of it")]
#[path = "../tests/it/generator.rs"]
mod generator;

use std::{fs, path::Path};

use apollo_compiler::Schema;
use serde_json::json;

/// The seed that the first document is made from; the others follow it.
const FIRST_SEED: u64 = 20_260_401;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut lines = Vec::new();
    for (name, path, sound, spoilt) in [
        ("corpus", "tests/corpus/schema.graphql", 500, 500),
        ("product", "../schema.graphql", 100, 100),
    ] {
        let text = fs::read_to_string(here.join(path))?;
        let schema = Schema::parse_and_validate(text, path).map_err(|no| no.errors.to_string())?;
        for index in 0..sound + spoilt {
            let seed = FIRST_SEED + index;
            let mut text = generator::document(&schema, seed).text;
            if index >= sound {
                text = generator::spoil(&text, seed);
            }
            lines.push(json!({ "schema": name, "text": text }).to_string());
        }
    }
    let whole = format!("[\n{}\n]\n", lines.join(",\n"));
    fs::write(here.join("tests/corpus/generated.json"), whole)?;
    Ok(())
}
