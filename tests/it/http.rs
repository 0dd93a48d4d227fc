//! What the server answers as HTTP: forms, statuses, the explorer's files, and what is not there.

use std::{
    fs,
    path::{Path, PathBuf},
};

use aws_lc_rs::digest;
use entities::{membership::Role, organisation::OrganisationKind};
use reqwest::{
    Client, RequestBuilder, Response,
    header::{ACCEPT, ALLOW, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
};
use serde_json::{Value, json};
use tests::{Engine, World, program::Folder};

const GRAPHQL_RESPONSE: &str = "application/graphql-response+json";

fn client() -> Client {
    Client::builder().no_proxy().build().expect("a client")
}

async fn get(address: &str, path: &str) -> Response {
    client().get(format!("{address}{path}")).send().await.expect("an answer")
}

fn post(world: &World) -> RequestBuilder {
    client().post(format!("{}/graphql", world.address))
}

/// The status, the media type, and the body.
async fn answered(request: RequestBuilder) -> (u16, String, Value) {
    let response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    let media = header(&response, CONTENT_TYPE);
    let text = response.text().await.expect("a body");
    (status, media, serde_json::from_str(&text).unwrap_or(Value::Null))
}

fn header(response: &Response, name: reqwest::header::HeaderName) -> String {
    let value = response.headers().get(name).map(|value| value.to_str().expect("a text"));
    value.unwrap_or_default().to_owned()
}

fn explorer() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/assets/explorer")
}

#[tokio::test]
async fn a_request_is_one_json_object_by_post() {
    let world = World::on(Engine::Sqlite).await;
    let valid = json!({ "query": "{ __typename }" });
    let (status, media, body) = answered(post(&world).json(&valid)).await;
    assert_eq!((status, &body["data"]), (200, &json!({ "__typename": "Query" })));
    assert_eq!(media, "application/json; charset=utf-8");
    let (status, media, _) =
        answered(post(&world).header(ACCEPT, GRAPHQL_RESPONSE).json(&valid)).await;
    assert_eq!((status, media), (200, format!("{GRAPHQL_RESPONSE}; charset=utf-8")));

    // What was not executed: the newer form says so by its status, the older one always says 200.
    for document in ["{ nonsense }", "{", "query A { __typename } query B { __typename }"] {
        let asked = json!({ "query": document });
        let (status, _, body) = answered(post(&world).json(&asked)).await;
        assert_eq!(status, 200, "{document}");
        assert!(body.get("data").is_none() && !body["errors"].is_null(), "{document}: {body}");
        let (status, _, again) =
            answered(post(&world).header(ACCEPT, GRAPHQL_RESPONSE).json(&asked)).await;
        assert_eq!((status, again), (400, body), "{document}");
    }
    let chosen = json!({
        "query": "query A { a: __typename } query B { b: __typename }", "operationName": "B",
        "variables": null, "extensions": {},
    });
    let (_, _, body) = answered(post(&world).json(&chosen)).await;
    assert_eq!(body["data"], json!({ "b": "Query" }));

    for bad in [
        "",
        "{",
        "[]",
        "[{\"query\":\"{ __typename }\"}]",
        "{}",
        "{\"query\":1}",
        "{\"query\":\"{ __typename }\",\"variables\":[]}",
    ] {
        let request = post(&world).header(CONTENT_TYPE, "application/json").body(bad);
        let (status, _, body) = answered(request).await;
        assert_eq!(status, 400, "{bad}");
        assert_eq!(body["errors"][0]["extensions"]["code"], json!("BAD_REQUEST"), "{bad}");
    }
}

#[tokio::test]
async fn other_forms_and_sizes_are_refused_by_name() {
    let world = World::on(Engine::Sqlite).await;
    let valid = json!({ "query": "{ __typename }" }).to_string();
    for form in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/graphql",
        "application/json; charset=utf-16",
    ] {
        let request = post(&world).header(CONTENT_TYPE, form).body(valid.clone());
        let (status, _, body) = answered(request).await;
        assert_eq!(status, 415, "{form}");
        assert_eq!(body["errors"][0]["extensions"]["code"], json!("UNSUPPORTED_MEDIA_TYPE"));
    }
    let (status, ..) = answered(post(&world).body(valid.clone())).await;
    assert_eq!(status, 415, "no form at all");
    let unacceptable = post(&world).header(ACCEPT, "text/html").body(valid.clone());
    assert_eq!(answered(unacceptable).await.0, 406);

    let padded = |length: usize| format!("{valid}{}", " ".repeat(length - valid.len()));
    let sized = |body: String| post(&world).header(CONTENT_TYPE, "application/json").body(body);
    assert_eq!(answered(sized(padded(256 * 1024))).await.0, 200);
    let (status, _, body) = answered(sized(padded(256 * 1024 + 1))).await;
    assert_eq!(status, 413);
    assert_eq!(body["errors"][0]["extensions"]["code"], json!("TOO_LARGE"));
}

