//! The program's commands: what they answer, and the one line that says why they cannot.

use std::fs;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use tests::{
    Actor, postgres,
    program::{Folder, Said},
};

const DATABASE: &str = "tributary.db";

/// A folder whose database is a demonstration that nobody serves now.
fn demonstration() -> Folder {
    let folder = Folder::new();
    drop(folder.serve(&[]));
    folder
}

/// A folder with a database that was set up and holds nothing.
fn set_up() -> Folder {
    let folder = Folder::new();
    let line = folder.run_with(&["migrate"], &[], "").done();
    assert_eq!(line, "the database is up to date\n");
    folder
}

async fn past_the_program(folder: &Folder) -> DatabaseConnection {
    let url = format!("sqlite:{}", folder.path().join(DATABASE).display());
    Database::connect(url).await.expect("the file opens")
}

async fn execute(folder: &Folder, sql: &str) {
    let connection = past_the_program(folder).await;
    connection.execute_unprepared(sql).await.expect("the statement runs");
    connection.close().await.expect("the file closes");
}

fn token(folder: &Folder, code: &str, role: &str) -> Said {
    folder.run(&["token", "--as", code, "--role", role])
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let folder = set_up();
    execute(
        &folder,
        "insert into seaql_migrations (version, applied_at) values ('m29990101_000001_later', 0)",
    )
    .await;
    let token = ["token", "--as", "QKK", "--role", "VIEWER"];
    for arguments in [&["serve"][..], &["migrate"], &["verify"], &["key", "rotate"], &token] {
        let line = folder.run(arguments).failure();
        assert!(line.contains("newer") && line.contains("m29990101_000001_later"), "{line}");
    }
}

#[tokio::test]
async fn a_database_without_a_signing_key_is_refused_until_it_has_one() {
    let folder = demonstration();
    execute(&folder, "delete from signing_key").await;
    for arguments in [&["serve"][..], &["token", "--as", "QKK", "--role", "VIEWER"]] {
        let line = folder.run(arguments).failure();
        assert_eq!(line, "the database has no signing key: run `tributary key rotate`");
    }
    assert!(folder.run(&["key", "rotate"]).done().contains("signs from now on"));
    let _ = token(&folder, "QKK", "VIEWER").done();
    drop(folder.serve(&[]));
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let folder = Folder::new();
    let text = "fund,amount\nA,1.00\n".repeat(100);
    fs::write(folder.path().join("accounts.csv"), &text).expect("a file");
    for command in ["serve", "migrate", "verify"] {
        let line = folder.run(&[command, "--database", "sqlite:accounts.csv"]).failure();
        assert!(line.contains("accounts.csv") && line.contains("not a database"), "{line}");
    }
    assert_eq!(fs::read_to_string(folder.path().join("accounts.csv")).expect("a file"), text);
}

#[tokio::test]
async fn a_file_of_another_program_is_refused() {
    let folder = Folder::new();
    let url = format!("sqlite:{}?mode=rwc", folder.path().join(DATABASE).display());
    let other = Database::connect(url).await.expect("a file");
    other.execute_unprepared("create table note (text text)").await.expect("a table");
    other.close().await.expect("the file closes");
    for command in ["serve", "migrate", "verify"] {
        assert!(folder.run(&[command]).failure().contains("another program"));
    }
}

#[test]
fn a_file_that_cannot_be_opened_is_named() {
    let folder = Folder::new();
    let missing = folder.run(&["serve", "--database", "sqlite:nowhere/tributary.db"]).failure();
    assert!(missing.contains("there is no directory \"nowhere\""), "{missing}");
    let directory = folder.run(&["serve", "--database", "sqlite:."]).failure();
    assert!(directory.contains("it is a directory"), "{directory}");
    for command in [&["verify"][..], &["key", "rotate"], &["token", "--as", "A", "--role", "ADMIN"]]
    {
        let line = folder.run(command).failure();
        assert!(line.contains("there is no such file"), "{line}");
    }
    assert!(!folder.path().join(DATABASE).exists(), "nothing was made by the way");
    let engine = folder.run(&["serve", "--database", "mysql://root@host/name"]).failure();
    assert!(engine.contains("is no database address"), "{engine}");
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt;

    let folder = set_up();
    let file = folder.path().join(DATABASE);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).expect("the rights are taken");
    // The superuser may read everything.
    if fs::File::open(&file).is_err() {
        let line = folder.run(&["serve"]).failure();
        assert!(line.contains("tributary.db") && line.contains("ermission"), "{line}");
    }
    let kind = ["import", "ORGANISATIONS", "nothing.csv"];
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("the rights are back");
    let line = folder.run(&kind).failure();
    assert!(line.contains("nothing.csv") || line.contains("ORGANISATIONS"), "{line}");
}

