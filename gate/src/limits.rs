//! What a document may be, and what is said of one that is more.

use std::fmt;

/// How large a document may be, in each of the ways in which one can hurt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The document's text, in bytes of UTF-8.
    pub document_bytes: u64,
    /// Words and signs; white space, commas and comments are none.
    pub tokens: u64,
    /// Brackets within brackets, and selections within selections through fragments.
    pub nesting: u64,
    /// Fields, spreads and inline fragments, each counted every time it is reached. The document's
    /// other operations together may come to as many again.
    pub expanded_selections: u64,
    /// Fields within fields; the standard introspection query is 15 deep.
    pub depth: u64,
    /// Aliases written in the operation and in the fragments that it reaches.
    pub aliases: u64,
    /// Distinct response keys at the root of an operation.
    pub root_fields: u64,
    /// Fields at the root of a mutation.
    pub mutation_fields: u64,
    /// Objects that the lists of one request may come to, lists within lists multiplied.
    pub nodes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self::USUAL
    }
}

impl Limits {
    /// What they are unless somebody sets them.
    pub const USUAL: Self = Self {
        document_bytes: 256 * 1024,
        tokens: 4_000,
        nesting: 64,
        expanded_selections: 2_000,
        depth: 20,
        aliases: 30,
        root_fields: 20,
        mutation_fields: 5,
        nodes: 50_000,
    };

    /// What is refused even where limits only warn: beyond it the gate itself, or the engine's
    /// parser, which gives up at 64 selections within each other, would come to harm.
    pub const CEILINGS: Self = Self {
        document_bytes: 1024 * 1024,
        tokens: 20_000,
        nesting: 64,
        expanded_selections: 20_000,
        depth: 60,
        aliases: 20_000,
        root_fields: 20_000,
        mutation_fields: 20_000,
        nodes: u64::MAX,
    };

    /// The number that belongs to one limit.
    pub fn of(&self, limit: Limit) -> u64 {
        match limit {
            Limit::DocumentBytes => self.document_bytes,
            Limit::Tokens => self.tokens,
            Limit::Nesting => self.nesting,
            Limit::ExpandedSelections => self.expanded_selections,
            Limit::Depth => self.depth,
            Limit::Aliases => self.aliases,
            Limit::RootFields => self.root_fields,
            Limit::MutationFields => self.mutation_fields,
            Limit::Nodes => self.nodes,
        }
    }
}

/// One of the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    DocumentBytes,
    Tokens,
    Nesting,
    ExpandedSelections,
    Depth,
    Aliases,
    RootFields,
    MutationFields,
    Nodes,
}

impl Limit {
    /// Every limit, in the order in which they are looked at.
    pub const ALL: [Self; 9] = [
        Self::DocumentBytes,
        Self::Tokens,
        Self::Nesting,
        Self::ExpandedSelections,
        Self::Depth,
        Self::Aliases,
        Self::RootFields,
        Self::MutationFields,
        Self::Nodes,
    ];

    /// The code that goes out in `extensions.code`, and the label of its metric.
    pub fn code(self) -> &'static str {
        match self {
            Self::DocumentBytes => "DOCUMENT_TOO_LARGE",
            Self::Tokens => "TOO_MANY_TOKENS",
            Self::Nesting => "NESTED_TOO_DEEPLY",
            Self::ExpandedSelections => "TOO_MANY_SELECTIONS",
            Self::Depth => "FIELDS_TOO_DEEP",
            Self::Aliases => "TOO_MANY_ALIASES",
            Self::RootFields => "TOO_MANY_ROOT_FIELDS",
            Self::MutationFields => "TOO_MANY_MUTATION_FIELDS",
            Self::Nodes => "TOO_MANY_NODES",
        }
    }

    fn counted(self) -> &'static str {
        match self {
            Self::DocumentBytes => "bytes of document",
            Self::Tokens => "tokens",
            Self::Nesting => "levels of nesting",
            Self::ExpandedSelections => "selections once its fragments are expanded",
            Self::Depth => "levels of fields",
            Self::Aliases => "aliases",
            Self::RootFields => "root fields",
            Self::MutationFields => "mutation fields",
            Self::Nodes => "objects in its lists",
        }
    }

    fn remedy(self) -> &'static str {
        match self {
            Self::DocumentBytes => "move values into variables or split the document",
            Self::Tokens | Self::ExpandedSelections => "select less or split the document",
            Self::Nesting | Self::Depth => "select less deeply, in several requests",
            Self::Aliases => "ask for the rest in another request",
            Self::RootFields | Self::MutationFields => "send the rest in another request",
            Self::Nodes => "ask for shorter pages, or nest fewer lists",
        }
    }
}

/// That a limit was passed: which, what is allowed, and what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    pub limit: Limit,
    /// The most that is allowed.
    pub allowed: u64,
    /// What was found; where counting stopped early, the number reached by then.
    pub found: u64,
    /// True when counting stopped at `found` and there may be more.
    pub at_least: bool,
}

impl fmt::Display for Exceeded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let least = if self.at_least { "at least " } else { "" };
        write!(
            formatter,
            "this request has {least}{} {} and may have {}: {}",
            self.found,
            self.limit.counted(),
            self.allowed,
            self.limit.remedy()
        )
    }
}

/// What becomes of a document that passes a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// It is refused.
    #[default]
    Enforce,
    /// It is let pass and the limit is told, up to [`Limits::CEILINGS`].
    Warn,
}
