//! The limits of documents (docs/api.md, "Documents and their limits"): each lets pass what is
//! within it, refuses one more by its own code, is the operator's to set, and can be made to warn
//! only.

use serde_json::{Value, json};
use tests::{Actor, Answer, Engine, World, program::Folder};

use crate::gate::bomb;

fn times(count: usize, each: impl Fn(usize) -> String) -> String {
    (0..count).map(each).collect::<Vec<_>>().join(" ")
}

fn tokens(count: usize) -> String {
    format!("{{ nodes(ids: [{}]) {{ id }} }}", "\"a\" ".repeat(count - 12))
}

fn nesting(levels: usize) -> String {
    let (open, close) = ("... { ".repeat(levels - 2), "} ".repeat(levels - 2));
    format!("{{ __schema {{ {open} __typename {close} }} }}")
}

fn selections(count: usize) -> String {
    format!("{{ __schema {{ queryType {{ {} }} }} }}", "name ".repeat(count - 2))
}

fn depth(levels: usize) -> String {
    let (open, close) = ("ofType { ".repeat(levels - 2), "} ".repeat(levels - 2));
    format!("{{ __type(name: \"Query\") {{ {open} name {close} }} }}")
}

fn aliases(count: usize) -> String {
    let fields = times(count, |number| format!("a{number}: __typename"));
    format!("{{ __schema {{ queryType {{ {fields} }} }} }}")
}

fn root_fields(count: usize) -> String {
    format!("{{ {} }}", times(count, |number| format!("a{number}: __typename")))
}

fn mutation_fields(count: usize) -> String {
    let field = |number| format!("a{number}: signOut {{ signedOut }}");
    format!("mutation {{ {} }}", times(count, field))
}

/// Lists within lists: 50, 50 times 50, and 2,500 times so many.
fn nodes(innermost: usize) -> String {
    format!(
        "{{ partnershipAgreements(first: 50) {{ nodes {{ funds(first: 50) {{ nodes {{ \
         transactions(first: {innermost}) {{ nodes {{ id }} }} }} }} }} }} }}"
    )
}

/// Whether the document was executed: what is refused before has no data, not even null.
fn has_passed(answer: &Answer) -> bool {
    answer.0.get("data").is_some()
}

#[tokio::test]
async fn each_limit_lets_pass_what_is_within_it_and_names_itself_beyond() {
    let world = World::on(Engine::Sqlite).await;
    let nobody = world.nobody();
    type Make = fn(usize) -> String;
    let limits: [(Make, usize, &str, &str); 8] = [
        (tokens, 4_000, "TOO_MANY_TOKENS", "4000"),
        (nesting, 64, "NESTED_TOO_DEEPLY", "64"),
        (selections, 2_000, "TOO_MANY_SELECTIONS", "2000"),
        (depth, 20, "FIELDS_TOO_DEEP", "20"),
        (aliases, 30, "TOO_MANY_ALIASES", "30"),
        (root_fields, 20, "TOO_MANY_ROOT_FIELDS", "20"),
        (mutation_fields, 5, "TOO_MANY_MUTATION_FIELDS", "5"),
        (nodes, 18, "TOO_MANY_NODES", "50000"),
    ];
    for (make, most, code, told) in limits {
        let within = nobody.ask(&make(most)).await;
        assert!(has_passed(&within), "{code}: {within:#?}");
        let beyond = nobody.ask(&make(most + 1)).await;
        assert_eq!(beyond.problem(), code);
        assert!(beyond.0.get("data").is_none(), "{code}");
        let message = beyond.0["errors"][0]["message"].as_str().expect("a sentence");
        assert!(message.contains(told), "{code}: {message:?} says what is allowed");
    }
}

#[tokio::test]
async fn a_list_counts_by_the_length_that_its_variable_asks_for() {
    let world = World::on(Engine::Sqlite).await;
    let nobody = world.nobody();
    let ask =
        nodes(1).replace("first: 1)", "first: $first)").replacen('{', "query($first: Int!) {", 1);
    let within = nobody.send(&ask, json!({ "first": 18 })).await;
    assert!(has_passed(&within), "{within:#?}");
    assert_eq!(nobody.send(&ask, json!({ "first": 19 })).await.problem(), "TOO_MANY_NODES");
}

/// The tree of a supply chain has no pages: it is one statement, and chains are not wide.
#[tokio::test]
async fn a_tree_of_a_supply_chain_six_tiers_deep_is_not_too_much() {
    let world = World::on(Engine::Sqlite).await;
    let tree = |tiers: usize| {
        let (open, close) = ("children { ".repeat(tiers - 1), "} ".repeat(tiers - 1));
        format!(
            "{{ contract(id: \"A\") {{ supplyChain(financialYear: \"2025/26\") {{ tree {{ \
             {open} subcontract {{ tier }} {close} }} }} }} }}"
        )
    };
    assert!(has_passed(&world.nobody().ask(&tree(6)).await));
    assert_eq!(world.nobody().ask(&tree(7)).await.problem(), "TOO_MANY_NODES");
}