#[test]
fn a_token_is_given_only_for_what_there_is() {
    let folder = demonstration();
    let line = token(&folder, "NOPE", "FINANCE").failure();
    assert!(line.contains("NOPE") && line.contains("no such organisation"), "{line}");
    let line = token(&folder, "QKK", "KING").failure();
    assert!(line.contains("KING") && line.contains("CONTRACT_MANAGER"), "{line}");
    let line = folder.run(&["token", "--as", "QKK"]).failure();
    assert!(line.contains("--role"), "{line}");
    let line = folder.run(&["nonsense"]).failure();
    assert!(line.contains("nonsense"), "{line}");
    let forever =
        folder.run(&["token", "--as", "QKK", "--role", "VIEWER", "--minutes", "1441"]).failure();
    assert!(forever.contains("1441"), "{forever}");
    assert!(folder.run(&["--help"]).done().contains("verify"));
}

#[tokio::test]
async fn a_token_of_the_command_line_is_good_on_the_server() {
    let folder = Folder::new();
    let serving = folder.serve(&[]);
    let arguments = ["token", "--as", "GB-NHS:QKK", "--role", "finance", "--role", "viewer"];
    let text = folder.run(&arguments).done();
    assert_eq!(text.lines().count(), 1);
    let actor = Actor::nobody_at(&serving.address).bearing(text.trim());
    let who = actor.ask("{ viewer { user { id } actingAs { name } roles } }").await.ok();
    assert_eq!(who.text("/viewer/actingAs/name"), "NHS South East London Integrated Care Board");
    assert_eq!(who.at("/viewer/roles"), &serde_json::json!(["FINANCE", "VIEWER"]));
    assert!(who.at("/viewer/user").is_null(), "it belongs to nobody's account");

    let elsewhere = set_up();
    let serving = elsewhere.serve(&["--no-demonstration"]);
    let actor = Actor::nobody_at(&serving.address).bearing(text.trim());
    assert_eq!(actor.ask("{ viewer { roles } }").await.problem(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn an_account_is_made_and_signs_in() {
    let folder = Folder::new();
    let serving = folder.serve(&[]);
    let create = |email: &str, password: &str| {
        let organisation = ["--organisation", "E09000023", "--role", "VIEWER"];
        let arguments = [&["account", "create", "--email", email][..], &organisation].concat();
        folder.run_with(&arguments, &[], &format!("{password}\n"))
    };
    assert_eq!(
        create("a@council.example", "long enough to do").done(),
        "the account can sign in\n"
    );
    let sign_in = r#"mutation { signIn(input: {email: "a@council.example", password: "long enough to do"}) {
        session { actingAs { name } } errors { code } } }"#;
    let signed_in = Actor::nobody_at(&serving.address).ask(sign_in).await.ok();
    assert_eq!(signed_in.text("/signIn/session/actingAs/name"), "London Borough of Lewisham");
    assert!(create("a@council.example", "long enough to do").failure().contains("already"));
    assert!(create("b@council.example", "short").failure().contains("at least 12"));
    assert!(create("nonsense", "long enough to do").failure().contains("no email address"));
}

#[tokio::test]
async fn an_account_is_shut_out_and_let_in_again() {
    let folder = Folder::new();
    let serving = folder.serve(&[]);
    let (email, password) = ("a@council.example", "long enough to do");
    let create =
        ["account", "create", "--email", email, "--organisation", "E09000023", "--role", "VIEWER"];
    let _ = folder.run_with(&create, &[("TRIBUTARY_PASSWORD", password)], "").done();
    let sign_in = format!(
        r#"mutation {{ signIn(input: {{email: "{email}", password: "{password}"}}) {{
            session {{ accessToken }} errors {{ code }} }} }}"#
    );
    let nobody = Actor::nobody_at(&serving.address);
    let signed_in = nobody.ask(&sign_in).await.ok();
    let actor = nobody.bearing(signed_in.text("/signIn/session/accessToken"));
    let who = "{ viewer { roles } }";
    let _ = actor.ask(who).await.ok();

    assert_eq!(folder.run(&["account", "disable", email]).done(), "the account is shut out\n");
    assert_eq!(actor.ask(who).await.problem(), "UNAUTHENTICATED");
    assert_eq!(nobody.ask(&sign_in).await.problem(), "SIGN_IN_FAILED");
    assert!(folder.run(&["account", "disable", email]).failure().contains("already"));
    assert_eq!(folder.run(&["account", "enable", email]).done(), "the account can sign in again\n");
    assert_eq!(actor.ask(who).await.problem(), "UNAUTHENTICATED", "its sessions stay ended");
    let _ = nobody.ask(&sign_in).await.ok();
    let unknown = folder.run(&["account", "disable", "b@council.example"]).failure();
    assert_eq!(unknown, "no account signs in with this address");
}

