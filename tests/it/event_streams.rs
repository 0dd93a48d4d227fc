//! GraphQL over server-sent events, in distinct connections (docs/subscriptions.md).

use entities::{membership::Role, organisation::OrganisationKind};
use reqwest::{Client, Response, header};
use serde_json::{Value, json};
use tests::{Actor, Engine, World};

async fn council(world: &World) -> Actor {
    let id = world.organisation("Council", OrganisationKind::LocalAuthority).await;
    world.actor(id, &[Role::Finance]).await
}

async fn post(world: &World, token: &str, accept: &str, query: &str) -> Response {
    let client = Client::builder().no_proxy().build().expect("a client");
    let request = client
        .post(format!("{}/graphql", world.address))
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
    let answer =
        post(&world, council.token(), EVENTS, "{ viewer { organisation { name } } }").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()[header::CONTENT_TYPE], EVENTS);
    let text = answer.text().await.expect("a text");
    let (next, rest) = text.split_once("\n\n").expect("an event");
    let data = next.strip_prefix("event: next\ndata: ").expect("next");
    let result: Value = serde_json::from_str(data).expect("JSON");
    assert_eq!(result["data"]["viewer"]["organisation"]["name"], "Council");
    assert!(rest.starts_with("event: complete\ndata:"), "{rest}");
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
