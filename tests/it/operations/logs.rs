//! The log tells how requests went, by their ids, and nothing of what was in them.

use std::collections::BTreeSet;

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tests::{
    Actor, Engine, World,
    program::{Folder, Said, Serving},
};

use super::client;

const EMAIL: &str = "e.sender-8841@council.example";
const PASSWORD: &str = "pass phrase 8842";
/// A trace, and how a proxy says that the request is a part of it.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const NAMED: &str = "0199a0de-7b1c-7d3e-8f00-0123456789ab";

/// What somebody wrote where it has no business to be read again, each in a place of its own.
const WRITTEN: [&str; 12] = [
    "mark-variable",
    "markAlias",
    "MarkOperation",
    "markField",
    "mark-path",
    "mark-query",
    "mark-agent",
    "mark-cookie",
    "mark-credentials",
    "mark-request-id",
    "MARKMETHOD",
    "mark-upload",
];

fn create_account(folder: &Folder) -> Said {
    let whose = ["--organisation", "E09000023", "--role", "ADMIN"];
    let arguments =
        [&["account", "create", "--log", "trace", "--email", EMAIL][..], &whose].concat();
    folder.run_with(&arguments, &[("TRIBUTARY_PASSWORD", PASSWORD)], "")
}

/// Signs in, goes on, makes a key for a program and uses it; and answers every secret that there was.
async fn secrets(nobody: &Actor) -> Vec<String> {
    let session = "session { accessToken refreshToken }";
    let wrong = json!({ "email": EMAIL, "password": "pass phrase 8843" });
    assert_eq!(nobody.run("signIn", wrong, session).await.problem(), "SIGN_IN_FAILED");
    let right = json!({ "email": EMAIL, "password": PASSWORD });
    let first = nobody.run("signIn", right, session).await.ok();
    let refresh = first.text("/signIn/session/refreshToken").to_owned();
    let next = nobody.run("refreshSession", json!({ "refreshToken": refresh }), session).await.ok();
    let access = next.text("/refreshSession/session/accessToken").to_owned();
    let admin = nobody.bearing(&access);
    let account = json!({ "name": "mark-variable", "scopes": ["READ"] });
    let account = admin.run("createServiceAccount", account, "serviceAccount { id }").await.ok();
    let key = json!({ "serviceAccount": account.text("/createServiceAccount/serviceAccount/id") });
    let key = admin.run("issueServiceAccountKey", key, "secret").await.ok();
    let key = key.text("/issueServiceAccountKey/secret").to_owned();
    let given = "access { accessToken }";
    let given = nobody.run("exchangeServiceAccountKey", json!({ "key": key }), given).await.ok();
    let program = given.text("/exchangeServiceAccountKey/access/accessToken").to_owned();
    let _ = nobody.bearing(&program).ask("{ viewer { roles } }").await.ok();
    let old = first.text("/signIn/session/accessToken").to_owned();
    let other = next.text("/refreshSession/session/refreshToken").to_owned();
    // What is left of a token when a part of it is cut off is a secret too.
    let signature = |token: &str| token.rsplit('.').next().unwrap_or_default().to_owned();
    let signatures = [signature(&access), signature(&program)];
    [vec![refresh, access, key, program, old, other], signatures.to_vec()].concat()
}

/// Requests that are refused, each with something in it that is nobody's to read.
fn refused(address: &str, token: &str) -> Vec<RequestBuilder> {
    let client: Client = client();
    let graphql = format!("{address}/graphql");
    let ask = |body: Value| client.post(&graphql).bearer_auth(token).json(&body);
    let method = Method::from_bytes(b"MARKMETHOD").expect("a method");
    vec![
        ask(json!({ "query": "query MarkOperation { markAlias: __typename markField }" })),
        ask(json!({ "query": "query($a: Int!) { organisations(first: $a) { totalCount } }",
                    "variables": { "a": "mark-variable" } })),
        ask(
            json!({ "query": "{ markAlias: organisation(identifier: {scheme: \"mark-variable\", value: \"mark-variable\"}) { name } }" }),
        ),
        ask(json!({ "query": "{ node(id: \"mark-variable\") { id } }" })),
        client
            .post(&graphql)
            .bearer_auth("mark-credentials")
            .json(&json!({ "query": "{ a: __typename }" })),
        client.post(&graphql).header("cookie", "a=mark-cookie").body("mark-variable"),
        client.get(format!("{graphql}?query=mark-query")).header("user-agent", "mark-agent"),
        client
            .get(format!("{address}/mark-path?mark-query=1"))
            .header("referer", "http://mark-path"),
        client.get(format!("{address}/exports/returns/mark-path.xlsx")).bearer_auth(token),
        client.request(method, format!("{address}/mark-path")),
        client.get(&graphql).header("x-request-id", "mark-request-id"),
        client.get(&graphql).header("x-forwarded-for", "203.0.113.77"),
        client.get(&graphql).header("traceparent", PARENT),
        client
            .post(format!("{address}/uploads"))
            .bearer_auth(token)
            .header("content-type", "text/csv")
            .body("mark-upload,mark-upload\n"),
    ]
}

