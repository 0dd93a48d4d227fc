//! What is under the server fails while clients post: nothing acknowledged is lost, nothing is done
//! twice, what was refused is not there, and the server goes on without being started again.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::poll_fn,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::Poll,
    time::Duration,
};

use serde_json::Value;
use tests::{
    Actor, Answer, Engine, World, both_databases,
    own_postgres::OwnPostgres,
    process::Program,
    program::{Folder, Serving},
};
use tokio::task::JoinSet;
use tributary::{clock::Clock, database, service::verify::verify};

use super::{POST, books, expenditure, number, post};
use crate::killed::{close, posted, ready, set_up};

/// How many clients post at once.
const CLIENTS: u64 = 6;
/// How many keys each of them posts.
const KEYS: u64 = 60;
/// How often one key is tried: some minutes in all, in which every fault here is over.
const TRIES: u32 = 2_000;
/// What the server says of faults that are not the caller's; each may be tried again.
const FAULTS: [&str; 3] = ["INTERNAL", "OVERLOADED", "DEADLINE_EXCEEDED"];

/// What became of the keys.
#[derive(Default)]
struct Told {
    acknowledged: BTreeMap<String, String>,
    /// How many answers said that something failed.
    failures: u64,
}

/// The code of what failed; none of a posting that was acknowledged.
fn fault(answer: &Answer) -> Option<String> {
    if answer.is_ok() {
        return None;
    }
    let code = answer.0.pointer("/errors/0/extensions/code").and_then(Value::as_str);
    Some(code.unwrap_or_else(|| panic!("no fault, but a refusal: {answer:?}")).to_owned())
}

/// Posts key after key, each until it is acknowledged.
async fn patient(actor: Actor, scheme: String, prefix: u64, answers: Arc<AtomicU64>) -> Told {
    let mut told = Told::default();
    'keys: for number in 0..KEYS {
        let key = format!("{prefix}-{number}");
        for _ in 0..TRIES {
            let sent = actor.try_send(POST, expenditure(&scheme, &key)).await;
            let answer = sent.expect("a fault below the server is answered too");
            let Some(code) = fault(&answer) else {
                let id = answer.text("/recordExpenditure/transaction/id").to_owned();
                told.acknowledged.insert(key, id);
                answers.fetch_add(1, Ordering::SeqCst);
                continue 'keys;
            };
            assert!(FAULTS.contains(&code.as_str()), "{answer:?}");
            told.failures += 1;
            // What has failed is another process, which nothing here can hurry.
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{key} was refused {TRIES} times: the server did not recover");
    }
    told
}

/// Clients post while `hurt` is done each time that a third of the keys was acknowledged.
async fn hurt_under_load(name: &str, url: String, hurt: impl AsyncFn()) {
    let program = Program::on(url);
    let (token, scheme) = set_up(name, &program).await;
    let mut serving = program.serve();
    ready(&serving.address).await;
    let answers = Arc::new(AtomicU64::new(0));
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let actor = Actor::at(&serving.address, &token);
        clients.spawn(patient(actor, scheme.clone(), number, Arc::clone(&answers)));
    }
    for third in 1..3 {
        while answers.load(Ordering::SeqCst) < third * CLIENTS * KEYS / 3 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        hurt().await;
    }
    let mut all = Told::default();
    while let Some(told) = clients.join_next().await {
        let told = told.expect("every key was acknowledged in the end");
        all.acknowledged.extend(told.acknowledged);
        all.failures += told.failures;
    }
    assert!(serving.is_running(), "it was never started again");
    assert!(all.failures > 0, "nothing was hurt while somebody posted");
    ready(&serving.address).await;
    let database = database::open(&program.url, false, Clock::system()).await;
    let database = database.expect("the database opens");
    let rows = posted(&database).await;
    assert_eq!(
        rows.keys().collect::<Vec<_>>(),
        all.acknowledged.keys().collect::<Vec<_>>(),
        "each key was posted once, whatever failed meanwhile"
    );
    let again = Actor::at(&serving.address, &token);
    for (key, id) in all.acknowledged.iter().take(5) {
        let answer = post(&again, &scheme, key).await.ok();
        assert_eq!(answer.text("/recordExpenditure/transaction/id"), id, "{key} is one posting");
    }
    verify(&database).await.expect("the books are in order");
    close(database).await;
    println!("{name}: {} postings, {} failures answered", rows.len(), all.failures);
    serving.kill();
}

