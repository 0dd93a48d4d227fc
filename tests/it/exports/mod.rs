//! Exports: whole lists in files, that hold what the API answers to the same viewer and nothing else,
//! and that are given to whoever made them for as long as its view is the same.

mod alike;
mod files;
mod kept;

use std::time::Duration;

use serde_json::{Value, json};
use tests::Actor;

/// What is asked of an export.
pub const EXPORT: &str = "export { id of format fields status rows sizeBytes startedAt finishedAt \
                          expiresAt failure downloadPath changesCursor }";

/// Begins an export, and answers its identity.
pub async fn begun(actor: &Actor, input: Value) -> String {
    let begun = actor.run("startExport", input, EXPORT).await.ok();
    assert_eq!(begun.text("/startExport/export/status"), "RUNNING");
    begun.text("/startExport/export/id").to_owned()
}

/// What an export says of itself.
pub async fn told(actor: &Actor, id: &str) -> Value {
    let answer = actor.ask(&format!(r#"{{ export(id: "{id}") {{ {} }} }}"#, fields())).await.ok();
    answer.at("/export").clone()
}

/// What an export says of itself once it has ended.
pub async fn ended(actor: &Actor, id: &str) -> Value {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
    loop {
        let job = told(actor, id).await;
        if job["status"] != "RUNNING" {
            return job;
        }
        assert!(tokio::time::Instant::now() < deadline, "the export does not end: {job}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The file of a list, as the viewer exports it now.
pub async fn exported(actor: &Actor, input: Value) -> String {
    let job = ended(actor, &begun(actor, input).await).await;
    assert_eq!(job["status"], "READY", "{job}");
    let path = job["downloadPath"].as_str().expect("a path");
    let (status, _, bytes) = actor.download(path).await;
    assert_eq!(status, 200);
    assert_eq!(job["sizeBytes"], bytes.len().to_string());
    let id = job["id"].as_str().expect("an identity");
    let _ = actor.run("cancelExport", json!({ "export": id }), "export { status }").await.ok();
    String::from_utf8(bytes).expect("UTF-8")
}

/// The rows of a list, as the viewer exports it now.
pub async fn rows(actor: &Actor, of: &str) -> Vec<Value> {
    let text = exported(actor, json!({ "of": of, "format": "JSON_LINES" })).await;
    text.lines().map(|line| serde_json::from_str(line).expect("a JSON object")).collect()
}

/// Why there is no file.
pub async fn refusal(actor: &Actor, path: &str) -> (u16, String) {
    let (status, _, bytes) = actor.download(path).await;
    let said: Value = serde_json::from_slice(&bytes).expect("an answer in JSON");
    let code = said["errors"][0]["extensions"]["code"].as_str().expect("a code");
    (status, code.to_owned())
}

/// Where the file of an export is.
pub fn path(id: &str) -> String {
    format!("/exports/bulk/{id}")
}

fn fields() -> &'static str {
    EXPORT.trim_start_matches("export {").trim_end_matches('}')
}
