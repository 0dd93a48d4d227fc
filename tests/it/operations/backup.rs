//! A backup is the whole database as it was at one instant, and what is restored from it is as
//! strict as what was lost.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseConnection};
use tests::{Actor, postgres, process::Program, program::Folder};
use tributary::{clock::Clock, database, service::verify::verify};

use super::{number, post};
use crate::killed::{close, posted, ready, set_up};

/// What no database lets anybody do, its owner neither.
const FORBIDDEN: [&str; 4] = [
    "update ledger_entry set amount_pence = amount_pence + 1",
    "delete from ledger_transaction",
    "update audit_act set action = 'other'",
    "delete from audit_seal",
];

/// Posts, backs the database up while it is served, posts more, and holds what was restored against
/// what was backed up.
async fn restored(name: &str, url: String, back_up: impl AsyncFn(&Program, &Path) -> String) {
    let folder = Folder::new();
    let program = Program::on(url);
    let (token, scheme) = set_up(name, &program).await;
    let serving = program.serve();
    ready(&serving.address).await;
    let actor = Actor::at(&serving.address, &token);
    for key in ["before 1", "before 2"] {
        let _ = post(&actor, &scheme, key).await.ok();
    }
    let source = database::open(&program.url, false, Clock::system()).await.expect("it opens");
    while number(source.statement(), "select count(*) from audit_seal").await == 0 {
        tokio::task::yield_now().await;
    }
    let copy = Program::on(back_up(&program, folder.path()).await);
    let _ = post(&actor, &scheme, "after").await.ok();

    assert!(copy.run(&["verify"]).ends_with(": in order"));
    let database = database::open(&copy.url, false, Clock::system()).await.expect("it opens");
    let verified = verify(&database).await.expect("the books are in order");
    assert_eq!(verified.transactions, 2, "as it was when it was copied");
    let owner = database.for_migration();
    for change in FORBIDDEN {
        assert!(owner.execute_unprepared(change).await.is_err(), "{change}");
    }
    if owner.get_database_backend() == DatabaseBackend::Postgres {
        the_second_line_stands(&copy, owner, source.for_migration()).await;
    }
    close(source).await;

    // Served, it goes on where it was: with the same keys, and the same scheme.
    let restored = copy.serve();
    ready(&restored.address).await;
    let actor = actor.elsewhere(&restored.address);
    for key in ["before 1", "after"] {
        let _ = post(&actor, &scheme, key).await.ok();
    }
    let keys: Vec<String> = posted(&database).await.into_keys().collect();
    assert_eq!(keys.len(), 3, "{keys:?}");
    close(database).await;
}

/// Row-level security is on and forced wherever it was, with every policy, and the server's role sees
/// nothing while nobody acts.
async fn the_second_line_stands(
    copy: &Program,
    owner: &DatabaseConnection,
    source: &DatabaseConnection,
) {
    for sql in [
        "select count(*) from pg_class where relrowsecurity and relforcerowsecurity",
        "select count(*) from pg_policy",
        "select count(*) from pg_trigger where not tgisinternal",
        "select count(*) from information_schema.role_table_grants where grantee like 'tributary_%'",
        "select count(*) from pg_views where viewowner = 'tributary_facts'",
    ] {
        let (there, here) = (number(source, sql).await, number(owner, sql).await);
        assert!(there > 0, "{sql}");
        assert_eq!(here, there, "{sql}");
    }
    assert_eq!(number(owner, "select count(*) from pooled_fund").await, 1);
    let server = postgres::as_server(&copy.url);
    let server = database::open(&server, false, Clock::system()).await.expect("it opens");
    assert_eq!(number(server.statement(), "select count(*) from pooled_fund").await, 0);
    close(server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_backed_up_while_it_is_served_and_restored() {
    let folder = Folder::new();
    let url = format!("sqlite:{}", folder.path().join("books.db").display());
    restored("backup_sqlite", url, async |program: &Program, into: &Path| {
        let copy = into.join("copy.db");
        let said = program.run(&["backup", &copy.display().to_string()]);
        assert!(said.contains("copy.db holds the database as it was"), "{said}");
        the_owner_alone_may_read(&copy);
        format!("sqlite:{}", copy.display())
    })
    .await;
}

/// It holds the keys that sign.
#[cfg(unix)]
fn the_owner_alone_may_read(file: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata().expect("the file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[cfg(not(unix))]
fn the_owner_alone_may_read(_: &Path) {}

#[test]
fn a_backup_overwrites_nothing_and_leaves_no_half_of_a_file() {
    let folder = Folder::new();
    let _ = folder.run(&["migrate"]).done();
    std::fs::write(folder.path().join("there.db"), "mine").expect("a file");
    let line = folder.run(&["backup", "there.db"]).failure();
    assert!(line.contains("there.db") && line.contains("exists"), "{line}");
    assert_eq!(std::fs::read(folder.path().join("there.db")).expect("the file"), b"mine");
    let line = folder.run(&["backup", "nowhere/copy.db"]).failure();
    assert!(line.contains("nowhere"), "{line}");
    let line = folder.run(&["backup", "copy.db", "--database", "sqlite:none.db"]).failure();
    assert!(line.contains("no such file"), "{line}");
    assert!(!folder.path().join("copy.db").exists());
}

#[tokio::test]
async fn a_database_of_postgresql_is_backed_up_by_its_own_programs() {
    let folder = Folder::new();
    let url = postgres::fresh_database().await;
    let line = folder.run(&["backup", "copy.db", "--database", &url]).failure();
    assert!(line.contains("pg_dump"), "{line}");
    assert!(!folder.path().join("copy.db").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_of_postgresql_is_dumped_while_it_is_served_and_restored() {
    let url = postgres::fresh_database().await;
    restored("backup_postgres", url, async |program: &Program, into: &Path| {
        let dump = into.join("copy.dump").display().to_string();
        run("pg_dump", &["--format=custom", "--file", &dump, &program.url]);
        let copy = postgres::empty_database().await;
        run("pg_restore", &["--exit-on-error", "--single-transaction", "--dbname", &copy, &dump]);
        copy
    })
    .await;
}

/// Runs one of PostgreSQL's own programs, of the version of the server.
fn run(name: &str, arguments: &[&str]) {
    let output = Command::new(program(name)).args(arguments).output().expect("it starts");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Where the package has it: the newest, as `tests/run` takes it, or the one of the path.
fn program(name: &str) -> PathBuf {
    let packaged = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let version = |path: &PathBuf| -> Option<u32> { path.file_name()?.to_str()?.parse().ok() };
    let newest = packaged.filter_map(|entry| Some(entry.ok()?.path())).max_by_key(version);
    let newest = newest.map(|path| path.join("bin").join(name)).filter(|path| path.is_file());
    newest.unwrap_or_else(|| name.into())
}
