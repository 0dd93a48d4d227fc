//! The variables of a request, held against their types before the engine sees them.

mod path;
mod value;

use apollo_compiler::{Node, ast::VariableDefinition};
use serde_json::{Map, Value};

use crate::{
    refusal::{Code, MOST_PROBLEMS, Problem, Refusal},
    schema::Schema,
};
use path::Path;
use value::{Coercion, literal};

/// Makes the values of the declared variables what their types say: defaults filled in, single
/// values of lists made lists, numbers of `ID` made strings. What is not declared is left out.
///
/// # Errors
///
/// `VARIABLES_INVALID`, with a sentence for each of the first ten things wrong.
pub(crate) fn coerce(
    schema: &Schema,
    definitions: &[Node<VariableDefinition>],
    given: &Map<String, Value>,
) -> Result<Map<String, Value>, Refusal> {
    let mut coercion = Coercion { schema, problems: Vec::new() };
    let mut coerced = Map::new();
    for definition in definitions {
        let name = definition.name.as_str();
        let path = Path::variable(name);
        let value = match (given.get(name), &definition.default_value) {
            (Some(value), _) => coercion.value(value, &definition.ty, &path),
            (None, Some(default)) => coercion.value(&literal(default), &definition.ty, &path),
            (None, None) if definition.ty.is_non_null() => {
                let wanted = &definition.ty;
                coercion
                    .wrong(&path, format!("a value of type {wanted} is required, none is given"));
                None
            }
            (None, None) => None,
        };
        if let Some(value) = value {
            coerced.insert(name.to_owned(), value);
        }
        if coercion.problems.len() >= MOST_PROBLEMS {
            break;
        }
    }
    if coercion.problems.is_empty() {
        return Ok(coerced);
    }
    let problems = coercion.problems.into_iter().map(|message| Problem::new(message, None));
    Err(Refusal::of_problems(Code::VariablesInvalid, problems.collect()))
}
