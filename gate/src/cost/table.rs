//! The weights of fields and the lengths of lists.

use std::collections::HashMap;

use apollo_compiler::ast::{Directive, FieldDefinition, Value};

use crate::schema::Schema;

/// What a field weighs of which nothing else is said.
const USUAL_WEIGHT: u64 = 1;
/// What each field of a mutation weighs: it is a transaction, and waits for the disk.
const MUTATION_WEIGHT: u64 = 20;
/// The longest page of a connection.
const WHOLE_PAGE: u64 = 100;
/// The length of a list of which nothing is said.
const USUAL_LENGTH: u64 = 10;

/// How long a list may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListSize {
    /// The length when no slicing argument tells it.
    pub assumed: u64,
    /// Arguments that tell it: a number is the length, a list is as long as the answer. Of
    /// several given ones the largest counts.
    pub slicing_arguments: Vec<String>,
    /// The fields within that are as long, as `edges` and `nodes` of a connection are; empty when
    /// the field itself is the list.
    pub sized_fields: Vec<String>,
}

/// What a field costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldCost {
    /// For each time it is answered.
    pub weight: u64,
    /// When it is, or leads to, a list.
    pub list: Option<ListSize>,
}

/// What the fields of a schema cost.
#[derive(Clone, Debug)]
pub struct CostTable {
    fields: HashMap<String, HashMap<String, FieldCost>>,
    /// The weight of a field that the table does not know.
    pub weight: u64,
    /// The length of a list of which nothing is known.
    pub assumed_length: u64,
}

impl CostTable {
    /// What the schema says of itself, which is the one source of costs. By its conventions a field
    /// weighs 1 and one of a mutation 20, a connection is as long as its `first` or `last`, or a
    /// page of 100, and a list of which nothing is said holds ten. Its directives say otherwise:
    /// `@cost(weight)` what a field weighs, `@listSize(assumedSize, slicingArguments, sizedFields)`
    /// how long a list is.
    pub fn of_schema(schema: &Schema) -> Self {
        let mut table =
            Self { fields: HashMap::new(), weight: USUAL_WEIGHT, assumed_length: USUAL_LENGTH };
        for (type_name, field) in schema.fields() {
            let said = |name| field.directives.get(name).map(|directive| &**directive);
            let usual = if schema.is_mutation(type_name) { MUTATION_WEIGHT } else { USUAL_WEIGHT };
            let weight = said("cost").and_then(|cost| number(cost, "weight")).unwrap_or(usual);
            let list = said("listSize").map(|size| list_size(field, size)).or_else(|| page(field));
            if weight != USUAL_WEIGHT || list.is_some() {
                table.set(type_name, &field.name, FieldCost { weight, list });
            }
        }
        table
    }

    /// Says what one field costs.
    pub fn set(&mut self, type_name: &str, field: &str, cost: FieldCost) {
        self.fields.entry(type_name.to_owned()).or_default().insert(field.to_owned(), cost);
    }

    pub(super) fn weight(&self, type_name: &str, field: &str) -> u64 {
        self.get(type_name, field).map_or(self.weight, |cost| cost.weight)
    }

    pub(super) fn list(&self, type_name: &str, field: &str) -> Option<&ListSize> {
        self.get(type_name, field).and_then(|cost| cost.list.as_ref())
    }

    fn get(&self, type_name: &str, field: &str) -> Option<&FieldCost> {
        self.fields.get(type_name)?.get(field)
    }
}

/// What the conventions say of a field that is read by pages.
fn page(field: &FieldDefinition) -> Option<ListSize> {
    let has = |name: &&str| field.arguments.iter().any(|own| own.name == **name);
    let slicing: Vec<String> =
        ["first", "last"].iter().filter(|name| has(name)).map(|name| (*name).into()).collect();
    (!slicing.is_empty()).then(|| ListSize {
        assumed: WHOLE_PAGE,
        slicing_arguments: slicing,
        sized_fields: sized_by(field),
    })
}

fn list_size(field: &FieldDefinition, size: &Directive) -> ListSize {
    ListSize {
        assumed: number(size, "assumedSize").unwrap_or(USUAL_LENGTH),
        slicing_arguments: names(size, "slicingArguments").unwrap_or_default(),
        sized_fields: names(size, "sizedFields").unwrap_or_else(|| sized_by(field)),
    }
}

/// The fields of a connection that are as long as its page.
fn sized_by(field: &FieldDefinition) -> Vec<String> {
    match field.ty.is_list() {
        true => Vec::new(),
        false => vec!["edges".to_owned(), "nodes".to_owned()],
    }
}

fn number(directive: &Directive, argument: &str) -> Option<u64> {
    match &**directive.specified_argument_by_name(argument)? {
        Value::Int(number) => number.as_str().parse().ok(),
        _ => None,
    }
}

fn names(directive: &Directive, argument: &str) -> Option<Vec<String>> {
    let items = directive.specified_argument_by_name(argument)?.as_list()?;
    Some(items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect())
}
