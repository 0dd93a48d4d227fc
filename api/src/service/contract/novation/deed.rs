use chrono::NaiveDate;
use domain::rules::contract::status::Step;
use entities::{
    contract_status_change::{self as change, ContractReason},
    novation, novation_unfolding as unfolding,
};
use uuid::Uuid;

use super::held::One;
use crate::{
    auth::Viewer,
    database::Writing,
    service::{Refusal, contract::status::next_change, decision::Decision, text},
};

/// By which deed and which decision contracts are replaced or come back, and from which day.
pub(super) struct Deed<'t> {
    tx: &'t Writing,
    viewer: &'t Viewer,
    document: String,
    decision: Decision,
    from: NaiveDate,
}

impl<'t> Deed<'t> {
    /// The deed and the decision, with their texts in order.
    pub(super) fn checked(
        (tx, viewer): (&'t Writing, &'t Viewer),
        (document, decision): (&str, &Decision),
        from: NaiveDate,
    ) -> Result<Self, Refusal> {
        let document = text::required(document, 300, "documentReference")?;
        let decision = decision.checked(tx.today(), "decision")?;
        Ok(Self { tx, viewer, document, decision, from })
    }

    /// The next change of a contract, by a step for a kind of reason.
    pub(super) fn change(&self, one: &One, step: Step, reason: ContractReason) -> change::Model {
        change::Model {
            status: step.to(),
            reason_code: Some(reason),
            document_reference: Some(self.document.clone()),
            deciding_body: Some(self.decision.deciding_body.clone()),
            decided_on: Some(self.decision.decided_on),
            minute_reference: Some(self.decision.minute_reference.clone()),
            effective_on: self.from,
            ..next_change(self.tx, self.viewer, (one.row.id, &one.facts))
        }
    }

    /// That a head takes the place of a contract, by its number among that contract's novations.
    pub(super) fn novation(
        &self,
        (head_id, contract_id): (Uuid, Uuid),
        number: i32,
    ) -> novation::Model {
        novation::Model {
            id: self.tx.new_id(),
            head_id,
            contract_id,
            number,
            effective_on: self.from,
            document_reference: self.document.clone(),
            deciding_body: self.decision.deciding_body.clone(),
            decided_on: self.decision.decided_on,
            minute_reference: self.decision.minute_reference.clone(),
            recorded_by_id: self.viewer.account,
            recorded_as_id: self.viewer.organisation,
            recorded_on: self.tx.today(),
            known_at: self.tx.now(),
        }
    }

    /// That a novation is unfolded.
    pub(super) fn unfolding(&self, novation_id: Uuid) -> unfolding::Model {
        unfolding::Model {
            novation_id,
            effective_on: self.from,
            document_reference: self.document.clone(),
            deciding_body: self.decision.deciding_body.clone(),
            decided_on: self.decision.decided_on,
            minute_reference: self.decision.minute_reference.clone(),
            recorded_by_id: self.viewer.account,
            recorded_as_id: self.viewer.organisation,
            recorded_on: self.tx.today(),
            known_at: self.tx.now(),
        }
    }
}
