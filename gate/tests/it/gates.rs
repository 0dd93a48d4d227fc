//! Gates to test: over the corpus's own schema and over the product's.

use std::{fs, path::Path, sync::LazyLock};

use gate::{Gate, Limits, Mode, Schema, Settings};
use serde_json::Value;

/// The corpus's schema, in the schema definition language.
pub static CORPUS: LazyLock<String> = LazyLock::new(|| text("tests/corpus/schema.graphql"));

/// The schema that the product serves.
pub static PRODUCT: LazyLock<String> = LazyLock::new(|| text("../schema.graphql"));

/// The corpus's schema with the limits out of the way.
pub static UNLIMITED: LazyLock<Gate> = LazyLock::new(|| gate(&CORPUS, Limits::CEILINGS));

/// The corpus's schema with the limits as they are by default.
pub static DEFAULT: LazyLock<Gate> = LazyLock::new(|| gate(&CORPUS, Limits::default()));

/// The product's schema with the limits as they are by default.
pub static SERVED: LazyLock<Gate> = LazyLock::new(|| gate(&PRODUCT, Limits::default()));

/// A file of this crate, read when the test runs: a changed corpus needs no new build.
pub fn text(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|no| panic!("{}: {no}", path.display()))
}

pub fn json(path: &str) -> Value {
    serde_json::from_str(&text(path)).expect("JSON")
}

pub fn gate(schema: &str, limits: Limits) -> Gate {
    let schema = Schema::parse(schema).expect("a schema");
    Gate::new(schema, Settings { limits, ..Settings::default() })
}

/// The corpus's schema where limits only warn.
pub fn warning() -> Gate {
    let schema = Schema::parse(&CORPUS).expect("a schema");
    Gate::new(schema, Settings { mode: Mode::Warn, ..Settings::default() })
}

/// The code that a gate refuses a document with, or `ACCEPTED`.
pub fn code(gate: &Gate, text: &str) -> &'static str {
    gate.read(text, None).0.map_or_else(|refusal| refusal.code.as_str(), |_| "ACCEPTED")
}
