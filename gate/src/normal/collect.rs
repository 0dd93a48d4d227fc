//! Gathers what is selected on one value, fragments and all.

use std::collections::{HashMap, HashSet};

use apollo_compiler::{
    ExecutableDocument, Name, Node,
    ast::{DirectiveList, Value},
    executable::{Field, Operation, Selection, SelectionSet},
};

use super::{NormalField, guard::Guard};
use crate::{possible::Possible, schema::Schema, toll::Toll};

/// What the variables of `@skip` and `@include` are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Conditions<'a> {
    /// Everything is looked at, whatever its conditions.
    Ignored,
    /// The variables that are true; all others are false.
    True(&'a HashSet<&'a str>),
}

impl Conditions<'_> {
    fn include(&self, directives: &DirectiveList) -> bool {
        let Self::True(those) = self else { return true };
        directives.iter().all(|directive| match directive.name.as_str() {
            "skip" => !Self::holds(directive.specified_argument_by_name("if"), those),
            "include" => Self::holds(directive.specified_argument_by_name("if"), those),
            _ => true,
        })
    }

    fn holds(value: Option<&Node<Value>>, those: &HashSet<&str>) -> bool {
        match value.map(|value| &**value) {
            Some(Value::Boolean(value)) => *value,
            Some(Value::Variable(name)) => those.contains(name.as_str()),
            _ => false,
        }
    }
}

/// The variables on which the shape of an operation depends.
pub(crate) fn conditions_of(document: &ExecutableDocument, operation: &Operation) -> Vec<Name> {
    let mut names = Vec::new();
    let mut seen = HashSet::new();
    let mut ahead = vec![&operation.selection_set];
    while let Some(set) = ahead.pop() {
        for selection in &set.selections {
            for directive in selection.directives().iter() {
                if !matches!(directive.name.as_str(), "skip" | "include") {
                    continue;
                }
                if let Some(Value::Variable(name)) =
                    directive.specified_argument_by_name("if").map(|value| &**value)
                    && !names.contains(name)
                {
                    names.push(name.clone());
                }
            }
            match selection {
                Selection::Field(field) => ahead.push(&field.selection_set),
                Selection::InlineFragment(inline) => ahead.push(&inline.selection_set),
                Selection::FragmentSpread(spread) => {
                    let fragment = document.fragments.get(&spread.fragment_name);
                    if let Some(fragment) = fragment
                        && seen.insert(&spread.fragment_name)
                    {
                        ahead.push(&fragment.selection_set);
                    }
                }
            }
        }
    }
    names
}

/// The fields to execute of an operation.
pub(crate) fn collect(
    schema: &Schema,
    document: &ExecutableDocument,
    operation: &Operation,
    conditions: Conditions<'_>,
    toll: &mut Toll<'_>,
) -> Vec<NormalField> {
    let mut walk = Walk { schema, document, conditions, clash: None };
    walk.value(&operation.selection_set.ty, &[&operation.selection_set], toll)
}

/// Two fields of one response key whose arguments differ where the validator does not look: in
/// the lengths of lists.
pub(crate) fn clash(
    schema: &Schema,
    document: &ExecutableDocument,
    operation: &Operation,
    toll: &mut Toll<'_>,
) -> Option<Node<Field>> {
    let mut walk = Walk { schema, document, conditions: Conditions::Ignored, clash: None };
    walk.value(&operation.selection_set.ty, &[&operation.selection_set], toll);
    walk.clash
}

struct Walk<'a> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    conditions: Conditions<'a>,
    clash: Option<Node<Field>>,
}

/// The fields that answer to one key for the same object types.
struct Group<'a> {
    guard: Guard,
    fields: Vec<&'a Node<Field>>,
}

#[derive(Default)]
struct Gathered<'a> {
    groups: Vec<Group<'a>>,
    by_key: HashMap<&'a Name, Vec<usize>>,
    /// Spreads met, by what they apply to: a second one adds nothing.
    met: HashSet<(&'a Name, Possible)>,
}

