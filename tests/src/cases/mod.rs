//! Published pooled funds, loaded through the API from the files that print them: agreements with
//! the evidence that the source gives, money where the source says whose it is, and the figures as
//! printed.

mod load;
mod script;
mod scripts;

use std::fs;

use serde_json::Value;

use crate::shared;

pub use load::{Loaded, load};
pub use script::{Check, Figure, Money, Script, Statement};
pub use scripts::SCRIPTS;

/// One file.
pub struct Case {
    /// Its name.
    pub file: String,
    /// What it says.
    pub content: Value,
}

impl Case {
    /// The text at `path`, written as a JSON pointer.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn text(&self, path: &str) -> &str {
        let found = self.content.pointer(path).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("{} has no text at {path}", self.file))
    }

    /// The list at `path`.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn list(&self, path: &str) -> &[Value] {
        let found = self.content.pointer(path).and_then(Value::as_array);
        found.unwrap_or_else(|| panic!("{} has no list at {path}", self.file))
    }
}

/// Every file of figures, by name; none when nobody says where they are. Files that hold no figures,
/// such as clauses, are lists.
///
/// # Panics
/// When a file cannot be read.
#[must_use]
pub fn all() -> Option<Vec<Case>> {
    let folder = shared::folder("cases")?;
    let entries = fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut cases: Vec<Case> = paths
        .filter(|path| path.extension().is_some_and(|it| it == "json"))
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a text");
            let file = path.file_name().expect("a name").to_string_lossy().into_owned();
            Case { file, content: serde_json::from_str(&text).expect("JSON") }
        })
        .filter(|case| case.content.is_object())
        .collect();
    cases.sort_by(|one, other| one.file.cmp(&other.file));
    Some(cases)
}
