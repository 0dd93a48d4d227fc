//! A newer version migrates while the one before it still serves (docs/operating.md).

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use sea_orm::{ConnectionTrait, DatabaseBackend};
use tests::{Actor, postgres, process::Program, program::Folder};
use tokio::task::JoinSet;
use tributary::{clock::Clock, database};

use super::post;
use crate::killed::{close, posted, ready, set_up};

/// How many post and read meanwhile.
const CLIENTS: u64 = 8;
/// What a newer version may do to a database that is served: it adds.
const LATER: [&str; 4] = [
    "alter table ledger_transaction add column later varchar",
    "create table later (id integer primary key, name varchar not null)",
    "create index later_name on later (name)",
    "insert into seaql_migrations (version, applied_at) values ('m29990101_000001_later', 0)",
];
/// Says that the policies are another version's, so that `migrate` writes them all anew.
const OTHER_POLICIES: &str = "comment on schema facts is 'of another version'";
const READ: &str = "{ pooledFunds(first: 5) { nodes { reference
    transactions(first: 5) { nodes { id } } contributions(first: 5) { nodes { id } } } } }";

/// Posts and reads until told to stop; every answer has to be one.
async fn use_it(
    actor: Actor,
    scheme: String,
    prefix: u64,
    shared: (Arc<AtomicBool>, Arc<AtomicU64>),
) {
    let (stop, answers) = shared;
    for number in 0.. {
        let _ = post(&actor, &scheme, &format!("{prefix}-{number}")).await.ok();
        let _ = actor.ask(READ).await.ok();
        answers.fetch_add(1, Ordering::SeqCst);
        if stop.load(Ordering::SeqCst) {
            return;
        }
    }
}

async fn more_than(answers: &AtomicU64, so_many: u64) {
    let wanted = answers.load(Ordering::SeqCst) + so_many;
    while answers.load(Ordering::SeqCst) < wanted {
        tokio::task::yield_now().await;
    }
}

async fn migrated_under_load(name: &str, url: String) {
    let program = Arc::new(Program::on(url));
    let (token, scheme) = set_up(name, &program).await;
    let mut serving = program.serve();
    ready(&serving.address).await;
    let (stop, answers) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let actor = Actor::at(&serving.address, &token);
        let shared = (Arc::clone(&stop), Arc::clone(&answers));
        clients.spawn(use_it(actor, scheme.clone(), number, shared));
    }
    more_than(&answers, CLIENTS).await;
    let database = database::open(&program.url, false, Clock::system()).await.expect("it opens");
    let change = async |sql: &str| {
        database.for_migration().execute_unprepared(sql).await.expect("a change");
    };
    for _ in 0..3 {
        if database.engine() == DatabaseBackend::Postgres {
            change(OTHER_POLICIES).await;
        }
        let migrating = Arc::clone(&program);
        let migrated = tokio::task::spawn_blocking(move || migrating.run(&["migrate"])).await;
        assert_eq!(migrated.expect("it ends"), "the database is up to date");
        more_than(&answers, CLIENTS).await;
    }
    for sql in LATER {
        change(sql).await;
    }
    more_than(&answers, CLIENTS).await;
    stop.store(true, Ordering::SeqCst);
    while let Some(client) = clients.join_next().await {
        client.expect("every answer was one");
    }
    ready(&serving.address).await;
    assert!(posted(&database).await.len() as u64 >= answers.load(Ordering::SeqCst));
    close(database).await;

    serving.terminate();
    assert!(serving.ended().success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_goes_on_answering_while_it_is_migrated_on_sqlite() {
    let folder = Folder::new();
    let url = format!("sqlite:{}", folder.path().join("books.db").display());
    migrated_under_load("migrated_sqlite", url).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_goes_on_answering_while_it_is_migrated_on_postgres() {
    migrated_under_load("migrated_postgres", postgres::fresh_database().await).await;
}
