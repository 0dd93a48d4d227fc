//! Two viewers whose requests share two connections: neither is given what is the other's.

use std::{sync::Arc, time::Instant};

use entities::membership::Role;
use serde_json::json;
use tests::{
    Actor, Engine, World,
    evidence::{keep, seed, size},
    oracle::{Generated, Holder, View},
    raw::day,
};
use tokio::task::JoinSet;

/// How many of each viewer are under way at a time.
const AT_A_TIME: usize = 4;

/// Nothing in an answer depends on the clock.
const QUESTIONS: [&str; 4] = [
    "{ viewer { actingAs { id } } }",
    "{ partnershipAgreements(first: 20) { totalCount nodes { id title aims poolManager } } }",
    "{ pooledFunds(first: 20) { totalCount nodes { id reference name kind } } }",
    "{ pooledFunds(first: 2) { nodes { transactions(first: 5) { totalCount nodes { id } } } } }",
];

async fn apart(engine: Engine, name: &str) {
    let started = Instant::now();
    // How many both send together.
    let requests: usize = size(2_000, 10_000);
    let world = World::pooled(engine, 2).await;
    let generated = Generated::of(seed());
    generated.store(&world).await;
    let mut viewers: Vec<(usize, Actor)> = Vec::new();
    for organisation in &generated.organisations {
        let holder = Holder { organisation: organisation.id, team: None, account: None };
        let view = View::on(&generated, holder, day(2025, 10, 1));
        let seen = view.agreements.len() * 100 + view.funds.len() * 10 + view.transactions.len();
        viewers.push((seen, world.actor(organisation.id, &[Role::Viewer]).await));
    }
    viewers.sort_by_key(|(seen, _)| std::cmp::Reverse(*seen));
    let mut sending = JoinSet::new();
    for (_, actor) in viewers.into_iter().take(2) {
        let mut expected = Vec::new();
        for question in QUESTIONS {
            let answer = actor.raw(question, json!({})).await;
            assert!(answer.1.contains("\"data\":"), "it is not executed: {question} {answer:?}");
            expected.push(answer);
        }
        let expected = Arc::new(expected);
        for lane in 0..AT_A_TIME {
            let (actor, expected) = (actor.clone(), Arc::clone(&expected));
            sending.spawn(async move {
                let mut sent = 0;
                for number in 0..requests / AT_A_TIME / 2 {
                    let place = (number + lane) % QUESTIONS.len();
                    let answer = actor.raw(QUESTIONS[place], json!({})).await;
                    assert_eq!(answer, expected[place], "{}", QUESTIONS[place]);
                    sent += 1;
                }
                sent
            });
        }
    }
    let mut sent = 0;
    while let Some(lane) = sending.join_next().await {
        sent += lane.expect("every answer is the viewer's own");
    }
    assert_eq!(sent, requests);
    let seconds = started.elapsed().as_secs();
    println!("{name}: {sent} requests of two viewers over two connections, {seconds} s");
    keep(name, json!({ "requests": sent, "connections": 2, "seconds": seconds }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_viewers_share_two_connections_and_no_answer_on_sqlite() {
    apart(Engine::Sqlite, "interleaving_sqlite").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_viewers_share_two_connections_and_no_answer_on_postgres() {
    apart(Engine::Postgres, "interleaving_postgres").await;
}
