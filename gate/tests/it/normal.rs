//! What the engine is given instead of the client's text.

use apollo_compiler::{ExecutableDocument, ast::Value as Literal};
use async_graphql_parser::{
    parse_query,
    types::{DocumentOperations, Selection},
};
use serde_json::{Map, Value, json};

use crate::{gates::UNLIMITED, promises::CORPUS_SCHEMA};

fn normal_with(text: &str, variables: Value) -> String {
    let prepared = UNLIMITED.read(text, None).0.unwrap_or_else(|no| panic!("{text}: {no}"));
    let variables: Map<String, Value> = serde_json::from_value(variables).expect("an object");
    let admitted =
        UNLIMITED.admit(&prepared, &variables).unwrap_or_else(|no| panic!("{text}: {no}"));
    admitted.execution.text().to_owned()
}

fn normal(text: &str) -> String {
    normal_with(text, json!({}))
}

#[test]
fn equal_fields_become_one_in_the_place_of_the_first() {
    assert_eq!(
        normal("{ fund(id: 1) { name } place { __typename } fund(id: 1) { id name } }"),
        "query { fund(id: 1) { name id } place { __typename } }"
    );
}

/// Whatever type the object is of, its keys come as the language has them: of a contract here `b`, `id`
/// and then `name`.
#[test]
fn equal_fields_stay_apart_where_one_between_them_answers_to_the_same_key() {
    let document =
        "{ owned { owner { b: name } ... on Contract { owner { id } } owner { name } } }";
    assert_eq!(normal(document), format!("query {document}"));
}

#[test]
fn fragments_are_written_out_and_those_that_cannot_apply_are_gone() {
    assert_eq!(
        normal(
            "{ fund(id: 1) { ...F ... on Node { ... on Contract { title } id } } }
             fragment F on Named { name ... on Owned { amount } }"
        ),
        "query { fund(id: 1) { name amount id } }"
    );
}

#[test]
fn what_depends_on_the_type_stays_conditional_and_in_order() {
    assert_eq!(
        normal(
            "{ thing(id: 1) { ... on Fund { id count } ... on Contract { id } __typename ... on Fund { name } } }"
        ),
        "query { thing(id: 1) { ... on Fund { id count } ... on Contract { id } __typename ... on Fund { name } } }"
    );
    assert_eq!(
        normal(
            "{ node(id: 1) { id ... on Fund { id name } ... on Owned { ... on Named { name } } } }"
        ),
        "query { node(id: 1) { id ... on Fund { name } } }"
    );
}

#[test]
fn a_field_stays_on_the_type_that_has_it_within_a_narrower_condition() {
    assert_eq!(
        normal("{ node(id: 1) { ... on Owned { ... on Node { id } amount } } }"),
        "query { node(id: 1) { ... on Owned { ... on Node { id } } ... on Owned { amount } } }"
    );
}

#[test]
fn conditions_are_decided_and_variables_that_nothing_uses_any_more_are_gone() {
    let text = "query Q($with: Boolean!, $a: Int = 4, $b: Int) {
        number(of: $a) @include(if: $with) other: number(of: $b) @skip(if: $with) place { __typename } }";
    assert_eq!(
        normal_with(text, json!({ "with": true })),
        "query Q($a: Int = 4) { number(of: $a) place { __typename } }"
    );
    assert_eq!(
        normal_with(text, json!({ "with": false })),
        "query Q($b: Int) { other: number(of: $b) place { __typename } }"
    );
}

#[test]
fn an_object_of_which_everything_is_skipped_holds_a_field_that_is_skipped() {
    let text = "{ fund(id: 1) { id @skip(if: true) ... @include(if: false) { name } } }";
    assert_eq!(normal(text), "query { fund(id: 1) { __typename @skip(if: true) } }");
}

#[test]
fn an_operation_of_which_everything_is_skipped_is_told() {
    let prepared =
        UNLIMITED.read("{ place @skip(if: true) { __typename } }", None).0.expect("valid");
    let admitted = UNLIMITED.admit(&prepared, &Map::new()).expect("no variables");
    assert!(admitted.execution.is_empty());
    assert_eq!(admitted.execution.text(), "query { __typename @skip(if: true) }");
    assert_eq!(admitted.price.cost, 0);
    let prepared = UNLIMITED.read("{ place { __typename } }", None).0.expect("valid");
    assert!(!UNLIMITED.admit(&prepared, &Map::new()).expect("none").execution.is_empty());
}

#[test]
fn names_defaults_and_kinds_are_kept() {
    assert_eq!(
        normal(
            "mutation M($i: Strict! = {needed: 1, ids: [\"a\", 2]}) { again: record(input: $i) { id: id n: name } }"
        ),
        "mutation M($i: Strict! = {needed: 1, ids: [\"a\", 2]}) { again: record(input: $i) { id n: name } }"
    );
    assert_eq!(normal("subscription { counted }"), "subscription { counted }");
}

/// The one string argument of a document, as the engine's parser reads it.
fn as_the_engine_reads(text: &str) -> String {
    let document = parse_query(text).expect("the engine reads it");
    let DocumentOperations::Single(operation) = document.operations else { panic!("several") };
    let Selection::Field(field) = &operation.node.selection_set.node.items[0].node else {
        panic!("no field")
    };
    match &field.node.arguments[0].1.node {
        async_graphql_value::Value::String(text) => text.clone(),
        other => panic!("{other}"),
    }
}

#[test]
fn the_engine_reads_strings_as_they_were_meant() {
    for (written, meant) in [
        (r#""plain""#, "plain"),
        (r#""\u{1F600}""#, "😀"),
        (r#""\uD83D\uDE00""#, "😀"),
        (r#""😀""#, "😀"),
        (r#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
        (r#""\u0000\u001F\u007F\u0085\u2028""#, "\0\u{1f}\u{7f}\u{85}\u{2028}"),
        (r#""""block "quoted" \""" text""""#, "block \"quoted\" \"\"\" text"),
        ("\"\"\"\n    first\n      second\n    \"\"\"", "first\n  second"),
        (r#""""\u{1F600} \n""""#, r"\u{1F600} \n"),
        (r##""# { [ ( , $x""##, "# { [ ( , $x"),
        (r#""""#, ""),
        ("\"\u{feff}\"", "\u{feff}"),
    ] {
        let text = format!("{{ text(of: {written}) }}");
        let document =
            ExecutableDocument::parse_and_validate(&CORPUS_SCHEMA, &text, "d").expect("valid");
        let operation = document.operations.get(None).expect("one");
        let field = operation.selection_set.fields().next().expect("a field").clone();
        assert_eq!(*field.arguments[0].value, Literal::String(meant.to_owned()), "{written}");
        assert_eq!(as_the_engine_reads(&normal(&text)), meant, "{written}");
    }
}

#[test]
fn the_engine_reads_what_is_nested_as_deeply_as_the_gate_lets_pass() {
    let fields = |depth: usize| {
        format!("{{ council {} id {} }}", "{ parent ".repeat(depth) + "{", "}".repeat(depth + 1))
    };
    parse_query(normal(&fields(57))).expect("the engine reads it");
    let fragments = format!(
        "{{ node(id: 1) {}__typename{} }}",
        "{ ... on Owned { ... on Named ".repeat(30) + "{",
        "}".repeat(61)
    );
    parse_query(normal(&fragments)).expect("the engine reads it");
}
