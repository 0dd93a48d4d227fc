//! A document that was accepted, and what of it is executed.

use std::{
    any::Any,
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use apollo_compiler::{
    ExecutableDocument, Name, Node,
    executable::{Operation, VariableDefinition},
    validation::Valid,
};
use serde_json::{Map, Value};

use crate::{
    cost::{CostTable, Weighed, weighed},
    limits::Exceeded,
    normal::{self, Conditions, NormalField},
    reading::{OperationKind, Read},
    refusal::Location,
    schema::Schema,
    toll::Toll,
};

/// Forms of one document that are kept, for as many answers to its `@skip` and `@include`.
const MOST_FORMS: usize = 8;
/// What a selection that is written out takes in a form, all in all.
const BYTES_OF_A_SELECTION: u64 = 512;

/// A document that was read, measured and validated. It depends on no variable and no sender and
/// is shared by all that send the same text.
#[derive(Debug)]
pub struct Prepared {
    kind: OperationKind,
    operation_name: Option<String>,
    warnings: Vec<Exceeded>,
    text_bytes: u64,
    selections: u64,
    document: Valid<ExecutableDocument>,
    operation: Node<Operation>,
    conditions: Vec<Name>,
    /// By the indices of the conditions that are true.
    forms: Mutex<HashMap<Vec<bool>, Arc<Execution>>>,
}

/// The normal form of an operation for one answer to each of its conditions: what the engine
/// executes.
#[derive(Debug)]
pub struct Execution {
    text: String,
    pub(crate) fields: Vec<NormalField>,
    parsed: OnceLock<Arc<dyn Any + Send + Sync>>,
    weights: OnceLock<Arc<[Weighed]>>,
}

impl Prepared {
    pub(crate) fn new(read: Read, text: &str, schema: &Schema, toll: &mut Toll<'_>) -> Self {
        let Read { document, operation, selections } = read;
        let conditions = normal::conditions_of(&document, &operation);
        let prepared = Self {
            kind: operation.operation_type.into(),
            operation_name: operation.name.as_ref().map(ToString::to_string),
            warnings: Vec::new(),
            text_bytes: text.len() as u64,
            selections,
            document,
            operation,
            conditions,
            forms: Mutex::default(),
        };
        if prepared.conditions.is_empty() {
            prepared.form(schema, &Map::new(), toll);
        }
        prepared
    }

    pub(crate) fn warned(mut self, warnings: Vec<Exceeded>) -> Self {
        self.warnings = warnings;
        self
    }

    /// Whether it is a query, a mutation or a subscription.
    pub fn kind(&self) -> OperationKind {
        self.kind
    }

    /// The name of the operation that is executed, where it has one.
    pub fn operation_name(&self) -> Option<&str> {
        self.operation_name.as_deref()
    }

    /// The limits that were passed where limits only warn.
    pub fn warnings(&self) -> &[Exceeded] {
        &self.warnings
    }

    /// Where in the client's document the field was selected that answers at these response keys,
    /// from the root on: the engine's own places are those of the normal form.
    pub fn location(&self, execution: &Execution, keys: &[&str]) -> Option<Location> {
        let (last, above) = keys.split_last()?;
        let mut fields: Vec<&NormalField> = execution.fields.iter().collect();
        for key in above {
            fields.retain(|normal| normal.field.response_key() == key);
            fields = fields.into_iter().flat_map(|normal| &normal.selections).collect();
        }
        let normal = fields.into_iter().find(|normal| normal.field.response_key() == last)?;
        let at = normal.field.location()?.line_column(&self.document.sources)?;
        Some(Location { line: at.line, column: at.column })
    }

    pub(crate) fn variables(&self) -> &[Node<VariableDefinition>] {
        &self.operation.variables
    }

    /// The first variable of a condition that is neither true nor false: given as null where its
    /// type allows it, which the condition's does not.
    pub(crate) fn undecided(&self, variables: &Map<String, Value>) -> Option<&Name> {
        let is_decided =
            |name: &&Name| matches!(variables.get(name.as_str()), Some(Value::Bool(_)));
        self.conditions.iter().find(|name| !is_decided(name))
    }

    /// The normal form that goes with these variables, which have been coerced.
    pub(crate) fn form(
        &self,
        schema: &Schema,
        variables: &Map<String, Value>,
        toll: &mut Toll<'_>,
    ) -> Arc<Execution> {
        let is_true = |name: &Name| variables.get(name.as_str()) == Some(&Value::Bool(true));
        let answers: Vec<bool> = self.conditions.iter().map(is_true).collect();
        let kept = self.forms.lock().unwrap_or_else(PoisonError::into_inner).get(&answers).cloned();
        if let Some(kept) = kept {
            return kept;
        }
        let those: HashSet<&str> =
            self.conditions.iter().filter(|name| is_true(name)).map(|name| name.as_str()).collect();
        let fields = normal::collect(
            schema,
            &self.document,
            &self.operation,
            Conditions::True(&those),
            toll,
        );
        let text = normal::print(&self.operation, &fields);
        toll.step(text.len() as u64);
        let execution = Arc::new(Execution::new(text, fields));
        let mut forms = self.forms.lock().unwrap_or_else(PoisonError::into_inner);
        if forms.len() < MOST_FORMS {
            forms.insert(answers, execution.clone());
        }
        execution
    }

    /// What is left of a form when nothing but some fields at the root is asked for.
    pub(crate) fn only(
        &self,
        execution: &Execution,
        is_wanted: impl Fn(&NormalField) -> bool,
    ) -> Execution {
        let fields: Vec<_> =
            execution.fields.iter().filter(|own| is_wanted(own)).cloned().collect();
        Execution::new(normal::print(&self.operation, &fields), fields)
    }

    /// The bytes that keeping this takes, roughly: a token of text becomes some ten words. Every form
    /// that may be kept repeats it with its fragments written out, as a text, as fields, as the engine
    /// reads it and as weights.
    pub(crate) fn weight(&self) -> u64 {
        let bits = u32::try_from(self.conditions.len()).unwrap_or(u32::MAX).min(3);
        let own = self.text_bytes * 24;
        1024 + own + own.max(self.selections * BYTES_OF_A_SELECTION) * (1 << bits)
    }
}

impl Execution {
    fn new(text: String, fields: Vec<NormalField>) -> Self {
        Self { text, fields, parsed: OnceLock::new(), weights: OnceLock::new() }
    }

    /// What its fields weigh by the one table of its gate.
    pub(crate) fn weights(&self, costs: &CostTable) -> Arc<[Weighed]> {
        self.weights.get_or_init(|| weighed(&self.fields, costs).into()).clone()
    }

    /// The document to execute: one operation, no fragment definitions, no `@skip` and no
    /// `@include` of the client's, every string literal.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether everything at the root was skipped. The answer is `{"data": {}}`, which the engine
    /// cannot say: it is not to be asked. Deeper down the text holds a field that is skipped, for
    /// which the engine answers `{}`.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// What the caller makes of the text, made once and kept with it: the engine's parsed form.
    /// Every caller asks for one and the same type; another type is made anew and not kept.
    pub fn parsed<T: Any + Send + Sync>(&self, make: impl Fn(&str) -> T) -> Arc<T> {
        let kept = self.parsed.get_or_init(|| Arc::new(make(&self.text)));
        kept.clone().downcast().unwrap_or_else(|_| Arc::new(make(&self.text)))
    }
}
