//! Each limit by itself: at its bound, one beyond it, and where limits only warn.

use gate::{Code, Exceeded, Gate, Limit, Limits};

use crate::gates::{CORPUS, DEFAULT, SERVED, code, gate, json, warning};

/// A document that has exactly so much of what a limit counts.
fn with(limit: Limit, count: u64) -> String {
    let times = usize::try_from(count).expect("small");
    match limit {
        Limit::DocumentBytes => {
            let text = "{ place { __typename } } #";
            format!("{text}{}", "x".repeat(times - text.len()))
        }
        // `{ place { … } }` is five, each `__typename` one.
        Limit::Tokens => format!("{{ place {{ {}}} }}", "__typename ".repeat(times - 5)),
        Limit::Nesting => {
            let within = times - 2;
            format!(
                "{{ place {} __typename {} }}",
                "{ ...".repeat(within) + "{",
                "}".repeat(within + 1)
            )
        }
        Limit::ExpandedSelections => {
            // The root has two; each spread of ten fields has eleven, the rest are fields.
            let (spreads, rest) = ((times - 2) / 11, (times - 2) % 11);
            format!(
                "{{ __typename place {{ {} {} }} }} fragment F on Place {{ {} }}",
                "...F ".repeat(spreads),
                "__typename ".repeat(rest),
                "__typename ".repeat(10)
            )
        }
        Limit::Depth => {
            let within = times - 2;
            format!(
                "{{ council {} id {} }}",
                "{ parent ".repeat(within) + "{",
                "}".repeat(within + 1)
            )
        }
        Limit::Aliases => {
            let aliases: Vec<String> = (0..times).map(|n| format!("a{n}: __typename")).collect();
            format!("{{ place {{ ...F }} }} fragment F on Place {{ {} }}", aliases.join(" "))
        }
        Limit::RootFields => {
            let fields: Vec<String> = (0..times).map(|n| format!("a{n}: __typename")).collect();
            format!("{{ {} }}", fields.join(" "))
        }
        Limit::MutationFields => {
            let fields: Vec<String> =
                (0..times).map(|n| format!("a{n}: close(id: 1) {{ id }}")).collect();
            format!("mutation {{ ...F }} fragment F on Mutation {{ {} }}", fields.join(" "))
        }
        Limit::Nodes => format!(
            "{{ fund(id: 1) {{ contracts(first: {}) {{ nodes {{ fund {{ contracts(first: {}) {{ nodes {{ id }} }} }} }} }} }} }}",
            1,
            count - 1
        ),
    }
}

/// Reads and prices, since the last limit is of the request.
fn judged(gate: &Gate, text: &str) -> Result<Vec<Exceeded>, (Code, String)> {
    let refused = |refusal: gate::Refusal| (refusal.code, refusal.problems[0].message.clone());
    let prepared = gate.read(text, None).0.map_err(refused)?;
    let admitted = gate.admit(&prepared, &serde_json::Map::new()).map_err(refused)?;
    Ok([prepared.warnings(), &admitted.warnings].concat())
}

/// Limits of which only the one in question is small enough to matter.
fn only(limit: Limit, allowed: u64) -> Limits {
    let mut limits = Limits { nodes: 1_000_000, ..Limits::CEILINGS };
    match limit {
        Limit::DocumentBytes => limits.document_bytes = allowed,
        Limit::Tokens => limits.tokens = allowed,
        Limit::Nesting => limits.nesting = allowed,
        Limit::ExpandedSelections => limits.expanded_selections = allowed,
        Limit::Depth => limits.depth = allowed,
        Limit::Aliases => limits.aliases = allowed,
        Limit::RootFields => limits.root_fields = allowed,
        Limit::MutationFields => limits.mutation_fields = allowed,
        Limit::Nodes => limits.nodes = allowed,
    }
    limits
}

#[test]
fn every_limit_lets_its_bound_pass_and_refuses_one_more_with_its_own_code() {
    for limit in Limit::ALL {
        let allowed = Limits::default().of(limit);
        let gate = gate(&CORPUS, only(limit, allowed));
        assert_eq!(judged(&gate, &with(limit, allowed)), Ok(vec![]), "{limit:?} at its bound");
        let (code, message) = judged(&gate, &with(limit, allowed + 1)).expect_err("beyond");
        assert_eq!(code.as_str(), limit.code(), "{message}");
        let Code::Limit(exceeded) = code else { panic!("{limit:?} is no limit") };
        assert_eq!((exceeded.allowed, exceeded.found), (allowed, allowed + 1), "{limit:?}");
        assert!(message.contains(&allowed.to_string()), "{message}");
        assert!(message.contains(&(allowed + 1).to_string()), "{message}");
    }
}

#[test]
fn the_codes_of_the_limits_differ() {
    let codes: std::collections::BTreeSet<_> = Limit::ALL.iter().map(|own| own.code()).collect();
    assert_eq!(codes.len(), Limit::ALL.len());
}

