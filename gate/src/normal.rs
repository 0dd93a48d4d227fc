//! The normal form of an operation: what the engine executes instead of the client's text.
//!
//! Conditions are decided, so that `@skip` and `@include` are gone; fragments are written out where
//! they apply and gone where they cannot; equal fields are one. The response keys of every object
//! come in the order in which the client's document yields them, whatever type the object is of.

mod collect;
mod guard;
mod print;

pub(crate) use collect::{Conditions, clash, collect, conditions_of};
pub(crate) use print::print;

use apollo_compiler::{Name, Node, ast::FieldDefinition, executable::Field};

/// A field to execute.
#[derive(Clone, Debug)]
pub(crate) struct NormalField {
    /// The first of the client's fields that became this one; its arguments are everyone's.
    pub field: Node<Field>,
    /// The type that the field is selected on; the object type itself where there is only one.
    pub on: Name,
    /// The field in that type.
    pub definition: Node<FieldDefinition>,
    /// The conditions to print around it, outermost first; none when it always applies.
    pub within: Vec<Name>,
    /// Empty for a leaf, and for an object of which everything was skipped.
    pub selections: Vec<NormalField>,
}

impl NormalField {
    pub fn is_leaf(&self) -> bool {
        self.field.selection_set.selections.is_empty()
    }
}
