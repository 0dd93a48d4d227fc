//! The server's process is killed while it posts: what was acknowledged is there once, and nothing
//! is there by half.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use serde_json::json;
use tests::{
    Actor, Answer, Books,
    evidence::{Random, keep, seed, size},
    postgres,
    process::Program,
};
use tokio::task::JoinSet;
use tributary::{
    clock::Clock,
    database::{self, Database},
    service::verify::verify,
};

/// How many clients post at once.
const CLIENTS: u64 = 6;
/// How often the server is asked whether it is ready before that is taken for never.
const TRIES: u32 = 200;

/// The two bodies of the agreement, in the layout that an operator imports.
const BODIES: &str = "\
code,code_scheme,name,org_type,status,parent_code,parent_scheme,region_code,postcode,address,\
open_date,close_date,successor_codes,other_code,other_code_scheme,source
T01,ODS,A Board,integrated_care_board,active,,,,,,,,,,,test
T02,ODS,A Trust,nhs_trust,active,,,,,,,,,,,test
";

/// What became of every key that was sent, by the key.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// The transaction that was acknowledged.
    pub(crate) acknowledged: BTreeMap<String, String>,
    /// Sent, and never answered.
    unanswered: Vec<String>,
}

/// Posts under one key; the transaction's identity when an answer came.
async fn post(actor: &Actor, scheme: &str, key: &str) -> Option<String> {
    let mut input = Books::expenditure(scheme, "1.25", "2025-05-15", key);
    // The description carries the key, so that the rows themselves say what was posted twice.
    input["description"] = json!(key);
    let document = "mutation($input: RecordExpenditureInput!) {
        recordExpenditure(input: $input) { transaction { id } errors { code message } } }";
    let answer: Answer = actor.try_send(document, json!({ "input": input })).await.ok()?.ok();
    Some(answer.text("/recordExpenditure/transaction/id").to_owned())
}

/// Posts one after the other until the server is gone.
pub(crate) async fn client(
    actor: Actor,
    scheme: String,
    prefix: String,
    answers: Arc<AtomicU64>,
) -> Told {
    let mut told = Told::default();
    for number in 0.. {
        let key = format!("{prefix}-{number}");
        let Some(id) = post(&actor, &scheme, &key).await else {
            told.unanswered.push(key);
            break;
        };
        told.acknowledged.insert(key, id);
        answers.fetch_add(1, Ordering::SeqCst);
    }
    told
}

