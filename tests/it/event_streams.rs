//! GraphQL over server-sent events, in distinct connections (docs/subscriptions.md).

use entities::{membership::Role, organisation::OrganisationKind};
use reqwest::{Client, Response, header};
use serde_json::{Value, json};
use tests::{Actor, Books, Engine, World};
use tributary::{
    http::{Manner, SocketTerms},
    service::audit::seal::seal_now,
};

async fn council(world: &World) -> Actor {
    let id = world.organisation("Council", OrganisationKind::LocalAuthority).await;
    world.actor(id, &[Role::Finance]).await
}

async fn post(world: &World, token: &str, accept: &str, query: &str) -> Response {
    post_to(&world.address, token, accept, query).await
}

async fn post_to(address: &str, token: &str, accept: &str, query: &str) -> Response {
    let client = Client::builder().no_proxy().build().expect("a client");
    let request = client
        .post(format!("{address}/graphql"))
        .header(header::ACCEPT, accept)
        .bearer_auth(token)
        .json(&json!({ "query": query }));
    request.send().await.expect("an answer")
}

const EVENTS: &str = "text/event-stream";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_query_is_one_next_and_complete() {
    let world = World::on(Engine::Sqlite).await;
    let council = council(&world).await;
    let answer = post(&world, council.token(), EVENTS, "{ viewer { actingAs { name } } }").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()[header::CONTENT_TYPE], EVENTS);
    let text = answer.text().await.expect("a text");
    let (next, rest) = text.split_once("\n\n").expect("an event");
    let data = next.strip_prefix("event: next\ndata: ").expect("next");
    let result: Value = serde_json::from_str(data).expect("JSON");
    assert_eq!(result["data"]["viewer"]["actingAs"]["name"], "Council");
    assert_eq!(rest, "event: complete\ndata: null\n\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_with_a_document_is_told_by_an_event_and_who_may_not_ask_by_a_status() {
    let world = World::on(Engine::Sqlite).await;
    let council = council(&world).await;
    let answer = post(&world, council.token(), EVENTS, "{ nothing }").await;
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()[header::CONTENT_TYPE]),
        (200, &EVENTS.parse().expect("a value"))
    );
    let text = answer.text().await.expect("a text");
    assert!(text.starts_with("event: next\ndata: {\"errors\":"), "{text}");
    assert!(text.contains("event: complete"), "{text}");
    assert_eq!(post(&world, "nonsense", EVENTS, "{ __typename }").await.status(), 401);
}

/// What a stream tells next.
async fn told(stream: &mut Response) -> String {
    let mut told = String::new();
    while !told.ends_with("\n\n") {
        let chunk = stream.chunk().await.expect("it is not broken off").expect("it goes on");
        told.push_str(std::str::from_utf8(&chunk).expect("a text"));
    }
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscription_is_told_what_changes_until_its_token_ends() {
    let world = World::on(Engine::Sqlite).await;
    let books = Books::open(&world, &["Host", "Partner"]).await;
    let fund = &books.fund;
    let follow = format!(r#"subscription {{ fundPositionChanged(fund: "{fund}") {{ name }} }}"#);
    let mut stream = post(&world, books.host().token(), EVENTS, &follow).await;
    assert_eq!(stream.status(), 200);
    assert!(told(&mut stream).await.starts_with("event: next\n"), "it begins with what is");
    let input = json!({ "id": fund, "expectedVersion": 1, "name": "Another name" });
    let _ = books.host().run("updatePooledFund", input, "").await.ok();
    let _ = seal_now(&world.database).await.expect("sealed");
    let event = told(&mut stream).await;
    assert!(event.contains("Another name"), "{event}");
    world.pass(25 * 3600);
    let rest = stream.text().await.expect("it ends");
    assert!(rest.contains("UNAUTHENTICATED") && rest.contains("event: complete"), "{rest}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_takes_the_place_of_a_socket_until_it_is_closed() {
    let world = World::on(Engine::Sqlite).await;
    let council = council(&world).await;
    let sockets = SocketTerms { in_all: 1, ..SocketTerms::default() };
    let (app, address) = world.serve_in(Manner { sockets, ..Manner::default() }).await;
    let follow = "subscription { contractChanged { id } }";
    let stream = post_to(&address, council.token(), EVENTS, follow).await;
    assert_eq!(stream.status(), 200);
    let full = post_to(&address, council.token(), EVENTS, follow).await;
    assert_eq!(full.status(), 503);
    app.seats.stop();
    assert_eq!(stream.text().await.expect("it ends"), "", "a stop is no end of what is followed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscription_without_events_is_refused_with_a_sentence() {
    let world = World::on(Engine::Sqlite).await;
    let council = council(&world).await;
    let follow = "subscription { contractChanged { id } }";
    let answer = post(&world, council.token(), "application/json", follow).await;
    assert_eq!(answer.status(), 406);
    let told: Value = answer.json().await.expect("JSON");
    let sentence = told["errors"][0]["message"].as_str().expect("a sentence");
    assert!(sentence.contains("text/event-stream"), "{sentence}");
}
