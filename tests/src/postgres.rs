//! A PostgreSQL database for each test, cloned from a template migrated once per process.
//!
//! A database has some fifteen megabytes, so one is dropped once its test is over: before the next
//! is made, because nothing can be awaited where a test ends. `tests/run` throws the rest away with
//! the server. No connection outlives a call either: every test has a runtime of its own, and a
//! connection dies with the runtime that opened it.

use std::sync::atomic::{AtomicU32, Ordering};

use migration::{Migrator, MigratorTrait, rls};
use reqwest::Url;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use tokio::sync::{Mutex, OnceCell};

static TEMPLATE: OnceCell<String> = OnceCell::const_new();
static CLONING: Mutex<()> = Mutex::const_new(());
/// Databases whose test is over.
static LEFT: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());
static NEXT: AtomicU32 = AtomicU32::new(0);

/// The URL of a new, migrated, empty database that nobody else uses.
///
/// # Panics
///
/// Without a server: the PostgreSQL half of the suite is never skipped.
pub async fn fresh_database() -> String {
    let template = TEMPLATE.get_or_init(migrated_template).await;
    let name = unique_name("test");
    let _one_at_a_time = CLONING.lock().await;
    drop_what_was_left().await;
    administer(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
    leave_with_the_test(&name);
    url_of(&name)
}

/// The URL of a new database with nothing in it.
///
/// # Panics
/// Without a server.
pub async fn empty_database() -> String {
    let name = unique_name("empty");
    administer(&format!("CREATE DATABASE {name}")).await;
    leave_with_the_test(&name);
    url_of(&name)
}

/// Dropped with the runtime of the test, which ends when the test does.
struct Left(String);

impl Drop for Left {
    fn drop(&mut self) {
        LEFT.lock().expect("nobody panics holding it").push(std::mem::take(&mut self.0));
    }
}

fn leave_with_the_test(name: &str) {
    let left = Left(name.to_owned());
    tokio::spawn(async move {
        let _left = left;
        std::future::pending::<()>().await;
    });
}

async fn drop_what_was_left() {
    let left = std::mem::take(&mut *LEFT.lock().expect("nobody panics holding it"));
    for name in left {
        administer(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
    }
}

/// The same database for the role that answers requests: it owns nothing, and row-level security
/// binds it.
///
/// # Panics
/// When `url` is none.
#[must_use]
pub fn as_server(url: &str) -> String {
    as_role(url, rls::SERVER)
}

/// The same database for the role of background jobs.
///
/// # Panics
/// When `url` is none.
#[must_use]
pub fn as_jobs(url: &str) -> String {
    as_role(url, rls::JOBS)
}

fn as_role(url: &str, role: &str) -> String {
    let mut url: Url = url.parse().expect("the address of a database");
    let others: Vec<(String, String)> =
        url.query_pairs().into_owned().filter(|(name, _)| name != "user").collect();
    url.query_pairs_mut().clear().extend_pairs(others).append_pair("user", role);
    url.into()
}

async fn migrated_template() -> String {
    let name = unique_name("template");
    administer(&format!("CREATE DATABASE {name}")).await;
    let template = connect(url_of(&name)).await;
    Migrator::up(&template, None).await.expect("the migrations run on an empty database");
    rls::apply(&template).await.expect("the policies are written");
    // A database with a connection cannot be cloned.
    template.close().await.expect("the template's connection closes");
    name
}

/// Runs a statement on the server beside every database that tests use.
///
/// # Panics
/// Without a server, and when the statement fails.
pub async fn administer(statement: &str) {
    let server = connect(server_url().into()).await;
    server.execute_unprepared(statement).await.expect("the server does it");
    server.close().await.expect("the maintenance connection closes");
}

async fn connect(url: String) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.expect("the test server accepts a connection")
}

/// Unique on the server: several test processes may share one.
fn unique_name(kind: &str) -> String {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("tributary_{kind}_{}_{number}", std::process::id())
}

fn url_of(database: &str) -> String {
    let mut url = server_url();
    url.set_path(database);
    url.into()
}

fn server_url() -> Url {
    let Ok(url) = std::env::var("TRIBUTARY_TEST_POSTGRES") else {
        panic!("the PostgreSQL half of the suite needs a server: run tests/run");
    };
    url.parse().expect("TRIBUTARY_TEST_POSTGRES is a URL")
}
