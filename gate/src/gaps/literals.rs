//! Literals by themselves: an input object names each of its fields once.

use std::collections::HashSet;

use apollo_compiler::{
    Node,
    ast::{Argument, Definition, DirectiveList, Document, Selection, Value},
    parser::SourceMap,
};

use crate::{
    refusal::{Location, Problem},
    toll::Toll,
};

/// What a look at all literals of a document has found.
pub(super) struct Found {
    pub problems: Vec<Problem>,
    /// Whether any of them is a list.
    pub has_lists: bool,
}

pub(super) fn look(document: &Document, toll: &mut Toll<'_>) -> Found {
    let found = Found { problems: Vec::new(), has_lists: false };
    let mut look = Look { sources: &document.sources, found, toll };
    for definition in &document.definitions {
        match definition {
            Definition::OperationDefinition(operation) => {
                look.directives(&operation.directives);
                for variable in &operation.variables {
                    variable.default_value.iter().for_each(|value| look.value(value));
                    look.directives(&variable.directives);
                }
                look.selections(&operation.selection_set);
            }
            Definition::FragmentDefinition(fragment) => {
                look.directives(&fragment.directives);
                look.selections(&fragment.selection_set);
            }
            _ => {}
        }
    }
    look.found
}

struct Look<'a, 'b> {
    sources: &'a SourceMap,
    found: Found,
    toll: &'a mut Toll<'b>,
}

impl Look<'_, '_> {
    fn selections(&mut self, selections: &[Selection]) {
        for selection in selections {
            match selection {
                Selection::Field(field) => {
                    self.arguments(&field.arguments);
                    self.directives(&field.directives);
                    self.selections(&field.selection_set);
                }
                Selection::InlineFragment(inline) => {
                    self.directives(&inline.directives);
                    self.selections(&inline.selection_set);
                }
                Selection::FragmentSpread(spread) => self.directives(&spread.directives),
            }
        }
    }

    fn directives(&mut self, directives: &DirectiveList) {
        directives.iter().for_each(|directive| self.arguments(&directive.arguments));
    }

    fn arguments(&mut self, arguments: &[Node<Argument>]) {
        arguments.iter().for_each(|argument| self.value(&argument.value));
    }

    fn value(&mut self, value: &Node<Value>) {
        self.toll.step(1);
        match &**value {
            Value::List(items) => {
                self.found.has_lists = true;
                items.iter().for_each(|item| self.value(item));
            }
            Value::Object(fields) => {
                let mut names = HashSet::new();
                for (name, field) in fields {
                    if !names.insert(name) {
                        let at = name.location().and_then(|span| span.line_column(self.sources));
                        self.found.problems.push(Problem::new(
                            format!("there can be only one input field named \"{name}\""),
                            at.map(|at| Location { line: at.line, column: at.column }),
                        ));
                    }
                    self.value(field);
                }
            }
            _ => {}
        }
    }
}
