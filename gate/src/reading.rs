//! From text to a valid document and the operation that is meant.

use apollo_compiler::{
    ExecutableDocument, Node,
    ast::{Definition, Document, OperationDefinition},
    executable::{Operation, OperationType},
    parser::Parser,
    validation::{DiagnosticList, Valid},
};

use crate::{
    gaps,
    limits::Limit,
    measure::Measures,
    refusal::{Code, Location, MOST_PROBLEMS, Problem, Refusal},
    root,
    scan::{Scanned, scan},
    schema::Schema,
    toll::Toll,
};

/// A document that may be executed, as far as the document alone decides.
#[derive(Debug)]
pub(crate) struct Read {
    pub document: Valid<ExecutableDocument>,
    pub operation: Node<Operation>,
    /// What the operation comes to when its fragments are written out.
    pub selections: u64,
}

/// Caps, parses, measures and validates, in the order of what each can cost.
pub(crate) fn read(
    schema: &Schema,
    text: &str,
    operation_name: Option<&str>,
    toll: &mut Toll<'_>,
) -> Result<Read, Refusal> {
    let Scanned { text, tokens } = scan(text, toll)?;
    let document = Parser::new()
        .parse_ast(text.as_ref(), "document")
        .map_err(|refused| refusal(Code::ParseFailed, &refused.errors))?;
    gaps::read_whole(&text, &document, tokens)?;
    let selections = measure(&document, operation_name, toll)?;
    let valid = document
        .to_executable_validate(&schema.parsed)
        .map_err(|refused| refusal(Code::ValidationFailed, &refused.errors))?;
    gaps::check(schema, &document, &valid, toll)?;
    let operation = choose(&valid, operation_name)?;
    root::check(&valid, &operation, toll)?;
    Ok(Read { document: valid, operation, selections })
}

/// Judges the operation that is meant by the limits, and answers its expanded selections. The others
/// are validated as well, each with all that it reaches, so that together they may come to as many
/// selections again.
fn measure(
    document: &Document,
    operation_name: Option<&str>,
    toll: &mut Toll<'_>,
) -> Result<u64, Refusal> {
    let Some(measures) = Measures::of(document, toll) else { return Ok(0) };
    let operations = || {
        document.definitions.iter().filter_map(|definition| match definition {
            Definition::OperationDefinition(operation) => Some(operation),
            _ => None,
        })
    };
    let alone = operations().count() == 1;
    let is_meant = |operation: &OperationDefinition| match operation_name {
        Some(name) => operation.name.as_ref().is_some_and(|own| own == name),
        None => alone,
    };
    let mut nesting = measures.nesting();
    let (mut meant, mut rest) = (0_u64, 0_u64);
    for operation in operations() {
        let (measure, aliases) = measures.operation(&operation.selection_set, toll);
        nesting = nesting.max(measure.nesting);
        if is_meant(operation) {
            toll.judge(Limit::ExpandedSelections, measure.selections, false)?;
            toll.judge(Limit::Depth, measure.depth, false)?;
            toll.judge(Limit::Aliases, aliases, false)?;
            meant = measure.selections;
        } else {
            rest = rest.saturating_add(measure.selections);
        }
    }
    toll.judge(Limit::Nesting, nesting, false)?;
    toll.judge(Limit::ExpandedSelections, rest, false)?;
    Ok(meant)
}

/// The names of the operations of a document, which is valid.
pub(crate) fn operation_names(text: &str) -> Vec<String> {
    let document = Parser::new().parse_ast(text, "document").unwrap_or_default();
    let names = document.definitions.iter().filter_map(|definition| match definition {
        Definition::OperationDefinition(operation) => operation.name.as_ref(),
        _ => None,
    });
    names.map(ToString::to_string).collect()
}

fn choose(
    document: &ExecutableDocument,
    operation_name: Option<&str>,
) -> Result<Node<Operation>, Refusal> {
    if let Ok(operation) = document.operations.get(operation_name) {
        return Ok(operation.clone());
    }
    Err(match operation_name {
        Some(name) => {
            let message = format!("the document holds no operation named {name:?}: name one of it");
            Refusal::new(Code::OperationNotFound, message, None)
        }
        None => Refusal::new(
            Code::OperationNameRequired,
            "the document holds several operations: say which by operationName",
            None,
        ),
    })
}

fn refusal(code: Code, errors: &DiagnosticList) -> Refusal {
    let problems = errors.iter().take(MOST_PROBLEMS).map(|diagnostic| {
        let location = diagnostic
            .line_column_range()
            .map(|range| Location { line: range.start.line, column: range.start.column });
        Problem::new(diagnostic.error.to_string(), location)
    });
    Refusal::of_problems(code, problems.collect())
}

/// What kind of operation a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationKind {
    Query,
    Mutation,
    Subscription,
}

impl From<OperationType> for OperationKind {
    fn from(operation_type: OperationType) -> Self {
        match operation_type {
            OperationType::Query => Self::Query,
            OperationType::Mutation => Self::Mutation,
            OperationType::Subscription => Self::Subscription,
        }
    }
}
