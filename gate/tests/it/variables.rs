//! Variables are coerced, or refused, as the reference implementation does it.

use serde_json::{Map, Value};

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
            return format!(
                "{key}: council {{ funds(first: 1, orderBy: {name}) {{ id }} }}"
            );
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
            differing.push(format!("{definitions} <= {:?}\n  ours {ours:?}\n  theirs {case}", given));
        }
    }
    assert!(differing.is_empty(), "{} differ:\n{}", differing.len(), differing.join("\n"));
}
