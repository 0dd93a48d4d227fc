//! Literals and variables where they stand: variables in positions that take their types, and
//! input objects of which exactly one field is to be given.

use std::collections::HashSet;

use apollo_compiler::{
    ExecutableDocument, Name, Node,
    ast::{Argument, DirectiveList, InputValueDefinition, Type, Value},
    executable::{Operation, Selection, SelectionSet},
    schema::ExtendedType,
};

use super::place;
use crate::{
    refusal::{MOST_PROBLEMS, Problem},
    schema::Schema,
    toll::Toll,
};

/// Looks at every operation with all that it reaches, since variables are an operation's.
pub(super) fn look(
    schema: &Schema,
    document: &ExecutableDocument,
    toll: &mut Toll<'_>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for operation in document.operations.iter() {
        let mut look = Look { schema, document, operation, seen: HashSet::new(), problems, toll };
        for variable in &operation.variables {
            if let Some(default) = &variable.default_value {
                look.value(default, Some(&variable.ty), false);
            }
        }
        look.directives(&operation.directives);
        look.set(&operation.selection_set);
        problems = look.problems;
    }
    problems
}

struct Look<'a, 'b> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    operation: &'a Operation,
    seen: HashSet<&'a Name>,
    problems: Vec<Problem>,
    toll: &'a mut Toll<'b>,
}

impl<'a> Look<'a, '_> {
    fn set(&mut self, set: &'a SelectionSet) {
        for selection in &set.selections {
            self.toll.step(1);
            self.directives(selection.directives());
            match selection {
                Selection::Field(field) => {
                    self.arguments(&field.arguments, &field.definition.arguments);
                    self.set(&field.selection_set);
                }
                Selection::InlineFragment(inline) => self.set(&inline.selection_set),
                Selection::FragmentSpread(spread) => {
                    let fragment = self.document.fragments.get(&spread.fragment_name);
                    if let Some(fragment) = fragment
                        && self.seen.insert(&spread.fragment_name)
                    {
                        self.directives(&fragment.directives);
                        self.set(&fragment.selection_set);
                    }
                }
            }
        }
    }

    fn directives(&mut self, directives: &DirectiveList) {
        for directive in directives.iter() {
            let known = self.schema.parsed.directive_definitions.get(&directive.name);
            if let Some(known) = known {
                self.arguments(&directive.arguments, &known.arguments);
            }
        }
    }

    fn arguments(&mut self, given: &[Node<Argument>], known: &[Node<InputValueDefinition>]) {
        for argument in given {
            if let Some(known) = known.iter().find(|known| known.name == argument.name) {
                self.value(&argument.value, Some(&known.ty), known.default_value.is_some());
            }
        }
    }

    /// A value in a position of a type; nothing is known of positions within scalars of our own.
    fn value(&mut self, value: &Node<Value>, ty: Option<&Type>, has_default: bool) {
        self.toll.step(1);
        let Some(ty) = ty.filter(|_| self.problems.len() < MOST_PROBLEMS) else { return };
        match &**value {
            Value::Variable(name) => self.variable(value, name, ty, has_default),
            Value::List(items) => {
                let item_type = match ty {
                    Type::List(item) | Type::NonNullList(item) => (**item).clone(),
                    single => single.clone().nullable(),
                };
                items.iter().for_each(|item| self.value(item, Some(&item_type), false));
            }
            Value::Object(fields) => {
                let named = self.schema.definition(ty.inner_named_type());
                let Some(ExtendedType::InputObject(object)) = named else { return };
                for (name, field) in fields {
                    if let Some(known) = object.fields.get(name) {
                        self.value(field, Some(&known.ty), known.default_value.is_some());
                    }
                }
                let is_one = matches!(&**fields, [(_, only)] if !only.is_null());
                if object.directives.has("oneOf") && !is_one {
                    let name = &object.name;
                    self.wrong(value, format!("{name} takes exactly one of its fields, not null"));
                }
            }
            _ => {}
        }
    }

    fn variable(&mut self, at: &Node<Value>, name: &Name, ty: &Type, has_default: bool) {
        let Some(variable) = self.operation.variables.iter().find(|own| own.name == *name) else {
            return;
        };
        let own_default = variable.default_value.as_ref().is_some_and(|value| !value.is_null());
        let fits = if ty.is_non_null() && !variable.ty.is_non_null() {
            (own_default || has_default) && is_within(&variable.ty, &ty.clone().nullable())
        } else {
            is_within(&variable.ty, ty)
        };
        if !fits {
            let own = &variable.ty;
            self.wrong(at, format!("variable ${name} of type {own} stands where {ty} is expected"));
        }
    }

    fn wrong(&mut self, at: &Node<Value>, message: String) {
        self.problems.push(Problem::new(message, place(at, &self.document.sources)));
    }
}

/// Whether every value of the one type is one of the other; input types have no other kinship than
/// that of what may be null.
fn is_within(one: &Type, other: &Type) -> bool {
    match (one, other) {
        (Type::NonNullNamed(one) | Type::Named(one), Type::Named(other))
        | (Type::NonNullNamed(one), Type::NonNullNamed(other)) => one == other,
        (Type::NonNullList(one) | Type::List(one), Type::List(other))
        | (Type::NonNullList(one), Type::NonNullList(other)) => is_within(one, other),
        _ => false,
    }
}
