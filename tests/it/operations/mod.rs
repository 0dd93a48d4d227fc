//! What an operator relies on (docs/operating.md): each file a promise.

mod backup;
mod deadlines;
mod faults;
mod figures;
mod load;
mod logs;
mod migrations;
mod probes;
mod settings;
mod stopping;
mod traces;

use std::time::Duration;

use reqwest::Client;
use sea_orm::{
    ConnectionTrait, DatabaseBackend, DatabaseTransaction, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use serde_json::{Value, json};
use tests::{Actor, Answer, Books, World};
use tributary::database::Database;

fn client() -> Client {
    Client::builder().no_proxy().timeout(Duration::from_secs(60)).build().expect("a client")
}

/// The status and the JSON at a path.
async fn get(address: &str, path: &str) -> (u16, Value) {
    let answer = client().get(format!("{address}{path}")).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

/// A host and another with a fund, and a scheme that money is spent on.
async fn books(world: &World) -> (Books, String) {
    let books = Books::open(world, &["Council", "Board"]).await;
    books.contribution(0, "1000.00").await;
    let scheme = books.scheme("01", "1000.00", &[2, 1]).await;
    (books, scheme)
}

const POST: &str = "mutation($input: RecordExpenditureInput!) {
    recordExpenditure(input: $input) { transaction { id } errors { code path message } } }";

async fn post(actor: &Actor, scheme: &str, key: &str) -> Answer {
    actor.send(POST, expenditure(scheme, key)).await
}

/// The variables of [`POST`]. The description carries the key, so that rows say what was posted.
fn expenditure(scheme: &str, key: &str) -> Value {
    let mut input = Books::expenditure(scheme, "1.25", "2025-05-15", key);
    input["description"] = key.into();
    json!({ "input": input })
}

/// While this is held, nobody else writes.
async fn hold_writes(database: &Database) -> DatabaseTransaction {
    let sqlite = database.engine() == DatabaseBackend::Sqlite;
    let options = TransactionOptions {
        isolation_level: None,
        access_mode: None,
        sqlite_transaction_mode: sqlite.then_some(SqliteTransactionMode::Immediate),
    };
    let connection = database.for_migration();
    let held = connection.begin_with_options(options).await.expect("a transaction");
    if !sqlite {
        let lock = "lock table idempotency_key, ledger_transaction in exclusive mode";
        held.execute_unprepared(lock).await.expect("a lock");
    }
    held
}

async fn transactions(world: &World) -> i64 {
    number(world.database.for_migration(), "select count(*) from ledger_transaction").await
}

async fn number(connection: &impl ConnectionTrait, sql: &str) -> i64 {
    let statement = sea_orm::Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(statement).await.expect("an answer").expect("a row");
    row.try_get_by_index(0).expect("a number")
}
