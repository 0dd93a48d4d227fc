//! Who of several successors takes the place of a party that closed, by contract.

use entities::contract_takeover as takeover;

use super::Maker;

impl Maker {
    /// Under some of those that are under no agreement.
    pub(super) fn succeeded(&mut self) {
        let successions = self.it.successions.clone();
        for contract in self.it.contracting.contracts.clone() {
            for row in successions.iter().filter(|_| contract.agreement_id.is_none()) {
                let named = |it: &takeover::Model| {
                    it.contract_id == contract.id && it.predecessor_id == row.predecessor_id
                };
                if self.one_in(2) && !self.it.contracting.takeovers.iter().any(named) {
                    self.it.contracting.takeovers.push(takeover::Model {
                        contract_id: contract.id,
                        predecessor_id: row.predecessor_id,
                        successor_id: row.successor_id,
                    });
                }
            }
        }
    }
}
