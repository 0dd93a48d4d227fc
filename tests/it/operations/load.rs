//! Beyond what is worked at, at a time, a request is told at once to come again; nothing of it is done.

use std::time::Duration;

use reqwest::{
    Response,
    header::{AUTHORIZATION, RETRY_AFTER},
};
use serde_json::{Value, json};
use tests::{Actor, both_databases};
use tributary::http::Manner;

use super::{POST, books, client, expenditure, get, hold_writes, transactions};

async fn send(address: &str, actor: &Actor, scheme: &str, key: &str) -> Response {
    let variables = expenditure(scheme, key);
    client()
        .post(format!("{address}/graphql"))
        .header(AUTHORIZATION, format!("Bearer {}", actor.token()))
        .json(&json!({ "query": POST, "variables": variables }))
        .send()
        .await
        .expect("an answer")
}

both_databases! {
    async fn beyond_what_is_worked_at_a_request_is_told_to_come_again(world: World) {
        let (books, scheme) = books(&world).await;
        let before = transactions(&world).await;
        let deadline = Duration::from_secs(60);
        let manner = Manner { most_requests: 2, deadline, ..Manner::default() };
        let (app, address) = world.serve_in(manner).await;

        let held = hold_writes(&world.database).await;
        let waiting: Vec<_> = ["one", "two"]
            .into_iter()
            .map(|key| {
                let (address, actor) = (address.clone(), books.host().clone());
                let scheme = scheme.clone();
                tokio::spawn(async move { send(&address, &actor, &scheme, key).await })
            })
            .collect();
        while app.turns.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let refused = send(&address, books.host(), &scheme, "three").await;
        assert_eq!(refused.status(), 503);
        assert_eq!(refused.headers()[RETRY_AFTER], "1");
        let refused: Value = refused.json().await.expect("JSON");
        assert_eq!(refused["errors"][0]["extensions"]["code"], "OVERLOADED");
        assert!(refused.get("data").is_none(), "{refused}");
        assert_eq!(get(&address, "/health/live").await.0, 200, "probes need no turn");
        assert_eq!(get(&address, "/health/ready").await.0, 200, "probes need no turn");

        held.rollback().await.expect("writes go on");
        for one in waiting {
            let answer = one.await.expect("it was answered");
            assert_eq!(answer.status(), 200);
            let answer: Value = answer.json().await.expect("JSON");
            assert!(answer["data"]["recordExpenditure"]["transaction"]["id"].is_string());
        }
        assert_eq!(transactions(&world).await, before + 2);
        assert_eq!(send(&address, books.host(), &scheme, "three").await.status(), 200);
    }
}
