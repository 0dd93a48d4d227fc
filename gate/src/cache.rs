//! Documents that were seen before, by the hash of their text and operation name.

use std::sync::Arc;

use quick_cache::{Weighter, sync::Cache};
use sha2::{Digest, Sha256};

use crate::{prepared::Prepared, refusal::Refusal};

/// How much the gate may keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Accepted documents, in bytes that they take, roughly.
    pub accepted_bytes: u64,
    /// Refused ones, in bytes. They have a store of their own, so that a flood of nonsense does not
    /// push out what is in use. A refusal follows from the text and the gate's settings alone.
    pub refused_bytes: u64,
}

impl Default for Kept {
    fn default() -> Self {
        Self { accepted_bytes: 32 * 1024 * 1024, refused_bytes: 1024 * 1024 }
    }
}

/// A hash that nobody can find a second text for.
type Key = [u8; 32];

#[derive(Debug)]
pub(crate) struct Documents {
    accepted: Cache<Key, Arc<Prepared>, Bytes>,
    refused: Cache<Key, Arc<Refusal>, Bytes>,
}

#[derive(Clone, Debug)]
struct Bytes;

impl Weighter<Key, Arc<Prepared>> for Bytes {
    fn weight(&self, _: &Key, prepared: &Arc<Prepared>) -> u64 {
        prepared.weight()
    }
}

impl Weighter<Key, Arc<Refusal>> for Bytes {
    fn weight(&self, _: &Key, refusal: &Arc<Refusal>) -> u64 {
        refusal.weight()
    }
}

/// The bytes of an entry of middling size, from which the stores guess how many they will hold.
const MIDDLING_ACCEPTED: u64 = 16 * 1024;
const MIDDLING_REFUSED: u64 = 256;

impl Documents {
    pub fn new(kept: Kept) -> Self {
        let entries = |bytes: u64, each: u64| usize::try_from(bytes / each).unwrap_or(1).max(1);
        Self {
            accepted: Cache::with_weighter(
                entries(kept.accepted_bytes, MIDDLING_ACCEPTED),
                kept.accepted_bytes,
                Bytes,
            ),
            refused: Cache::with_weighter(
                entries(kept.refused_bytes, MIDDLING_REFUSED),
                kept.refused_bytes,
                Bytes,
            ),
        }
    }

    /// The key of a document; a name and a text never run together.
    pub fn key(text: &str, operation_name: Option<&str>) -> Key {
        let mut hash = Sha256::new();
        hash.update([u8::from(operation_name.is_some())]);
        let name = operation_name.unwrap_or_default();
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name);
        hash.update(text);
        hash.finalize().into()
    }

    pub fn get(&self, key: &Key) -> Option<Result<Arc<Prepared>, Arc<Refusal>>> {
        let accepted = self.accepted.get(key).map(Ok);
        accepted.or_else(|| self.refused.get(key).map(Err))
    }

    pub fn keep(&self, key: Key, outcome: &Result<Arc<Prepared>, Arc<Refusal>>) {
        match outcome {
            Ok(prepared) => self.accepted.insert(key, prepared.clone()),
            Err(refusal) => self.refused.insert(key, refusal.clone()),
        }
    }

    /// The bytes kept of accepted and of refused documents, roughly.
    pub fn weights(&self) -> (u64, u64) {
        (self.accepted.weight(), self.refused.weight())
    }
}