/// The log of a server to which all this was sent and which has ended; no secret is in it, nor in what
/// `account create` logged. And the requests' ids, as they were answered.
async fn told(folder: &Folder, mut serving: Serving) -> (String, BTreeSet<String>) {
    let created = create_account(folder);
    assert!(created.is_done, "{}", created.err);
    let nobody = Actor::nobody_at(&serving.address);
    let mut secrets = secrets(&nobody).await;
    let mut ids = BTreeSet::new();
    for request in refused(&serving.address, &secrets[1]) {
        let answer = request.send().await.expect("an answer");
        let id = answer.headers()["x-request-id"].to_str().expect("a text").to_owned();
        assert!(ids.insert(id), "two requests have one id");
    }
    serving.terminate();
    assert!(serving.ended().success());
    secrets.extend(
        [EMAIL, PASSWORD, "pass phrase 8843", "203.0.113.77", "127.0.0.1"].map(str::to_owned),
    );
    let log = serving.log();
    for log in [&created.err, &log] {
        holds_nothing_secret(log, &secrets);
    }
    (log, ids)
}

fn holds_nothing_secret(log: &str, secrets: &[String]) {
    let lower = log.to_lowercase();
    let encoded = |secret: &str| secret.replace(' ', "%20");
    for secret in secrets.iter().map(String::as_str).chain(WRITTEN) {
        for form in [secret.to_lowercase(), encoded(secret).to_lowercase()] {
            let found = lower.lines().find(|line| line.contains(&form));
            assert!(found.is_none(), "{secret} is in the log: {found:?}");
        }
    }
    assert!(!lower.contains("bearer "), "credentials are in the log");
}

#[tokio::test]
async fn nothing_that_somebody_sent_or_was_given_is_in_the_log_whatever_is_logged() {
    let folder = Folder::new();
    let arguments = ["--log", "trace", "--log-format", "text", "--trusted-proxies", "1"];
    let serving = folder.serve(&arguments);
    let (log, ids) = told(&folder, serving).await;
    for id in ids {
        assert!(log.contains(&id), "{id} is not in the log");
    }
}

#[tokio::test]
async fn as_json_each_line_is_an_object_and_each_request_has_one_that_tells_how_it_went() {
    let folder = Folder::new();
    let serving = folder.serve(&["--log-format", "json"]);
    let (log, ids) = told(&folder, serving).await;
    let (mut answered, mut traces) = (BTreeSet::new(), Vec::new());
    for line in log.lines() {
        let line: Value = serde_json::from_str(line).expect("an object a line");
        assert!(line["timestamp"].is_string() && line["level"].is_string(), "{line}");
        if line["fields"]["message"] != "answered" {
            continue;
        }
        let (span, fields) = (&line["span"], &line["fields"]);
        let id = span["id"].as_str().expect("the request's id").to_owned();
        assert!(span["route"].is_string() && span["method"].is_string(), "{line}");
        assert!(span["status"].is_u64() && span["kind"].is_string(), "{line}");
        assert!(fields["took_ms"].is_u64() && fields["statements"].is_u64(), "{line}");
        assert!(answered.insert(id), "a request has two lines: {line}");
        traces.extend(span["trace"].as_str().map(str::to_owned));
    }
    assert!(ids.is_subset(&answered), "{ids:?} {answered:?}");
    assert_eq!(traces, [TRACE], "one request is a part of a trace");
    assert!(log.contains("GRAPHQL_VALIDATION_FAILED"), "a refusal has its code");
}

#[tokio::test]
async fn a_request_has_the_id_that_its_sender_gives_it_where_that_is_one() {
    let world = World::on(Engine::Sqlite).await;
    let named = async |names: &[&str]| -> String {
        let mut request = client().get(format!("{}/health/live", world.address));
        for name in names {
            request = request.header("x-request-id", *name);
        }
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.headers().get_all("x-request-id").iter().count(), 1);
        answer.headers()["x-request-id"].to_str().expect("a text").to_owned()
    };
    assert_eq!(named(&[NAMED]).await, NAMED);
    for names in [&[][..], &["7"], &["a@council.example"], &[NAMED, NAMED]] {
        let id = named(names).await;
        assert!(uuid::Uuid::try_parse(&id).is_ok() && id != NAMED, "{names:?}: {id}");
    }
}
