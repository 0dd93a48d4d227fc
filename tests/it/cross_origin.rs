//! Pages of other origins (docs/api.md, "Browsers"): those of the origins that the operator names
//! may read answers, and no others; never with credentials.

use reqwest::{
    Client, Method, Response,
    header::{
        ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS,
        ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS,
        ACCESS_CONTROL_MAX_AGE, HeaderName, ORIGIN, VARY,
    },
};
use serde_json::json;
use tests::program::{Folder, Serving};

const PORTAL: &str = "https://portal.example";
const FINANCE: &str = "http://localhost:3000";
/// No origin that is named, however much they look like one.
const FOREIGN: [&str; 6] = [
    "https://other.example",
    "http://portal.example",
    "https://portal.example:8443",
    "https://portal.example.other.example",
    "https://PORTAL.example",
    "null",
];

fn named() -> (Folder, Serving) {
    let folder = Folder::new();
    let serving = folder.serve(&["--allowed-origins", &format!("{PORTAL},{FINANCE}")]);
    (folder, serving)
}

fn said(response: &Response, name: HeaderName) -> Option<String> {
    let value = response.headers().get(name)?;
    Some(value.to_str().expect("a text").to_ascii_lowercase())
}

/// The words of a header, sorted.
fn words(response: &Response, name: HeaderName) -> Vec<String> {
    let lines = response.headers().get_all(name).iter();
    let text = lines.map(|line| line.to_str().expect("a text").to_ascii_lowercase());
    let mut words: Vec<String> = text
        .flat_map(|line| line.split(',').map(|word| word.trim().to_owned()).collect::<Vec<_>>())
        .collect();
    words.sort();
    words
}

fn client() -> Client {
    Client::builder().no_proxy().build().expect("a client")
}

async fn preflight(serving: &Serving, path: &str, origin: &str) -> Response {
    let asked = client()
        .request(Method::OPTIONS, format!("{}{path}", serving.address))
        .header(ORIGIN, origin)
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "authorization,content-type");
    asked.send().await.expect("an answer")
}

async fn post(serving: &Serving, origin: Option<&str>) -> Response {
    let mut asked = client().post(format!("{}/graphql", serving.address));
    if let Some(origin) = origin {
        asked = asked.header(ORIGIN, origin);
    }
    asked.json(&json!({ "query": "{ __typename }" })).send().await.expect("an answer")
}

#[tokio::test]
async fn a_named_origin_is_let_through_before_a_request() {
    let (_folder, serving) = named();
    for origin in [PORTAL, FINANCE] {
        for path in ["/graphql", "/uploads", "/exports/positions/fnd_a.csv"] {
            let answer = preflight(&serving, path, origin).await;
            assert_eq!(answer.status(), 200, "{path}");
            assert_eq!(said(&answer, ACCESS_CONTROL_ALLOW_ORIGIN).as_deref(), Some(origin));
            assert_eq!(words(&answer, ACCESS_CONTROL_ALLOW_METHODS), ["get", "post"]);
            let headers = words(&answer, ACCESS_CONTROL_ALLOW_HEADERS);
            assert_eq!(headers, ["accept", "authorization", "content-type"]);
            assert_eq!(said(&answer, ACCESS_CONTROL_MAX_AGE).as_deref(), Some("3600"));
            assert_eq!(said(&answer, ACCESS_CONTROL_ALLOW_CREDENTIALS), None);
            assert!(words(&answer, VARY).contains(&"origin".to_owned()));
            assert!(answer.headers().contains_key("x-request-id"));
        }
    }
}

#[tokio::test]
async fn a_page_of_a_named_origin_reads_every_answer_and_its_request_id() {
    let (_folder, serving) = named();
    let answer = post(&serving, Some(PORTAL)).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(said(&answer, ACCESS_CONTROL_ALLOW_ORIGIN).as_deref(), Some(PORTAL));
    let read = words(&answer, ACCESS_CONTROL_EXPOSE_HEADERS);
    for name in ["x-request-id", "retry-after", "content-disposition"] {
        assert!(read.contains(&name.to_owned()), "{name}: {read:?}");
    }
    assert_eq!(said(&answer, ACCESS_CONTROL_ALLOW_CREDENTIALS), None);
    // Refusals too, so that a portal can tell why.
    let refused = client()
        .post(format!("{}/graphql", serving.address))
        .header(ORIGIN, PORTAL)
        .bearer_auth("nonsense")
        .json(&json!({ "query": "{ __typename }" }))
        .send()
        .await
        .expect("an answer");
    assert_eq!(refused.status(), 401);
    assert_eq!(said(&refused, ACCESS_CONTROL_ALLOW_ORIGIN).as_deref(), Some(PORTAL));
    let large = client()
        .post(format!("{}/graphql", serving.address))
        .header(ORIGIN, PORTAL)
        .json(&json!({ "query": " ".repeat(300 * 1024) }))
        .send()
        .await
        .expect("an answer");
    assert_eq!(large.status(), 413);
    assert_eq!(said(&large, ACCESS_CONTROL_ALLOW_ORIGIN).as_deref(), Some(PORTAL));
}

#[tokio::test]
async fn a_foreign_origin_is_told_nothing_that_a_browser_would_let_through() {
    let (_folder, serving) = named();
    for origin in FOREIGN {
        for answer in
            [preflight(&serving, "/graphql", origin).await, post(&serving, Some(origin)).await]
        {
            assert_eq!(said(&answer, ACCESS_CONTROL_ALLOW_ORIGIN), None, "{origin}");
            assert_eq!(said(&answer, ACCESS_CONTROL_ALLOW_CREDENTIALS), None, "{origin}");
            assert!(words(&answer, VARY).contains(&"origin".to_owned()), "{origin}");
        }
    }
    // Whoever sends no origin is no page: an integration is answered as ever.
    let answer = post(&serving, None).await;
    assert_eq!((answer.status().as_u16(), said(&answer, ACCESS_CONTROL_ALLOW_ORIGIN)), (200, None));
    assert!(words(&answer, VARY).contains(&"origin".to_owned()), "a cache must not mix them up");
}

#[tokio::test]
async fn no_origin_is_named_unless_the_operator_does() {
    let folder = Folder::new();
    let serving = folder.serve(&[]);
    for origin in [PORTAL, FINANCE, &serving.address] {
        assert_eq!(preflight(&serving, "/graphql", origin).await.status(), 405);
        let answer = post(&serving, Some(origin)).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(said(&answer, ACCESS_CONTROL_ALLOW_ORIGIN), None);
        assert_eq!(said(&answer, ACCESS_CONTROL_EXPOSE_HEADERS), None);
    }
}

#[test]
fn what_is_no_origin_stops_the_start() {
    let folder = Folder::new();
    for wrong in ["*", "null", "https://portal.example/", "portal.example"] {
        let line = folder.run(&["serve", "--allowed-origins", wrong]).failure();
        assert!(line.contains("--allowed-origins") && line.contains("https://HOST"), "{line}");
    }
}