#[tokio::test]
async fn an_operators_token_is_taken_back_by_its_identity_or_its_text() {
    let folder = Folder::new();
    let serving = folder.serve(&[]);
    let given = |_: usize| token(&folder, "QKK", "VIEWER").done().trim().to_owned();
    let tokens: Vec<String> = (0..3).map(given).collect();
    let claims = |token: &str| -> serde_json::Value {
        let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).expect("claims"));
        serde_json::from_slice(&claims.expect("base64")).expect("JSON")
    };
    let jti = claims(&tokens[0])["jti"].as_str().expect("an identity").to_owned();
    for taken_back in [&jti, &jti, &tokens[1]] {
        let line = folder.run(&["token", "revoke", taken_back]).done();
        assert_eq!(line, "the token is not accepted any more\n");
    }
    let nobody = Actor::nobody_at(&serving.address);
    let ask = async |token: &str| nobody.bearing(token).ask("{ viewer { roles } }").await;
    for token in &tokens[..2] {
        assert_eq!(ask(token).await.problem(), "UNAUTHENTICATED");
    }
    let _ = ask(&tokens[2]).await.ok();
    assert!(folder.run(&["token", "revoke", "nonsense"]).failure().contains("jti"));
}

#[tokio::test]
async fn the_books_are_verified_and_the_first_discrepancy_is_named() {
    let folder = demonstration();
    let line = folder.run(&["verify"]).done();
    assert!(line.starts_with("2 funds, 84 transactions, "), "{line}");
    assert!(line.contains(" acts sealed and ") && line.ends_with(" not yet: in order\n"), "{line}");

    let connection = past_the_program(&folder).await;
    let triggers = "select name from sqlite_master where type = 'trigger'";
    let triggers = Statement::from_string(DbBackend::Sqlite, triggers);
    for row in connection.query_all_raw(triggers).await.expect("the triggers") {
        let name: String = row.try_get("", "name").expect("a name");
        connection.execute_unprepared(&format!("drop trigger {name}")).await.expect("it is gone");
    }
    connection.close().await.expect("the file closes");
    let change = "update ledger_balance set amount_pence = amount_pence + 1
        where rowid = (select min(rowid) from ledger_balance)";
    execute(&folder, change).await;
    let line = folder.run(&["verify"]).failure();
    assert!(line.starts_with("fund ") && line.contains("balance"), "{line}");
    execute(&folder, "update ledger_transaction set description = 'Other' where sequence = 7")
        .await;
    let line = folder.run(&["verify"]).failure();
    assert!(line.contains("transaction 7 does not say what it said"), "{line}");
}

#[tokio::test]
async fn a_server_on_postgresql_waits_for_migrate_and_loads_no_demonstration() {
    let folder = Folder::new();
    let url = postgres::empty_database().await;
    for command in ["serve", "verify"] {
        let line = folder.run(&[command, "--database", &url]).failure();
        assert_eq!(line, "the database is not set up: run `tributary migrate`");
    }
    let _ = folder.run(&["migrate", "--database", &url]).done();
    let unbound = folder.run(&["serve", "--database", &url]).failure();
    assert!(
        unbound.contains("is a superuser") && unbound.contains("tributary_server"),
        "{unbound}"
    );
    let (server, jobs) = (postgres::as_server(&url), postgres::as_jobs(&url));
    let without = folder.run(&["serve", "--database", &server]).failure();
    assert!(without.contains("TRIBUTARY_JOBS_DATABASE_URL"), "{without}");
    let hidden = folder.run(&["verify", "--database", &server]).failure();
    assert!(hidden.contains("hides rows") && hidden.contains("owner"), "{hidden}");
    let serving = folder.serve(&["--database", &server, "--jobs-database", &jobs]);
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let identities = format!("{}/demonstration/identities", serving.address);
    assert_eq!(client.get(identities).send().await.expect("an answer").status(), 404);
    let nobody = folder.run(&["token", "--database", &url, "--as", "QKK", "--role", "FINANCE"]);
    assert!(nobody.failure().contains("no such organisation"));
    let line = folder.run(&["verify", "--database", &url]).done();
    assert_eq!(
        line,
        "0 funds, 0 transactions, 0 entries, 0 balances, 0 agreements, 0 contracts, 0 links, \
         0 delegated budgets, 0 views, 0 windows, 0 acts sealed and 0 not yet: in order\n"
    );
}

#[test]
fn the_schema_needs_no_database() {
    let folder = Folder::new();
    let sdl = folder.run(&["schema"]).done();
    assert!(sdl.contains("type Query") && sdl.contains("type Mutation"));
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 0);
}
