//! What an object says about the viewer's own view of it: what it withholds, and what may be done.

use async_graphql::{Enum, SimpleObject};
use domain::policy::Denied;

/// A field that is null because the viewer may not see it, and not because it is not set.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub struct Withheld {
    /// The field's name.
    pub field: &'static str,
    /// Why the viewer may not see it.
    pub reason: WithheldReason,
}

/// Why a field is withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum WithheldReason {
    /// Only the host and the partners of the agreement see it.
    NotOfTheAgreement,
}

/// Whether the viewer may do something, by the same decision that guards the doing.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub struct Permission {
    /// True when the viewer may.
    pub allowed: bool,
    /// Why not; null when allowed.
    pub reason: Option<String>,
}

impl Withheld {
    /// These fields, withheld from everybody outside the agreement.
    #[must_use]
    pub fn outside_the_agreement(fields: &[&'static str]) -> Vec<Self> {
        let reason = WithheldReason::NotOfTheAgreement;
        fields.iter().map(|field| Self { field, reason }).collect()
    }
}

impl From<Result<(), Denied>> for Permission {
    fn from(decision: Result<(), Denied>) -> Self {
        let reason = decision.err().map(|denied| denied.to_string());
        Self { allowed: reason.is_none(), reason }
    }
}
