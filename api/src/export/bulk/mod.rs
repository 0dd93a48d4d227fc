//! Whole lists for integrations, as JSON Lines or CSV: the rows and fields that the API's own lists
//! answer to the same viewer, read by one scoped statement and written as they are read.
//!
//! How to add a list: its variant of [`List`], its arm in [`write`], and a file with its fields, each
//! named by its path in the schema.

mod cell;
mod contract;
mod contribution;
mod fund;
mod ledger;
mod lines;
mod organisation;
mod scheme;
mod subcontract;

use std::collections::BTreeSet;

use entities::export_job::{self, ExportFormat};

use crate::{
    auth::Viewer,
    database::Snapshot,
    service::{Code, Refusal, Stopped, contract::Criterion, criteria::Where, export_job::Pieces},
};
use lines::{Field, Lines};

/// A list that can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum List {
    /// Organisations.
    Organisations,
    /// Pooled funds.
    PooledFunds,
    /// Contributions.
    Contributions,
    /// Schemes.
    Schemes,
    /// Ledger transactions.
    LedgerTransactions,
    /// The entries of ledger transactions.
    LedgerEntries,
    /// Contracts.
    Contracts,
    /// Links of supply chains.
    Subcontracts,
}

/// What is to be written.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Which list.
    pub list: List,
    /// The fields of each row, in their order.
    pub fields: Vec<&'static str>,
    /// How rows are written.
    pub format: ExportFormat,
    /// Which contracts, of an export of them; all that the viewer sees unless said.
    pub contracts: Option<Where<Criterion>>,
}

impl List {
    /// Every list that can be exported.
    pub const ALL: [Self; 8] = [
        Self::Organisations,
        Self::PooledFunds,
        Self::Contributions,
        Self::Schemes,
        Self::LedgerTransactions,
        Self::LedgerEntries,
        Self::Contracts,
        Self::Subcontracts,
    ];

    /// The name by which jobs are kept.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Organisations => "organisations",
            Self::PooledFunds => "pooled-funds",
            Self::Contributions => "contributions",
            Self::Schemes => "schemes",
            Self::LedgerTransactions => "ledger-transactions",
            Self::LedgerEntries => "ledger-entries",
            Self::Contracts => "contracts",
            Self::Subcontracts => "subcontracts",
        }
    }

    /// The list that goes by `name`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.name() == name)
    }

    /// The fields that its rows have, in the order in which they are written unless said.
    #[must_use]
    pub fn fields(self) -> Vec<&'static str> {
        fn names<R>(fields: &[Field<R>]) -> Vec<&'static str> {
            fields.iter().map(|field| field.name).collect()
        }
        match self {
            Self::Organisations => names(organisation::FIELDS),
            Self::PooledFunds => names(fund::FIELDS),
            Self::Contributions => names(contribution::FIELDS),
            Self::Schemes => names(scheme::FIELDS),
            Self::LedgerTransactions => names(ledger::TRANSACTION_FIELDS),
            Self::LedgerEntries => names(ledger::ENTRY_FIELDS),
            Self::Contracts => names(contract::FIELDS),
            Self::Subcontracts => names(subcontract::FIELDS),
        }
    }

    /// The fields that a client names; all unless it names any.
    ///
    /// # Errors
    /// `INVALID_VALUE` at `fields`, of one that rows do not have, or that is named twice.
    pub fn chosen(self, named: Option<&[String]>) -> Result<Vec<&'static str>, Refusal> {
        let all = self.fields();
        let Some(named) = named.filter(|named| !named.is_empty()) else { return Ok(all) };
        let refuse = |number: usize, sentence: String| {
            Refusal::new(Code::InvalidValue, sentence).at(&format!("fields.{number}"))
        };
        let (mut chosen, mut known) = (Vec::with_capacity(named.len()), BTreeSet::new());
        for (number, name) in named.iter().enumerate() {
            let Some(field) = all.iter().find(|field| *field == name) else {
                let name: String = name.chars().take(40).collect();
                let sentence = format!("there is no field {name:?} here: use {}", all.join(", "));
                return Err(refuse(number, sentence));
            };
            if !known.insert(*field) {
                return Err(refuse(number, format!("{field} is named twice: leave one out")));
            }
            chosen.push(*field);
        }
        Ok(chosen)
    }
}

/// Writes the rows of a list that the viewer sees, by identity.
///
/// # Errors
/// A fault of the database; when the export was cancelled.
pub async fn write(
    viewer: &Viewer,
    wanted: &Wanted,
    (snapshot, pieces): (&Snapshot, &mut Pieces<'_>),
) -> Result<(), Stopped> {
    let (how, from) = ((wanted.fields.as_slice(), wanted.format), snapshot.connection());
    match wanted.list {
        List::Organisations => {
            organisation::write(viewer, from, Lines::of(organisation::FIELDS, how, pieces)).await
        }
        List::PooledFunds => fund::write(viewer, from, Lines::of(fund::FIELDS, how, pieces)).await,
        List::Contributions => {
            contribution::write(viewer, from, Lines::of(contribution::FIELDS, how, pieces)).await
        }
        List::Schemes => scheme::write(viewer, from, Lines::of(scheme::FIELDS, how, pieces)).await,
        List::LedgerTransactions => {
            let lines = Lines::of(ledger::TRANSACTION_FIELDS, how, pieces);
            ledger::write_transactions(viewer, from, lines).await
        }
        List::LedgerEntries => {
            let lines = Lines::of(ledger::ENTRY_FIELDS, how, pieces);
            ledger::write_entries(viewer, from, lines).await
        }
        List::Contracts => {
            let lines = Lines::of(contract::FIELDS, how, pieces);
            contract::write((viewer, wanted.contracts.as_ref()), from, lines).await
        }
        List::Subcontracts => {
            subcontract::write(viewer, from, Lines::of(subcontract::FIELDS, how, pieces)).await
        }
    }
}

/// The media type of an export's file, and what it is called.
#[must_use]
pub fn form_of(job: &export_job::Model) -> (&'static str, String) {
    match job.format {
        ExportFormat::JsonLines => ("application/jsonl", format!("{}.jsonl", job.kind)),
        ExportFormat::Csv => {
            ("text/csv; charset=utf-8; header=present", format!("{}.csv", job.kind))
        }
    }
}
