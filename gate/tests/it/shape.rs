//! The response that a document yields, by the plainest reading of the language: for every object
//! the response keys in order, and for every leaf what would have been asked of it.
//!
//! Objects of interfaces and unions are of a type drawn by the salt and the path, so that the same
//! place has the same type whatever the document looks like.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
};

use apollo_compiler::{
    ExecutableDocument, Name, Node, Schema,
    ast::{DirectiveList, Value as Literal},
    executable::{Field, Selection, SelectionSet},
    validation::Valid,
};
use serde_json::{Map, Value};

/// The answer of one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The field asked, with its arguments.
    Leaf(String),
    Object(Vec<(String, Shape)>),
}

/// What a document's one operation yields with these variables.
pub fn of(
    schema: &Valid<Schema>,
    text: &str,
    variables: &Map<String, Value>,
    salt: u64,
) -> Result<Shape, String> {
    let document = ExecutableDocument::parse_and_validate(schema, text, "document")
        .map_err(|refused| refused.errors.to_string())?;
    let operation = document.operations.get(None).map_err(|no| no.message().to_string())?;
    let reader = Reader { schema, document: &document, variables, salt };
    Ok(reader.object(&operation.selection_set.ty, &[&operation.selection_set], ""))
}

struct Reader<'a> {
    schema: &'a Valid<Schema>,
    document: &'a ExecutableDocument,
    variables: &'a Map<String, Value>,
    salt: u64,
}

type Collected<'a> = Vec<(&'a Name, Vec<&'a Node<Field>>)>;

impl<'a> Reader<'a> {
    fn object(&self, of: &Name, sets: &[&'a SelectionSet], path: &str) -> Shape {
        let mut collected: Collected<'a> = Vec::new();
        let mut visited = HashSet::new();
        sets.iter().for_each(|set| self.collect(of, set, &mut collected, &mut visited));
        let each = collected.into_iter().map(|(key, fields)| {
            let path = format!("{path}/{key}");
            (key.to_string(), self.field(of, &fields, &path))
        });
        Shape::Object(each.collect())
    }

    fn field(&self, of: &Name, fields: &[&'a Node<Field>], path: &str) -> Shape {
        let first = fields[0];
        if first.selection_set.selections.is_empty() {
            let mut arguments: Vec<String> =
                first.arguments.iter().map(|own| format!("{}={}", own.name, own.value)).collect();
            arguments.sort();
            return Shape::Leaf(format!("{}({})", first.name, arguments.join(",")));
        }
        // As the object's own type declares it, which may be narrower than its interfaces do.
        let definition = self.schema.type_field(of, &first.name).expect("a field of the type");
        let declared = definition.ty.inner_named_type();
        let sets: Vec<&SelectionSet> = fields.iter().map(|field| &field.selection_set).collect();
        let types = self.schema.types.iter();
        let possible: Vec<&Name> = types
            .filter(|(name, own)| own.is_object() && self.applies(name, declared))
            .map(|(name, _)| name)
            .collect();
        let count = possible.len() as u64;
        let mut hasher = DefaultHasher::new();
        (self.salt, path).hash(&mut hasher);
        let drawn = usize::try_from(hasher.finish() % count).expect("few types");
        self.object(possible[drawn], &sets, path)
    }

    fn collect(
        &self,
        of: &Name,
        set: &'a SelectionSet,
        collected: &mut Collected<'a>,
        visited: &mut HashSet<&'a Name>,
    ) {
        for selection in &set.selections {
            if !self.included(selection.directives()) {
                continue;
            }
            match selection {
                Selection::Field(field) => {
                    let key = field.response_key();
                    match collected.iter_mut().find(|(own, _)| *own == key) {
                        Some((_, fields)) => fields.push(field),
                        None => collected.push((key, vec![field])),
                    }
                }
                Selection::InlineFragment(inline) => {
                    let condition = inline.type_condition.as_ref();
                    if condition.is_none_or(|condition| self.applies(of, condition)) {
                        self.collect(of, &inline.selection_set, collected, visited);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    if visited.insert(&spread.fragment_name) {
                        let fragment = &self.document.fragments[&spread.fragment_name];
                        if self.applies(of, fragment.type_condition()) {
                            self.collect(of, &fragment.selection_set, collected, visited);
                        }
                    }
                }
            }
        }
    }

    fn applies(&self, object: &Name, condition: &Name) -> bool {
        object == condition || self.schema.is_subtype(condition, object)
    }

    fn included(&self, directives: &DirectiveList) -> bool {
        let holds = |name: &str| {
            let directive = directives.get(name)?;
            Some(match &**directive.specified_argument_by_name("if")? {
                Literal::Boolean(value) => *value,
                Literal::Variable(name) => self.variables[name.as_str()] == Value::Bool(true),
                other => panic!("a condition of {other:?}"),
            })
        };
        holds("skip") != Some(true) && holds("include") != Some(false)
    }
}
