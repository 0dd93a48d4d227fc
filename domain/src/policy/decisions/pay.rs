//! Who agrees what a contract pays, says what was done and measured, and validates it (rule C5).

use entities::{membership::Role, relation::RelationKind};
use uuid::Uuid;

use super::{
    Actor, Denied, LinkParties, PLANS, TERMS, contract::ContractParties, subcontract::allowed,
};
use crate::policy::{Rights, approval::Person, matrix::FieldGroup};

/// What is measured.
const MEASURES: &[Role] = &[Role::ContractManager, Role::Commissioner];
/// Whether a measurement counts.
const VALIDATES: &[Role] = &[Role::Commissioner, Role::Approver];

/// Who submitted a measurement, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Submitted {
    /// Who submitted it.
    pub by: Person,
    /// Whose it is: of who submitted it, unless it was entered for another (rule C10).
    pub whose: Uuid,
    /// True when it was submitted under a link of the supply chain.
    pub is_of_chain: bool,
}

impl Actor {
    /// The co-ordinating commissioner's COMMISSIONER records what the contract is to achieve.
    ///
    /// # Errors
    /// Why not.
    pub fn may_define_outcomes(&self, parties: &ContractParties) -> Result<(), Denied> {
        self.needs(TERMS)?;
        self.co_ordinates(parties)?;
        self.has_no_conflict(parties)?;
        self.within_contract(parties, Rights::WRITE, &[FieldGroup::OutcomeMeasures])
    }

    /// Whoever records what the contract is to achieve says which links feed it, and no other: the
    /// matrix lets nobody else write outcome measures. Not of a link in which it buys or sells itself.
    ///
    /// # Errors
    /// Why not.
    pub fn may_record_measure_feed(
        &self,
        parties: &ContractParties,
        link: LinkParties,
    ) -> Result<(), Denied> {
        self.may_define_outcomes(parties)?;
        if [link.buyer, link.seller].contains(&self.organisation) {
            return Err(Denied::ProvidesHere);
        }
        Ok(())
    }

    /// The co-ordinating commissioner's COMMISSIONER or FINANCE records what the contract pays, and
    /// the list sizes, activity and costs that it pays for.
    ///
    /// # Errors
    /// Why not.
    pub fn may_record_pay(&self, parties: &ContractParties) -> Result<(), Denied> {
        self.needs(PLANS)?;
        self.co_ordinates(parties)?;
        self.has_no_conflict(parties)?;
        self.within_contract(parties, Rights::WRITE, &[FieldGroup::ContractValue])
    }

    /// Whoever records what a contract pays withholds of it, gives that back and retains it. Nobody
    /// approves it beside the body that decided: it moves no money before a run takes it, which the
    /// host approves (rule M13).
    ///
    /// # Errors
    /// Why not.
    pub fn may_withhold_pay(&self, parties: &ContractParties) -> Result<(), Denied> {
        self.may_record_pay(parties)
    }

    /// A CONTRACT_MANAGER or COMMISSIONER submits what was measured: of whoever writes measurements,
    /// by its `rights` in the contract, or for a provider without users (rule C10) of the
    /// co-ordinating commissioner.
    ///
    /// # Errors
    /// Why not.
    pub fn may_submit_measurement(
        &self,
        parties: &ContractParties,
        (rights, is_on_behalf): (Rights, bool),
    ) -> Result<(), Denied> {
        self.needs(MEASURES)?;
        self.acts_itself()?;
        if is_on_behalf {
            self.co_ordinates(parties)?;
            return self.within_contract(parties, Rights::APPROVE, &[FieldGroup::Measurements]);
        }
        if rights.writes_all() { Ok(()) } else { Err(Denied::NotWithinMatrix) }
    }

    /// A CONTRACT_MANAGER or COMMISSIONER of the seller of a link submits what was measured under it,
    /// and of its buyer for a seller without users (rule C10).
    ///
    /// # Errors
    /// Why not.
    pub fn may_submit_measurement_of_link(
        &self,
        link: LinkParties,
        is_on_behalf: bool,
    ) -> Result<(), Denied> {
        self.needs(MEASURES)?;
        self.acts_itself()?;
        let (kind, who, denied) = match is_on_behalf {
            true => (RelationKind::Buyer, link.buyer, Denied::NotBuyer),
            false => (RelationKind::Seller, link.seller, Denied::NotSeller),
        };
        if self.organisation != who {
            return Err(denied);
        }
        allowed(kind, Rights::WRITE_OWN, FieldGroup::Measurements)
    }

    /// Whom a measurement is about, with these `rights` over its own, confirms or contests it, where
    /// another entered it (rule C10).
    ///
    /// # Errors
    /// Why not.
    pub fn may_answer_measurement(&self, is_about: bool, rights: Rights) -> Result<(), Denied> {
        self.needs(MEASURES)?;
        self.acts_itself()?;
        if !is_about {
            return Err(Denied::NotYourMeasurement);
        }
        if rights.writes_own() { Ok(()) } else { Err(Denied::NotWithinMatrix) }
    }

