//! Settings by file, environment and argument, each stronger than the one before; `tributary config`
//! tells what came of them.

use std::fs;

use tests::{Actor, program::Folder};

const FILE: &str = "tributary.toml";

fn folder(settings: &str) -> Folder {
    let folder = Folder::new();
    fs::write(folder.path().join(FILE), settings).expect("a file of settings");
    folder
}

/// The line of a setting, as `tributary config` tells it.
#[track_caller]
fn line<'a>(told: &'a str, name: &str) -> &'a str {
    let begins = format!("{name} = ");
    told.lines().find(|line| line.starts_with(&begins)).unwrap_or_else(|| panic!("{name}: {told}"))
}

#[test]
fn an_argument_is_stronger_than_a_variable_and_a_variable_than_the_file() {
    let folder = folder(
        "limit-depth = 7\nlimit-tokens = 700\nlimit-aliases = 17\n\
         no-demonstration = true\nlog = \"error\"\n",
    );
    let variables = [("TRIBUTARY_LIMIT_TOKENS", "800"), ("TRIBUTARY_LIMIT_ALIASES", "18")];
    let told = folder.run_with(&["config", "--limit-aliases", "19"], &variables, "").done();
    for (name, expected) in [
        ("limit-depth", "limit-depth = 7 # file, tributary.toml"),
        ("limit-tokens", "limit-tokens = 800 # environment, TRIBUTARY_LIMIT_TOKENS"),
        ("limit-aliases", "limit-aliases = 19 # argument"),
        ("limit-selections", "limit-selections = 2000 # when left out"),
        ("no-demonstration", "no-demonstration = true # file, tributary.toml"),
        ("database", "database = \"sqlite:tributary.db\" # when left out"),
        ("log", "log = \"error\" # file, tributary.toml"),
    ] {
        assert_eq!(line(&told, name), expected);
    }
    assert!(told.contains("# metrics-listen is not set\n"), "{told}");
    assert!(told.contains("# jobs-database is not set\n"), "{told}");
    let overruled = [("TRIBUTARY_NO_DEMONSTRATION", "false")];
    let told = folder.run_with(&["config"], &overruled, "").done();
    let expected = "no-demonstration = false # environment, TRIBUTARY_NO_DEMONSTRATION";
    assert_eq!(line(&told, "no-demonstration"), expected);
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1, "nothing was made");
}

#[test]
fn what_is_told_is_a_file_of_settings_that_says_the_same() {
    let first = folder("limit-depth = 7\nlog-format = \"json\"\n");
    let told = first.run(&["config", "--finish-seconds", "3"]).done();
    let second = folder(&told);
    let told_again = second.run(&["config"]).done();
    let values = |told: &str| -> Vec<String> {
        told.lines().map(|line| line.split(" # ").next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(values(&told_again), values(&told));
}

#[test]
fn passwords_are_told_to_nobody() {
    let folder = folder("database = \"postgres://owner:s3cret-1@host/name\"\n");
    let jobs = "postgres://host/name?user=a&password=s3cret-2";
    let told = folder.run_with(&["config"], &[("TRIBUTARY_JOBS_DATABASE_URL", jobs)], "").done();
    assert!(!told.contains("s3cret"), "{told}");
    assert!(line(&told, "database").contains("postgres://owner:***@host/name"), "{told}");
    assert!(line(&told, "jobs-database").contains("password=***"), "{told}");

    for broken in ["postgres://owner:s3cret-1@", "postgers://owner:s3cret-1@host/name"] {
        let told = folder.run_with(&["config", "--database", broken], &[], "").done();
        assert!(!told.contains("s3cret"), "{told}");
        let line = folder.run(&["verify", "--database", broken]).failure();
        assert!(!line.contains("s3cret"), "{line}");
    }
}

#[test]
fn what_is_no_setting_is_refused_by_the_nearest_that_is() {
    for (settings, expected) in [
        ("limit-dept = 7\n", &["\"limit-dept\"", "\"limit-depth\"", FILE][..]),
        ("databse = \"postgres://a:s3cret@host/name\"\n", &["\"databse\"", "\"database\""]),
        ("[serve]\nlisten = \"127.0.0.1:1\"\n", &["\"serve\""]),
        ("config = \"other.toml\"\n", &["\"config\""]),
        ("limit-depth = 61\n", &["limit-depth", "61", "60"]),
        ("limit-depth = \"deep\"\n", &["limit-depth", "deep"]),
        ("limits = \"never\"\n", &["limits", "never"]),
        ("no-demonstration = \"yes\"\n", &["no-demonstration", "true or false"]),
        ("listen = [1]\n", &["listen", "a text or a number"]),
        ("limit-depth = 7\nlimit-depth = 8\n", &["line 2", FILE]),
        ("database = \"postgres://a:s3cret@host/name\n", &["line 1", FILE]),
    ] {
        let folder = folder(settings);
        for command in ["config", "serve", "verify", "migrate"] {
            let line = folder.run(&[command]).failure();
            assert!(expected.iter().all(|part| line.contains(part)), "{settings:?}: {line}");
            assert!(!line.contains("s3cret"), "{line}");
        }
    }
    let named = folder("").run(&["config", "--config", "nowhere.toml"]).failure();
    assert!(named.contains("nowhere.toml"), "{named}");
}

#[test]
fn a_variable_that_is_no_setting_is_named_with_the_nearest_that_is() {
    let folder = folder("");
    let said = folder.run_with(&["config"], &[("TRIBUTARY_LIMIT_DEPHT", "7")], "");
    assert!(said.is_done);
    let named = ["TRIBUTARY_LIMIT_DEPHT", "TRIBUTARY_LIMIT_DEPTH"];
    assert!(named.iter().all(|name| said.err.contains(name)), "{}", said.err);
}

#[tokio::test]
async fn the_server_does_what_the_named_file_says() {
    let folder = Folder::new();
    fs::write(folder.path().join("mine.toml"), "limit-aliases = 2\nno-demonstration = true\n")
        .expect("a file of settings");
    let three = "{ a: __typename b: __typename c: __typename }";
    let by_variable = folder.serve_with(&[], &[("TRIBUTARY_CONFIG", "mine.toml")]);
    for serving in [folder.serve(&["--config", "mine.toml"]), by_variable] {
        let nobody = Actor::nobody_at(&serving.address);
        assert_eq!(nobody.ask(three).await.problem(), "TOO_MANY_ALIASES");
    }
    let serving = folder.serve(&["--config=mine.toml", "--limit-aliases", "3"]);
    let _ = Actor::nobody_at(&serving.address).ask(three).await.ok();
}

#[test]
fn every_setting_is_documented_by_its_argument_and_its_variable() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/operating.md");
    let page = fs::read_to_string(page).expect("the document");
    let told = folder("").run(&["config"]).done();
    let mut settings = 0;
    for line in told.lines() {
        let name = line.trim_start_matches("# ").split(' ').next().expect("a name");
        let variable = match name {
            "database" => "TRIBUTARY_DATABASE_URL".to_owned(),
            "jobs-database" => "TRIBUTARY_JOBS_DATABASE_URL".to_owned(),
            name => format!("TRIBUTARY_{}", name.to_uppercase().replace('-', "_")),
        };
        let argument = format!("--{name}`");
        for documented in [argument.as_str(), &variable] {
            assert!(page.contains(documented), "{documented} is not in docs/operating.md");
        }
        settings += 1;
    }
    assert!(settings > 20, "{told}");
}
