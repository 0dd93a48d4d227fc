//! What the validator lets pass and the language does not.
//!
//! Each was found by holding it to the reference implementation (tests/it/corpus.rs): a parser that
//! silently drops what it cannot read, input objects that name a field twice, input objects of
//! which exactly one field is to be given, variables within lists and objects, and lists of
//! different lengths taken for equal.

mod literals;
mod positions;
mod tokens;

pub(crate) use tokens::read_whole;

use apollo_compiler::{ExecutableDocument, Node, ast::Document, parser::SourceMap};

use crate::{
    normal,
    refusal::{Code, Location, Problem, Refusal},
    schema::Schema,
    toll::Toll,
};

/// Refuses what the validator has overlooked.
pub(crate) fn check(
    schema: &Schema,
    document: &Document,
    valid: &ExecutableDocument,
    toll: &mut Toll<'_>,
) -> Result<(), Refusal> {
    let found = literals::look(document, toll);
    refuse_any(found.problems)?;
    refuse_any(positions::look(schema, valid, toll))?;
    if found.has_lists { lists_agree(schema, valid, toll) } else { Ok(()) }
}

fn refuse_any(problems: Vec<Problem>) -> Result<(), Refusal> {
    match problems.is_empty() {
        true => Ok(()),
        false => Err(Refusal::of_problems(Code::ValidationFailed, problems)),
    }
}

/// Fields that answer to one key have the same arguments.
fn lists_agree(
    schema: &Schema,
    document: &ExecutableDocument,
    toll: &mut Toll<'_>,
) -> Result<(), Refusal> {
    for operation in document.operations.iter() {
        if let Some(field) = normal::clash(schema, document, operation, toll) {
            let message = format!(
                "fields \"{}\" conflict because their arguments differ: fetch both by aliases",
                field.response_key()
            );
            let at = place(&field, &document.sources);
            return Err(Refusal::new(Code::ValidationFailed, message, at));
        }
    }
    Ok(())
}

fn place<T>(node: &Node<T>, sources: &SourceMap) -> Option<Location> {
    let at = node.location()?.line_column(sources)?;
    Some(Location { line: at.line, column: at.column })
}
