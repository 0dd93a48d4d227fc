//! Documents that were seen before.

use std::sync::Arc;

use gate::{Gate, Kept, Schema, Settings};
use serde_json::{Map, json};

use crate::gates::{CORPUS, DEFAULT};

fn keeping(accepted_bytes: u64, refused_bytes: u64) -> Gate {
    let schema = Schema::parse(&CORPUS).expect("a schema");
    let kept = Kept { accepted_bytes, refused_bytes };
    Gate::new(schema, Settings { kept, ..Settings::default() })
}

#[test]
fn a_document_is_read_once() {
    let text = "{ place { __typename } }";
    let first = DEFAULT.prepare(text, None).expect("valid");
    assert!(Arc::ptr_eq(&first, &DEFAULT.prepare(text, None).expect("valid")));
    let refused = DEFAULT.prepare("{ nothing }", None).expect_err("invalid");
    assert!(Arc::ptr_eq(&refused, &DEFAULT.prepare("{ nothing }", None).expect_err("invalid")));
}

#[test]
fn operations_of_one_text_are_kept_apart() {
    let text = "query A { place { __typename } } mutation B { close(id: 1) { id } }";
    for _ in 0..2 {
        let name = |wanted| {
            DEFAULT.prepare(text, wanted).map(|own| own.operation_name().map(str::to_owned))
        };
        assert_eq!(name(Some("A")).expect("valid").as_deref(), Some("A"));
        assert_eq!(name(Some("B")).expect("valid").as_deref(), Some("B"));
        assert_eq!(name(None).expect_err("which").code.as_str(), "OPERATION_NAME_REQUIRED");
        assert_eq!(name(Some("")).expect_err("none").code.as_str(), "OPERATION_NOT_FOUND");
    }
}

#[test]
fn what_is_kept_stays_within_its_bounds_and_refusals_push_out_nothing_accepted() {
    let gate = keeping(300_000, 20_000);
    let common = gate.prepare("{ place { __typename } }", None).expect("valid");
    for index in 0..3_000 {
        let _ = gate.prepare(&format!("{{ nothing{index} }}"), None);
    }
    let again = gate.prepare("{ place { __typename } }", None).expect("valid");
    assert!(Arc::ptr_eq(&common, &again), "a flood of refusals pushed out an accepted document");
    for index in 0..3_000 {
        gate.prepare(&format!("{{ number(of: {index}) }}"), None).expect("valid");
    }
    let (accepted, refused) = gate.kept_bytes();
    assert!((1..=300_000).contains(&accepted), "{accepted} bytes of accepted documents");
    assert!((1..=20_000).contains(&refused), "{refused} bytes of refusals");
}

#[test]
fn what_is_short_with_fragments_and_long_without_is_kept_as_what_it_comes_to() {
    let weight = |text: &str| {
        let gate = keeping(30_000_000, 20_000);
        gate.prepare(text, None).expect("valid");
        gate.kept_bytes().0
    };
    let levels: Vec<String> = (1..=8)
        .map(|n| {
            format!(
                "fragment F{n} on __Type {{ a: ofType {{ ...F{0} }} b: ofType {{ ...F{0} }} }}",
                n - 1
            )
        })
        .collect();
    let bomb = format!(
        "{{ __schema {{ queryType {{ ...F8 }} }} }} {} fragment F0 on __Type {{ name }}",
        levels.join(" ")
    );
    let plain = format!("{{ __schema {{ queryType {{ {} }} }} }}", "name ".repeat(bomb.len() / 5));
    assert!(weight(&bomb) > 256 * 1024, "{} bytes of 256 objects", weight(&bomb));
    assert!(weight(&bomb) > 2 * weight(&plain), "{} of {}", weight(&bomb), weight(&plain));
}

#[test]
fn a_document_too_large_is_not_kept() {
    let gate = keeping(300_000, 20_000);
    let text = format!("#{}", "x".repeat(300_000));
    let first = gate.prepare(&text, None).expect_err("too large");
    assert_eq!(first.code.as_str(), "DOCUMENT_TOO_LARGE");
    assert_eq!(gate.kept_bytes(), (0, 0));
}

#[test]
fn the_forms_of_one_document_are_shared_and_their_parsed_form_is_made_once() {
    let text = "query ($with: Boolean!) { place @include(if: $with) { __typename } __typename }";
    let prepared = DEFAULT.prepare(text, None).expect("valid");
    let admitted = |with: bool| {
        let variables: Map<_, _> = serde_json::from_value(json!({ "with": with })).expect("object");
        DEFAULT.admit(&prepared, &variables).expect("variables").execution
    };
    let (with, without) = (admitted(true), admitted(false));
    assert_ne!(with.text(), without.text());
    assert!(Arc::ptr_eq(&with, &admitted(true)));
    let parsed = with.parsed(str::len);
    assert!(Arc::ptr_eq(&parsed, &admitted(true).parsed(|_| -> usize { panic!("made again") })));
}

#[test]
fn many_conditions_do_not_keep_many_forms() {
    let names: Vec<String> = (0..20).map(|n| format!("$v{n}: Boolean!")).collect();
    let fields: Vec<String> = (0..20).map(|n| format!("a{n}: number @skip(if: $v{n})")).collect();
    let text = format!("query ({}) {{ {} }}", names.join(" "), fields.join(" "));
    let prepared = DEFAULT.prepare(&text, None).expect("valid");
    for bits in 0_u32..2_000 {
        let variables: Map<_, _> =
            (0..20).map(|n| (format!("v{n}"), json!(bits >> n & 1 == 1))).collect();
        let admitted = DEFAULT.admit(&prepared, &variables).expect("variables");
        let shown = admitted.execution.text().matches("number").count();
        assert_eq!(shown, 20 - bits.count_ones() as usize);
    }
}

#[test]
fn a_failed_field_is_found_in_the_clients_document() {
    let text = "query {
      # a comment and a comma, which the parser never sees
      second: node(id: 2) {
        ...Both
        ... on Fund { owner { id } }
        ... on Contract { owner { name } amount }
      }
    } fragment Both on Node { id }";
    let prepared = DEFAULT.prepare(text, None).expect("valid");
    let execution = DEFAULT.admit(&prepared, &Map::new()).expect("no variables").execution;
    let line = |keys: &[&str]| prepared.location(&execution, keys).map(|at| (at.line, at.column));
    assert_eq!(line(&["second"]), Some((3, 7)));
    assert_eq!(line(&["second", "id"]), Some((8, 31)));
    assert_eq!(line(&["second", "owner"]), Some((5, 23)), "the first of two");
    assert_eq!(line(&["second", "owner", "name"]), Some((6, 35)), "though its object is the other");
    assert_eq!(line(&["second", "amount"]), Some((6, 42)));
    assert_eq!(line(&["second", "nothing"]), None);
    assert_eq!(line(&[]), None);
}
