//! Who may call whom, and what a file may be: the house of `api/src/lib.rs`, guarded.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A part of the house, and the words that no file of it may contain, with the reason.
const FORBIDDEN: &[(&str, &[&str], &str)] = &[
    (
        "domain/src",
        &["sea_orm", "async ", "tokio", "Utc", "Local::now", "std::fs", "std::net"],
        "rules and policy are pure: no database, no clock, no waiting",
    ),
    (
        "entities/src",
        &["domain::", "migration::", "tributary::"],
        "what is stored knows nothing of ours",
    ),
    (
        "api/src/database",
        &["crate::service", "crate::graphql", "crate::access"],
        "calls go downwards",
    ),
    (
        "api/src/access",
        &["crate::service", "crate::graphql", "async_graphql", "axum"],
        "calls go downwards",
    ),
    (
        "api/src/service",
        &["async_graphql", "axum", "crate::graphql", "crate::http", "crate::cli"],
        "a use case does not know who calls it",
    ),
    (
        "api/src/graphql",
        &["sea_orm::Entity", "sea_orm::Query", "sea_orm::Column", "Entity::find", "axum"],
        "the schema translates; it does not query",
    ),
    (
        "api/src/http",
        &["sea_orm", "entities::", "crate::access"],
        "the door does not look into rooms",
    ),
    (
        "gate/src",
        &[
            "async_graphql",
            "axum",
            "tokio",
            "sea_orm",
            "tributary::",
            "domain::",
            "entities::",
            "async ",
            "std::fs",
            "std::net",
            "std::time",
        ],
        "the gate is pure: no server, no engine, no database, no clock",
    ),
    ("api/src/import", &["sea_orm", "async_graphql", "crate::graphql"], "readers only read"),
];

/// What loads rows past the viewer's scope, and is not caught by Clippy's list.
const UNSCOPED: &[&str] = &["Entity::load(", "find_by_statement(", "find_with_related("];

/// Names that say nothing.
const DRAWERS: &[&str] =
    &["utils.rs", "util.rs", "helpers.rs", "common.rs", "types.rs", "models.rs", "misc.rs"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_path_buf()
}

fn rust_files(under: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![under.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the house") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    assert!(!files.is_empty(), "{} has no files: the guard guards nothing", under.display());
    files
}

/// The lines of a file that are code.
fn code(file: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(file).expect("a readable file");
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(number, line)| (number + 1, line.to_owned()))
        .collect()
}

#[test]
fn calls_go_one_way() {
    let mut breaches = Vec::new();
    for (part, words, reason) in FORBIDDEN {
        for file in rust_files(&root().join(part)) {
            for (number, line) in code(&file) {
                for word in words.iter().filter(|word| line.contains(**word)) {
                    breaches.push(format!("{}:{number}: {word} ({reason})", file.display()));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn nothing_loads_rows_past_the_viewers_scope() {
    let mut breaches = Vec::new();
    for file in rust_files(&root().join("api/src")) {
        for (number, line) in code(&file) {
            if UNSCOPED.iter().any(|word| line.contains(word)) {
                breaches.push(format!("{}:{number}: {line}", file.display()));
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn files_are_short_and_named_for_what_they_hold() {
    let mut breaches = Vec::new();
    for part in [
        "api/src",
        "domain/src",
        "entities/src",
        "gate/src",
        "gate/tests",
        "gate/examples",
        "migration/src",
        "tests",
    ] {
        for file in rust_files(&root().join(part)) {
            let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let lines = fs::read_to_string(&file).expect("a readable file").lines().count();
            if DRAWERS.contains(&name) || lines > 470 {
                breaches.push(format!("{}: {lines} lines", file.display()));
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}
