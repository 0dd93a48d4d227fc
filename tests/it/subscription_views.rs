//! A subscription begins with what the same viewer's query shows, and ends where it shows nothing
//! (rule V1): in generated worlds, for everybody there.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tests::oracle::Holder;
use tests::{
    Actor, Engine, World,
    evidence::seed,
    oracle::{Generated, ROLES, View},
    raw::day,
    socket::{Heard, Socket},
};
use tributary::{
    graphql::node::Kind,
    http::{Manner, SocketTerms},
};

/// What a query shows of each of these: null of what the viewer does not see.
async fn shown(actor: &Actor, ids: &[String]) -> Vec<Value> {
    let document = "query($ids: [ID!]!) { nodes(ids: $ids) {
        ... on PooledFund { id name } ... on Contract { id } } }";
    let mut shown = Vec::new();
    for some in ids.chunks(100) {
        let answer = actor.send(document, json!({ "ids": some })).await.ok();
        shown.extend(answer.at("/nodes").as_array().expect("nodes").iter().cloned());
    }
    shown
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn v1_a_subscription_tells_what_the_query_shows_and_nothing_else() {
    let world = World::on(Engine::Sqlite).await;
    let generated = Generated::of(seed());
    generated.store(&world).await;
    let sockets = SocketTerms { operations: 10_000, ..SocketTerms::default() };
    let (_app, address) = world.serve_in(Manner { sockets, ..Manner::default() }).await;
    let funds: Vec<String> =
        generated.funds.iter().map(|row| Kind::Fund.id(row.id).to_string()).collect();
    let contracts = &generated.contracting.contracts;
    let contracts: Vec<String> =
        contracts.iter().map(|row| Kind::Contract.id(row.id).to_string()).collect();
    let (mut seen, mut hidden) = (0, 0);
    for organisation in &generated.organisations {
        let actor = world.actor(organisation.id, &ROLES).await;
        let holder = Holder { organisation: organisation.id, team: None, account: None };
        let view = View::on(&generated, holder, day(2025, 10, 1));
        let of_funds = shown(&actor, &funds).await;
        let of_contracts = shown(&actor, &contracts).await;
        let mut socket = Socket::of(&address, actor.token()).await;
        // What is to be told of each, by its id; of contracts that are seen nothing happens.
        let mut expected: BTreeMap<&str, Value> = BTreeMap::new();
        for (row, (id, shown)) in generated.funds.iter().zip(funds.iter().zip(of_funds)) {
            assert_eq!(view.funds.contains(&row.id), !shown.is_null(), "the oracle agrees");
            expected.insert(id, shown);
            let follow =
                format!(r#"subscription {{ fundPositionChanged(fund: "{id}") {{ id name }} }}"#);
            socket.subscribe(id, &follow).await;
        }
        for (id, shown) in contracts.iter().zip(of_contracts) {
            if shown.is_null() {
                expected.insert(id, Value::Null);
            }
            let follow =
                format!(r#"subscription {{ contractChanged(contract: "{id}") {{ id }} }}"#);
            socket.subscribe(id, &follow).await;
        }
        while !expected.is_empty() {
            let Heard::Said(said) = socket.hear().await else { panic!("it is closed") };
            let id = said["id"].as_str().expect("an id");
            if said["type"] == "complete" {
                continue;
            }
            let shown = expected.remove(id).unwrap_or_else(|| panic!("told of {said}"));
            let told = &said["payload"];
            if shown.is_null() {
                assert_eq!(told["errors"][0]["extensions"]["code"], "NOT_FOUND", "{told}");
                assert_eq!(told["data"], Value::Null);
                hidden += 1;
            } else {
                assert_eq!(told["data"]["fundPositionChanged"], shown);
                seen += 1;
            }
        }
    }
    assert!(seen > 5 && hidden > 5, "{seen} seen, {hidden} hidden: too few to say anything");
}
