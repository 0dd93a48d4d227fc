//! The evidence of a decision that was taken elsewhere (rule G4).

use async_graphql::{InputObject, SimpleObject};

use super::scalars::Date;
use crate::service::{self, Refusal};

/// A decision of a cabinet, board or committee. The agreement's host and partners see it.
#[derive(Clone, Debug, SimpleObject)]
pub struct Decision {
    /// The cabinet, board or committee.
    pub deciding_body: String,
    /// When it decided.
    pub decided_on: Date,
    /// Where the decision is minuted.
    pub minute_reference: String,
}

/// A decision of a cabinet, board or committee.
#[derive(Clone, Debug, InputObject)]
pub struct DecisionInput {
    /// The cabinet, board or committee, 1 to 200 characters.
    pub deciding_body: String,
    /// When it decided; not in the future.
    pub decided_on: Date,
    /// Where the decision is minuted, 1 to 200 characters.
    pub minute_reference: String,
}

impl DecisionInput {
    /// The decision.
    ///
    /// # Errors
    /// `INVALID_DATE` under `path`.
    pub fn read(self, path: &str) -> Result<service::decision::Decision, Refusal> {
        Ok(service::decision::Decision {
            deciding_body: self.deciding_body,
            decided_on: self.decided_on.day(&format!("{path}.decidedOn"))?,
            minute_reference: self.minute_reference,
        })
    }
}
