//! The gate accepts what the reference implementation accepts, and refuses what it refuses.
//!
//! The verdicts were written by `corpus/verdicts.mjs`; nothing here needs a network.

use gate::Code;

use crate::gates::{UNLIMITED, json};

/// Documents on which the gate differs on purpose: the text, whether the gate accepts it, and why.
const EXCEPTIONS: &[(&str, bool, &str)] = &[
    (
        r#"{ text(of: "\u{00001F600}") }"#,
        true,
        "the reference reads at most eight digits; the character is the same",
    ),
    (
        r#""a description" query { place { __typename } }"#,
        false,
        "descriptions of operations are newer than the validator, and no client sends them",
    ),
    ("{ float(of: 1e400) }", false, "to the reference it is infinite, which JSON cannot answer"),
    (
        r#"{ text(of: "a") text(of: """a""") }"#,
        true,
        "the reference compares how strings are written; they are the same string",
    ),
    ("subscription { counted counted }", false, "a subscription has one root field, written once"),
    (
        "subscription { counted @include(if: true) }",
        false,
        "conditions at a subscription's root are refused by the newer language, and by 17 of the \
         reference",
    ),
    ("subscription { counted @skip(if: true) }", false, "as above"),
];

/// What the gate says of a document: whether it is valid, and in which words it is not.
fn verdict(text: &str) -> Result<(), String> {
    match UNLIMITED.read(text, None).0 {
        Ok(_) => Ok(()),
        // Valid, though which operation is meant was not said: the reference's `validate` does
        // not choose one either.
        Err(refusal) if refusal.code == Code::OperationNameRequired => Ok(()),
        // Our own rule about documents that are valid GraphQL.
        Err(refusal) if refusal.code == Code::DuplicateMutationKey => Ok(()),
        Err(refusal) => {
            let is_invalid = matches!(refusal.code, Code::ParseFailed | Code::ValidationFailed);
            assert!(is_invalid, "{text}: {refusal}");
            assert!(!refusal.problems.is_empty(), "{text}: refused without a reason");
            Err(refusal.to_string())
        }
    }
}

#[test]
fn the_gate_and_the_reference_implementation_accept_the_same_documents() {
    let recorded = json("tests/corpus/verdicts.json");
    let corpus = recorded["corpus"].as_array().expect("documents");
    assert!(corpus.len() >= 300, "the corpus has only {} documents", corpus.len());
    let mut differing = Vec::new();
    let mut excepted = 0;
    for document in corpus {
        let text = document["text"].as_str().expect("a text");
        let accepted = document["accepted"].as_bool().expect("a verdict");
        let verdict = verdict(text);
        if let Some((_, ours, _)) = EXCEPTIONS.iter().find(|(own, ..)| *own == text) {
            assert_ne!(*ours, accepted, "{text}: is no exception");
            assert_eq!(verdict.is_ok(), *ours, "{text}: {verdict:?}");
            excepted += 1;
        } else if verdict.is_ok() != accepted {
            differing.push(format!(
                "{} {text:?}\n    reference: {}\n    gate: {verdict:?}",
                document["part"], document["message"]
            ));
        }
    }
    assert!(differing.is_empty(), "{} differ:\n{}", differing.len(), differing.join("\n"));
    assert_eq!(excepted, EXCEPTIONS.len(), "an exception is of no document");
}