/// The database's server dies without a word and recovers, twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_postgres_is_restarted_under_load_nothing_acknowledged_is_lost() {
    let postgres = Arc::new(OwnPostgres::start());
    hurt_under_load("restarted", postgres.url.clone(), async || {
        let postgres = Arc::clone(&postgres);
        let crashed = tokio::task::spawn_blocking(move || postgres.crash_and_recover());
        crashed.await.expect("PostgreSQL recovers");
    })
    .await;
}

/// Connections are cut wherever they are, in the middle of transactions too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_connections_are_cut_in_transactions_nothing_acknowledged_is_lost() {
    let url = tests::postgres::fresh_database().await;
    let own = database::open(&url, false, Clock::system()).await.expect("the database opens");
    hurt_under_load("cut", url, async || {
        let cut = "select count(*) from (select pg_terminate_backend(pid) from pg_stat_activity
                   where datname = current_database() and pid <> pg_backend_pid()) cut";
        let mut busy = 0;
        while busy == 0 {
            let others = "select count(*) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid()
                  and xact_start is not null";
            busy = number(own.for_migration(), others).await;
        }
        assert!(number(own.for_migration(), cut).await > 0, "nobody was connected");
    })
    .await;
    close(own).await;
}

/// Posts until `count` postings were refused; answers the refused keys.
async fn refused(actor: &Actor, scheme: &str, count: usize) -> (Told, BTreeSet<String>) {
    let (mut told, mut keys) = (Told::default(), BTreeSet::new());
    for number in 0.. {
        let key = format!("full-{number}");
        let answer = post(actor, scheme, &key).await;
        match fault(&answer) {
            None => {
                let id = answer.text("/recordExpenditure/transaction/id").to_owned();
                told.acknowledged.insert(key, id);
            }
            Some(code) => {
                assert_eq!(code, "INTERNAL", "{answer:?}");
                keys.insert(key);
            }
        }
        if keys.len() == count {
            break;
        }
    }
    (told, keys)
}

fn largest_file(folder: &Folder) -> u64 {
    let files = std::fs::read_dir(folder.path()).expect("a folder");
    let sizes = files.map(|file| file.and_then(|file| file.metadata()).map(|about| about.len()));
    sizes.filter_map(Result::ok).max().expect("the database has files")
}

/// On the embedded database, nobody but the server itself can have done what was refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_disk_is_full_what_is_refused_is_not_written_and_space_is_enough_to_go_on() {
    let folder = Folder::new();
    let program = Program::on(format!("sqlite:{}", folder.path().join("books.db").display()));
    let (token, scheme) = set_up("full", &program).await;
    let mut serving: Serving = program.serve_to_a_full_disk();
    ready(&serving.address).await;
    let actor = Actor::at(&serving.address, &token);
    let _ = post(&actor, &scheme, "before").await.ok();

    serving.allow_files_of(Some(largest_file(&folder) + 64 * 1024));
    let (told, keys) = refused(&actor, &scheme, 5).await;
    let list = "{ viewer { actingAs { name } } }";
    assert!(actor.ask(list).await.is_ok(), "what is there is read all the same");
    assert!(serving.is_running());

    let database = database::open(&program.url, false, Clock::system()).await;
    let database = database.expect("the database opens");
    let rows = posted(&database).await;
    let here = rows.keys().filter(|key| key.starts_with("full-"));
    assert!(here.eq(told.acknowledged.keys()), "what was refused is not there");
    close(database).await;

    serving.allow_files_of(None);
    for key in &keys {
        let answer = post(&actor, &scheme, key).await.ok();
        let _ = answer.text("/recordExpenditure/transaction/id");
    }
    serving.terminate();
    let ended = tokio::task::spawn_blocking(move || serving.ended()).await.expect("its end");
    assert!(ended.success(), "{ended}");
    let database = database::open(&program.url, false, Clock::system()).await;
    let database = database.expect("the database opens");
    let rows = posted(&database).await;
    let here: BTreeSet<_> = rows.keys().filter(|key| key.starts_with("full-")).cloned().collect();
    let all: BTreeSet<_> = told.acknowledged.keys().cloned().chain(keys).collect();
    assert_eq!(here, all, "each key once, those that were refused when they were sent again");
    verify(&database).await.expect("the books are in order");
    close(database).await;
}

