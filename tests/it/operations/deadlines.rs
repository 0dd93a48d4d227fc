//! Nothing is worked at for ever: requests and statements have deadlines, and say so by a code.

use std::time::Duration;

use reqwest::header::AUTHORIZATION;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use tests::{Engine, World, both_databases, postgres};
use tributary::{
    database::{self, Bounds, Database, took_too_long},
    http::Manner,
};

use super::{POST, books, client, expenditure, hold_writes, post, transactions};

const SOON: Duration = Duration::from_millis(200);

/// Reads, and does not come to an end by itself.
const ENDLESS_ON_SQLITE: &str =
    "with recursive n(n) as (select 1 union all select n + 1 from n) select count(*) from n";
const ENDLESS_ON_POSTGRES: &str = "select count(*) from pg_sleep(3600)";

async fn bounded(world: &World) -> Database {
    let url = match world.engine {
        Engine::Sqlite => world.url.clone(),
        Engine::Postgres => postgres::as_server(&world.url),
    };
    let clock = world.database.clock().clone();
    let bounds = Bounds { connections: Some(1), statement: Some(SOON) };
    database::open_bounded(&url, false, clock, bounds).await.expect("it opens")
}

both_databases! {
    async fn a_request_ends_at_its_deadline_and_repeating_it_tells_what_became_of_it(world: World) {
        let (books, scheme) = books(&world).await;
        let before = transactions(&world).await;
        let manner = Manner { deadline: SOON, ..Manner::default() };
        let (_, address) = world.serve_in(manner).await;

        let held = hold_writes(&world.database).await;
        let variables = expenditure(&scheme, "late");
        let answer = client()
            .post(format!("{address}/graphql"))
            .header(AUTHORIZATION, format!("Bearer {}", books.host().token()))
            .json(&json!({ "query": POST, "variables": variables }))
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 503);
        let refused: Value = answer.json().await.expect("JSON");
        assert_eq!(refused["errors"][0]["extensions"]["code"], "DEADLINE_EXCEEDED");
        assert!(refused.get("data").is_none(), "{refused}");
        let message = refused["errors"][0]["message"].as_str().expect("a sentence");
        assert!(message.contains("idempotencyKey"), "{message}");

        held.rollback().await.expect("writes go on");
        let _ = post(books.host(), &scheme, "late").await.ok();
        let _ = post(books.host(), &scheme, "late").await.ok();
        assert_eq!(transactions(&world).await, before + 1);
    }

    async fn a_statement_ends_at_its_deadline_and_its_connection_is_good_for_the_next(world: World) {
        let database = bounded(&world).await;
        let endless = match world.engine {
            Engine::Sqlite => ENDLESS_ON_SQLITE,
            Engine::Postgres => ENDLESS_ON_POSTGRES,
        };
        for _ in 0..2 {
            let statement = Statement::from_string(database.engine(), endless);
            let fault = database.statement().query_one_raw(statement).await;
            let fault = fault.expect_err("it has no end").to_string();
            assert!(took_too_long(&fault), "{fault}");
            let snapshot = database.snapshot().await.expect("the connection is good");
            drop(snapshot);
        }
        assert!(!took_too_long("no such table: interrupted"));
        database.close().await.expect("it closes");
    }
}

/// On PostgreSQL a statement that waits for others ends too, and the answer says why.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_that_waits_too_long_is_answered_by_its_code() {
    let mut world = World::on(Engine::Postgres).await;
    let (books, scheme) = books(&world).await;
    let before = transactions(&world).await;
    world.served = bounded(&world).await;
    let (_, address) = world.serve_in(Manner::default()).await;

    let held = hold_writes(&world.database).await;
    let answer = post(&books.host().elsewhere(&address), &scheme, "waits").await;
    assert_eq!(answer.problem(), "DEADLINE_EXCEEDED");
    held.rollback().await.expect("writes go on");
    assert_eq!(transactions(&world).await, before, "nothing was written");
    let _ = post(books.host(), &scheme, "waits").await.ok();
}
