//! Who runs what a contract pays, approves it, and deals with its lines (rules C11, M13).

use entities::{membership::Role, payment_run_act::LineSide, relation::RelationKind};
use uuid::Uuid;

use super::{Actor, Denied, PLANS, Posting, contract::ContractParties, proposal::APPROVES_MONEY};
use crate::policy::{
    Parties, Relation, Rights,
    approval::Person,
    matrix::{self, FieldGroup},
};

/// What is claimed and confirmed.
const CLAIMS: &[Role] = &[Role::Finance, Role::ContractManager];
/// What is asked and answered about.
const ASKS: &[Role] = &[Role::Finance, Role::Commissioner, Role::ContractManager];

/// Everybody around a payment run, as they stand on the day of a decision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaymentParties {
    /// The parties of the contract.
    pub contract: ContractParties,
    /// The host and the partners of the agreement whose fund pays.
    pub books: Parties,
    /// Who is paid, or stands in its place.
    pub payee: Option<Uuid>,
}

impl Actor {
    /// Whoever records what a contract pays runs what is due of it.
    ///
    /// # Errors
    /// Why not.
    pub fn may_run_payment(&self, parties: &ContractParties) -> Result<(), Denied> {
        self.may_record_pay(parties)
    }

    /// Somebody of the host, FINANCE or APPROVER, approves or refuses a run, because it posts in the
    /// host's books: not whoever ran it, no program, and not who is paid.
    ///
    /// # Errors
    /// Why not.
    pub fn may_decide_payment_run(
        &self,
        parties: &PaymentParties,
        (account, ran_by): (Option<Uuid>, Person),
    ) -> Result<(), Denied> {
        if self.scopes.is_some() || account.is_none() {
            return Err(Denied::OnlyPeopleDecide);
        }
        if !self.roles.iter().any(|role| APPROVES_MONEY.contains(role)) {
            return Err(Denied::RoleMayNotWrite { needed: APPROVES_MONEY });
        }
        self.is_host(&parties.books)?;
        self.has_no_conflict(&parties.contract)?;
        self.within(&parties.books, Rights::WRITE, &[FieldGroup::Ledger])?;
        if (Person { account, organisation: self.organisation }).may_be(ran_by) {
            return Err(Denied::ProposedByYou);
        }
        Ok(())
    }

    /// The payee's FINANCE or CONTRACT_MANAGER claims a line, and confirms that it arrived.
    ///
    /// # Errors
    /// Why not.
    pub fn may_claim_payment(&self, parties: &PaymentParties) -> Result<(), Denied> {
        self.needs(CLAIMS)?;
        self.acts_itself()?;
        if parties.payee != Some(self.organisation) {
            return Err(Denied::NotPayee);
        }
        let holds = Relation::Stands(RelationKind::LeadProvider);
        let own = matrix::cell(holds, FieldGroup::PaymentsFromPool);
        if own.writes_own() { Ok(()) } else { Err(Denied::NotWithinMatrix) }
    }

    /// Somebody of either side asks the other about a line, and answers it: the payee, or of those
    /// who pay the co-ordinating commissioner or the host.
    ///
    /// # Errors
    /// Why not.
    pub fn may_ask_about_payment(&self, parties: &PaymentParties) -> Result<LineSide, Denied> {
        self.needs(ASKS)?;
        self.acts_itself()?;
        if parties.payee == Some(self.organisation) {
            return Ok(LineSide::Payee);
        }
        let pays = [parties.contract.co_ordinating, parties.books.host];
        if pays.contains(&Some(self.organisation)) {
            return Ok(LineSide::Payer);
        }
        Err(Denied::NeitherPaysNorIsPaid)
    }

    /// The co-ordinating commissioner's COMMISSIONER or FINANCE accepts a line.
    ///
    /// # Errors
    /// Why not.
    pub fn may_accept_payment(&self, parties: &PaymentParties) -> Result<(), Denied> {
        self.needs(PLANS)?;
        self.co_ordinates(&parties.contract)?;
        self.has_no_conflict(&parties.contract)?;
        self.within_contract(&parties.contract, Rights::WRITE, &[FieldGroup::PaymentsFromPool])
    }

