//! To which object types a selection applies.

use apollo_compiler::Name;

use crate::{possible::Possible, schema::Schema};

/// The object types that a selection applies to, and the conditions that lead there.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    pub possible: Possible,
    /// The types of the selection sets passed, outermost first; the last is the fields' own.
    passed: Vec<Name>,
}

impl Guard {
    pub fn new(base: &Possible, own: &Name, schema: &Schema) -> Self {
        Self { possible: base.both(&schema.possible(own)), passed: vec![own.clone()] }
    }

    /// The guard of a selection set within this one.
    pub fn narrow(&self, own: &Name, schema: &Schema) -> Self {
        let mut narrow = self.clone();
        if narrow.passed.last() != Some(own) {
            narrow.possible = narrow.possible.both(&schema.possible(own));
            narrow.passed.push(own.clone());
        }
        narrow
    }

    /// The type to look the fields up on: the object type where only one is left.
    pub fn on(&self, schema: &Schema) -> Name {
        let last = || self.passed.last().expect("a guard begins with one").clone();
        schema.only(&self.possible).cloned().unwrap_or_else(last)
    }

    /// Few conditions that say the same within a value of the static type `parent`; the last is the
    /// type that the fields are selected on.
    pub fn conditions(&self, parent: &Name, base: &Possible, schema: &Schema) -> Vec<Name> {
        let on = self.on(schema);
        if base.both(&schema.possible(&on)) == self.possible {
            return if on == *parent { Vec::new() } else { vec![on] };
        }
        self.passed.iter().skip_while(|name| *name == parent).cloned().collect()
    }
}
