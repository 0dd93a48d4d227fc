//! What is published by chance of contracts that were awarded, and some of it withdrawn.

use entities::{
    contract_publication as publication, contract_publication_withdrawal as withdrawal,
    value::FinancialYear,
};
use serde_json::json;
use uuid::Uuid;

use super::Maker;
use crate::raw::day;

impl Maker {
    /// Of some contracts one or two snapshots.
    pub(super) fn publications(&mut self) {
        for row in self.it.contracting.contracts.clone() {
            // What is published is hidden from nobody, and its agreement stays in every second world.
            let is_published = match row.agreement_id {
                Some(_) => self.one_in(4),
                None => !self.one_in(3),
            };
            if row.shared_on.is_none() || !is_published {
                continue;
            }
            for _ in 0..self.between(1, 2) {
                self.published((row.id, row.owner_id), &row.reference);
            }
        }
    }

    fn published(&mut self, (contract_id, owner): (Uuid, Uuid), reference: &str) {
        let (id, published_at) = (self.id(), self.known_at());
        let content = json!({ "reference": reference, "as_of": "2025-09-01" }).to_string();
        let financial_year = FinancialYear::starting(2025).expect("a year");
        self.it.contracting.publications.push(publication::Model {
            id,
            contract_id,
            financial_year,
            content,
            content_hash: Vec::new(),
            items_held_back: 0,
            deciding_body: "Governing body".to_owned(),
            decided_on: day(2025, 9, 2),
            minute_reference: "GB 20".to_owned(),
            published_by_id: None,
            published_as_id: owner,
            published_at,
        });
        if self.one_in(3) {
            let withdrawn_at = self.known_at();
            self.it.contracting.unpublished.push(withdrawal::Model {
                publication_id: id,
                reason: "A figure was wrong".to_owned(),
                withdrawn_at,
            });
        }
    }
}