    /// Somebody of the co-ordinating commissioner, a COMMISSIONER or an APPROVER, validates or
    /// rejects a measurement: not whoever submitted it, no program, and nobody of the organisation
    /// that it is about, or that submitted it as a provider.
    ///
    /// # Errors
    /// Why not.
    pub fn may_validate_measurement(
        &self,
        parties: &ContractParties,
        (account, submitted): (Option<Uuid>, Submitted),
    ) -> Result<(), Denied> {
        if self.scopes.is_some() || account.is_none() {
            return Err(Denied::OnlyPeopleDecide);
        }
        self.needs(VALIDATES)?;
        self.co_ordinates(parties)?;
        self.has_no_conflict(parties)?;
        self.within_contract(parties, Rights::APPROVE, &[FieldGroup::Measurements])?;
        if account == submitted.by.account {
            return Err(Denied::SubmittedByYou);
        }
        let own = self.organisation;
        if submitted.whose == own || (submitted.is_of_chain && submitted.by.organisation == own) {
            return Err(Denied::SubmittedByYours);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAD: Uuid = Uuid::from_u128(1);
    const ASSOCIATE: Uuid = Uuid::from_u128(2);
    const PROVIDER: Uuid = Uuid::from_u128(3);
    const ME: Option<Uuid> = Some(Uuid::from_u128(20));

    fn actor(organisation: Uuid, role: Role) -> Actor {
        Actor { organisation, roles: vec![role], scopes: None, team: None }
    }

    fn parties() -> ContractParties {
        ContractParties {
            co_ordinating: Some(LEAD),
            associates: vec![ASSOCIATE],
            providers: vec![PROVIDER],
            ..ContractParties::default()
        }
    }

    fn submitted((account, organisation): (Option<Uuid>, Uuid), whose: Uuid) -> Submitted {
        Submitted { by: Person { account, organisation }, whose, is_of_chain: false }
    }

    const CHARITY: Uuid = Uuid::from_u128(4);
    const LINK: LinkParties = LinkParties { buyer: PROVIDER, seller: CHARITY };

    fn providing() -> ContractParties {
        ContractParties { providers: vec![PROVIDER, LEAD], ..parties() }
    }

    #[test]
    fn c4_the_co_ordinating_commissioner_agrees_outcomes_and_pay_and_no_provider_does() {
        let commissioner = |who| actor(who, Role::Commissioner);
        let both = |who: &Actor, parties: &ContractParties| {
            assert_eq!(who.may_withhold_pay(parties), who.may_record_pay(parties));
            [who.may_define_outcomes(parties), who.may_record_pay(parties)]
        };
        assert_eq!(both(&commissioner(LEAD), &parties()), [Ok(()), Ok(())]);
        let finance = both(&actor(LEAD, Role::Finance), &parties());
        assert!(finance[0].is_err() && finance[1].is_ok());
        assert_eq!(both(&commissioner(ASSOCIATE), &parties()), [Err(Denied::NotCoordinating); 2]);
        assert_eq!(both(&commissioner(LEAD), &providing()), [Err(Denied::ProvidesHere); 2]);
        assert!(both(&actor(LEAD, Role::Viewer), &parties()).iter().all(Result::is_err));
    }

    #[test]
    fn c10_whoever_writes_measurements_submits_them_and_the_commissioner_for_a_provider() {
        let submit = |who, role, rights, is_on_behalf| {
            actor(who, role).may_submit_measurement(&parties(), (rights, is_on_behalf))
        };
        let (write, read) = (Rights::READ.and(Rights::WRITE), Rights::READ);
        assert_eq!(submit(PROVIDER, Role::ContractManager, write, false), Ok(()));
        assert_eq!(submit(PROVIDER, Role::Commissioner, write, false), Ok(()));
        assert!(submit(PROVIDER, Role::Finance, write, false).is_err());
        let reads = submit(PROVIDER, Role::ContractManager, read, false);
        assert_eq!(reads, Err(Denied::NotWithinMatrix));
        assert_eq!(submit(LEAD, Role::Commissioner, read, true), Ok(()));
        let other = submit(ASSOCIATE, Role::Commissioner, write, true);
        assert_eq!(other, Err(Denied::NotCoordinating));
    }

    #[test]
    fn c5_whoever_submits_a_measurement_does_not_validate_it() {
        let submitter = |account| submitted((account, PROVIDER), PROVIDER);
        let of = |who: &Actor, account, by, parties: &ContractParties| {
            who.may_validate_measurement(parties, (account, submitter(by)))
        };
        let lead = actor(LEAD, Role::Commissioner);
        let other = Some(Uuid::from_u128(21));
        assert_eq!(of(&lead, ME, other, &parties()), Ok(()));
        assert_eq!(of(&lead, ME, None, &parties()), Ok(()));
        assert_eq!(of(&actor(LEAD, Role::Approver), ME, other, &parties()), Ok(()));
        assert_eq!(of(&lead, ME, ME, &parties()), Err(Denied::SubmittedByYou));
        assert_eq!(of(&lead, None, other, &parties()), Err(Denied::OnlyPeopleDecide));
        let program = Actor { scopes: Some(Vec::new()), ..lead.clone() };
        assert_eq!(of(&program, ME, other, &parties()), Err(Denied::OnlyPeopleDecide));
        assert!(of(&actor(LEAD, Role::ContractManager), ME, other, &parties()).is_err());
        assert_eq!(of(&lead, ME, other, &providing()), Err(Denied::ProvidesHere));
        let associate = actor(ASSOCIATE, Role::Commissioner);
        assert_eq!(of(&associate, ME, other, &parties()), Err(Denied::NotCoordinating));
    }

    #[test]
    fn c5_the_organisation_that_submits_or_is_measured_does_not_validate() {
        let lead = actor(LEAD, Role::Commissioner);
        let other = Some(Uuid::from_u128(21));
        let may = |it| lead.may_validate_measurement(&parties(), (ME, it));
        assert_eq!(may(submitted((other, LEAD), PROVIDER)), Ok(()), "a colleague entered it");
        assert_eq!(may(submitted((other, LEAD), LEAD)), Err(Denied::SubmittedByYours));
        assert_eq!(may(submitted((other, PROVIDER), LEAD)), Err(Denied::SubmittedByYours));
        let of_chain =
            |by, whose| may(Submitted { is_of_chain: true, ..submitted((other, by), whose) });
        assert_eq!(of_chain(PROVIDER, CHARITY), Ok(()));
        assert_eq!(of_chain(LEAD, CHARITY), Err(Denied::SubmittedByYours), "it buys there");
        assert_eq!(of_chain(LEAD, LEAD), Err(Denied::SubmittedByYours), "it sells there");
        assert_eq!(of_chain(PROVIDER, LEAD), Err(Denied::SubmittedByYours));
    }

    #[test]
    fn c10_a_seller_submits_under_its_link_and_the_buyer_for_it() {
        let submit =
            |who, role, on_behalf| actor(who, role).may_submit_measurement_of_link(LINK, on_behalf);
        for role in [Role::ContractManager, Role::Commissioner] {
            assert_eq!(submit(CHARITY, role, false), Ok(()));
            assert_eq!(submit(PROVIDER, role, true), Ok(()));
            assert_eq!(submit(PROVIDER, role, false), Err(Denied::NotSeller));
            assert_eq!(submit(CHARITY, role, true), Err(Denied::NotBuyer));
        }
        let needed = Err(Denied::RoleMayNotWrite { needed: MEASURES });
        assert_eq!(submit(CHARITY, Role::Finance, false), needed);
        let limits = crate::policy::decisions::Limits::default();
        let team = Some(crate::policy::decisions::ActingTeam { id: CHARITY, limits });
        let team = Actor { team, ..actor(CHARITY, Role::ContractManager) };
        assert_eq!(team.may_submit_measurement_of_link(LINK, false), Err(Denied::NotAsTeam));
        let answer = team.may_answer_measurement(true, Rights::WRITE_OWN);
        assert_eq!(answer, Err(Denied::NotAsTeam));
    }

    #[test]
    fn c10_whom_a_measurement_is_about_confirms_it() {
        let answer =
            |role, is_about, rights| actor(CHARITY, role).may_answer_measurement(is_about, rights);
        let manager = Role::ContractManager;
        assert_eq!(answer(manager, true, Rights::WRITE_OWN), Ok(()));
        assert_eq!(answer(manager, true, Rights::WRITE), Ok(()));
        assert_eq!(answer(manager, true, Rights::READ), Err(Denied::NotWithinMatrix));
        let denied = answer(manager, false, Rights::WRITE_OWN);
        assert_eq!(denied, Err(Denied::NotYourMeasurement));
        let needed = Err(Denied::RoleMayNotWrite { needed: MEASURES });
        assert_eq!(answer(Role::Finance, true, Rights::WRITE_OWN), needed);
    }

    #[test]
    fn whoever_records_outcomes_says_what_feeds_them_unless_it_buys_or_sells_there() {
        let may = |who, role, link| actor(who, role).may_record_measure_feed(&parties(), link);
        assert_eq!(may(LEAD, Role::Commissioner, LINK), Ok(()));
        assert!(may(LEAD, Role::Finance, LINK).is_err());
        for who in [ASSOCIATE, PROVIDER, CHARITY] {
            assert_eq!(may(who, Role::Commissioner, LINK), Err(Denied::NotCoordinating));
        }
        for own in [LinkParties { buyer: LEAD, ..LINK }, LinkParties { seller: LEAD, ..LINK }] {
            assert_eq!(may(LEAD, Role::Commissioner, own), Err(Denied::ProvidesHere));
        }
    }
}
