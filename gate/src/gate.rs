//! The gate itself.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::{
    cache::{Documents, Kept},
    cost::{self, CostTable, Price, Weighed},
    dry_run::DryRun,
    limits::{Exceeded, Limit, Limits, Mode},
    prepared::{Execution, Prepared},
    reading::{OperationKind, operation_names, read},
    refusal::{Code, Refusal},
    schema::Schema,
    toll::Toll,
    variables,
};

/// How a gate judges.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub limits: Limits,
    pub mode: Mode,
    pub kept: Kept,
    /// The costs of fields; by what the schema says when there is no table.
    pub costs: Option<CostTable>,
    /// The field by which a client tries what a query would cost, if there is one.
    pub dry_run: Option<DryRun>,
}

/// A schema with its limits, its costs and the documents seen.
#[derive(Debug)]
pub struct Gate {
    schema: Arc<Schema>,
    limits: Limits,
    mode: Mode,
    costs: CostTable,
    dry_run: Option<DryRun>,
    documents: Documents,
}

/// A request that the engine may execute.
#[derive(Clone, Debug)]
pub struct Admitted {
    pub execution: Arc<Execution>,
    /// Every declared variable that has a value, as its type has it.
    pub variables: Map<String, Value>,
    /// What `execution` may come to at most, before anything is fetched.
    pub price: Price,
    /// What the request would come to at most: more than `price` where it is only tried.
    pub requested: Price,
    /// What each field of the answer weighs.
    pub weights: Arc<[Weighed]>,
    /// The limits that this request passed where limits only warn; those of its document are in
    /// [`Prepared::warnings`].
    pub warnings: Vec<Exceeded>,
}

impl Gate {
    /// A gate over a schema, which several may share.
    pub fn new(schema: impl Into<Arc<Schema>>, settings: Settings) -> Self {
        let schema = schema.into();
        let Settings { limits, mode, kept, costs, dry_run } = settings;
        let costs = costs.unwrap_or_else(|| CostTable::of_schema(&schema));
        Self { schema, limits, mode, costs, dry_run, documents: Documents::new(kept) }
    }

    /// Reads a document, or looks up what became of it before.
    ///
    /// # Errors
    ///
    /// A limit passed, a text that does not parse, a document that is not valid, or an operation
    /// that cannot be chosen.
    pub fn prepare(
        &self,
        text: &str,
        operation_name: Option<&str>,
    ) -> Result<Arc<Prepared>, Arc<Refusal>> {
        // What is too large is not even hashed.
        let mut toll = Toll::new(&self.limits, self.mode);
        toll.judge(Limit::DocumentBytes, text.len() as u64, false)?;
        let key = Documents::key(text, operation_name);
        if let Some(outcome) = self.documents.get(&key) {
            return outcome;
        }
        let (outcome, _) = self.read(text, operation_name);
        let outcome = outcome.map(Arc::new).map_err(Arc::new);
        self.documents.keep(key, &outcome);
        outcome
    }

    /// Reads a document without looking at, or adding to, what is kept, and tells the steps that
    /// the gate took over it: a measure of its work that no clock disturbs.
    pub fn read(
        &self,
        text: &str,
        operation_name: Option<&str>,
    ) -> (Result<Prepared, Refusal>, u64) {
        let mut toll = Toll::new(&self.limits, self.mode);
        let prepared = read(&self.schema, text, operation_name, &mut toll)
            .map(|read| Prepared::new(read, text, &self.schema, &mut toll));
        let steps = toll.steps();
        let warnings = toll.into_warnings();
        (prepared.map(|prepared| prepared.warned(warnings)), steps)
    }

    /// Whether each operation of a document may be executed, as far as the document alone decides.
    ///
    /// # Errors
    ///
    /// As [`Self::prepare`] has them, of the first operation that may not.
    pub fn check(&self, text: &str) -> Result<(), Refusal> {
        match self.read(text, None).0 {
            Err(Refusal { code: Code::OperationNameRequired, .. }) => operation_names(text)
                .iter()
                .try_for_each(|name| self.read(text, Some(name)).0.map(drop)),
            judged => judged.map(drop),
        }
    }

    /// Prices a request: its document with its variables.
    ///
    /// # Errors
    ///
    /// Variables that do not agree with their types, or lists that come to too many objects.
    pub fn admit(
        &self,
        prepared: &Prepared,
        variables: &Map<String, Value>,
    ) -> Result<Admitted, Refusal> {
        let mut toll = Toll::new(&self.limits, self.mode);
        let variables = variables::coerce(&self.schema, prepared.variables(), variables)?;
        if let Some(name) = prepared.undecided(&variables) {
            let message = format!("variable ${name}: it decides a condition and cannot be null");
            return Err(Refusal::new(Code::VariablesInvalid, message, None));
        }
        let mut execution = prepared.form(&self.schema, &variables, &mut toll);
        let requested = cost::price(&execution.fields, &self.costs, &variables);
        toll.judge(Limit::Nodes, requested.nodes, false)?;
        let mut price = requested;
        if let Some(dry_run) = &self.dry_run
            && prepared.kind() == OperationKind::Query
            && dry_run.is_asked(&execution.fields, &variables)
        {
            execution = Arc::new(prepared.only(&execution, |field| dry_run.is_it(field)));
            price = cost::price(&execution.fields, &self.costs, &variables);
        }
        let weights = execution.weights(&self.costs);
        let warnings = toll.into_warnings();
        Ok(Admitted { execution, variables, price, requested, weights, warnings })
    }

    /// The bytes kept of accepted and of refused documents, roughly, for the metrics.
    pub fn kept_bytes(&self) -> (u64, u64) {
        self.documents.weights()
    }
}
