//! Contracts by chance in the place of others, some of which came back.

use entities::{
    contract_status_change::{ContractReason, ContractStatus},
    novation, novation_unfolding,
};
use uuid::Uuid;

use super::Maker;
use crate::raw::day;

impl Maker {
    /// Some that run are replaced by others that were awarded, and half of those come back.
    pub(super) fn novated(&mut self) {
        let contracts = self.it.contracting.contracts.iter();
        let awarded: Vec<Uuid> =
            contracts.filter(|row| row.shared_on.is_some()).map(|row| row.id).collect();
        for contract in awarded.clone() {
            let of = |row: &&entities::contract_status_change::Model| row.contract_id == contract;
            let mut changes = self.it.contracting.changes.iter().filter(of);
            let Some((last, owner)) =
                changes.next_back().map(|row| ((row.number, row.status), row.recorded_as_id))
            else {
                continue;
            };
            let is_running = matches!(last.1, ContractStatus::Active | ContractStatus::Suspended);
            let heads: Vec<Uuid> = awarded.iter().copied().filter(|id| *id != contract).collect();
            if !is_running || heads.is_empty() || self.one_in(3) {
                continue;
            }
            let head = self.pick(&heads);
            self.replaced((contract, head), (last.0 + 1, owner));
        }
    }

    fn replaced(&mut self, (contract_id, head_id): (Uuid, Uuid), (number, owner): (i32, Uuid)) {
        let effective_on = day(2025, 9, 16);
        let recorded_on = self.pick(&[effective_on, day(2025, 9, 18)]);
        let by = (ContractStatus::Terminated, Some(ContractReason::Novation));
        self.changed((contract_id, number), by, (effective_on, recorded_on), owner);
        let (id, known_at) = (self.id(), self.known_at());
        self.it.contracting.novations.push(novation::Model {
            id,
            head_id,
            contract_id,
            number: 1,
            effective_on,
            document_reference: "Deed of novation".to_owned(),
            deciding_body: "Governing body".to_owned(),
            decided_on: effective_on,
            minute_reference: "GB 9".to_owned(),
            recorded_by_id: None,
            recorded_as_id: owner,
            recorded_on,
            known_at,
        });
        if self.one_in(2) {
            return;
        }
        let effective_on = self.pick(&[day(2025, 9, 22), day(2025, 11, 1)]);
        let recorded_on = self.pick(&[day(2025, 9, 22), day(2025, 9, 26)]);
        let by = (ContractStatus::Active, Some(ContractReason::Unfolding));
        self.changed((contract_id, number + 1), by, (effective_on, recorded_on), owner);
        let known_at = self.known_at();
        self.it.contracting.unfoldings.push(novation_unfolding::Model {
            novation_id: id,
            effective_on,
            document_reference: "Deed of unfolding".to_owned(),
            deciding_body: "Governing body".to_owned(),
            decided_on: recorded_on,
            minute_reference: "GB 10".to_owned(),
            recorded_by_id: None,
            recorded_as_id: owner,
            recorded_on,
            known_at,
        });
    }
}
