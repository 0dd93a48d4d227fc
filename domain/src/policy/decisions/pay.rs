//! Who agrees what a contract pays, says what was done and measured, and validates it (rule C5).

use entities::membership::Role;
use uuid::Uuid;

use super::{Actor, Denied, PLANS, TERMS, contract::ContractParties};
use crate::policy::{Rights, approval::Person, matrix::FieldGroup};

/// What is measured.
const MEASURES: &[Role] = &[Role::ContractManager, Role::Commissioner];
/// Whether a measurement counts.
const VALIDATES: &[Role] = &[Role::Commissioner, Role::Approver];

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

    /// Somebody of the co-ordinating commissioner, a COMMISSIONER or an APPROVER, validates or
    /// rejects a measurement: not whoever submitted it, and no program.
    ///
    /// # Errors
    /// Why not.
    pub fn may_validate_measurement(
        &self,
        parties: &ContractParties,
        (account, submitted_by): (Option<Uuid>, Person),
    ) -> Result<(), Denied> {
        if self.scopes.is_some() || account.is_none() {
            return Err(Denied::OnlyPeopleDecide);
        }
        self.needs(VALIDATES)?;
        self.co_ordinates(parties)?;
        self.has_no_conflict(parties)?;
        self.within_contract(parties, Rights::APPROVE, &[FieldGroup::Measurements])?;
        if account == submitted_by.account {
            return Err(Denied::SubmittedByYou);
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
        let submitter = |account| Person { account, organisation: PROVIDER };
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
}
