//! Refuses to build while the schema has a field that the policy's register does not name, or the
//! register a field that the schema does not have.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fs,
};

use async_graphql_parser::{
    parse_schema,
    types::{TypeKind, TypeSystemDefinition},
};

const SCHEMA: &str = "../schema.graphql";
const REGISTER: &str = "../domain/src/policy/register.txt";

type Fields = BTreeMap<String, BTreeSet<String>>;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={SCHEMA}");
    println!("cargo::rerun-if-changed={REGISTER}");
    let text = fs::read_to_string(SCHEMA)?;
    // A shell empties the file before the program is run that writes it anew.
    if text.is_empty() {
        return Ok(());
    }
    let schema = schema(&text)?;
    let register = register(&fs::read_to_string(REGISTER)?);
    for missing in lacking(&schema, &register) {
        println!(
            "cargo::error={missing} is in the schema and not in domain/src/policy/register.txt"
        );
    }
    for superfluous in lacking(&register, &schema) {
        println!(
            "cargo::error={superfluous} is in domain/src/policy/register.txt and not in the schema"
        );
    }
    Ok(())
}

/// What `these` have and `those` lack.
fn lacking(these: &Fields, those: &Fields) -> Vec<String> {
    let of = |(kind, fields): (&String, &BTreeSet<String>)| {
        let others = those.get(kind).cloned().unwrap_or_default();
        fields.difference(&others).map(|field| format!("{kind}.{field}")).collect::<Vec<_>>()
    };
    these.iter().flat_map(of).collect()
}

/// The fields of every type that says something itself.
fn schema(text: &str) -> Result<Fields, async_graphql_parser::Error> {
    let mut found = Fields::new();
    for definition in parse_schema(text)?.definitions {
        let TypeSystemDefinition::Type(kind) = definition else { continue };
        let name = kind.node.name.node.to_string();
        let fields = match kind.node.kind {
            TypeKind::Object(object) => object.fields,
            TypeKind::Interface(interface) => interface.fields,
            _ => continue,
        };
        let is_carrier = ["Connection", "Edge", "Payload"].iter().any(|end| name.ends_with(end));
        if !is_carrier {
            let names = fields.iter().map(|field| field.node.name.node.to_string());
            found.entry(name).or_default().extend(names);
        }
    }
    Ok(found)
}

fn register(text: &str) -> Fields {
    let mut found = Fields::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('|').map(str::trim).collect();
        if let [kind, _, _, fields] = columns[..] {
            let fields = fields.split_whitespace().map(str::to_owned);
            found.entry(kind.to_owned()).or_default().extend(fields);
        }
    }
    found
}