#[test]
fn where_limits_only_warn_a_document_passes_and_is_told_of() {
    let gate = warning();
    for limit in Limit::ALL.into_iter().filter(|own| !matches!(own, Limit::Nesting)) {
        let allowed = Limits::default().of(limit);
        let warnings = judged(&gate, &with(limit, allowed + 1)).expect("it passes");
        assert!(warnings.iter().any(|own| own.limit == limit), "{limit:?}: {warnings:?}");
    }
    assert_eq!(judged(&gate, "{ place { __typename } }"), Ok(vec![]));
}

#[test]
fn where_limits_only_warn_validity_and_the_ceilings_still_refuse() {
    let gate = warning();
    assert_eq!(code(&gate, "{ nothing }"), "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(code(&gate, "{ place"), "GRAPHQL_PARSE_FAILED");
    let bomb = crate::hostile::fragment_bomb(24, 2);
    assert_eq!(code(&gate, &bomb), "TOO_MANY_SELECTIONS");
    assert_eq!(code(&gate, &with(Limit::Nesting, 65)), "NESTED_TOO_DEEPLY");
}

#[test]
fn a_typename_counts_like_any_field() {
    let text = |field: &str| {
        let fields: Vec<String> = (0..31).map(|n| format!("a{n}: {field}")).collect();
        format!("{{ fund(id: 1) {{ {} }} }}", fields.join(" "))
    };
    assert_eq!(code(&DEFAULT, &text("__typename")), "TOO_MANY_ALIASES");
    assert_eq!(code(&DEFAULT, &text("id")), "TOO_MANY_ALIASES");
}

#[test]
fn a_fragment_spread_often_counts_its_aliases_once_and_its_selections_each_time() {
    let text = "{ fund(id: 1) { owner { ...F parent { ...F parent { ...F } } } } }
        fragment F on Council { a: id b: id c: id d: id e: id f: id g: id h: id i: id j: id k: id }";
    assert_eq!(code(&DEFAULT, text), "ACCEPTED");
    let small = gate(&CORPUS, only(Limit::ExpandedSelections, 39));
    assert_eq!(code(&small, text), "TOO_MANY_SELECTIONS");
    let enough = gate(&CORPUS, only(Limit::ExpandedSelections, 40));
    assert_eq!(code(&enough, text), "ACCEPTED");
}

#[test]
fn root_fields_that_are_one_count_once() {
    let text = format!("{{ {} }}", "place { __typename } ".repeat(25));
    assert_eq!(code(&DEFAULT, &text), "ACCEPTED");
}

#[test]
fn a_mutation_answers_to_each_response_key_once_even_where_fields_would_merge() {
    for text in [
        "mutation { close(id: 1) { id } close(id: 1) { id } }",
        "mutation { close(id: 1) { id } ... { close(id: 1) { id } } }",
        "mutation { ...F ...F } fragment F on Mutation { close(id: 1) { id } }",
        "mutation { close(id: 1) { id } ...F } fragment F on Mutation { close(id: 1) { name } }",
        "mutation { a: close(id: 1) { id } a: close(id: 1) { id } }",
        "mutation { close(id: 1) @skip(if: true) { id } close(id: 1) { id } }",
    ] {
        assert_eq!(code(&DEFAULT, text), "DUPLICATE_MUTATION_KEY", "{text}");
    }
    let text = "mutation { a: close(id: 1) { id id } b: close(id: 1) { id } }";
    assert_eq!(code(&DEFAULT, text), "ACCEPTED");
}

#[test]
fn only_the_operation_that_is_meant_is_judged_and_it_must_be_clear_which() {
    let deep = with(Limit::Depth, 21).replacen('{', "query Deep {", 1);
    let text = format!("query Small {{ place {{ __typename }} }} {deep}");
    let refused = |name| DEFAULT.read(&text, name).0.err().map(|refusal| refusal.code.as_str());
    assert_eq!(refused(Some("Small")), None);
    assert_eq!(refused(Some("Deep")), Some("FIELDS_TOO_DEEP"));
    assert_eq!(refused(None), Some("OPERATION_NAME_REQUIRED"));
    assert_eq!(refused(Some("Other")), Some("OPERATION_NOT_FOUND"));
    assert_eq!(refused(Some("")), Some("OPERATION_NOT_FOUND"));
}

#[test]
fn the_standard_introspection_queries_pass_the_defaults_under_the_products_schema() {
    let recorded = json("tests/corpus/verdicts.json");
    let corpus = recorded["corpus"].as_array().expect("documents");
    let queries: Vec<&str> = corpus
        .iter()
        .filter(|own| own["part"] == "introspection")
        .map(|own| own["text"].as_str().expect("a text"))
        .collect();
    assert_eq!(queries.len(), 2);
    for text in queries {
        let prepared = SERVED.read(text, None).0.unwrap_or_else(|no| panic!("{no}"));
        let admitted = SERVED.admit(&prepared, &serde_json::Map::new());
        admitted.unwrap_or_else(|no| panic!("{no}"));
    }
}
