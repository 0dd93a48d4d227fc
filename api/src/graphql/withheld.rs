//! What is hidden from a viewer, told apart from what is not set; and what a viewer may do.

use async_graphql::{Enum, SimpleObject};
use domain::policy::dated::Hidden;

/// A field that is null because it is hidden from you (rule V2). A field that is null and not
/// named so is not set.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub struct Withheld {
    /// The field's name in this object.
    pub field: &'static str,
    /// Why it is hidden.
    pub reason: WithheldReason,
}

/// Why a field is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum WithheldReason {
    /// Only the host and the partners of the agreement read it.
    NotAParty,
    /// You stand in a relation that reads a summary, and this is not part of it.
    SummaryOnly,
    /// You read your own part of such things only, and this may be another's.
    OwnOnly,
    /// Your relation opens it, and not of all its days: of the others it is null, or left out.
    OutsideYourDays,
    /// The host has not released it yet, and you see postings once they are released (rule V11).
    NotReleased,
}

impl From<Hidden> for WithheldReason {
    fn from(hidden: Hidden) -> Self {
        match hidden {
            Hidden::NotAParty => Self::NotAParty,
            Hidden::SummaryOnly => Self::SummaryOnly,
            Hidden::OwnOnly => Self::OwnOnly,
            Hidden::OutsideItsDays => Self::OutsideYourDays,
        }
    }
}

impl Withheld {
    /// These fields, when there is a reason.
    #[must_use]
    pub fn because(hidden: Option<Hidden>, fields: &[&'static str]) -> Vec<Self> {
        let Some(reason) = hidden.map(WithheldReason::from) else { return Vec::new() };
        fields.iter().map(|field| Self { field, reason }).collect()
    }

    /// These fields, which are not part of the summary that the viewer reads.
    #[must_use]
    pub fn but_for_a_summary(fields: &[&'static str]) -> Vec<Self> {
        let withheld = |field: &&'static str| Self { field, reason: WithheldReason::SummaryOnly };
        fields.iter().map(withheld).collect()
    }

    /// These fields, which only the parties of the agreement read.
    #[must_use]
    pub fn from_others(fields: &[&'static str]) -> Vec<Self> {
        let withheld = |field: &&'static str| Self { field, reason: WithheldReason::NotAParty };
        fields.iter().map(withheld).collect()
    }
}

/// Whether you may do something, by the same decision that guards the doing (rule V3).
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub struct Permission {
    /// True when you may.
    pub allowed: bool,
    /// Why not, and what would help; null when you may.
    pub reason: Option<String>,
}

impl<D: std::fmt::Display> From<Result<(), D>> for Permission {
    fn from(decision: Result<(), D>) -> Self {
        Self { allowed: decision.is_ok(), reason: decision.err().map(|denied| denied.to_string()) }
    }
}
