//! Persisted documents (docs/api.md, "Persisted documents"): a request names a document that the
//! operator was given beforehand, and where it is so set no other is executed.

use std::fs;

use aws_lc_rs::digest;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tests::{
    program::{Folder, Serving},
    without_cost,
};

const QUERY: &str = "query Kind($name: String!) { __type(name: $name) { kind } }";
const MUTATION: &str = "mutation Leave { signOut { signedOut } }";
const SEVERAL: &str = "query A { a: __typename } query B { b: __typename }";

fn hash(text: &str) -> String {
    let hash = digest::digest(&digest::SHA256, text.as_bytes());
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A manifest as graphql-codegen writes it; other tools write the hashes without their prefix.
fn manifest(folder: &Folder, name: &str, prefix: &str, texts: &[&str]) {
    let entry = |text: &&str| (format!("{prefix}{}", hash(text)), json!(text));
    let documents: serde_json::Map<String, Value> = texts.iter().map(entry).collect();
    let written = serde_json::to_string_pretty(&documents).expect("JSON");
    fs::write(folder.path().join(name), written).expect("a manifest");
}

fn portal(mode: &[&str]) -> (Folder, Serving) {
    let folder = Folder::new();
    manifest(&folder, "portal.json", "sha256:", &[QUERY, MUTATION]);
    manifest(&folder, "finance.json", "", &[QUERY, SEVERAL]);
    let files = ["--persisted-documents", "portal.json,finance.json"];
    let serving = folder.serve(&[&files[..], mode].concat());
    (folder, serving)
}

async fn answered(request: RequestBuilder) -> (u16, Value) {
    let accepted = request.header("Accept", "application/graphql-response+json");
    let answer = accepted.send().await.expect("an answer");
    let status = answer.status().as_u16();
    let said = without_cost(&answer.text().await.expect("a text"));
    (status, serde_json::from_str(&said).expect("JSON"))
}

fn client() -> Client {
    Client::builder().no_proxy().build().expect("a client")
}

async fn posted(serving: &Serving, asked: &Value) -> (u16, Value) {
    answered(client().post(format!("{}/graphql", serving.address)).json(asked)).await
}

async fn linked(serving: &Serving, asked: &[(&str, &str)]) -> (u16, Value) {
    answered(client().get(format!("{}/graphql", serving.address)).query(asked)).await
}

fn code(body: &Value) -> &str {
    assert!(body.get("data").is_none(), "{body}");
    assert_eq!(body["errors"].as_array().map(Vec::len), Some(1), "{body}");
    body["errors"][0]["extensions"]["code"].as_str().expect("a code")
}

/// As Apollo's and urql's links send it.
fn extension(hash: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } })
}

#[tokio::test]
async fn a_document_is_named_as_each_client_names_it() {
    let (_folder, serving) = portal(&[]);
    let id = hash(QUERY);
    let variables = json!({ "name": "Money" });
    let kind = json!({ "data": { "__type": { "kind": "SCALAR" } } });
    for asked in [
        json!({ "documentId": id, "variables": variables }),
        json!({ "documentId": format!("sha256:{id}"), "variables": variables }),
        json!({ "documentId": id, "query": "", "variables": variables }),
        json!({ "documentId": id, "query": null, "variables": variables }),
        json!({ "extensions": extension(&id), "operationName": "Kind", "variables": variables }),
    ] {
        assert_eq!(posted(&serving, &asked).await, (200, kind.clone()), "{asked}");
    }
    let (variables, extension) = (variables.to_string(), extension(&id).to_string());
    for asked in [
        [("documentId", id.as_str()), ("variables", &variables)],
        [("extensions", &extension), ("variables", &variables)],
    ] {
        assert_eq!(linked(&serving, &asked).await, (200, kind.clone()), "{asked:?}");
    }
    let chosen = json!({ "documentId": hash(SEVERAL), "operationName": "B" });
    assert_eq!(posted(&serving, &chosen).await.1, json!({ "data": { "b": "Query" } }));
}

#[tokio::test]
async fn a_persisted_document_passes_the_same_gate_as_a_text() {
    let (_folder, serving) = portal(&["--persisted-mode", "required"]);
    let several = json!({ "documentId": hash(SEVERAL) });
    assert_eq!(code(&posted(&serving, &several).await.1), "OPERATION_NAME_REQUIRED");
    let wrong = json!({ "documentId": hash(QUERY), "variables": { "name": 7 } });
    assert_eq!(code(&posted(&serving, &wrong).await.1), "VARIABLES_INVALID");
    let (status, body) = linked(&serving, &[("documentId", &hash(MUTATION))]).await;
    assert_eq!((status, code(&body)), (405, "METHOD_NOT_ALLOWED"));
    let (_, body) = posted(&serving, &json!({ "documentId": hash(MUTATION) })).await;
    assert_eq!(body["errors"][0]["extensions"]["code"], json!("UNAUTHENTICATED"), "{body}");
}

