//! Trying what a query would cost: nothing of it is executed but the field that tells.

use apollo_compiler::ast::Value as Literal;
use serde_json::{Map, Value};

use crate::normal::NormalField;

/// The field of a query that tells what the query costs, and its argument by which nothing else is
/// executed, as if all other fields of the root were skipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DryRun {
    pub field: String,
    /// Of the type `Boolean!`, false by default.
    pub argument: String,
}

impl DryRun {
    pub(crate) fn is_it(&self, normal: &NormalField) -> bool {
        normal.field.name == self.field.as_str()
    }

    /// Whether one of the fields of the root asks for it, with these variables.
    pub(crate) fn is_asked(&self, fields: &[NormalField], variables: &Map<String, Value>) -> bool {
        fields.iter().filter(|normal| self.is_it(normal)).any(|normal| {
            let mut given = normal.field.arguments.iter();
            let given = given.find(|argument| argument.name == self.argument.as_str());
            match given.map(|argument| &*argument.value) {
                Some(Literal::Boolean(value)) => *value,
                Some(Literal::Variable(name)) => {
                    variables.get(name.as_str()) == Some(&Value::Bool(true))
                }
                _ => false,
            }
        })
    }
}