/// Asks until the server is ready. A real process has to start, which nothing here can hurry or be
/// told of: hence the short pauses, and the bound.
pub(crate) async fn ready(address: &str) {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    for _ in 0..TRIES {
        let answer = client.get(format!("{address}/health/ready")).send().await;
        if answer.is_ok_and(|answer| answer.status().is_success()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the server at {address} did not become ready");
}

async fn number(database: &Database, sql: &str) -> i64 {
    let statement = Statement::from_string(database.engine(), sql);
    let row = database.statement().query_one_raw(statement).await.expect("a row").expect("a row");
    row.try_get_by_index(0).expect("a number")
}

/// How often each key was posted, by the rows themselves; nothing may be there by half.
pub(crate) async fn posted(database: &Database) -> BTreeMap<String, String> {
    let half = "select count(*) from ledger_entry e where not exists
        (select 1 from ledger_transaction t where t.id = e.transaction_id)";
    assert_eq!(number(database, half).await, 0, "entries without their transaction");
    let promised =
        "select count(*) from idempotency_key k where k.mutation = 'spending' and not exists
        (select 1 from ledger_transaction t where t.id = k.result_id)";
    assert_eq!(number(database, promised).await, 0, "keys without what was posted under them");
    if database.engine() == DatabaseBackend::Sqlite {
        let check = Statement::from_string(database.engine(), "pragma integrity_check");
        let row = database.statement().query_one_raw(check).await.expect("a row").expect("a row");
        assert_eq!(row.try_get_by_index::<String>(0).expect("a text"), "ok");
    }
    let all = Statement::from_string(
        database.engine(),
        "select t.description, k.key from ledger_transaction t
           join idempotency_key k on k.result_id = t.id order by t.sequence",
    );
    let rows = database.statement().query_all_raw(all).await.expect("the transactions");
    let mut posted = BTreeMap::new();
    for row in rows {
        let text = |place| row.try_get_by_index::<String>(place).expect("a text");
        let twice = posted.insert(text(0), text(1));
        assert!(twice.is_none(), "{} was posted twice", text(0));
    }
    assert_eq!(
        number(database, "select count(*) from ledger_transaction").await,
        i64::try_from(posted.len()).expect("few"),
        "transactions without a key",
    );
    posted
}

pub(crate) async fn set_up(name: &str, program: &Program) -> (String, String) {
    let _ = program.run(&["migrate"]);
    let file = std::env::temp_dir().join(format!("tributary-{name}-{}.csv", std::process::id()));
    std::fs::write(&file, BODIES).expect("a file to import");
    let _ = program.run(&["import", "organisations", &file.display().to_string()]);
    std::fs::remove_file(&file).expect("the file was imported");
    let token = |code: &str| {
        let roles = ["--role", "FINANCE", "--role", "COMMISSIONER", "--minutes", "1440"];
        program.run(&[&["token", "--as", code], roles.as_slice()].concat())
    };
    let serving = program.serve();
    ready(&serving.address).await;
    let mut partners = Vec::new();
    for code in ["T01", "T02"] {
        let mut actor = Actor::at(&serving.address, &token(code));
        let own = actor.ask("{ viewer { actingAs { id } } }").await.ok();
        actor.id = own.text("/viewer/actingAs/id").to_owned();
        partners.push(actor);
    }
    let books = Books::between(partners, "Fund").await;
    books.contribution(0, "1000000.00").await;
    (token("T01"), books.scheme("01", "1000000.00", &[2, 1]).await)
}

async fn killed_at_random_moments(name: &str, url: String) {
    let program = Program::on(url);
    let (token, scheme) = set_up(name, &program).await;
    let seed = seed();
    println!("seed {seed}: TRIBUTARY_TEST_SEED={seed} chooses the same moments");
    let mut random = Random::new(seed);
    let mut told = Told::default();
    let (rounds, mut retried, mut kept_unanswered) = (size(5, 50), 0, 0);
    for round in 0..rounds {
        let mut serving = program.serve();
        ready(&serving.address).await;
        let answers = Arc::new(AtomicU64::new(0));
        let mut clients = JoinSet::new();
        for number in 0..CLIENTS {
            let actor = Actor::at(&serving.address, &token);
            let prefix = format!("{round}-{number}");
            clients.spawn(client(actor, scheme.clone(), prefix, Arc::clone(&answers)));
        }
        let wanted = 1 + random.below(40);
        while answers.load(Ordering::SeqCst) < wanted {
            tokio::task::yield_now().await;
        }
        // Not always right after an answer: the moment itself is what is random.
        tokio::time::sleep(Duration::from_micros(random.below(30_000))).await;
        serving.kill();
        while let Some(one) = clients.join_next().await {
            let one = one.expect("no answer of the server was a refusal");
            told.acknowledged.extend(one.acknowledged);
            told.unanswered.extend(one.unanswered);
        }

        let mut serving = program.serve();
        ready(&serving.address).await;
        let database = database::open(&program.url, false, Clock::system()).await;
        let database = database.expect("the database opens after the kill");
        let rows = posted(&database).await;
        for key in told.acknowledged.keys() {
            assert!(rows.contains_key(key), "{key} was acknowledged and is gone");
        }
        verify(&database).await.expect("the books are in order after the kill");
        kept_unanswered += told.unanswered.iter().filter(|key| rows.contains_key(*key)).count();
        let actor = Actor::at(&serving.address, &token);
        for key in told.unanswered.drain(..) {
            let id = post(&actor, &scheme, &key).await.expect("a living server answers");
            told.acknowledged.insert(key, id);
            retried += 1;
        }
        for (key, id) in told.acknowledged.iter().take(3) {
            let again = post(&actor, &scheme, key).await.expect("a living server answers");
            assert_eq!(again, *id, "{key} was answered with another transaction");
        }
        let rows = posted(&database).await;
        assert_eq!(rows.len(), told.acknowledged.len(), "more was posted than was asked");
        close(database).await;
        serving.kill();
    }
    let database = database::open(&program.url, false, Clock::system()).await;
    let database = database.expect("the database opens");
    let verified = verify(&database).await.expect("the books are in order");
    assert_eq!(verified.transactions, told.acknowledged.len() as u64);
    close(database).await;
    println!("{rounds} kills, {} postings, {retried} retried", told.acknowledged.len());
    keep(
        name,
        json!({
            "seed": seed, "kills": rounds, "postings": told.acknowledged.len(),
            "retriedUnanswered": retried, "unansweredThatWereKept": kept_unanswered,
            "entries": verified.entries,
        }),
    );
}

/// Nothing of this process may hold the file open when the server is killed: what recovers it is
/// the server that starts next.
pub(crate) async fn close(database: Database) {
    database.statement().clone().close().await.expect("readers close");
    database.for_migration().clone().close().await.expect("the writer closes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_moments_nothing_acknowledged_is_lost_on_sqlite() {
    let folder = std::env::temp_dir().join(format!("tributary-killed-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let url = format!("sqlite:{}", folder.join("books.db").display());
    killed_at_random_moments("killed_sqlite", url).await;
    std::fs::remove_dir_all(folder).expect("the folder goes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_moments_nothing_acknowledged_is_lost_on_postgres() {
    killed_at_random_moments("killed_postgres", postgres::fresh_database().await).await;
}