    /// The host's FINANCE records that a line was paid: it moves the host's cash.
    ///
    /// # Errors
    /// Why not.
    pub fn may_record_payment_made(&self, parties: &PaymentParties) -> Result<(), Denied> {
        self.may_post(&parties.books, Posting::HostsBooks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAD: Uuid = Uuid::from_u128(1);
    const ASSOCIATE: Uuid = Uuid::from_u128(2);
    const PROVIDER: Uuid = Uuid::from_u128(3);
    const HOST: Uuid = Uuid::from_u128(4);
    const SUBCONTRACTOR: Uuid = Uuid::from_u128(5);
    const ME: Option<Uuid> = Some(Uuid::from_u128(20));

    fn actor(organisation: Uuid, role: Role) -> Actor {
        Actor { organisation, roles: vec![role], scopes: None, team: None }
    }

    fn parties() -> PaymentParties {
        PaymentParties {
            contract: ContractParties {
                co_ordinating: Some(LEAD),
                associates: vec![ASSOCIATE],
                providers: vec![PROVIDER],
                ..ContractParties::default()
            },
            books: Parties { host: Some(HOST), partners: vec![HOST, LEAD] },
            payee: Some(PROVIDER),
        }
    }

    #[test]
    fn m13_the_host_approves_what_somebody_else_ran() {
        let by = |account, organisation| (ME, Person { account, organisation });
        let of =
            |who: &Actor, by, parties: &PaymentParties| who.may_decide_payment_run(parties, by);
        let host = actor(HOST, Role::Approver);
        let other = Some(Uuid::from_u128(21));
        assert_eq!(of(&host, by(other, LEAD), &parties()), Ok(()));
        assert_eq!(of(&actor(HOST, Role::Finance), by(other, HOST), &parties()), Ok(()));
        assert_eq!(of(&host, by(ME, HOST), &parties()), Err(Denied::ProposedByYou));
        assert_eq!(of(&host, by(None, HOST), &parties()), Err(Denied::ProposedByYou));
        let commissioner = actor(LEAD, Role::Approver);
        assert_eq!(of(&commissioner, by(other, LEAD), &parties()), Err(Denied::NotHost));
        assert!(of(&actor(HOST, Role::Commissioner), by(other, LEAD), &parties()).is_err());
        let program = Actor { scopes: Some(Vec::new()), ..host.clone() };
        assert_eq!(of(&program, by(other, LEAD), &parties()), Err(Denied::OnlyPeopleDecide));
        let nobody = host.may_decide_payment_run(&parties(), (None, by(other, LEAD).1));
        assert_eq!(nobody, Err(Denied::OnlyPeopleDecide));
        let mut own = parties();
        own.contract.providers.push(HOST);
        assert_eq!(of(&host, by(other, LEAD), &own), Err(Denied::ProvidesHere));
    }

    #[test]
    fn c11_each_side_does_its_own_and_nobody_else_does_anything() {
        let all = |organisation, role| {
            let who = actor(organisation, role);
            let of = parties();
            [
                who.may_run_payment(&of.contract).is_ok(),
                who.may_claim_payment(&of).is_ok(),
                who.may_ask_about_payment(&of).is_ok(),
                who.may_accept_payment(&of).is_ok(),
                who.may_record_payment_made(&of).is_ok(),
            ]
        };
        assert_eq!(all(LEAD, Role::Finance), [true, false, true, true, false]);
        assert_eq!(all(LEAD, Role::Commissioner), [true, false, true, true, false]);
        assert_eq!(all(PROVIDER, Role::Finance), [false, true, true, false, false]);
        assert_eq!(all(PROVIDER, Role::ContractManager), [false, true, true, false, false]);
        assert_eq!(all(HOST, Role::Finance), [false, false, true, false, true]);
        for other in [ASSOCIATE, SUBCONTRACTOR] {
            assert_eq!(all(other, Role::Finance), [false; 5]);
        }
        for any in [LEAD, PROVIDER, HOST] {
            assert_eq!(all(any, Role::Viewer), [false; 5]);
        }
        let side = |who| actor(who, Role::Finance).may_ask_about_payment(&parties());
        assert_eq!(side(PROVIDER), Ok(LineSide::Payee));
        assert_eq!(side(LEAD), Ok(LineSide::Payer));
        assert_eq!(side(HOST), Ok(LineSide::Payer));
        assert_eq!(side(ASSOCIATE), Err(Denied::NeitherPaysNorIsPaid));
        let claimed = actor(LEAD, Role::Finance).may_claim_payment(&parties());
        assert_eq!(claimed, Err(Denied::NotPayee));
    }
}
