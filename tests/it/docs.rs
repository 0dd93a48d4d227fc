//! What the documents say is true: commands are run, answers compared, queries validated.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use async_graphql::parser::{
    parse_query,
    types::{BaseType, ExecutableDocument},
};
use serde_json::{Map, Value, json};
use tests::{Actor, Engine, World, program::Folder};

/// Stands for what differs from one database to the next.
const ANY: &str = "…";
/// What the commands of a page print between their answers.
const NEXT: &str = "\u{1e}";

struct Block {
    language: String,
    text: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_path_buf()
}

fn pages() -> Vec<PathBuf> {
    let docs = fs::read_dir(root().join("docs")).expect("the documents");
    let mut pages: Vec<PathBuf> = docs.map(|entry| entry.expect("a document").path()).collect();
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "md"));
    pages.push(root().join("README.md"));
    pages.sort();
    pages
}

/// The fenced blocks of a page, in their order.
fn blocks(page: &Path) -> Vec<Block> {
    let text = fs::read_to_string(page).expect("a document");
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in text.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => {
                open = Some(Block { language: language.to_owned(), text: String::new() });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "{}: a block is not closed", page.display());
    blocks
}

/// True when `said` is what the page says, where "…" stands for any text.
fn is_as_told(told: &Value, said: &Value) -> bool {
    match (told, said) {
        (Value::String(told), Value::String(_)) if told == ANY => true,
        (Value::Array(told), Value::Array(said)) => {
            told.len() == said.len() && told.iter().zip(said).all(|(t, s)| is_as_told(t, s))
        }
        (Value::Object(told), Value::Object(said)) => {
            told.len() == said.len()
                && told.iter().all(|(name, t)| said.get(name).is_some_and(|s| is_as_told(t, s)))
        }
        (told, said) => told == said,
    }
}

/// What is told beside the data costs a page a line in every answer: it is shown once, in
/// docs/api.md, and left out elsewhere.
fn without_extensions(mut said: Value) -> Value {
    if let Value::Object(answer) = &mut said {
        answer.remove("extensions");
    }
    said
}

fn read(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_else(|why| panic!("{why}: {json}"))
}

#[test]
fn the_first_position_is_as_told() {
    is_told_by("docs/first-position.md", 9);
}

#[test]
fn an_export_is_as_told() {
    is_told_by("docs/exports.md", 3);
}

/// Runs the commands of a page against a demonstration, and compares at least so many answers.
fn is_told_by(page: &str, least: usize) {
    let blocks = blocks(&root().join(page));
    let commands: Vec<&Block> = blocks.iter().filter(|block| block.language == "sh").collect();
    let script: Vec<String> =
        commands.iter().map(|block| format!("{}\nprintf '{NEXT}'\n", block.text)).collect();
    let folder = Folder::new();
    let serving = folder.serve(&[]);
    let ran = Command::new("sh")
        .args(["-eu", "-c", &script.concat()])
        .env("TRIBUTARY", &serving.address)
        .env("NO_PROXY", "127.0.0.1")
        .stderr(Stdio::inherit())
        .output()
        .expect("a shell");
    assert!(ran.status.success(), "the commands failed: is curl installed?");
    let said = String::from_utf8(ran.stdout).expect("answers in UTF-8");
    let mut said = said.split(NEXT);
    let mut compared = 0;
    for (place, command) in blocks.iter().enumerate().filter(|(_, block)| block.language == "sh") {
        let said = said.next().expect("an answer of each command");
        let told = blocks.get(place + 1).filter(|next| next.language == "json");
        let Some(told) = told else {
            assert_eq!(said, "", "the page does not say what this prints:\n{}", command.text);
            continue;
        };
        let (told, said) = (read(&told.text), without_extensions(read(said)));
        assert!(is_as_told(&told, &said), "{}\nsaid {said:#}\nand not {told:#}", command.text);
        compared += 1;
    }
    assert!(compared >= least, "only {compared} answers were compared");
}

#[tokio::test]
async fn the_first_query_of_the_readme_has_the_answer_that_it_says() {
    let blocks = blocks(&root().join("README.md"));
    let mut after_query = blocks.iter().skip_while(|block| block.language != "graphql");
    let query = after_query.next().expect("a query");
    let told = after_query.find(|block| block.language == "json").expect("its answer");
    let folder = Folder::new();
    let serving = folder.serve(&[]);
    let token = folder.run(&["token", "--as", "E09000023", "--role", "FINANCE"]).done();
    let council = Actor::nobody_at(&serving.address).bearing(token.trim());
    let said = without_extensions(council.ask(&query.text).await.0);
    let told = read(&told.text);
    assert!(is_as_told(&told, &said), "said {said:#}\nand not {told:#}");
}

/// A value for each variable, so that a document is refused for nothing else than what it says.
fn variables(document: &ExecutableDocument) -> Map<String, Value> {
    let operations = document.operations.iter();
    let definitions = operations.flat_map(|(_, operation)| &operation.node.variable_definitions);
    let value = |base: &BaseType| match base {
        BaseType::List(_) => json!([]),
        BaseType::Named(name) => match name.as_str() {
            "Int" => json!(1),
            "Boolean" => json!(true),
            "Date" => json!("2025-09-30"),
            "DateTime" => json!("2025-09-30T12:00:00Z"),
            "FinancialYear" => json!("2025/26"),
            "ID" | "String" | "Money" => json!("1"),
            other => panic!("no value for a variable of type {other}: add one"),
        },
    };
    definitions
        .map(|definition| {
            let definition = &definition.node;
            (definition.name.node.to_string(), value(&definition.var_type.node.base))
        })
        .collect()
}

#[tokio::test]
async fn every_query_of_the_documents_is_valid() {
    let world = World::on(Engine::Sqlite).await;
    let nobody = world.nobody();
    let mut seen = 0;
    for page in pages() {
        for block in blocks(&page).into_iter().filter(|block| block.language == "graphql") {
            let document = parse_query(&block.text)
                .unwrap_or_else(|why| panic!("{}: {why}\n{}", page.display(), block.text));
            let answer = nobody.send(&block.text, variables(&document).into()).await.0;
            // What is published everybody reads, and nothing else; what was executed to find that out is
            // valid.
            let code = &answer["errors"][0]["extensions"]["code"];
            // Nor is a subscription that is refused for nothing but not being asked as an event stream.
            let is_valid = [json!("UNAUTHENTICATED"), json!("NOT_ACCEPTABLE")].contains(code);
            let is_answered = answer.get("errors").is_none() || is_valid;
            assert!(is_answered, "{}: {answer:#}\n{}", page.display(), block.text);
            seen += 1;
        }
    }
    assert!(seen >= 3, "only {seen} queries were seen");
}

/// What a page points at within the repository is there.
#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    for page in
        pages().into_iter().chain([root().join("CONTRIBUTING.md"), root().join("CHANGELOG.md")])
    {
        let text = fs::read_to_string(&page).expect("a document");
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or_default();
            let elsewhere = file.is_empty() || file.contains("://");
            if !elsewhere && !page.parent().expect("a folder").join(file).exists() {
                broken.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
