use clap::{Args, ValueEnum, value_parser};
use gate::{Kept, Limits, Mode};

/// The most that each limit may be set to, and what it is when nobody sets it.
const MOST: Limits = Limits::CEILINGS;
const USUAL: Limits = Limits::USUAL;

/// What a document may be.
#[derive(Args)]
#[command(next_help_heading = "Limits of documents")]
pub struct LimitSettings {
    /// What becomes of a document that passes a limit.
    #[arg(
        long = "limits",
        env = "TRIBUTARY_LIMITS",
        value_name = "MODE",
        default_value = "enforce"
    )]
    mode: LimitMode,
    /// The bytes of a document.
    #[arg(long, env = "TRIBUTARY_LIMIT_DOCUMENT_BYTES", value_name = "NUMBER",
          default_value_t = USUAL.document_bytes,
          value_parser = value_parser!(u64).range(1..=MOST.document_bytes))]
    limit_document_bytes: u64,
    /// The words and signs of a document.
    #[arg(long, env = "TRIBUTARY_LIMIT_TOKENS", value_name = "NUMBER",
          default_value_t = USUAL.tokens,
          value_parser = value_parser!(u64).range(1..=MOST.tokens))]
    limit_tokens: u64,
    /// Brackets within brackets, and selections within selections through fragments.
    #[arg(long, env = "TRIBUTARY_LIMIT_NESTING", value_name = "NUMBER",
          default_value_t = USUAL.nesting,
          value_parser = value_parser!(u64).range(1..=MOST.nesting))]
    limit_nesting: u64,
    /// Selections, each as often as fragments repeat it.
    #[arg(long, env = "TRIBUTARY_LIMIT_SELECTIONS", value_name = "NUMBER",
          default_value_t = USUAL.expanded_selections,
          value_parser = value_parser!(u64).range(1..=MOST.expanded_selections))]
    limit_selections: u64,
    /// Fields within fields. The standard introspection query is 15 deep.
    #[arg(long, env = "TRIBUTARY_LIMIT_DEPTH", value_name = "NUMBER",
          default_value_t = USUAL.depth,
          value_parser = value_parser!(u64).range(1..=MOST.depth))]
    limit_depth: u64,
    /// Aliases.
    #[arg(long, env = "TRIBUTARY_LIMIT_ALIASES", value_name = "NUMBER",
          default_value_t = USUAL.aliases,
          value_parser = value_parser!(u64).range(1..=MOST.aliases))]
    limit_aliases: u64,
    /// Fields at the root.
    #[arg(long, env = "TRIBUTARY_LIMIT_ROOT_FIELDS", value_name = "NUMBER",
          default_value_t = USUAL.root_fields,
          value_parser = value_parser!(u64).range(1..=MOST.root_fields))]
    limit_root_fields: u64,
    /// Fields at the root of a mutation.
    #[arg(long, env = "TRIBUTARY_LIMIT_MUTATION_FIELDS", value_name = "NUMBER",
          default_value_t = USUAL.mutation_fields,
          value_parser = value_parser!(u64).range(1..=MOST.mutation_fields))]
    limit_mutation_fields: u64,
    /// Objects that the lists of a request may come to, lists within lists multiplied.
    #[arg(long, env = "TRIBUTARY_LIMIT_NODES", value_name = "NUMBER",
          default_value_t = USUAL.nodes,
          value_parser = value_parser!(u64).range(1..=MOST.nodes))]
    limit_nodes: u64,
    /// The memory for documents that were seen before, in MiB.
    #[arg(long, env = "TRIBUTARY_KEPT_DOCUMENTS_MIB", value_name = "NUMBER", default_value_t = 32,
          value_parser = value_parser!(u64).range(1..=4096))]
    kept_documents_mib: u64,
}

/// What becomes of a document that passes a limit.
#[derive(Clone, Copy, ValueEnum)]
enum LimitMode {
    /// It is refused.
    Enforce,
    /// It is executed, and the log and the answer tell of it.
    Warn,
}

impl LimitSettings {
    /// How the gate judges by them.
    pub fn gate(&self) -> gate::Settings {
        let limits = Limits {
            document_bytes: self.limit_document_bytes,
            tokens: self.limit_tokens,
            nesting: self.limit_nesting,
            expanded_selections: self.limit_selections,
            depth: self.limit_depth,
            aliases: self.limit_aliases,
            root_fields: self.limit_root_fields,
            mutation_fields: self.limit_mutation_fields,
            nodes: self.limit_nodes,
        };
        let mode = match self.mode {
            LimitMode::Enforce => Mode::Enforce,
            LimitMode::Warn => Mode::Warn,
        };
        let kept =
            Kept { accepted_bytes: self.kept_documents_mib * 1024 * 1024, ..Kept::default() };
        gate::Settings { limits, mode, kept, ..gate::Settings::default() }
    }
}
