//! Told to stop, the server finishes what it was asked: nothing acknowledged is lost, and nothing is
//! done that nobody was told of.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;
use tests::{Actor, process::Program, program::Folder};
use tokio::task::JoinSet;
use tributary::{clock::Clock, database, service::verify::verify};

use super::{
    POST, expenditure,
    figures::{figure, figures_of},
    hold_writes, number,
};
use crate::killed::{client, close, posted, ready, set_up};

/// How many connections are busy when the server is told.
const CONNECTIONS: u64 = 64;
const CONTRIBUTIONS: &str = "select count(*) from contribution";

async fn told_to_stop_under_load(name: &str, url: String) {
    let program = Program::on(url);
    let (token, scheme) = set_up(name, &program).await;
    let mut serving = program.serve();
    ready(&serving.address).await;
    let answers = Arc::new(AtomicU64::new(0));
    let mut clients = JoinSet::new();
    for number in 0..CONNECTIONS {
        let actor = Actor::at(&serving.address, &token);
        clients.spawn(client(actor, scheme.clone(), number.to_string(), Arc::clone(&answers)));
    }
    while answers.load(Ordering::SeqCst) < 2 * CONNECTIONS {
        tokio::task::yield_now().await;
    }
    serving.terminate();
    let mut acknowledged = BTreeMap::new();
    while let Some(told) = clients.join_next().await {
        acknowledged.extend(told.expect("no answer of the server was a refusal").acknowledged);
    }
    let ended = tokio::task::spawn_blocking(move || serving.ended()).await.expect("its end");
    assert!(ended.success(), "{ended}");

    let database = database::open(&program.url, false, Clock::system()).await;
    let database = database.expect("the database opens");
    let rows = posted(&database).await;
    assert_eq!(
        rows.keys().collect::<Vec<_>>(),
        acknowledged.keys().collect::<Vec<_>>(),
        "what was posted is what was acknowledged"
    );
    let verified = verify(&database).await.expect("the books are in order");
    assert_eq!(verified.transactions, acknowledged.len() as u64);
    assert_eq!(verified.trail.unsealed, 0, "what was committed last is sealed");
    close(database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_stop_under_64_connections_nothing_acknowledged_is_lost_on_sqlite() {
    let folder = Folder::new();
    let url = format!("sqlite:{}", folder.path().join("books.db").display());
    told_to_stop_under_load("stopped_sqlite", url).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_stop_under_64_connections_nothing_acknowledged_is_lost_on_postgres() {
    let url = tests::postgres::fresh_database().await;
    told_to_stop_under_load("stopped_postgres", url).await;
}

/// A request that does not end in time does not keep the server.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_takes_longer_than_the_time_to_finish_is_broken_off_and_not_written() {
    let folder = Folder::new();
    let url = format!("sqlite:{}", folder.path().join("books.db").display());
    let program = Program::on(url.clone());
    let (token, scheme) = set_up("stopped_late", &program).await;
    let mut serving =
        program.serve_with(&["--finish-seconds", "1", "--metrics-listen", "127.0.0.1:0"]);
    let figures = figures_of(&serving);
    ready(&serving.address).await;
    let database = database::open(&url, false, Clock::system()).await.expect("it opens");
    let before = posted(&database).await.len();

    // Somebody else writes, so that the posting waits.
    let held = hold_writes(&database).await;
    let actor = Actor::at(&serving.address, &token);
    let waiting =
        tokio::spawn(async move { actor.try_send(POST, expenditure(&scheme, "late")).await });
    while figure(&figures, "tributary_requests_under_way").await < 1.0 {
        tokio::task::yield_now().await;
    }
    serving.terminate();
    let ended = tokio::task::spawn_blocking(move || serving.ended()).await.expect("its end");
    assert!(waiting.await.expect("the client lives").is_err(), "it was not acknowledged");
    held.rollback().await.expect("writes go on");
    assert!(ended.success(), "{ended}");
    assert_eq!(posted(&database).await.len(), before, "what was not acknowledged was not written");
    close(database).await;
}

/// The server waits for imports too, and breaks off what takes longer: the job says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_takes_longer_than_the_time_to_finish_fails_by_name_and_writes_nothing() {
    let program = Program::on(tests::postgres::fresh_database().await);
    let (token, _) = set_up("stopped_import", &program).await;
    let mut serving =
        program.serve_with(&["--finish-seconds", "1", "--metrics-listen", "127.0.0.1:0"]);
    let figures = figures_of(&serving);
    ready(&serving.address).await;
    let database = database::open(&program.url, false, Clock::system()).await.expect("it opens");
    let owner = database.for_migration();
    let before = number(owner, CONTRIBUTIONS).await;

    let held = owner.begin().await.expect("a transaction");
    held.execute_unprepared("lock table contribution in exclusive mode").await.expect("a lock");
    let actor = Actor::at(&serving.address, &token);
    let content = "fund_reference,partner_code,source_code,financial_year,amount\n\
                   Fund,T02,ADDITIONAL_NHS,2025/26,10.00\n";
    let input = json!({ "kind": "CONTRIBUTIONS", "content": content });
    let begun = actor.run("importFile", input, "job { status }").await.ok();
    assert_eq!(begun.text("/importFile/job/status"), "RUNNING");
    assert_eq!(figure(&figures, "tributary_jobs_running{job=\"import\"}").await, 1.0);
    serving.terminate();
    let ended = tokio::task::spawn_blocking(move || serving.ended()).await.expect("its end");
    assert!(ended.success(), "{ended}");
    held.rollback().await.expect("the lock goes");

    let failed = "select count(*) from import_job
        where status = 'FAILED' and finished_at is not null and report like '%import it again%'";
    assert_eq!(number(owner, failed).await, 1);
    assert_eq!(number(owner, CONTRIBUTIONS).await, before, "nothing was written");
    verify(&database).await.expect("the books are in order");

    // Nobody is in the way now, and the same file is taken.
    let serving = program.serve();
    ready(&serving.address).await;
    let actor = Actor::at(&serving.address, &token);
    let input = json!({ "kind": "CONTRIBUTIONS", "content": content });
    let _ = actor.run("importFile", input, "job { id }").await.ok();
    while number(owner, CONTRIBUTIONS).await == before {
        tokio::task::yield_now().await;
    }
    close(database).await;
}
