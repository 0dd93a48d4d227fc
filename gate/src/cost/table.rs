//! The weights of fields and the lengths of lists.

use std::collections::HashMap;

use crate::schema::Schema;

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

/// What the fields of a schema cost. Where the schema comes to carry `@cost` and `@listSize`, the
/// table is filled from them.
#[derive(Clone, Debug)]
pub struct CostTable {
    fields: HashMap<String, HashMap<String, FieldCost>>,
    /// The weight of a field that the table does not know.
    pub weight: u64,
    /// The length of a list of which nothing is known.
    pub assumed_length: u64,
}

impl CostTable {
    /// The table that follows from the conventions of the schema: every field weighs 1, a
    /// connection is as long as its `first` or `last`, or a page of 100, and a list of which
    /// nothing is known holds ten.
    pub fn of_conventions(schema: &Schema) -> Self {
        let mut table = Self { fields: HashMap::new(), weight: 1, assumed_length: 10 };
        for (type_name, field) in schema.fields() {
            let sliced = |name: &&str| field.arguments.iter().any(|own| own.name == **name);
            let slicing: Vec<String> =
                ["first", "last"].iter().filter(|name| sliced(name)).map(|n| (*n).into()).collect();
            if slicing.is_empty() {
                continue;
            }
            let list = ListSize {
                assumed: 100,
                slicing_arguments: slicing,
                sized_fields: match field.ty.is_list() {
                    true => Vec::new(),
                    false => vec!["edges".to_owned(), "nodes".to_owned()],
                },
            };
            table.set(type_name, &field.name, FieldCost { weight: table.weight, list: Some(list) });
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
