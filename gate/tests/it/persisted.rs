//! Persisted documents: what a manifest is, and what a request may name its document by.

use gate::{Code, Naming, NotAManifest, Persisted};

use crate::gates::DEFAULT;

fn persisted(naming: Naming) -> Persisted {
    let mut persisted = Persisted::new(naming);
    persisted.add(r#"{"sha256:ab": "{ a }", "cd": "{ c }"}"#).expect("a manifest");
    persisted.add(r#"{"ab": "{ a }", "x-md5:ef": "{ e }"}"#).expect("it says the same of ab");
    persisted
}

#[test]
fn a_document_is_found_with_its_prefix_and_without() {
    let persisted = persisted(Naming::Either);
    for (identifier, text) in
        [("ab", "{ a }"), ("sha256:ab", "{ a }"), ("sha256:cd", "{ c }"), ("x-md5:ef", "{ e }")]
    {
        let found = persisted.text(None, Some(identifier)).expect("a known identifier");
        assert_eq!(found, Some(text), "{identifier}");
    }
    assert_eq!(persisted.documents().map(|it| it.0).collect::<Vec<_>>(), ["ab", "cd", "x-md5:ef"]);
}

#[test]
fn what_names_a_document_is_as_the_operator_wants_it() {
    let judged = |naming, text, identifier| {
        let persisted = persisted(naming);
        let judged = persisted.text(text, identifier).map(|text| text.map(str::to_owned));
        judged.map_err(|refusal| refusal.code)
    };
    let text = |text: &str| Ok(Some(text.to_owned()));
    for naming in [Naming::Text, Naming::Either, Naming::Identifier] {
        assert_eq!(judged(naming, None, None), Ok(None));
    }
    for naming in [Naming::Text, Naming::Either] {
        for identifier in [None, Some("ab"), Some("unknown")] {
            assert_eq!(judged(naming, Some("{ z }"), identifier), text("{ z }"));
        }
    }
    assert_eq!(judged(Naming::Text, None, Some("ab")), Err(Code::IdentifiersNotAccepted));
    for naming in [Naming::Either, Naming::Identifier] {
        assert_eq!(judged(naming, None, Some("ab")), text("{ a }"));
        for unknown in ["", "AB", "sha256:", "sha1:ab", "x-md5:ab"] {
            assert_eq!(judged(naming, None, Some(unknown)), Err(Code::IdentifierUnknown));
        }
    }
    for identifier in [None, Some("ab")] {
        let refused = judged(Naming::Identifier, Some("{ a }"), identifier);
        assert_eq!(refused, Err(Code::IdentifierRequired));
    }
}

#[test]
fn what_is_no_manifest_is_refused() {
    let mut persisted = persisted(Naming::Either);
    for text in ["", "[]", "null", "{", r#"{"a": 1}"#, r#"{"a": null}"#, r#"{"a": ["{ a }"]}"#] {
        assert!(matches!(persisted.add(text), Err(NotAManifest::Form)), "{text}");
    }
    assert!(matches!(persisted.add("{}"), Err(NotAManifest::Empty)));
    let long = format!("{{\"{}\": \"{{ a }}\"}}", "a".repeat(257));
    for text in [r#"{"": "{ a }"}"#, r#"{"a b": "{ a }"}"#, r#"{"ä": "{ a }"}"#, &long] {
        assert!(matches!(persisted.add(text), Err(NotAManifest::Identifier(_))), "{text}");
    }
    let other = persisted.add(r#"{"ab": "{ other }"}"#);
    assert!(matches!(other, Err(NotAManifest::Twice(identifier)) if identifier == "ab"));
}

#[test]
fn every_operation_of_a_document_is_judged() {
    let judged = |text| DEFAULT.check(text).map_err(|refusal| refusal.code.as_str());
    for good in ["{ __typename }", "query A { __typename } query B { a: __typename }"] {
        assert_eq!(judged(good), Ok(()), "{good}");
    }
    let twice = "query A { __typename } mutation M { close(id: 1) { id } close(id: 1) { id } }";
    for (bad, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("query A { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { __typename } query B { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        (twice, "DUPLICATE_MUTATION_KEY"),
    ] {
        assert_eq!(judged(bad), Err(code), "{bad}");
    }
}
