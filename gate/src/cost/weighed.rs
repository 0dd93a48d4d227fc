//! What each field of an answer weighs, for whoever counts what was answered.

use super::CostTable;
use crate::normal::NormalField;

/// A field of the answer, by its response key, in the order of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weighed {
    pub key: String,
    /// For each time it is answered. Where a key answers differently by the type of the object, the
    /// heaviest.
    pub weight: u64,
    /// What its objects hold; empty of a leaf.
    pub within: Vec<Self>,
}

/// Weighs the fields of a normal form.
pub(crate) fn weighed(fields: &[NormalField], table: &CostTable) -> Vec<Weighed> {
    let mut all = Vec::with_capacity(fields.len());
    add(&mut all, fields, table);
    all
}

fn add(all: &mut Vec<Weighed>, fields: &[NormalField], table: &CostTable) {
    for normal in fields {
        let key = normal.field.response_key().as_str();
        let weight = table.weight(&normal.on, &normal.field.name);
        let place = all.iter().position(|own| own.key == key).unwrap_or_else(|| {
            all.push(Weighed { key: key.to_owned(), weight, within: Vec::new() });
            all.len() - 1
        });
        let own = &mut all[place];
        own.weight = own.weight.max(weight);
        add(&mut own.within, &normal.selections, table);
    }
}
