//! What the gate before the engine promises its clients (docs/api.md, "Documents and their limits"):
//! what the engine's own reading got wrong is right, and nothing is executed of what is refused.

use std::time::{Duration, Instant};

use entities::{membership::Role, organisation::OrganisationKind};
use reqwest::{Client, header::ACCEPT};
use serde_json::{Value, json};
use tests::{Actor, Engine, World, without_cost};

/// A document of 2^24 fields, in fragments whose names tell it from every other one.
pub fn bomb(name: &str) -> String {
    let fragments = (0..24).map(|level| {
        let next = format!("...{name}{} ", level + 1).repeat(2);
        format!(" fragment {name}{level} on Query {{ {next}}}")
    });
    let fragments: String = fragments.collect();
    format!("{{ ...{name}0 }}{fragments} fragment {name}24 on Query {{ __typename }}")
}

async fn posted(world: &World, form: &str, request: &Value) -> (u16, Value) {
    let client = Client::builder().no_proxy().build().expect("a client");
    let post = client.post(format!("{}/graphql", world.address)).header(ACCEPT, form);
    let answer = post.json(request).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

async fn commissioner(world: &World) -> Actor {
    let board = world.organisation("Board", OrganisationKind::IntegratedCareBoard).await;
    world.actor(board, &[Role::Commissioner]).await
}

/// How many bodies there are with this name.
async fn named(actor: &Actor, name: &str) -> Value {
    let ask = "query($name: String!) { organisations(first: 1, search: $name) { totalCount } }";
    let answer = actor.send(ask, json!({ "name": name })).await.ok();
    answer.at("/organisations/totalCount").clone()
}

#[tokio::test]
async fn a_refusal_says_by_its_status_its_code_and_its_place_that_nothing_was_executed() {
    let world = World::on(Engine::Sqlite).await;
    let misspelt = "{\n  __schema { queryType { name nothing } }\n}";
    for (request, code, place) in [
        (json!({ "query": "{" }), "GRAPHQL_PARSE_FAILED", true),
        (json!({ "query": misspelt }), "GRAPHQL_VALIDATION_FAILED", true),
        (json!({ "query": bomb("F") }), "TOO_MANY_SELECTIONS", false),
        (
            json!({ "query": "query A { __typename } query B { __typename }" }),
            "OPERATION_NAME_REQUIRED",
            false,
        ),
        (
            json!({ "query": "query A { __typename }", "operationName": "B" }),
            "OPERATION_NOT_FOUND",
            false,
        ),
        (
            json!({ "query": "query($a: String!) { __type(name: $a) { name } }" }),
            "VARIABLES_INVALID",
            false,
        ),
    ] {
        let (status, body) = posted(&world, "application/graphql-response+json", &request).await;
        assert_eq!(status, 400, "{code}: {body}");
        let (older, again) = posted(&world, "application/json", &request).await;
        assert_eq!((older, &again), (200, &body), "{code}");
        assert!(body.get("data").is_none(), "{body}");
        let error = &body["errors"][0];
        assert_eq!(error["extensions"]["code"], json!(code), "{body}");
        assert!(error["message"].as_str().is_some_and(|text| text.contains(' ')), "{body}");
        assert_eq!(error.get("locations").is_some(), place, "{body}");
    }
    let (_, body) = posted(&world, "*/*", &json!({ "query": misspelt })).await;
    assert_eq!(body["errors"][0]["locations"][0], json!({ "line": 2, "column": 31 }), "{body}");
}

#[tokio::test]
async fn a_misspelt_name_is_not_answered_with_the_names_of_others() {
    let world = World::on(Engine::Sqlite).await;
    let placeholder =
        r#"mutation { registerPlaceholder(input: {name: "A", kind: CHARIT}) { errors { code } } }"#;
    for (document, like) in [
        ("{ organisatoin { name } }", "organisation"),
        ("{ __schema { queryTyp { name } } }", "queryType"),
        ("{ viewer { ... on Organisatio { name } } }", "Organisation"),
        (placeholder, "CHARITY"),
    ] {
        let answer = world.nobody().ask(document).await;
        assert_eq!(answer.problem(), "GRAPHQL_VALIDATION_FAILED", "{document}");
        assert!(!answer.0.to_string().contains(like), "{answer:#?}");
    }
}

#[tokio::test]
async fn a_mutation_that_answers_twice_to_one_key_is_refused_whole() {
    let world = World::on(Engine::Sqlite).await;
    let actor = commissioner(&world).await;
    let register =
        r#"registerPlaceholder(input: {name: "Twice", kind: CHARITY}) { errors { code } }"#;
    for document in [
        format!("mutation {{ {register} {register} }}"),
        format!("mutation {{ a: {register} a: {register} }}"),
        format!("mutation {{ {register} ...F }} fragment F on Mutation {{ {register} }}"),
        format!("mutation {{ {register} ... {{ {register} }} }}"),
        format!("mutation {{ ...F ...F }} fragment F on Mutation {{ {register} }}"),
    ] {
        assert_eq!(actor.ask(&document).await.problem(), "DUPLICATE_MUTATION_KEY", "{document}");
    }
    assert_eq!(named(&actor, "Twice").await, json!(0), "nothing of it was executed");

    let _ = actor.ask(&format!("mutation {{ a: {register} b: {register} }}")).await.ok();
    assert_eq!(named(&actor, "Twice").await, json!(2), "with keys of their own both are");
}

#[tokio::test]
async fn what_is_skipped_whole_is_an_empty_object() {
    let world = World::on(Engine::Sqlite).await;
    let actor = commissioner(&world).await;
    let register = r#"registerPlaceholder(input: {name: "Skipped", kind: CHARITY})"#;
    for (document, expected) in [
        ("{ viewer @skip(if: true) { roles } }".to_owned(), r#"{"data":{}}"#),
        ("{ ... @include(if: false) { __typename } }".to_owned(), r#"{"data":{}}"#),
        (
            format!("mutation {{ {register} @skip(if: true) {{ errors {{ code }} }} }}"),
            r#"{"data":{}}"#,
        ),
        (
            "{ __schema { queryType @skip(if: true) { name } } }".to_owned(),
            r#"{"data":{"__schema":{}}}"#,
        ),
        (
            "{ viewer { actingAs { ... @include(if: false) { name } } } }".to_owned(),
            r#"{"data":{"viewer":{"actingAs":{}}}}"#,
        ),
    ] {
        let (status, said) = actor.raw(&document, json!({})).await;
        assert_eq!((status, without_cost(&said).as_str()), (200, expected), "{document}");
    }
    assert_eq!(named(&actor, "Skipped").await, json!(0));

    // One document, each answer to its condition in turn.
    let ask = "query($with: Boolean!) { viewer @include(if: $with) { actingAs { name } } }";
    for with in [true, false, true, false] {
        let (status, said) = actor.raw(ask, json!({ "with": with })).await;
        let expected = if with {
            r#"{"data":{"viewer":{"actingAs":{"name":"Board"}}}}"#
        } else {
            r#"{"data":{}}"#
        };
        assert_eq!((status, without_cost(&said).as_str()), (200, expected));
    }
    let stranger = actor.bearing("nonsense");
    let (status, _) = stranger.raw("{ viewer @skip(if: true) { roles } }", json!({})).await;
    assert_eq!(status, 401, "who sends a token must be somebody, also for nothing");
}

#[tokio::test]
async fn equal_fields_are_resolved_once_and_merged() {
    let world = World::on(Engine::Sqlite).await;
    let ask = "{ __schema { queryType { name } ...F } __schema { ...F mutationType { name } } } \
               fragment F on __Schema { queryType { name kind } }";
    let (_, said) = world.nobody().raw(ask, json!({})).await;
    let expected = r#"{"data":{"__schema":{"queryType":{"name":"Query","kind":"OBJECT"},"mutationType":{"name":"Mutation"}}}}"#;
    assert_eq!(without_cost(&said), expected);
}

#[tokio::test]
async fn every_escape_of_a_string_reaches_the_books_as_its_character() {
    let world = World::on(Engine::Sqlite).await;
    let actor = commissioner(&world).await;
    for (literal, name) in [
        (r#""Smile \u{1F600}""#, "Smile \u{1F600}"),
        (r#""Smile \uD83D\uDE00 twice""#, "Smile \u{1F600} twice"),
        (r#""\u0041 \"quoted\" \/ one""#, "A \"quoted\" / one"),
        (r#""""Block \""" one""""#, "Block \"\"\" one"),
    ] {
        let document = format!(
            "mutation {{ registerPlaceholder(input: {{name: {literal}, kind: CHARITY}}) {{ \
             organisation {{ name }} errors {{ code message }} }} }}"
        );
        let answer = actor.ask(&document).await.ok();
        assert_eq!(answer.text("/registerPlaceholder/organisation/name"), name, "{literal}");
    }
    let half = r#"{ __type(name: "\uD83D") { name } }"#;
    assert_eq!(actor.ask(half).await.problem(), "GRAPHQL_PARSE_FAILED", "half a pair is nothing");
}

#[tokio::test]
async fn wrong_variables_are_told_and_nothing_is_executed() {
    let world = World::on(Engine::Sqlite).await;
    let actor = commissioner(&world).await;
    let register = "mutation($input: RegisterPlaceholderInput!) { registerPlaceholder(input: $input) { errors { code } } }";
    let good = json!({ "name": "Variable", "kind": "CHARITY" });
    let with = |name: &str, value: Value| {
        let mut input = good.clone();
        input[name] = value;
        json!({ "input": input })
    };
    for variables in [
        json!({}),
        json!({ "input": null }),
        json!({ "input": [] }),
        json!({ "input": { "name": "Variable" } }),
        with("name", json!(7)),
        with("name", json!(null)),
        with("kind", json!("KING")),
        with("kind", json!(true)),
        with("nothing", json!(1)),
    ] {
        let answer = actor.send(register, variables.clone()).await;
        assert_eq!(answer.problem(), "VARIABLES_INVALID", "{variables}");
        assert!(answer.0.get("data").is_none(), "{variables}");
        let message = answer.0["errors"][0]["message"].as_str().expect("a sentence");
        assert!(message.contains("$input"), "{message:?} says which");
    }
    assert_eq!(named(&actor, "Variable").await, json!(0));
    let beside = json!({ "input": good, "somethingElse": 1 });
    let _ = actor.send(register, beside).await.ok();
    assert_eq!(named(&actor, "Variable").await, json!(1), "what is not declared does not matter");

    let quoted = r#"mutation { registerPlaceholder(input: {name: "A", kind: "CHARITY"}) { errors { code } } }"#;
    assert_eq!(actor.ask(quoted).await.problem(), "GRAPHQL_VALIDATION_FAILED");
    let twice = r#"mutation { registerPlaceholder(input: {name: "A", name: "B", kind: CHARITY}) { errors { code } } }"#;
    assert_eq!(actor.ask(twice).await.problem(), "GRAPHQL_VALIDATION_FAILED");
}

#[tokio::test]
async fn a_link_names_its_operation_and_only_asks() {
    let world = World::on(Engine::Sqlite).await;
    let client = Client::builder().no_proxy().build().expect("a client");
    let several = "query A { a: __typename } query B { b: __typename } \
                   mutation M { signOut { signedOut } }";
    let asked = async |query: &[(&str, &str)]| {
        let address = format!("{}/graphql", world.address);
        let answer = client.get(address).query(query).send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.json::<Value>().await.expect("JSON"))
    };
    for (name, key) in [("A", "a"), ("B", "b")] {
        let (status, body) = asked(&[("query", several), ("operationName", name)]).await;
        assert_eq!((status, &body["data"]), (200, &json!({ key: "Query" })));
    }
    let code = |body: &Value| body["errors"][0]["extensions"]["code"].clone();
    let (_, body) = asked(&[("query", several)]).await;
    assert_eq!(code(&body), json!("OPERATION_NAME_REQUIRED"));
    let (_, body) = asked(&[("query", several), ("operationName", "C")]).await;
    assert_eq!(code(&body), json!("OPERATION_NOT_FOUND"));
    for one in [
        &[("query", several), ("operationName", "M")][..],
        &[("query", "mutation { signOut { signedOut } }")],
        &[("query", "mutation { signOut @skip(if: true) { signedOut } }")],
    ] {
        let (status, body) = asked(one).await;
        assert_eq!((status, code(&body)), (405, json!("METHOD_NOT_ALLOWED")));
    }
}

#[tokio::test]
async fn a_field_that_fails_is_found_in_the_clients_own_document() {
    let world = World::on(Engine::Sqlite).await;
    let ask = "{\n  __typename\n  ...F\n}\n\n# the places are those of this text\nfragment F on Query {\n  \
               mine: sessions(first: 1) { totalCount }\n}";
    let answer = world.nobody().ask(ask).await;
    assert_eq!(answer.problem(), "UNAUTHENTICATED");
    let error = &answer.0["errors"][0];
    assert_eq!(error["path"], json!(["mine"]));
    assert_eq!(error["locations"], json!([{ "line": 8, "column": 3 }]), "{error}");
}

#[tokio::test]
async fn nobody_passes_the_same_gate_as_somebody() {
    let world = World::on(Engine::Sqlite).await;
    let actor = commissioner(&world).await;
    for document in [
        bomb("F"),
        "{ nothing }".to_owned(),
        "{".to_owned(),
        "mutation { signOut { signedOut } signOut { signedOut } }".to_owned(),
    ] {
        let somebody = actor.raw(&document, json!({})).await;
        assert_eq!(world.nobody().raw(&document, json!({})).await, somebody, "{document}");
        assert!(somebody.1.contains("errors"), "{document}");
    }
}

#[tokio::test]
async fn others_are_answered_while_somebody_throws_bombs() {
    let world = World::on(Engine::Sqlite).await;
    let actor = commissioner(&world).await;
    let throwers: Vec<_> = (0..4)
        .map(|thrower| {
            let nobody = world.nobody();
            tokio::spawn(async move {
                let mut thrown = 0_u32;
                loop {
                    // Each is read anew: none was seen before.
                    let answer = nobody.ask(&bomb(&format!("T{thrower}N{thrown}L"))).await;
                    assert_eq!(answer.problem(), "TOO_MANY_SELECTIONS");
                    thrown += 1;
                    if thrown == 40 {
                        return;
                    }
                }
            })
        })
        .collect();
    for _ in 0..20 {
        let began = Instant::now();
        let answer = actor.ask("{ viewer { actingAs { name } } }").await.ok();
        assert_eq!(answer.text("/viewer/actingAs/name"), "Board");
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    }
    for thrower in throwers {
        thrower.await.expect("every bomb is refused");
    }
}
