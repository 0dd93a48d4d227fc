//! Variables are coerced, or refused, as the reference implementation does it.

use serde_json::{Map, Value, json};

use crate::gates::{UNLIMITED, json};

/// Coerces variables by a document that uses every one of them.
fn coerce(definitions: &str, given: &Map<String, Value>) -> Result<Map<String, Value>, String> {
    // Every input type of the schema has a field that takes it; a money scalar takes anything.
    let uses: Vec<String> = definitions
        .split(", ")
        .filter(|part| part.starts_with('$'))
        .map(|part| part.split(':').next().expect("a name").to_owned())
        .collect();
    let fields: Vec<String> = uses.iter().map(|name| field_for(definitions, name)).collect();
    let text = format!("query ({definitions}) {{ {} }}", fields.join(" "));
    let prepared = UNLIMITED.read(&text, None).0.unwrap_or_else(|no| panic!("{text}: {no}"));
    let admitted = UNLIMITED.admit(&prepared, given).map_err(|refusal| refusal.to_string())?;
    Ok(admitted.variables)
}

/// Any place where a variable of that type may stand.
fn field_for(definitions: &str, name: &str) -> String {
    let (_, rest) = definitions.split_once(&format!("{name}: ")).expect("its definition");
    let written: String =
        rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '[' | ']' | '!')).collect();
    let key = &name[1..];
    let bare: String = written.chars().filter(|c| *c != '!').collect();
    let (field, argument) = match bare.as_str() {
        "Int" => ("number", format!("of: {name}")),
        "Float" => ("float", format!("of: {name}")),
        "String" => ("text", format!("of: {name}")),
        "Boolean" => ("flag", format!("of: {name}")),
        "ID" => ("id", format!("of: {name}")),
        "Colour" => ("colour", format!("of: {name}")),
        "[Colour]" => return format!("{key}: funds(colours: {name}) {{ id }}"),
        "Money" => ("money", format!("of: {name}")),
        "[Int]" => ("list", format!("of: {name}")),
        "[[Int]]" => return format!("{key}: funds(matrix: {name}) {{ id }}"),
        "ContractWhere" => ("wheres", format!("where: {name}")),
        "Strict" => ("strict", format!("strict: {name}")),
        "[Strict]" => ("strict", format!("list: {name}")),
        "[Order]" => {
            return format!("{key}: council {{ funds(first: 1, orderBy: {name}) {{ id }} }}");
        }
        "By" => return format!("{key}: by(by: {name}) {{ id }}"),
        other => panic!("no field takes {other}"),
    };
    format!("{key}: {field}({argument})")
}

/// Numbers are compared as the reference implementation's language has them: one kind of number.
fn alike(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(a, b)| alike(a, b))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|b| alike(value, b)))
        }
        _ => one == other,
    }
}

#[test]
fn variables_become_what_the_reference_implementation_makes_of_them() {
    let recorded = json("tests/corpus/coerced.json");
    let mut differing = Vec::new();
    for case in recorded["variables"].as_array().expect("cases") {
        let definitions = case["definitions"].as_str().expect("definitions");
        let given = case["given"].as_object().expect("an object");
        let ours = coerce(definitions, given);
        let same = match (&ours, case.get("coerced")) {
            (Ok(ours), Some(theirs)) => alike(&Value::Object(ours.clone()), theirs),
            (Err(_), None) => true,
            _ => false,
        };
        if !same {
            differing
                .push(format!("{definitions} <= {:?}\n  ours {ours:?}\n  theirs {case}", given));
        }
    }
    assert!(differing.is_empty(), "{} differ:\n{}", differing.len(), differing.join("\n"));
}

#[test]
fn a_condition_cannot_be_null_though_its_variable_may() {
    let text = "query ($with: Boolean = true) { place @include(if: $with) { __typename } }";
    let prepared = UNLIMITED.read(text, None).0.expect("valid");
    let admit = |given: Value| {
        let given: Map<String, Value> = serde_json::from_value(given).expect("an object");
        UNLIMITED.admit(&prepared, &given).map(|own| own.execution.text().to_owned())
    };
    assert_eq!(admit(json!({})).expect("by default"), "query { place { __typename } }");
    let refused = admit(json!({ "with": null })).expect_err("null");
    assert_eq!(refused.code.as_str(), "VARIABLES_INVALID");
    assert!(refused.problems[0].message.contains("$with"), "{refused}");
}

#[test]
fn what_is_wrong_is_told_with_its_path_and_without_its_value() {
    let text =
        "query ($strict: Strict!, $list: [Int!]) { strict(strict: $strict) list(of: $list) }";
    let prepared = UNLIMITED.read(text, None).0.expect("valid");
    let given = json!({
        "strict": { "needed": 1, "inner": { "needed": "secret", "more": 1 }, "ids": [1, true] },
        "list": [1, 2, null, 1.5]
    });
    let given: Map<String, Value> = serde_json::from_value(given).expect("an object");
    let refusal = UNLIMITED.admit(&prepared, &given).expect_err("wrong");
    let told: Vec<&str> = refusal.problems.iter().map(|own| own.message.as_str()).collect();
    assert_eq!(
        told,
        [
            "variable $strict.inner.needed: expected an Int, a whole number of at most 32 bits, found a string",
            "variable $strict.inner: Strict has no field \"more\"",
            "variable $strict.ids[1]: expected an ID, a string or a whole number, found true or false",
            "variable $list[2]: a value of type Int! is required, null is given",
            "variable $list[3]: expected an Int, a whole number of at most 32 bits, found a number with a fraction or an exponent",
        ]
    );
}

#[test]
fn a_flood_of_wrong_values_is_told_of_ten_times() {
    let prepared = UNLIMITED.read("query ($a: [Int]) { list(of: $a) }", None).0.expect("valid");
    let values: Vec<Value> = (0..100_000).map(|_| json!("x")).collect();
    let given = [("a".to_owned(), Value::Array(values))].into_iter().collect();
    let refusal = UNLIMITED.admit(&prepared, &given).expect_err("wrong");
    assert_eq!(refusal.problems.len(), 10);
}