#[tokio::test]
async fn hostile_documents_are_refused_by_name() {
    let world = World::on(Engine::Sqlite).await;
    let nobody = world.nobody();
    let deep = |open: &str, close: &str, levels: usize| {
        format!("{{ nodes(ids: {}{}) {{ id }} }}", open.repeat(levels), close.repeat(levels))
    };
    for (document, code) in [
        (bomb("F"), "TOO_MANY_SELECTIONS"),
        (root_fields(1_000), "TOO_MANY_ALIASES"),
        (deep("[", "]", 10_000), "NESTED_TOO_DEEPLY"),
        (deep("{a:", "}", 10_000), "NESTED_TOO_DEEPLY"),
        (format!("{{ {} }}", "__typename ".repeat(10_000)), "TOO_MANY_TOKENS"),
        ("{ ...F } fragment F on Query { ...F }".to_owned(), "GRAPHQL_VALIDATION_FAILED"),
        (format!("{{ __typename {} }}", "@a".repeat(1_500)), "GRAPHQL_VALIDATION_FAILED"),
        (depth(21), "FIELDS_TOO_DEEP"),
        ("{".repeat(200_000), "NESTED_TOO_DEEPLY"),
        (String::new(), "GRAPHQL_PARSE_FAILED"),
    ] {
        let start: String = document.chars().take(80).collect();
        assert_eq!(nobody.ask(&document).await.problem(), code, "{start}");
    }
    let (status, _) = nobody.raw(&root_fields(100_000), json!({})).await;
    assert_eq!(status, 413, "a hundred thousand aliases are no body that is read");
}

#[tokio::test]
async fn the_operator_sets_the_limits() {
    let folder = Folder::new();
    let serving = folder.serve(&["--limit-aliases", "2", "--limit-document-bytes", "300"]);
    let nobody = Actor::nobody_at(&serving.address);
    let _ = nobody.ask(&aliases(2)).await.ok();
    let refused = nobody.ask(&aliases(3)).await;
    assert_eq!(refused.problem(), "TOO_MANY_ALIASES");
    let padded = |length: usize| format!("{:length$}", "{ __typename }");
    let _ = nobody.ask(&padded(300)).await.ok();
    assert_eq!(nobody.ask(&padded(301)).await.problem(), "DOCUMENT_TOO_LARGE");

    for (argument, variable, beyond) in [
        ("--limit-depth", "TRIBUTARY_LIMIT_DEPTH", "61"),
        ("--limit-nesting", "TRIBUTARY_LIMIT_NESTING", "65"),
        ("--limit-tokens", "TRIBUTARY_LIMIT_TOKENS", "0"),
        ("--limits", "TRIBUTARY_LIMITS", "never"),
    ] {
        let line = folder.run(&["serve", argument, beyond]).failure();
        assert!(line.contains(argument) && line.contains(beyond), "{line}");
        let line = folder.run_with(&["serve"], &[(variable, beyond)], "").failure();
        assert!(line.contains(argument) && line.contains(beyond), "{line}");
    }
}

#[tokio::test]
async fn where_limits_only_warn_the_answer_comes_and_tells() {
    let folder = Folder::new();
    let serving = folder.serve(&["--limits", "warn", "--limit-aliases", "2"]);
    let nobody = Actor::nobody_at(&serving.address);
    let within = nobody.ask(&aliases(2)).await.ok();
    assert!(within.0["extensions"].get("warnings").is_none(), "{within:#?}");
    let warned = |answer: &Answer| -> Vec<Value> {
        let warnings = answer.0["extensions"]["warnings"].as_array().expect("warnings");
        warnings.iter().map(|warning| warning["code"].clone()).collect()
    };
    // Twice: what is looked up warns as what was read.
    for _ in 0..2 {
        let beyond = nobody.ask(&aliases(40)).await.ok();
        assert_eq!(beyond.text("/__schema/queryType/a39"), "__Type");
        assert_eq!(warned(&beyond), [json!("TOO_MANY_ALIASES")]);
    }
    let nodes = nobody.ask(&nodes(19)).await;
    assert_eq!(
        (nodes.problem().as_str(), warned(&nodes)),
        ("UNAUTHENTICATED", vec![json!("TOO_MANY_NODES")])
    );
    let skipped = "query($no: Boolean!) { a: viewer @skip(if: $no) { roles } b: viewer @skip(if: $no) { roles } c: viewer @skip(if: $no) { roles } }";
    let skipped = nobody.send(skipped, json!({ "no": true })).await.ok();
    assert_eq!(
        (skipped.0["data"].clone(), warned(&skipped)),
        (json!({}), vec![json!("TOO_MANY_ALIASES")])
    );

    // What is not valid is refused all the same, and so is what would hurt.
    assert_eq!(nobody.ask("{ nothing }").await.problem(), "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(nobody.ask(&bomb("F")).await.problem(), "TOO_MANY_SELECTIONS");
    assert_eq!(nobody.ask(&nesting(65)).await.problem(), "NESTED_TOO_DEEPLY");
}
