//! The queries that the documentation shows pass at the defaults, keep the promises, and cost what
//! `documented.txt` says: `TRIBUTARY_GOLDEN=write cargo test -p gate documented` writes it anew.

use std::{env, fmt::Write, fs, path::Path};

use apollo_compiler::{
    ast::{Definition, Document, Type},
    schema::ExtendedType,
};
use gate::{Admitted, Terms};
use serde_json::{Map, Value, json};

use crate::{
    gates::SERVED,
    generator::Made,
    promises::{self, PRODUCT_SCHEMA},
};

/// What a document that is shown may cost: a hundred of the dearest are paid by a full budget.
const DEAREST: u64 = Terms::USUAL.capacity as u64 / 100;

/// A value for a variable: lists as long as they may be asked for, and nothing that may be left
/// out.
fn value(of: &Type) -> Value {
    if of.is_list() {
        return json!([]);
    }
    match PRODUCT_SCHEMA.types.get(of.inner_named_type().as_str()) {
        Some(ExtendedType::Enum(own)) => json!(own.values.keys().next().expect("a value")),
        Some(ExtendedType::InputObject(own)) => {
            let required = own.fields.values().filter(|field| field.is_required());
            required.map(|field| (field.name.to_string(), value(&field.ty))).collect()
        }
        _ => match of.inner_named_type().as_str() {
            "Int" => json!(100),
            "Boolean" => json!(true),
            _ => json!("1"),
        },
    }
}

fn variables(text: &str) -> Map<String, Value> {
    let document = Document::parse(text, "document").expect("a document");
    let variables = document.definitions.iter().flat_map(|definition| match definition {
        Definition::OperationDefinition(operation) => operation.variables.as_slice(),
        _ => &[],
    });
    variables.map(|variable| (variable.name.to_string(), value(&variable.ty))).collect()
}

/// Where a document comes from, what it begins with, and what it comes to.
fn line(page: &str, text: &str, admitted: &Admitted) -> String {
    let start: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let start: String = start.chars().take(60).collect();
    let (cost, nodes) = (admitted.price.cost, admitted.price.nodes);
    let mut line = String::new();
    let _ = writeln!(line, "{cost:>6} {nodes:>6}  {page}  {start}");
    line
}

/// The documents on the pages of the documentation, with the names of their pages.
fn shown() -> Vec<(String, String)> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let mut shown = Vec::new();
    for entry in fs::read_dir(docs).expect("the documentation") {
        let path = entry.expect("a page").path();
        let Ok(page) = fs::read_to_string(&path) else { continue };
        for block in page.split("```graphql\n").skip(1) {
            let text = block.split("```").next().expect("a block").to_owned();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            shown.push((name.to_owned(), text));
        }
    }
    shown.sort();
    shown
}

#[test]
fn the_documented_queries_pass_at_the_defaults_and_cost_what_the_table_says() {
    let shown = shown();
    assert!(shown.len() >= 20, "only {} documents are shown", shown.len());
    let mut table = String::from("# cost, nodes, page, how it begins\n");
    for (page, text) in shown {
        let told = |why: String| -> ! { panic!("{page}: {text}\n{why}") };
        let prepared = SERVED.read(&text, None).0.unwrap_or_else(|no| told(no.to_string()));
        let variables = variables(&text);
        let admitted = SERVED.admit(&prepared, &variables);
        let admitted = admitted.unwrap_or_else(|no| told(no.to_string()));
        let cost = admitted.price.cost;
        assert!(cost > 0 && cost <= DEAREST, "{page}: {text} costs {cost}");
        table.push_str(&line(&page, &text, &admitted));
        let made = Made { text, variables, is_spoilt: false };
        assert!(promises::hold(&SERVED, &PRODUCT_SCHEMA, &made), "{page}");
    }
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documented.txt");
    if env::var("TRIBUTARY_GOLDEN").as_deref() == Ok("write") {
        fs::write(&golden, &table).expect("a file that can be written");
    }
    let expected = fs::read_to_string(&golden).unwrap_or_default();
    assert!(expected == table, "the costs changed: {}\n{table}", golden.display());
}
