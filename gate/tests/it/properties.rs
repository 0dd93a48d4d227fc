//! What holds of every document, drawn by chance.

use proptest::prelude::*;

use crate::{
    gates::{SERVED, UNLIMITED, json},
    generator,
    promises::{self, CORPUS_SCHEMA, PRODUCT_SCHEMA},
};

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_normal_form_is_valid_idempotent_and_answers_the_same_shape(seed: u64) {
        let made = generator::document(&CORPUS_SCHEMA, seed);
        promises::hold(&UNLIMITED, &CORPUS_SCHEMA, &made);
    }

    #[test]
    fn no_text_brings_the_gate_down(text in "[{}()\\[\\]:$!@.\"\\\\#a-z0-9 ,\n\u{e9}\u{1f600}-]{0,200}") {
        let _ = UNLIMITED.read(&text, None);
    }

    #[test]
    fn no_spoilt_document_brings_the_gate_down(seed: u64, spoilt: u64) {
        let mut made = generator::document(&CORPUS_SCHEMA, seed);
        made.text = generator::spoil(&made.text, spoilt);
        made.is_spoilt = true;
        promises::hold(&UNLIMITED, &CORPUS_SCHEMA, &made);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_normal_form_keeps_its_promises_under_the_products_own_schema(seed: u64) {
        let made = generator::document(&PRODUCT_SCHEMA, seed);
        promises::hold(&SERVED, &PRODUCT_SCHEMA, &made);
    }
}

#[test]
fn most_generated_documents_are_accepted() {
    let accepted = (0..500)
        .filter(|seed| {
            let made = generator::document(&CORPUS_SCHEMA, *seed);
            UNLIMITED.read(&made.text, None).0.is_ok()
        })
        .count();
    assert!(accepted > 300, "of 500 generated documents only {accepted} are accepted");
}

#[test]
fn the_gate_and_the_reference_implementation_agree_on_generated_documents() {
    let recorded = json("tests/corpus/generated.json");
    let recorded = recorded.as_array().expect("documents");
    assert!(recorded.len() >= 1_000, "only {} generated documents", recorded.len());
    let mut differing = Vec::new();
    for document in recorded {
        let text = document["text"].as_str().expect("a text");
        let accepted = document["accepted"].as_bool().expect("a verdict");
        let gate = if document["schema"] == "product" { &SERVED } else { &UNLIMITED };
        let ours = gate.read(text, None).0.map(|_| ()).or_else(|refusal| {
            let about_language =
                matches!(refusal.code, gate::Code::ParseFailed | gate::Code::ValidationFailed);
            if about_language { Err(refusal.to_string()) } else { Ok(()) }
        });
        if ours.is_ok() != accepted {
            differing
                .push(format!("{text}\n  reference: {}\n  gate: {ours:?}", document["message"]));
        }
    }
    assert!(differing.is_empty(), "{} differ:\n{}", differing.len(), differing.join("\n"));
}
