//! How large a run is, what it draws its choices from, and what it leaves behind as evidence.

use std::path::PathBuf;

use serde_json::{Value, json};

/// True when everything long is to run at its full size.
#[must_use]
pub fn is_full() -> bool {
    std::env::var("TRIBUTARY_TEST_SIZE").as_deref() == Ok("full")
}

/// `small`, or `full` when everything long is to run at its full size.
#[must_use]
pub fn size<T>(small: T, full: T) -> T {
    if is_full() { full } else { small }
}

/// The seed of the run's choices: always the same, unless `TRIBUTARY_TEST_SEED` says another.
///
/// # Panics
/// When the variable is no number.
#[must_use]
pub fn seed() -> u64 {
    let Ok(seed) = std::env::var("TRIBUTARY_TEST_SEED") else { return 20_251_001 };
    seed.parse().expect("TRIBUTARY_TEST_SEED is a whole number")
}

/// Keeps what a test measured as `name.json`, where `TRIBUTARY_EVIDENCE_DIR` wants it, with the
/// commit that was measured.
///
/// # Panics
/// When the directory is named and cannot be written.
pub fn keep(name: &str, mut measured: Value) {
    let Ok(directory) = std::env::var("TRIBUTARY_EVIDENCE_DIR") else { return };
    let commit = std::env::var("TRIBUTARY_EVIDENCE_COMMIT").unwrap_or_default();
    measured["test"] = json!(name);
    measured["commit"] = json!(commit);
    measured["size"] = json!(size("small", "full"));
    let directory = PathBuf::from(directory);
    std::fs::create_dir_all(&directory).expect("the directory for evidence");
    let text = serde_json::to_string_pretty(&measured).expect("evidence is JSON");
    std::fs::write(directory.join(format!("{name}.json")), text + "\n")
        .expect("the evidence is written");
}

/// Numbers that look random and are the same for the same seed (SplitMix64).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The numbers of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number, less than `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit.max(1)
    }
}
