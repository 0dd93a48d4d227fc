//! That the parser has read every token.
//!
//! It recovers from some mistakes without telling: `{title}` as an input object becomes `{}`. So
//! the tokens of what it has read are counted and held against those of the text.

use apollo_compiler::{
    Node,
    ast::{
        Argument, Definition, DirectiveList, Document, OperationDefinition, Selection, Type, Value,
    },
};

use crate::refusal::{Code, Refusal};

/// Refuses a document of which the parser has left something out.
pub(crate) fn read_whole(text: &str, document: &Document, tokens: u64) -> Result<(), Refusal> {
    let read: Option<u64> = document.definitions.iter().map(|own| definition(text, own)).sum();
    if read.is_none_or(|read| read == tokens) {
        return Ok(());
    }
    let message = "syntax error: the document holds something that is not GraphQL, such as a field \
                   of an input object without its value";
    Err(Refusal::new(Code::ParseFailed, message, None))
}

/// `None` for definitions of types, which validation refuses whatever they hold.
fn definition(text: &str, definition: &Definition) -> Option<u64> {
    match definition {
        Definition::OperationDefinition(own) => Some(operation(text, own)),
        Definition::FragmentDefinition(fragment) => {
            Some(4 + directives(&fragment.directives) + set(&fragment.selection_set))
        }
        _ => None,
    }
}

fn operation(text: &str, operation: &Node<OperationDefinition>) -> u64 {
    let start = operation.location().and_then(|span| text.get(span.offset()..));
    let is_short = start.is_some_and(|text| text.starts_with('{'));
    let variables: u64 = operation
        .variables
        .iter()
        .map(|own| {
            let default = own.default_value.as_ref().map_or(0, |value| 1 + literal(value));
            3 + named(&own.ty) + default + directives(&own.directives)
        })
        .sum();
    u64::from(!is_short)
        + u64::from(operation.name.is_some())
        + brackets(operation.variables.is_empty(), variables)
        + directives(&operation.directives)
        + set(&operation.selection_set)
}

fn brackets(is_empty: bool, within: u64) -> u64 {
    if is_empty { 0 } else { 2 + within }
}

fn set(selections: &[Selection]) -> u64 {
    let each = |selection: &Selection| match selection {
        Selection::Field(field) => {
            let within = match field.selection_set.is_empty() {
                true => 0,
                false => set(&field.selection_set),
            };
            1 + 2 * u64::from(field.alias.is_some())
                + arguments(&field.arguments)
                + directives(&field.directives)
                + within
        }
        Selection::FragmentSpread(spread) => 2 + directives(&spread.directives),
        Selection::InlineFragment(inline) => {
            1 + 2 * u64::from(inline.type_condition.is_some())
                + directives(&inline.directives)
                + set(&inline.selection_set)
        }
    };
    2 + selections.iter().map(each).sum::<u64>()
}

fn directives(directives: &DirectiveList) -> u64 {
    directives.iter().map(|own| 2 + arguments(&own.arguments)).sum()
}

fn arguments(arguments: &[Node<Argument>]) -> u64 {
    let each = arguments.iter().map(|own| 2 + literal(&own.value));
    brackets(arguments.is_empty(), each.sum())
}

fn literal(value: &Value) -> u64 {
    match value {
        Value::Variable(_) => 2,
        Value::List(items) => 2 + items.iter().map(|item| literal(item)).sum::<u64>(),
        Value::Object(fields) => {
            2 + fields.iter().map(|(_, value)| 2 + literal(value)).sum::<u64>()
        }
        _ => 1,
    }
}

fn named(ty: &Type) -> u64 {
    match ty {
        Type::Named(_) => 1,
        Type::NonNullNamed(_) => 2,
        Type::List(item) => 2 + named(item),
        Type::NonNullList(item) => 3 + named(item),
    }
}
