//! The one order of all changes, and who waits for it.

use std::time::Duration;

use entities::change::ChangeKind;
use sea_orm::ConnectionTrait;
use tests::{Books, Engine, World, both_databases};
use tokio::time::timeout;
use tributary::{
    http::Manner,
    service::{
        audit::seal::seal_now,
        change::{self, Hub},
    },
};

/// Longer than anybody waits who was told, and than a second in which nobody was.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many changes there are once books of two partners were opened: an agreement and a fund, and each
/// partner's view of both.
const OPENED: i64 = 6;

async fn run(world: &World, sql: &str) -> Result<(), String> {
    let ran = world.database.for_migration().execute_unprepared(sql).await;
    ran.map(drop).map_err(|why| why.to_string())
}

both_databases! {
    async fn what_is_committed_gets_the_next_place_in_one_order_without_a_gap(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let connection = world.database.statement();
        assert_eq!(change::head(connection).await.expect("a head"), 0, "nothing was sealed yet");
        assert_eq!(seal_now(&world.database).await.expect("sealed"), 2);
        books.contribution(0, "1.00").await;
        books.contribution(1, "2.00").await;
        assert_eq!(seal_now(&world.database).await.expect("sealed"), 2);

        let rows = change::after(connection, 0, 100).await.expect("changes");
        let places: Vec<i64> = rows.iter().map(|row| row.sequence).collect();
        // Both partners' views of the agreement and of the fund begin.
        assert_eq!(places, [1, 2, 3, 4, 5, 6, 7, 8]);
        let begun = rows.iter().filter(|row| row.kind == ChangeKind::Entered).count();
        assert_eq!(begun, 4, "{rows:?}");
        let changed: Vec<_> = rows.iter().filter(|row| row.kind == ChangeKind::Changed).collect();
        let kinds: Vec<&str> = changed.iter().map(|row| row.object_kind.as_str()).collect();
        assert_eq!(kinds, ["PartnershipAgreement", "PooledFund", "Contribution", "Contribution"]);
        assert!(changed.is_sorted_by_key(|row| row.recorded_at));
        assert_eq!(change::head(connection).await.expect("a head"), 8);
        let later = change::after(connection, 2, 1).await.expect("changes");
        assert_eq!(later, rows[2..3]);
    }

    async fn the_database_itself_keeps_changes_and_how_far_they_are(world: World) {
        let _ = Books::open(&world, &["Host", "Partner"]).await;
        assert_eq!(seal_now(&world.database).await.expect("sealed"), 2);
        let again = match world.engine {
            Engine::Sqlite => "insert or replace into change select * from change",
            Engine::Postgres => "truncate change",
        };
        for sql in [
            "update change set object_kind = 'X'",
            "delete from change",
            again,
            "delete from change_mark",
            "insert into change_mark (id, head, floor) values (1, 9, 0)",
        ] {
            let why = run(&world, sql).await.expect_err("refused");
            assert!(why.contains("append-only"), "{sql}: {why}");
        }
        let why = run(&world, "update change_mark set head = 1").await.expect_err("refused");
        assert!(why.contains("never goes back"), "{why}");
        // What is older than is kept goes, and nothing else.
        run(&world, "update change_mark set floor = 1").await.expect("written");
        run(&world, "delete from change where sequence = 1").await.expect("deleted");
        let why = run(&world, "delete from change").await.expect_err("refused");
        assert!(why.contains("append-only"), "{why}");
    }

    async fn whoever_waits_is_told_by_the_sealer_of_its_process(world: World) {
        let hub = Hub::open(world.database.clone()).await.expect("a hub");
        let waiting = tokio::spawn({
            let hub = hub.clone();
            async move { hub.passed(0).await }
        });
        let books = Books::open(&world, &["Host", "Partner"]).await;
        assert_eq!(seal_now(&world.database).await.expect("sealed"), 2);
        let head = timeout(PATIENCE, waiting).await.expect("in time").expect("told");
        assert_eq!(head, OPENED);
        // Whoever has read less than that waits for nothing.
        assert_eq!(timeout(PATIENCE, hub.passed(1)).await.expect("in time"), OPENED);
        books.contribution(0, "1.00").await;
        assert_eq!(seal_now(&world.database).await.expect("sealed"), 1);
        assert_eq!(timeout(PATIENCE, hub.passed(OPENED)).await.expect("in time"), OPENED + 1);
        // A hub that is opened later knows where the order is.
        let later = Hub::open(world.database.clone()).await.expect("a hub");
        assert_eq!(*later.heads().borrow(), OPENED + 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_on_one_postgresql_wake_each_other() {
    let world = World::on(Engine::Postgres).await;
    let mut apps = Vec::new();
    for _ in 0..2 {
        let clock = world.database.clock().clone();
        let url = tests::postgres::as_server(&world.url);
        let own = tributary::database::open(&url, false, clock).await.expect("a connection");
        apps.push(world.serve_on(own, Manner::default()).await.0);
    }
    let _ = Books::open(&world, &["Host", "Partner"]).await;
    let jobs = tests::postgres::as_jobs(&world.url);
    let clock = world.database.clock().clone();
    let jobs = tributary::database::open(&jobs, false, clock).await.expect("the jobs' database");
    assert_eq!(seal_now(&jobs).await.expect("sealed"), 2);
    for app in &apps {
        assert_eq!(timeout(PATIENCE, app.hub.passed(0)).await.expect("in time"), OPENED);
    }

    // What nobody was told of is found within a second or so.
    let unheard = "update change_mark set head = 7";
    run(&world, unheard).await.expect("written");
    for app in &apps {
        assert_eq!(timeout(PATIENCE, app.hub.passed(OPENED)).await.expect("in time"), 7);
    }

    // So it is when the connections on which they hear are lost.
    let lost = "select pg_terminate_backend(pid) from pg_stat_activity \
                where datname = current_database() and query like '%change_mark%' and pid <> pg_backend_pid()";
    run(&world, lost).await.expect("ended");
    run(&world, "update change_mark set head = 8").await.expect("written");
    for app in &apps {
        assert_eq!(timeout(PATIENCE, app.hub.passed(7)).await.expect("in time"), 8);
    }
}
