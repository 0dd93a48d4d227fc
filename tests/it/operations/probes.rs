//! Live while the program runs; ready while it can answer.

use sea_orm::ConnectionTrait;
use serde_json::json;
use tests::{Actor, Engine, World, both_databases, postgres, program::Folder};

use super::get;

const NEWEST: &str = "(select max(version) from seaql_migrations)";

/// Asks until the answer to `/health/ready` has this status.
async fn until_ready_is(address: &str, status: u16) -> serde_json::Value {
    loop {
        let (answered, body) = get(address, "/health/ready").await;
        if answered == status {
            return body;
        }
        tokio::task::yield_now().await;
    }
}

both_databases! {
    async fn it_is_ready_while_its_database_has_every_change_that_it_knows(world: World) {
        let ready = (200, json!({ "status": "ready" }));
        assert_eq!(get(&world.address, "/health/live").await, (200, json!({ "status": "live" })));
        assert_eq!(get(&world.address, "/health/ready").await, ready);

        let change = async |sql: &str| {
            let connection = world.database.for_migration();
            connection.execute_unprepared(sql).await.expect("a change");
        };
        // A newer version migrates while this one still serves.
        change("insert into seaql_migrations (version, applied_at) values ('m2999_later', 0)").await;
        assert_eq!(get(&world.address, "/health/ready").await, ready);
        change("delete from seaql_migrations where version = 'm2999_later'").await;

        change(&format!("delete from seaql_migrations where version = {NEWEST}")).await;
        let waiting = json!({ "status": "waiting for the database to be migrated" });
        assert_eq!(get(&world.address, "/health/ready").await, (503, waiting));
        assert_eq!(get(&world.address, "/health/live").await.0, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_not_ready_while_its_database_lets_nobody_in_and_is_again_when_it_does() {
    let world = World::on(Engine::Postgres).await;
    let name = world.url.parse::<reqwest::Url>().expect("an address").path().replace('/', "");
    postgres::administer(&format!("alter database {name} allow_connections false")).await;
    let end =
        format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
    postgres::administer(&end).await;
    let waiting = until_ready_is(&world.address, 503).await;
    assert_eq!(waiting, json!({ "status": "waiting for the database" }));
    assert_eq!(get(&world.address, "/health/live").await.0, 200, "to restart it helps nobody");

    postgres::administer(&format!("alter database {name} allow_connections true")).await;
    until_ready_is(&world.address, 200).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_stop_it_says_that_it_is_not_ready_and_answers_until_it_is_drained() {
    let folder = Folder::new();
    let mut serving = folder.serve(&["--no-demonstration", "--drain-seconds", "600"]);
    until_ready_is(&serving.address, 200).await;
    serving.terminate();
    let stopping = until_ready_is(&serving.address, 503).await;
    assert_eq!(stopping, json!({ "status": "shutting down" }));
    assert_eq!(get(&serving.address, "/health/live").await.0, 200);
    let _ = Actor::nobody_at(&serving.address).ask("{ __typename }").await.ok();

    // Told again, it waits for nobody who may still come.
    serving.terminate();
    assert!(serving.ended().success());
}