#[tokio::test]
async fn a_link_asks_and_never_changes() {
    let world = World::on(Engine::Sqlite).await;
    let asked =
        |query: &[(&str, &str)]| client().get(format!("{}/graphql", world.address)).query(query);
    let query = "query($name: String!) { __type(name: $name) { kind } }";
    let variables = ("variables", r#"{"name": "Money"}"#);
    let (status, _, body) = answered(asked(&[("query", query), variables])).await;
    assert_eq!((status, &body["data"]), (200, &json!({ "__type": { "kind": "SCALAR" } })));

    let mutation = "mutation { signOut { signedOut } }";
    let hidden = "query Q { __typename } mutation M { signOut { signedOut } }";
    for one in [vec![("query", mutation)], vec![("query", hidden), ("operationName", "M")]] {
        let response = asked(&one).send().await.expect("an answer");
        assert_eq!((response.status().as_u16(), header(&response, ALLOW).as_str()), (405, "POST"));
    }
    let chosen = asked(&[("query", hidden), ("operationName", "Q")]);
    assert_eq!(answered(chosen).await.0, 200);
    assert_eq!(answered(asked(&[])).await.0, 400);
    assert_eq!(answered(asked(&[("query", query), ("variables", "{")])).await.0, 400);
}

#[tokio::test]
async fn what_is_not_there_is_404() {
    let world = World::on(Engine::Sqlite).await;
    for path in [
        "/nothing",
        "/graphql/",
        "/explorer/nothing.js",
        "/explorer/README.md",
        "/explorer/vendor.sha256",
        "/explorer/%2e%2e/%2e%2e/Cargo.toml",
        "/demonstration/identities",
    ] {
        let (status, _, body) = answered(client().get(format!("{}{path}", world.address))).await;
        assert_eq!(status, 404, "{path}");
        assert_eq!(body["errors"][0]["extensions"]["code"], json!("NOT_FOUND"), "{path}");
    }
    let token = client()
        .post(format!("{}/demonstration/token", world.address))
        .json(&json!({ "code": "QKK", "role": "FINANCE" }));
    assert_eq!(answered(token).await.0, 404, "no demonstration, no \"view as\"");
    for path in ["/health/live", "/health/ready", "/.well-known/jwks.json"] {
        assert_eq!(get(&world.address, path).await.status(), 200, "{path}");
    }
}

#[tokio::test]
async fn only_a_demonstration_gives_tokens_away() {
    let folder = Folder::new();
    let serving = folder.serve(&[]);
    let identities: Value =
        get(&serving.address, "/demonstration/identities").await.json().await.expect("JSON");
    assert_eq!(identities["identities"].as_array().map(Vec::len), Some(6));
    let ask =
        |body: Value| client().post(format!("{}/demonstration/token", serving.address)).json(&body);
    let (status, _, body) = answered(ask(json!({ "code": "QKK", "role": "FINANCE" }))).await;
    assert_eq!(status, 200);
    assert!(body["accessToken"].is_string() && body["expiresInSeconds"] == json!(900));
    for (code, role, expected) in
        [("QKK", "ADMIN", 404), ("QJG", "FINANCE", 404), ("QKK", "KING", 404)]
    {
        assert_eq!(answered(ask(json!({ "code": code, "role": role }))).await.0, expected);
    }
    assert_eq!(answered(ask(json!([]))).await.0, 400);
    let form = client().post(format!("{}/demonstration/token", serving.address)).body("{}");
    assert_eq!(answered(form).await.0, 415);

    let folder = Folder::new();
    let serving = folder.serve(&["--no-demonstration"]);
    assert_eq!(get(&serving.address, "/demonstration/identities").await.status(), 404);
}

#[tokio::test]
async fn the_page_runs_nothing_inline_and_asks_no_other_host() {
    let world = World::on(Engine::Sqlite).await;
    let response = get(&world.address, "/").await;
    assert_eq!(response.status(), 200);
    let policy = header(&response, CONTENT_SECURITY_POLICY);
    for rule in [
        "default-src 'none'",
        "script-src 'self';",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    ] {
        assert!(policy.contains(rule), "{rule} is not in {policy}");
    }
    for hole in ["unsafe", "http:", "https:", "*"] {
        assert!(!policy.contains(hole), "{hole} is in {policy}");
    }
    assert_eq!(header(&response, reqwest::header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    let page = response.text().await.expect("a page");
    assert!(page.starts_with("<!doctype html>"));
    for element in page.split("<script").skip(1) {
        let (attributes, rest) = element.split_once('>').expect("a whole element");
        assert!(attributes.contains("src=\"/explorer/"), "a script of its own: {attributes}");
        assert!(rest.starts_with("</script>"), "a script inline: {rest}");
    }
    for inline in ["<style", "style=", "javascript:", " onclick", " onload", " onerror"] {
        assert!(!page.contains(inline), "{inline} is in the page");
    }
    for file in ["index.html", "explorer.js", "explorer.css"] {
        let text = fs::read_to_string(explorer().join(file)).expect("a file");
        assert!(!text.contains("://"), "{file} names another host");
        assert!(!text.contains("src=\"//") && !text.contains("url(//"), "{file}");
    }
}

#[tokio::test]
async fn every_file_of_the_explorer_is_served_as_it_is() {
    let world = World::on(Engine::Sqlite).await;
    let sums = fs::read_to_string(explorer().join("vendor.sha256")).expect("checksums");
    let mut seen = 0;
    for folder in ["", "vendor"] {
        for entry in fs::read_dir(explorer().join(folder)).expect("a folder") {
            let file = entry.expect("an entry").path();
            let name =
                file.strip_prefix(explorer()).expect("within").to_str().expect("a text").to_owned();
            if file.is_dir() || ["README.md", "vendor.sha256"].contains(&name.as_str()) {
                continue;
            }
            let response = get(&world.address, &format!("/explorer/{name}")).await;
            assert_eq!(response.status(), 200, "{name}");
            let expected = match name.rsplit('.').next() {
                Some("html") => "text/html; charset=utf-8",
                Some("css") => "text/css; charset=utf-8",
                Some("js") => "text/javascript; charset=utf-8",
                Some("svg") => "image/svg+xml",
                Some("json") => "application/json",
                _ => "text/plain; charset=utf-8",
            };
            assert_eq!(header(&response, CONTENT_TYPE), expected, "{name}");
            let tag = header(&response, ETAG);
            let bytes = response.bytes().await.expect("a body");
            assert!(bytes == fs::read(&file).expect("the file"), "{name} is served otherwise");
            let again = client()
                .get(format!("{}/explorer/{name}", world.address))
                .header(IF_NONE_MATCH, &tag);
            assert_eq!(answered(again).await.0, 304, "{name}");
            if folder == "vendor" {
                let sum = digest::digest(&digest::SHA256, &bytes);
                let sum: String = sum.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
                assert!(sums.lines().any(|line| line == format!("{sum}  {name}")), "{name}: {sum}");
            }
            seen += 1;
        }
    }
    assert_eq!(seen, 12);
    let vendored = fs::read_dir(explorer().join("vendor")).expect("a folder").count();
    assert_eq!(sums.lines().count(), vendored);
}

#[tokio::test]
async fn without_a_token_there_is_the_schema_and_nothing_else() {
    let world = World::on(Engine::Sqlite).await;
    let nobody = world.nobody();
    let schema = nobody
        .ask("{ __schema { queryType { name } types { name } } viewer { roles } }")
        .await
        .ok();
    assert_eq!(schema.text("/__schema/queryType/name"), "Query");
    assert!(schema.at("/viewer").is_null());
    for query in [
        r#"{ organisation(identifier: {scheme: "GB-NHS", value: "T0000"}) { name } }"#,
        "{ organisations(first: 1) { totalCount } }",
        r#"{ codeList(list: SCHEME_TYPE, financialYear: "2025/26") { code } }"#,
        r#"{ node(id: "org_x") { id } }"#,
        r#"{ nodes(ids: ["org_x"]) { id } }"#,
        r#"{ byExternalReference(system: "a", value: "b") { id } }"#,
        r#"{ partnershipAgreement(reference: "A") { title } }"#,
        "{ partnershipAgreements(first: 1) { totalCount } }",
        r#"{ pooledFund(reference: "A") { name } }"#,
        "{ pooledFunds(first: 1) { totalCount } }",
        r#"{ positions(financialYear: "2025/26", first: 1) { totalCount } }"#,
        r#"{ importJob(id: "imp_x") { status } }"#,
        "{ sessions(first: 1) { totalCount } }",
        "{ serviceAccounts(first: 1) { totalCount } }",
        "mutation { signOut { signedOut } }",
        "mutation { endAllSessions { ended } }",
        r#"mutation { createServiceAccount(input: {name: "A", scopes: [READ]}) { errors { code } } }"#,
        r#"mutation { registerPlaceholder(input: {name: "A", kind: CHARITY}) { errors { code } } }"#,
    ] {
        assert_eq!(nobody.ask(query).await.problem(), "UNAUTHENTICATED", "{query}");
    }
}

#[tokio::test]
async fn a_token_that_is_sent_otherwise_is_401() {
    let world = World::on(Engine::Sqlite).await;
    let council = world.organisation("Council", OrganisationKind::LocalAuthority).await;
    let actor = world.actor(council, &[Role::Viewer]).await;
    let _ = actor.ask("{ viewer { roles } }").await.ok();
    let asked = json!({ "query": "{ viewer { roles } }" });
    for credentials in ["Basic YTpi", "Bearer", "Bearer nonsense", "nonsense"] {
        let response = post(&world)
            .header("Authorization", credentials)
            .json(&asked)
            .send()
            .await
            .expect("an answer");
        assert_eq!(response.status(), 401, "{credentials}");
        assert!(header(&response, reqwest::header::WWW_AUTHENTICATE).starts_with("Bearer"));
        let body: Value = response.json().await.expect("JSON");
        assert_eq!(body["errors"][0]["extensions"]["code"], json!("UNAUTHENTICATED"));
    }
}
