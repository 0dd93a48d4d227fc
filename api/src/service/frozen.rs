//! Content that is kept as it was on a day: as JSON, with a hash by which anybody can tell that it
//! is still the same.

use aws_lc_rs::digest;
use sea_orm::DbErr;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

/// A content that does not change any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frozen {
    /// The content, as JSON.
    pub text: String,
    /// The SHA-256 of that text.
    pub hash: Vec<u8>,
}

/// Freezes a content.
pub fn freeze(content: &impl Serialize) -> Frozen {
    let text = json!(content).to_string();
    let hash = digest::digest(&digest::SHA256, text.as_bytes()).as_ref().to_vec();
    Frozen { text, hash }
}

/// Reads a content that was frozen; `what` names it in the log.
///
/// # Errors
/// A fault, when the text is none of such a content.
pub fn thaw<T: DeserializeOwned>(text: &str, what: &str) -> Result<T, DbErr> {
    serde_json::from_str(text).map_err(|why| DbErr::Custom(format!("{what}: {why}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_frozen_is_read_again_as_it_was_and_its_hash_tells_every_change() {
        let frozen = freeze(&vec!["1.00", "2.00"]);
        assert_eq!(thaw::<Vec<String>>(&frozen.text, "it").expect("a list"), ["1.00", "2.00"]);
        assert_ne!(freeze(&vec!["1.00", "2.01"]).hash, frozen.hash);
        assert!(thaw::<Vec<String>>("{", "it").is_err());
    }
}
