//! Why a request goes no further.

use std::fmt;

use crate::limits::Exceeded;

/// A place in the document's text, both numbers from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    pub line: usize,
    pub column: usize,
}

/// The kind of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The text is no GraphQL document.
    ParseFailed,
    /// The document does not agree with the schema or with the rules of the language.
    ValidationFailed,
    /// The document holds several operations and none was named.
    OperationNameRequired,
    /// The document holds no operation of the name given.
    OperationNotFound,
    /// The root of a mutation answers to one response key twice.
    DuplicateMutationKey,
    /// The variables do not agree with their types.
    VariablesInvalid,
    /// No persisted document has the identifier that was sent.
    IdentifierUnknown,
    /// A text was sent where only persisted documents are executed.
    IdentifierRequired,
    /// An identifier was sent where there are no persisted documents.
    IdentifiersNotAccepted,
    /// A limit was passed.
    Limit(Exceeded),
}

impl Code {
    /// What goes out in `extensions.code`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::ParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::ValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::OperationNameRequired => "OPERATION_NAME_REQUIRED",
            Self::OperationNotFound => "OPERATION_NOT_FOUND",
            Self::DuplicateMutationKey => "DUPLICATE_MUTATION_KEY",
            Self::VariablesInvalid => "VARIABLES_INVALID",
            // The names that clients know: theirs is the choice to send the text instead.
            Self::IdentifierUnknown => "PERSISTED_QUERY_NOT_FOUND",
            Self::IdentifierRequired => "PERSISTED_QUERY_ID_REQUIRED",
            Self::IdentifiersNotAccepted => "PERSISTED_QUERY_NOT_SUPPORTED",
            Self::Limit(exceeded) => exceeded.limit.code(),
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A sentence that the sender can act on, of at most 400 characters.
    pub message: String,
    /// Where in the document; empty when it is nowhere in it.
    pub locations: Vec<Location>,
}

/// A request refused: one kind, and at least one and at most ten problems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: Code,
    pub problems: Vec<Problem>,
}

/// More problems than this help nobody.
pub(crate) const MOST_PROBLEMS: usize = 10;
const LONGEST_MESSAGE: usize = 400;

impl Problem {
    pub(crate) fn new(message: impl Into<String>, location: Option<Location>) -> Self {
        let mut message = message.into();
        if let Some((cut, _)) = message.char_indices().nth(LONGEST_MESSAGE - 1) {
            message.truncate(cut);
            message.push('…');
        }
        Self { message, locations: location.into_iter().collect() }
    }
}

impl Refusal {
    pub(crate) fn new(code: Code, message: impl Into<String>, location: Option<Location>) -> Self {
        Self { code, problems: vec![Problem::new(message, location)] }
    }

    pub(crate) fn of_problems(code: Code, mut problems: Vec<Problem>) -> Self {
        problems.truncate(MOST_PROBLEMS);
        Self { code, problems }
    }

    pub(crate) fn limit(exceeded: Exceeded) -> Self {
        Self::new(Code::Limit(exceeded), exceeded.to_string(), None)
    }

    /// The bytes that keeping this refusal takes, roughly.
    pub(crate) fn weight(&self) -> u64 {
        let held = self.problems.iter().map(|problem| problem.message.len() as u64 + 64);
        128 + held.sum::<u64>()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.code.as_str())?;
        self.problems.iter().try_for_each(|problem| write!(formatter, "; {}", problem.message))
    }
}

impl std::error::Error for Refusal {}
