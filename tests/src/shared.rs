//! The publishers' own files, dirt included. They are not in this repository: `TRIBUTARY_SHARED`
//! says where they are.

use std::path::PathBuf;

/// The folder `name` of the real files; none when nobody says where they are, which is printed.
///
/// # Panics
/// When `TRIBUTARY_SHARED` is set and has no such folder: then the files are meant to be there.
#[must_use]
pub fn folder(name: &str) -> Option<PathBuf> {
    let Some(shared) = std::env::var_os("TRIBUTARY_SHARED") else {
        eprintln!("not run: TRIBUTARY_SHARED does not say where the real files are");
        return None;
    };
    assert!(!shared.is_empty(), "TRIBUTARY_SHARED is set and empty");
    let folder = PathBuf::from(shared).join("data").join(name);
    assert!(folder.is_dir(), "TRIBUTARY_SHARED has no folder {}", folder.display());
    Some(folder)
}