#[tokio::test]
async fn an_unknown_identifier_is_refused_by_code_and_nothing_is_stored() {
    let (_folder, serving) = portal(&[]);
    let other = "{ other: __typename }";
    let unknown = json!({ "documentId": hash(other) });
    let (status, body) = posted(&serving, &unknown).await;
    assert_eq!((status, code(&body)), (400, "PERSISTED_QUERY_NOT_FOUND"));
    // A client of automatic persisted queries sends the text after that: it is executed, as any.
    let both = json!({ "query": other, "extensions": extension(&hash(other)) });
    let (status, body) = posted(&serving, &both).await;
    assert_eq!((status, body), (200, json!({ "data": { "other": "Query" } })));
    assert_eq!(code(&posted(&serving, &unknown).await.1), "PERSISTED_QUERY_NOT_FOUND");
    let named = json!({ "extensions": extension(&hash(other)) });
    assert_eq!(code(&posted(&serving, &named).await.1), "PERSISTED_QUERY_NOT_FOUND");
    for none in [json!({}), json!({ "documentId": 7 }), json!({ "documentId": null })] {
        let (status, body) = posted(&serving, &none).await;
        assert_eq!((status, code(&body)), (400, "BAD_REQUEST"), "{none}");
    }
}

#[tokio::test]
async fn where_they_are_required_no_other_document_is_executed() {
    let (_folder, serving) = portal(&["--persisted-mode", "required"]);
    let known = json!({ "documentId": hash(QUERY), "variables": { "name": "Money" } });
    assert_eq!(posted(&serving, &known).await.0, 200);
    for text in [
        json!({ "query": "{ __typename }" }),
        json!({ "query": "{ __schema { queryType { name } } }" }),
        json!({ "query": "{" }),
        json!({ "query": QUERY, "variables": { "name": "Money" } }),
        json!({ "query": "{ __typename }", "documentId": hash(QUERY) }),
        json!({ "query": "{ __typename }", "extensions": extension(&hash("{ __typename }")) }),
    ] {
        let (status, body) = posted(&serving, &text).await;
        assert_eq!((status, code(&body)), (400, "PERSISTED_QUERY_ID_REQUIRED"), "{text}");
    }
    let (_, body) = linked(&serving, &[("query", "{ __typename }")]).await;
    assert_eq!(code(&body), "PERSISTED_QUERY_ID_REQUIRED");
    let (_, body) = posted(&serving, &json!({ "documentId": "unknown" })).await;
    assert_eq!(code(&body), "PERSISTED_QUERY_NOT_FOUND");
}

#[tokio::test]
async fn where_there_are_none_an_identifier_is_refused_by_code() {
    let folder = Folder::new();
    let serving = folder.serve(&[]);
    let (status, body) = posted(&serving, &json!({ "documentId": hash(QUERY) })).await;
    assert_eq!((status, code(&body)), (400, "PERSISTED_QUERY_NOT_SUPPORTED"));
    let (older, _) = (posted(&serving, &json!({ "query": "{ __typename }" }))).await;
    assert_eq!(older, 200);
}

#[test]
fn a_manifest_that_cannot_be_served_stops_the_start_and_says_why() {
    let folder = Folder::new();
    let refused = |arguments: &[&str]| folder.run(&[&["serve"], arguments].concat()).failure();
    let with = |content: &str| {
        fs::write(folder.path().join("portal.json"), content).expect("a manifest");
        refused(&["--persisted-documents", "portal.json"])
    };
    for (content, why) in [
        ("query Q { __typename }", "no manifest"),
        ("[]", "no manifest"),
        ("{}", "no document"),
        (r#"{"a": {"query": "{ __typename }"}}"#, "no manifest"),
        (r#"{"a b": "{ __typename }"}"#, "\"a b\" is no identifier"),
    ] {
        let line = with(content);
        assert!(line.contains("portal.json") && line.contains(why), "{line}");
    }
    for (document, why) in [
        ("query Old { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query Good { __typename } query Old { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{", "GRAPHQL_PARSE_FAILED"),
        (
            "query A { __typename } mutation M { signOut { signedOut } signOut { signedOut } }",
            "DUPLICATE_MUTATION_KEY",
        ),
    ] {
        let good = json!({ "good": "{ __typename }", "a1b2": document }).to_string();
        let line = with(&good);
        assert!(line.contains("the persisted document a1b2 is refused"), "{line}");
        assert!(line.contains(why), "{line}");
    }
    fs::write(folder.path().join("one.json"), r#"{"a1b2": "{ __typename }"}"#).expect("a file");
    fs::write(folder.path().join("two.json"), r#"{"a1b2": "{ a: __typename }"}"#).expect("a file");
    let line = refused(&["--persisted-documents", "one.json", "--persisted-documents", "two.json"]);
    assert!(line.contains("two.json") && line.contains("identifier a1b2 already"), "{line}");
    let line = refused(&["--persisted-documents", "nowhere.json"]);
    assert!(line.contains("nowhere.json"), "{line}");
    let line = refused(&["--persisted-mode", "required"]);
    assert!(line.contains("--persisted-documents"), "{line}");
}
