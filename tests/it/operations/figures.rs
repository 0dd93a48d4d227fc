//! Figures for Prometheus: nowhere unless the operator names an address, at that address alone, and
//! with labels of closed lists.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::json;
use tests::{
    Actor, postgres,
    program::{Folder, Serving},
};

use super::{client, get};

/// Where the server tells its figures; it was told `--metrics-listen`.
pub(super) fn figures_of(serving: &Serving) -> String {
    let line = serving.next_line();
    let address = line.strip_prefix("Figures are told at ");
    address.unwrap_or_else(|| panic!("no address in {line:?}")).to_owned()
}

async fn told(figures: &str) -> String {
    let answer = client().get(figures).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let media = answer.headers()["content-type"].to_str().expect("a text").to_owned();
    assert!(media.starts_with("text/plain; version=0.0.4"), "{media}");
    answer.text().await.expect("a text")
}

/// The sum of the figures whose line begins so; nothing where there is none.
pub(super) async fn figure(figures: &str, begins: &str) -> f64 {
    let told = told(figures).await;
    let lines = told.lines().filter(|line| line.starts_with(begins));
    lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
}

/// What is counted, apart from how much: every name with its labels.
fn series(told: &str) -> BTreeSet<String> {
    let lines = told.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| Some(line.rsplit_once(' ')?.0.to_owned())).collect()
}

#[tokio::test]
async fn figures_are_told_nowhere_unless_an_address_is_named() {
    let folder = Folder::new();
    let serving = folder.serve(&["--no-demonstration"]);
    assert_eq!(get(&serving.address, "/metrics").await.0, 404);

    let serving = folder.serve(&["--no-demonstration", "--metrics-listen", "127.0.0.1:0"]);
    let figures = figures_of(&serving);
    assert_eq!(get(&serving.address, "/metrics").await.0, 404, "it has an address of its own");
    assert!(told(&figures).await.contains("tributary_build_info{version="));
    assert_eq!(get(&figures.replace("/metrics", ""), "/graphql").await.0, 404, "and nothing else");
}

async fn counted(serving: Serving, figures: String) {
    let nobody = Actor::nobody_at(&serving.address);
    let _ = nobody.ask("{ __typename }").await.ok();
    assert_eq!(
        nobody.ask("{ viewer { roles } organisations(first: 1) { totalCount } }").await.problem(),
        "UNAUTHENTICATED"
    );
    assert_eq!(nobody.ask("{ nothing }").await.problem(), "GRAPHQL_VALIDATION_FAILED");
    let sign_in = r#"mutation {
        signIn(input: {email: "a@council.example", password: "long enough"}) { errors { code } } }"#;
    assert_eq!(nobody.ask(sign_in).await.problem(), "SIGN_IN_FAILED");
    assert_eq!(nobody.bearing("nonsense").ask("{ __typename }").await.problem(), "UNAUTHENTICATED");

    let requests = |kind: &str, outcome: &str| {
        format!(
            "tributary_requests_total{{route=\"/graphql\",kind=\"{kind}\",outcome=\"{outcome}\"}}"
        )
    };
    for (begins, expected) in [
        (requests("query", "ok"), 1.0),
        (requests("query", "errors"), 1.0),
        (requests("query", "refused"), 1.0),
        (requests("none", "refused"), 1.0),
        (requests("mutation", "ok"), 1.0),
        ("tributary_refusals_total{code=\"GRAPHQL_VALIDATION_FAILED\"}".to_owned(), 1.0),
        ("tributary_refusals_total{code=\"UNAUTHENTICATED\"}".to_owned(), 1.0),
        ("tributary_request_seconds_count{route=\"/graphql\",kind=\"mutation\"}".to_owned(), 1.0),
        ("tributary_request_statements_count{kind=\"query\"}".to_owned(), 3.0),
        ("tributary_requests_under_way".to_owned(), 0.0),
        ("tributary_jobs_running{job=\"import\"}".to_owned(), 0.0),
        ("tributary_audit_unsealed".to_owned(), 0.0),
    ] {
        assert_eq!(figure(&figures, &begins).await, expected, "{begins}: {}", told(&figures).await);
    }
    let statements = figure(&figures, "tributary_request_statements_sum{kind=\"mutation\"}").await;
    assert!(statements >= 1.0, "{statements} statements to sign in");
    assert!(figure(&figures, "tributary_statement_seconds_count{outcome=\"done\"}").await > 0.0);
    assert!(figure(&figures, "tributary_connections{").await >= 1.0);

    // Whatever clients write, there is not one series more.
    assert_eq!(get(&serving.address, "/nothing").await.0, 404);
    let before = series(&told(&figures).await);
    for number in 0..30 {
        let mark = format!("mark{number}");
        let path = format!("{}/{mark}", serving.address);
        let method = Method::from_bytes(mark.to_uppercase().as_bytes()).expect("a method");
        for request in [
            client().get(&path),
            client().request(method, &path),
            client().post(format!("{}/graphql", serving.address)).json(&json!({
                "query": format!("query {mark} {{ {mark}: __typename }}"), "operationName": mark,
            })),
        ] {
            let _ = request.header("x-request-id", &mark).send().await.expect("an answer");
        }
    }
    let after = told(&figures).await;
    assert!(!after.to_lowercase().contains("mark"), "{after}");
    let new: Vec<_> = series(&after).difference(&before).cloned().collect();
    assert!(new.is_empty(), "{new:?}");
}

#[tokio::test]
async fn requests_are_counted_by_kind_and_outcome_with_labels_of_closed_lists_on_sqlite() {
    let folder = Folder::new();
    let serving = folder.serve(&["--no-demonstration", "--metrics-listen", "127.0.0.1:0"]);
    let figures = figures_of(&serving);
    counted(serving, figures).await;
}

#[tokio::test]
async fn requests_are_counted_by_kind_and_outcome_with_labels_of_closed_lists_on_postgres() {
    let folder = Folder::new();
    let url = postgres::fresh_database().await;
    let _ = folder.run(&["migrate", "--database", &url]).done();
    let (server, jobs) = (postgres::as_server(&url), postgres::as_jobs(&url));
    let arguments =
        ["--database", &server, "--jobs-database", &jobs, "--metrics-listen", "127.0.0.1:0"];
    let serving = folder.serve(&arguments);
    let figures = figures_of(&serving);
    counted(serving, figures).await;
}
