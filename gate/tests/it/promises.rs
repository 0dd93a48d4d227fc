//! What is promised of every document that the gate accepts.

use std::sync::LazyLock;

use apollo_compiler::{Schema, validation::Valid};
use async_graphql_parser::parse_query;
use gate::{Gate, Refusal};

use crate::{
    gates::{CORPUS, PRODUCT},
    generator::Made,
    shape,
};

pub static CORPUS_SCHEMA: LazyLock<Valid<Schema>> =
    LazyLock::new(|| Schema::parse_and_validate(&**CORPUS, "schema.graphql").expect("a schema"));
pub static PRODUCT_SCHEMA: LazyLock<Valid<Schema>> =
    LazyLock::new(|| Schema::parse_and_validate(&**PRODUCT, "schema.graphql").expect("a schema"));

/// Holds an accepted document's normal form to what is promised of it; false when it was refused.
pub fn hold(gate: &Gate, schema: &Valid<Schema>, made: &Made) -> bool {
    let Ok(prepared) = gate.read(&made.text, None).0 else { return false };
    let admitted = match gate.admit(&prepared, &made.variables) {
        Ok(admitted) => admitted,
        Err(refusal) => {
            // A spoilt document may ask for other variables than it was made with.
            let excused = if made.is_spoilt { "VARIABLES_INVALID" } else { "TOO_MANY_NODES" };
            let code = refusal.code.as_str();
            assert!(code == "TOO_MANY_NODES" || code == excused, "{}: {refusal}", made.text);
            return true;
        }
    };
    let normal = admitted.execution.text();
    let told = |refusal: &Refusal| format!("{}\nbecame {normal}\nand {refusal}", made.text);
    parse_query(normal).unwrap_or_else(|no| panic!("{}\nbecame {normal}\n{no}", made.text));
    let again = gate.read(normal, None).0.unwrap_or_else(|no| panic!("{}", told(&no)));
    let again =
        gate.admit(&again, &admitted.variables).unwrap_or_else(|no| panic!("{}", told(&no)));
    assert_eq!(again.execution.text(), normal, "{} is not normal yet", made.text);
    assert_eq!(again.price, admitted.price, "{}\nbecame {normal}", made.text);
    for salt in 0..4 {
        let before = shape::of(schema, &made.text, &admitted.variables, salt);
        let Ok(before) = before else { return true };
        let after = shape::of(schema, normal, &admitted.variables, salt);
        assert_eq!(after.as_ref(), Ok(&before), "{}\nbecame {normal}", made.text);
    }
    true
}