impl<'a> Walk<'a> {
    fn value(
        &mut self,
        parent: &Name,
        sets: &[&'a SelectionSet],
        toll: &mut Toll<'_>,
    ) -> Vec<NormalField> {
        let base = self.schema.possible(parent);
        let mut gathered = Gathered::default();
        for set in sets {
            self.gather(set, &Guard::new(&base, &set.ty, self.schema), &mut gathered, toll);
        }
        let groups = gathered.groups.into_iter();
        groups.map(|group| self.field(parent, &base, &group, toll)).collect()
    }

    fn gather(
        &mut self,
        set: &'a SelectionSet,
        guard: &Guard,
        gathered: &mut Gathered<'a>,
        toll: &mut Toll<'_>,
    ) {
        for selection in &set.selections {
            toll.step(1);
            if guard.possible.is_empty() || !self.conditions.include(selection.directives()) {
                continue;
            }
            match selection {
                Selection::Field(field) => self.place(field, guard, gathered, toll),
                Selection::InlineFragment(inline) => {
                    let set = &inline.selection_set;
                    self.gather(set, &guard.narrow(&set.ty, self.schema), gathered, toll);
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.fragment_name;
                    let Some(fragment) = self.document.fragments.get(name) else { continue };
                    let set = &fragment.selection_set;
                    let guard = guard.narrow(&set.ty, self.schema);
                    if gathered.met.insert((name, guard.possible.clone())) {
                        self.gather(set, &guard, gathered, toll);
                    }
                }
            }
        }
    }

    /// Puts a field to those that it is one with, or by itself. An object's field is by itself too
    /// where one between the two may answer to the same key: its own fields come after that one's.
    fn place(
        &mut self,
        field: &'a Node<Field>,
        guard: &Guard,
        gathered: &mut Gathered<'a>,
        toll: &mut Toll<'_>,
    ) {
        let places = gathered.by_key.entry(field.response_key()).or_default();
        let is_leaf = field.selection_set.selections.is_empty();
        let mut is_overtaken = false;
        for place in places.iter().rev() {
            toll.step(1);
            let group = &mut gathered.groups[*place];
            let is_between = !guard.possible.both(&group.guard.possible).is_empty();
            if self.clash.is_none() && is_between && !same_arguments(group.fields[0], field) {
                self.clash = Some(field.clone());
            }
            if group.guard.possible == guard.possible && !is_overtaken {
                group.fields.push(field);
                return;
            }
            if is_leaf && guard.possible.is_within(&group.guard.possible) {
                return;
            }
            is_overtaken |= is_between && !is_leaf;
        }
        places.push(gathered.groups.len());
        gathered.groups.push(Group { guard: guard.clone(), fields: vec![field] });
    }

    fn field(
        &mut self,
        parent: &Name,
        base: &Possible,
        group: &Group<'a>,
        toll: &mut Toll<'_>,
    ) -> NormalField {
        let first = group.fields[0];
        let on = group.guard.on(self.schema);
        let own = self.schema.parsed.type_field(&on, &first.name).ok();
        let definition = own.map_or_else(|| first.definition.clone(), |own| own.node.clone());
        let sets: Vec<&SelectionSet> =
            group.fields.iter().map(|field| &field.selection_set).collect();
        let selections = if first.selection_set.selections.is_empty() {
            Vec::new()
        } else {
            self.value(definition.ty.inner_named_type(), &sets, toll)
        };
        NormalField {
            field: first.clone(),
            on,
            definition,
            within: group.guard.conditions(parent, base, self.schema),
            selections,
        }
    }
}

/// Whether the lists in the arguments of two fields that the validator takes for equal are of one
/// length.
fn same_arguments(one: &Field, other: &Field) -> bool {
    one.arguments.iter().all(|argument| {
        let same = other.arguments.iter().find(|other| other.name == argument.name);
        same.is_none_or(|other| same_lengths(&argument.value, &other.value))
    })
}

fn same_lengths(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(a, b)| same_lengths(a, b))
        }
        (Value::Object(one), Value::Object(other)) => one.iter().all(|(name, value)| {
            let same = other.iter().find(|(other, _)| other == name);
            same.is_none_or(|(_, other)| same_lengths(value, other))
        }),
        _ => true,
    }
}