/// Goes on with something until it has waited so often, and gives it up then.
async fn given_up_after(waits: usize, mut doing: impl Future + Unpin) {
    let mut left = waits;
    poll_fn(|context| {
        left -= 1;
        let is_over = Pin::new(&mut doing).poll(context).is_ready() || left == 0;
        if is_over { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Waits until no connection is in a transaction of which nobody knows: whoever were given it would read
/// and write in that. SQLite's own connections cannot be asked.
async fn nothing_is_begun(world: &World) {
    let begun = "select count(*) from pg_stat_activity where datname = current_database()
        and state like 'idle in transaction%'";
    for _ in 0..200 {
        if world.engine == Engine::Sqlite
            || number(world.database.for_migration(), begun).await == 0
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("a transaction that nobody waits for is still begun");
}

both_databases! {
    /// Whoever gives up closes its connection, and the request ends wherever it is: as it begins a
    /// transaction too.
    async fn a_request_that_is_given_up_leaves_nothing_begun_behind(world: World) {
        let (books, scheme) = books(&world).await;
        let before = posted(&world.database).await.len();
        for waits in 1..40 {
            given_up_after(waits, Box::pin(world.served.snapshot())).await;
            nothing_is_begun(&world).await;
        }
        for delay in (0..12_000).step_by(80) {
            let asking = books.host().ask("{ viewer { actingAs { id } } }");
            let posting = post(books.host(), &scheme, "given up");
            let both = async { tokio::join!(asking, posting) };
            let _ = tokio::time::timeout(Duration::from_micros(delay), both).await;
        }
        for _ in 0..20 {
            let _ = books.host().ask("{ viewer { actingAs { id } } }").await.ok();
        }
        let _ = post(books.host(), &scheme, "given up").await.ok();
        assert_eq!(posted(&world.database).await.len(), before + 1, "one key, one posting");
        verify(&world.database).await.expect("the books are in order");
    }

    /// The clock of the machine is set forwards and back: the order of the books is that of the
    /// postings all the same, and whoever signs in anew goes on, without a restart.
    async fn when_the_clock_jumps_the_books_stay_in_order(world: World) {
        let (books, scheme) = books(&world).await;
        let days = [(2025, 10, 1), (2025, 10, 2), (2025, 9, 29), (2026, 3, 1), (2025, 9, 30)];
        let mut keys = Vec::new();
        for (round, (year, month, day)) in days.into_iter().enumerate() {
            world.it_is(year, month, day);
            let host = world.again(books.host()).await;
            for number in 0..3 {
                let key = format!("{round}-{number}");
                let answer = post(&host, &scheme, &key).await.ok();
                let _ = answer.text("/recordExpenditure/transaction/id");
                keys.push(key);
            }
        }
        let order = "select count(*) from ledger_transaction a join ledger_transaction b
            on a.fund_id = b.fund_id and a.sequence < b.sequence
            where a.known_at >= b.known_at";
        assert_eq!(number(world.database.for_migration(), order).await, 0, "M8: recorded in order");
        assert_eq!(posted(&world.database).await.len(), keys.len());
        verify(&world.database).await.expect("the books are in order");
        let host = world.again(books.host()).await;
        world.it_is(2099, 1, 1);
        let late = post(&host, &scheme, "late").await;
        assert_eq!(late.problem(), "UNAUTHENTICATED", "{late:?}");
        world.it_is(2025, 9, 30);
        let host = world.again(books.host()).await;
        let again = post(&host, &scheme, "again").await.ok();
        let _ = again.text("/recordExpenditure/transaction/id");
    }
}
