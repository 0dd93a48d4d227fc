//! Interests by chance in contracts: of one account, or of an organisation as a whole, and some that
//! were withdrawn.

use chrono::NaiveDate;
use entities::{
    contract_interest::{self as interest, InterestKind, InterestManagement},
    contract_interest_withdrawal as withdrawal,
};
use uuid::Uuid;

use super::{Generated, Maker};
use crate::{oracle::Holder, raw::day};

impl Generated {
    /// Somebody of each organisation that has an interest of its own in a contract.
    #[must_use]
    pub fn interested(&self) -> Vec<Holder> {
        let of = |row: &interest::Model| Holder {
            organisation: row.organisation_id,
            team: None,
            account: row.account_id,
        };
        let own = self.contracting.interests.iter().filter(|row| row.account_id.is_some());
        own.map(of).collect()
    }
}

impl Maker {
    /// Some in each contract, most of its commissioners.
    pub(super) fn interests(&mut self) {
        for row in self.it.contracting.contracts.clone() {
            let commissioners = self.it.contracting.commissioners.iter();
            let own = commissioners.filter(|it| it.contract_id == row.id);
            let buying: Vec<Uuid> = own.map(|it| it.organisation_id).collect();
            for _ in 0..self.between(1, 3) {
                let declares =
                    if self.one_in(4) { self.organisation() } else { self.pick(&buying) };
                let account = (!self.one_in(4)).then(|| self.id());
                let recorded_on = self.pick(&[row.opened_on, day(2025, 9, 12)]);
                let is_draft = row.shared_on.is_none_or(|shared| recorded_on < shared);
                let whose = (declares, account);
                let id = self.interest((row.id, is_draft), whose, recorded_on);
                if self.one_in(4) {
                    self.withdrawn(id);
                }
            }
        }
    }

    /// One that shuts out nobody who looks, in each contract, and one that was withdrawn.
    pub(super) fn exhibits_interests(&mut self) {
        for row in self.it.contracting.contracts.clone() {
            for is_withdrawn in [false, true] {
                let whose = (row.owner_id, Some(self.id()));
                let of = (row.id, row.shared_on.is_none());
                let id = self.interest(of, whose, day(2025, 9, 12));
                if is_withdrawn {
                    self.withdrawn(id);
                }
            }
        }
    }

    fn interest(
        &mut self,
        (contract_id, is_draft): (Uuid, bool),
        (organisation_id, account_id): (Uuid, Option<Uuid>),
        recorded_on: NaiveDate,
    ) -> Uuid {
        use InterestManagement::{Excluded, Noted};
        let (id, declared_at, concerns_id) = (self.id(), self.known_at(), self.organisation());
        let declared_by_id = account_id.unwrap_or(id);
        let starts_on = self.pick(&[recorded_on, day(2024, 1, 1), day(2025, 12, 1)]);
        let management = self.pick(&[Excluded, Excluded, Noted]);
        self.it.contracting.interests.push(interest::Model {
            id,
            contract_id,
            is_draft,
            account_id,
            organisation_id,
            declared_by_id,
            kind: InterestKind::Indirect,
            description: "A relative works there".to_owned(),
            concerns_id,
            starts_on,
            management,
            arrangement: "Leaves the room".to_owned(),
            recorded_on,
            declared_at,
        });
        id
    }

    fn withdrawn(&mut self, interest_id: Uuid) {
        let withdrawn_at = self.known_at();
        self.it.contracting.withdrawals.push(withdrawal::Model {
            interest_id,
            reason: "The relative has left".to_owned(),
            withdrawn_by_id: Uuid::from_u128(1),
            recorded_on: day(2025, 9, 20),
            withdrawn_at,
        });
    }
}
