//! In the world that shows every kind of relation: a contract with its chain, a draft, and everybody
//! who stands to them.

use entities::{
    contract, contract_commissioner::CommissionerRole, contract_provider::ProviderRole,
    relation::RelationKind,
};
use uuid::Uuid;

use super::{Maker, contracts::Term};
use crate::raw::day;

/// How many links stand side by side, so that among them are open, material and other ones.
const LINKS: usize = 6;

impl Maker {
    /// Organisations that stand in nothing but in chains.
    fn outsiders(&self) -> [Uuid; 3] {
        let organisations = &self.it.organisations;
        let last = organisations.len() - 1;
        [last, last - 1, last - 2].map(|place| organisations[place].id)
    }

    /// One that is active, and a draft, under the one agreement.
    pub(super) fn exhibits_contracts(&mut self) {
        let opened_on = day(2023, 4, 1);
        let agreement_id = Some(self.it.agreements[0].id);
        let [owner_id, first, second] = self.outsiders();
        for (reference, shared_on, state) in [("CARE", Some(opened_on), 2), ("HOME", None, 0)] {
            let id = self.id();
            self.it.contracting.contracts.push(contract::Model {
                id,
                owner_id,
                reference: reference.to_owned(),
                agreement_id,
                opened_on,
                shared_on,
                version: 1,
            });
            let term = Term { contract: id, opened_on, shared_on };
            self.said(term);
            self.stood(term, owner_id, state);
        }
        let awarded = self.it.contracting.contracts[0].id;
        for _ in 0..LINKS {
            let above = self.link((awarded, None), (owner_id, first), opened_on);
            self.link((awarded, Some(above)), (first, second), opened_on);
        }
    }

    /// Lets somebody stand to both contracts, or buy or sell under the one that is awarded.
    pub(super) fn exhibits_party(&mut self, (kind, holder): (RelationKind, Uuid)) {
        let [owner, first, second] = self.outsiders();
        let from = day(2023, 4, 1);
        let contracts: Vec<Uuid> = self.it.contracting.contracts.iter().map(|row| row.id).collect();
        let (awarded, days) = (contracts[0], (from, None));
        for contract in contracts {
            let party = (contract, holder);
            match kind {
                RelationKind::CoordinatingCommissioner => {
                    self.commissions(party, CommissionerRole::CoOrdinating, days, from);
                }
                RelationKind::AssociateCommissioner => {
                    self.commissions(party, CommissionerRole::Associate, days, from);
                }
                RelationKind::LeadProvider => self.provides(party, ProviderRole::Lead, days, from),
                RelationKind::ConsortiumMember => {
                    self.provides(party, ProviderRole::Member, days, from);
                }
                _ => {}
            }
        }
        match kind {
            RelationKind::FundedProvider => {
                let within = self.it.contracting.contracts[0].clone();
                self.delegates(&within, holder);
            }
            RelationKind::Buyer => {
                let above = self.it.contracting.links[0].id;
                for _ in 0..2 {
                    self.link((awarded, Some(above)), (holder, second), from);
                }
            }
            RelationKind::Seller => {
                for _ in 0..2 {
                    self.link((awarded, None), (owner, holder), from);
                }
                let above = self.it.contracting.links[0].id;
                self.link((awarded, Some(above)), (first, holder), from);
            }
            _ => {}
        }
    }
}
