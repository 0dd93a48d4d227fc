//! GraphQL over WebSocket, by graphql-transport-ws (docs/subscriptions.md): who is let in, what is
//! answered, and with which code a socket is closed.

use std::{sync::Arc, time::Duration};

use entities::{membership::Role, organisation::OrganisationKind};
use gate::Terms;
use serde_json::{Value, json};
use tests::{
    Actor, Books, World, both_databases,
    socket::{Heard, SPOKEN, Socket},
};
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::Message;
use tributary::http::{self, App, BudgetTerms, Manner, Origin, SocketTerms};

const INIT: &str = "connection_init";

async fn council(world: &World) -> Actor {
    let id = world.organisation("Council", OrganisationKind::LocalAuthority).await;
    world.actor(id, &[Role::Finance]).await
}

/// A server whose sockets are on these terms.
async fn on_terms(world: &World, sockets: SocketTerms) -> (Arc<App>, String) {
    let all = Terms { capacity: u32::MAX, restored_per_second: 1 };
    let budgets = BudgetTerms { clients: all, anonymous: all, ..BudgetTerms::default() };
    let deadline = Duration::from_secs(60);
    world.serve_in(Manner { sockets, budgets, deadline, ..Manner::default() }).await
}

both_databases! {
    async fn a_query_and_a_mutation_are_answered_as_over_http(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let scheme = {
            books.contribution(0, "1000.00").await;
            books.scheme("01", "1000.00", &[1, 0]).await
        };
        let mut socket = Socket::of(&world.address, books.host().token()).await;
        let asked = socket.ask("1", "{ viewer { actingAs { name } } }").await;
        assert_eq!(asked["data"]["viewer"]["actingAs"]["name"], "Host");
        assert!(asked["extensions"]["cost"]["actual"].as_u64() > Some(0), "it is charged: {asked}");

        let spend = r#"mutation($input: RecordExpenditureInput!) {
            recordExpenditure(input: $input) { transaction { sequence } errors { code } } }"#;
        let input = Books::expenditure(&scheme, "1.25", "2025-05-15", "1");
        let payload = json!({ "query": spend, "variables": { "input": input } });
        socket.say(json!({ "type": "subscribe", "id": "1", "payload": payload })).await;
        let spent = socket.next("1").await;
        assert_eq!(spent["data"]["recordExpenditure"]["errors"], json!([]));
        assert_eq!(socket.hear().await, Heard::Said(json!({ "type": "complete", "id": "1" })));

        // Whoever did not sign in has the public view.
        let mut nobody = Socket::speaking(&world.address).await;
        nobody.say(json!({ "type": INIT })).await;
        assert_eq!(nobody.hear().await, Heard::Said(json!({ "type": "connection_ack" })));
        let refused = nobody.ask("1", "{ changesCursor }").await;
        assert_eq!(refused["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    }

    async fn an_invalid_operation_is_an_error_with_the_code_that_it_has_over_http(world: World) {
        let council = council(&world).await;
        let mut socket = Socket::of(&world.address, council.token()).await;
        for invalid in ["{", "{ nothing }", "{ viewer { roles } } { __typename }", "subscription { x }"] {
            let (_, over_http) = council.raw(invalid, json!({})).await;
            let over_http: Value = serde_json::from_str(&over_http).expect("JSON");
            socket.subscribe("1", invalid).await;
            let Heard::Said(said) = socket.hear().await else { panic!("an error") };
            assert_eq!((&said["type"], &said["id"]), (&json!("error"), &json!("1")), "{said}");
            assert_eq!(said["payload"], over_http["errors"], "{invalid}");
        }
        // The socket goes on, and so does the id.
        assert_eq!(socket.ask("1", "{ __typename }").await["data"], json!({ "__typename": "Query" }));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_breaks_the_protocol_closes_the_socket_with_its_code() {
    let world = World::on(tests::Engine::Sqlite).await;
    let council = council(&world).await;
    let terms = SocketTerms { greeting: Duration::from_secs(2), ..SocketTerms::default() };
    let (_app, address) = on_terms(&world, terms).await;

    let long = format!(r#"{{"type":"complete","id":"{}"}}"#, "a".repeat(257));
    for bad in [
        "",
        "nonsense",
        "[]",
        "{}",
        r#"["connection_init"]"#,
        r#"["complete","1"]"#,
        r#"{"type":"start"}"#,
        r#"{"type":"connection_ack"}"#,
        r#"{"type":"connection_init","payload":7}"#,
        r#"{"type":"subscribe","id":"1"}"#,
        r#"{"type":"subscribe","payload":{"query":"{ __typename }"}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":7}}"#,
        r#"{"type":"subscribe","id":"1","payload":["{ __typename }"]}"#,
        r#"{"type":"subscribe","id":"","payload":{"query":"{ __typename }"}}"#,
        &long,
    ] {
        let mut socket = Socket::speaking(&address).await;
        socket.send(Message::text(bad)).await;
        assert_eq!(socket.closed().await, 4400, "{bad}");
    }
    let mut socket = Socket::speaking(&address).await;
    socket.send(Message::binary(b"{}".to_vec())).await;
    assert_eq!(socket.closed().await, 4400);

    let mut socket = Socket::speaking(&address).await;
    socket.subscribe("1", "{ __typename }").await;
    assert_eq!(socket.closed().await, 4401);

    for (protocol, code) in [("graphql-ws", 4406), ("graphql-transport-ws, graphql-ws", 4408)] {
        let headers = [("sec-websocket-protocol", protocol)];
        let mut socket = Socket::open(&address, &headers).await.expect("a socket");
        assert_eq!(socket.closed().await, code, "{protocol}");
    }
    let mut without = Socket::open(&address, &[]).await.expect("a socket");
    assert_eq!(without.closed().await, 4406);

    let mut socket = Socket::of(&address, council.token()).await;
    socket.say(json!({ "type": INIT })).await;
    assert_eq!(socket.closed().await, 4429);

    let mut socket = Socket::of(&address, council.token()).await;
    let follow = "subscription { contractChanged { id } }";
    socket.subscribe("1", follow).await;
    socket.subscribe("1", follow).await;
    assert_eq!(socket.closed().await, 4409);

    // The hundred and first.
    let mut socket = Socket::of(&address, council.token()).await;
    for number in 0..101 {
        socket.subscribe(&number.to_string(), follow).await;
    }
    assert_eq!(socket.closed().await, 4429);

    // What the client wants no more of is free at once, and so is what has ended.
    let mut socket = Socket::of(&address, council.token()).await;
    socket.say(json!({ "type": "complete", "id": "unknown" })).await;
    for _ in 0..150 {
        socket.subscribe("1", follow).await;
        socket.say(json!({ "type": "complete", "id": "1" })).await;
    }
    socket.is_silent().await;

    let mut socket = Socket::of(&address, council.token()).await;
    socket.subscribe("1", &" ".repeat(2 * 1024 * 1024)).await;
    assert_eq!(socket.closed().await, 1009);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_is_no_good_is_told_why_and_a_good_one_may_come_with_the_handshake() {
    let world = World::on(tests::Engine::Sqlite).await;
    let council = council(&world).await;
    for bad in [json!("Bearer nonsense"), json!(council.token()), json!(7)] {
        let mut socket = Socket::speaking(&world.address).await;
        socket.say(json!({ "type": INIT, "payload": { "authorization": bad } })).await;
        assert_eq!(socket.closed().await, 4403);
    }
    let bearer = format!("Bearer {}", council.token());
    let headers = [("sec-websocket-protocol", SPOKEN), ("authorization", bearer.as_str())];
    let mut socket = Socket::open(&world.address, &headers).await.expect("a socket");
    socket.say(json!({ "type": INIT })).await;
    assert_eq!(socket.hear().await, Heard::Said(json!({ "type": "connection_ack" })));
    let asked = socket.ask("1", "{ viewer { actingAs { name } } }").await;
    assert_eq!(asked["data"]["viewer"]["actingAs"]["name"], "Council");

    // It ends with the token, though nothing is asked.
    world.pass(25 * 3600);
    assert_eq!(socket.closed().await, 4403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_of_a_foreign_origin_opens_no_socket() {
    let world = World::on(tests::Engine::Sqlite).await;
    let portal: Origin = "https://portal.example".parse().expect("an origin");
    let manner = Manner { allowed_origins: vec![portal], ..Manner::default() };
    let (_app, address) = world.serve_in(manner).await;
    let own = address.clone();
    for (origin, is_let_in) in [
        ("https://portal.example", true),
        (own.as_str(), true),
        ("https://other.example", false),
        ("http://portal.example", false),
        ("null", false),
    ] {
        let headers = [("sec-websocket-protocol", SPOKEN), ("origin", origin)];
        let opened = Socket::open(&address, &headers).await;
        assert_eq!(opened.err(), (!is_let_in).then_some(403), "{origin}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_has_as_many_sockets_as_it_may_and_what_closes_makes_room() {
    let world = World::on(tests::Engine::Sqlite).await;
    let (_app, address) =
        on_terms(&world, SocketTerms { of_network: 2, ..SocketTerms::default() }).await;
    let headers = [("sec-websocket-protocol", SPOKEN)];
    let first = Socket::speaking(&address).await;
    let _second = Socket::speaking(&address).await;
    assert_eq!(Socket::open(&address, &headers).await.err(), Some(429));
    drop(first);
    for _ in 0..50 {
        if Socket::open(&address, &headers).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("there is no room again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signs_of_life_go_both_ways_and_who_gives_none_is_let_go() {
    let world = World::on(tests::Engine::Sqlite).await;
    let council = council(&world).await;
    let terms = SocketTerms { keep_alive: Duration::from_secs(1), ..SocketTerms::default() };
    let (_app, address) = on_terms(&world, terms).await;
    let mut socket = Socket::of(&address, council.token()).await;
    socket.say(json!({ "type": "ping", "payload": { "at": 1 } })).await;
    let pong = json!({ "type": "pong", "payload": { "at": 1 } });
    assert_eq!(socket.hear().await, Heard::Said(pong));
    // Whoever reads answers by that, as every client of WebSockets does.
    assert_eq!(socket.hear_within(Duration::from_secs(3)).await, None);
    // Whoever does not read does not.
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(socket.closed().await, 1001);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_socket_takes_sixteen_turns_of_the_server_at_most() {
    let world = World::on(tests::Engine::Sqlite).await;
    let council = council(&world).await;
    let all = Terms { capacity: u32::MAX, restored_per_second: 1 };
    let budgets = BudgetTerms { clients: all, anonymous: all, ..BudgetTerms::default() };
    let deadline = Duration::from_secs(60);
    let manner = Manner { budgets, deadline, most_requests: 16, ..Manner::default() };
    let (_app, address) = world.serve_in(manner).await;
    let mut socket = Socket::of(&address, council.token()).await;
    for number in 0..100 {
        socket
            .subscribe(&number.to_string(), "{ organisations(first: 9) { nodes { name } } }")
            .await;
    }
    let (mut results, mut completed) = (0, 0);
    while completed < 100 {
        let Heard::Said(said) = socket.hear().await else { panic!("it is closed") };
        match said["type"].as_str() {
            Some("next") => {
                assert!(said["payload"]["data"].is_object(), "{said}");
                results += 1;
            }
            Some("complete") => completed += 1,
            _ => panic!("more was executed at a time than may be: {said}"),
        }
    }
    assert_eq!(results, 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_read_is_dropped_and_nothing_is_kept_for_them() {
    let world = World::on(tests::Engine::Sqlite).await;
    let council = council(&world).await;
    // That nothing is heard of it drops nobody here before the hour is over.
    let terms = SocketTerms {
        patience: Duration::from_millis(500),
        keep_alive: Duration::from_secs(3600),
        of_network: 1,
        ..SocketTerms::default()
    };
    let (_app, address) = on_terms(&world, terms).await;
    let mut socket = Socket::of(&address, council.token()).await;
    let large = "{ __schema { types { name description fields { name description type { name } \
                 args { name description } } } } }";
    for number in 0..20 {
        socket.subscribe(&number.to_string(), large).await;
    }
    let headers = [("sec-websocket-protocol", SPOKEN)];
    for _ in 0..300 {
        if Socket::open(&address, &headers).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("who does not read is still there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stops_tells_its_sockets_and_waits_until_they_have_ended() {
    let world = World::on(tests::Engine::Sqlite).await;
    let council = council(&world).await;
    let app = App::prepare_in(world.served.clone(), Manner::default()).await.expect("a server");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(http::serve(listener, app, async { drop(stopped.await) }));
    let mut idle = Socket::of(&address, council.token()).await;
    let mut following = Socket::of(&address, council.token()).await;
    following.subscribe("1", "subscription { contractChanged { id } }").await;
    stop.send(()).expect("it listens");
    assert_eq!(idle.closed().await, 1012);
    assert_eq!(following.closed().await, 1012);
    drop((idle, following));
    serving.await.expect("no panic").expect("it ends");
}
