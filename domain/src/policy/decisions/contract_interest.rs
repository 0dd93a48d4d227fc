//! Who declares an interest in a contract, and who withdraws it (rule G3).

use entities::membership::Role;
use uuid::Uuid;

use super::{Actor, ContractParties};
use crate::policy::{Denied, Rights};

/// Who declares its own: everybody who could decide something of a contract.
const DECIDES: &[Role] =
    &[Role::Finance, Role::Commissioner, Role::ContractManager, Role::Approver, Role::Admin];
/// Who speaks for the organisation as a whole.
const SPEAKS: &[Role] = &[Role::Commissioner, Role::Admin];

impl Actor {
    /// A person who could decide something of a contract declares an interest of its own, by the
    /// `rights` of the organisation or team in the contract's interests; a COMMISSIONER or ADMIN one
    /// of the organisation as a whole, and not as a team. No program does.
    ///
    /// # Errors
    /// Why not.
    pub fn may_declare_contract_interest(
        &self,
        account: Option<Uuid>,
        (rights, is_whole): (Rights, bool),
    ) -> Result<(), Denied> {
        self.is_person(account)?;
        self.has_one_of(if is_whole { SPEAKS } else { DECIDES })?;
        if is_whole {
            self.acts_itself()?;
        }
        if rights.writes_own() { Ok(()) } else { Err(Denied::NotWithinMatrix) }
    }

    /// A COMMISSIONER or ADMIN of the organisation for which an interest was declared withdraws it:
    /// not whoever declared it, and no program.
    ///
    /// # Errors
    /// Why not.
    pub fn may_withdraw_contract_interest(
        &self,
        account: Option<Uuid>,
        (organisation, declared_by): (Uuid, Uuid),
    ) -> Result<(), Denied> {
        self.is_person(account)?;
        self.has_one_of(SPEAKS)?;
        self.acts_itself()?;
        if self.organisation != organisation {
            return Err(Denied::NotYourInterest);
        }
        if account == Some(declared_by) { Err(Denied::DeclaredByYou) } else { Ok(()) }
    }

    /// Being a provider shuts an organisation out of approving the contract, and a declared interest
    /// whoever has it (rule G3).
    pub(super) fn has_no_conflict(&self, parties: &ContractParties) -> Result<(), Denied> {
        if parties.providers.contains(&self.organisation) {
            return Err(Denied::ProvidesHere);
        }
        if parties.asker_is_interested || parties.interested.contains(&self.organisation) {
            return Err(Denied::InterestInContract);
        }
        Ok(())
    }

    fn is_person(&self, account: Option<Uuid>) -> Result<(), Denied> {
        if self.scopes.is_some() || account.is_none() {
            Err(Denied::OnlyPeopleDecide)
        } else {
            Ok(())
        }
    }

    fn has_one_of(&self, needed: &'static [Role]) -> Result<(), Denied> {
        if self.roles.iter().any(|role| needed.contains(role)) {
            Ok(())
        } else {
            Err(Denied::RoleMayNotWrite { needed })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{
        Parties,
        approval::Person,
        decisions::{LinkParties, PaymentParties, Submitted},
    };

    const LEAD: Uuid = Uuid::from_u128(1);
    const ASSOCIATE: Uuid = Uuid::from_u128(2);
    const ME: Uuid = Uuid::from_u128(20);
    const COLLEAGUE: Uuid = Uuid::from_u128(21);
    const OWN: Rights = Rights::READ.and(Rights::WRITE_OWN);

    fn actor(organisation: Uuid, role: Role) -> Actor {
        Actor { organisation, roles: vec![role], scopes: None, team: None }
    }

    fn parties() -> ContractParties {
        ContractParties { co_ordinating: Some(LEAD), ..ContractParties::default() }
    }

    #[test]
    fn g3_a_person_declares_its_own_and_whoever_speaks_for_an_organisation_the_organisations() {
        let may = |role, account, of| actor(LEAD, role).may_declare_contract_interest(account, of);
        for role in DECIDES {
            assert_eq!(may(*role, Some(ME), (OWN, false)), Ok(()), "{role:?}");
            assert_eq!(may(*role, Some(ME), (OWN, true)).is_ok(), SPEAKS.contains(role));
            let denied = may(*role, Some(ME), (Rights::READ, false));
            assert_eq!(denied, Err(Denied::NotWithinMatrix));
            assert_eq!(may(*role, None, (OWN, false)), Err(Denied::OnlyPeopleDecide));
        }
        let viewer = may(Role::Viewer, Some(ME), (OWN, false));
        assert_eq!(viewer, Err(Denied::RoleMayNotWrite { needed: DECIDES }));
        let program = Actor { scopes: Some(Vec::new()), ..actor(LEAD, Role::Commissioner) };
        let denied = program.may_declare_contract_interest(Some(ME), (OWN, false));
        assert_eq!(denied, Err(Denied::OnlyPeopleDecide));
    }

    #[test]
    fn g3_a_colleague_withdraws_an_interest_and_never_whoever_declared_it() {
        let may = |who, role, account| {
            actor(who, role).may_withdraw_contract_interest(account, (LEAD, ME))
        };
        for role in SPEAKS {
            assert_eq!(may(LEAD, *role, Some(COLLEAGUE)), Ok(()));
            assert_eq!(may(LEAD, *role, Some(ME)), Err(Denied::DeclaredByYou));
            assert_eq!(may(ASSOCIATE, *role, Some(COLLEAGUE)), Err(Denied::NotYourInterest));
            assert_eq!(may(LEAD, *role, None), Err(Denied::OnlyPeopleDecide));
        }
        assert!(may(LEAD, Role::Finance, Some(COLLEAGUE)).is_err());
    }

    #[test]
    fn g3_whoever_declared_an_interest_decides_on_nothing_of_the_contract() {
        let commissioner = actor(LEAD, Role::Commissioner);
        let host = actor(LEAD, Role::Finance);
        let by = (Some(ME), Person { account: Some(COLLEAGUE), organisation: ASSOCIATE });
        let submitted = Submitted { by: by.1, whose: ASSOCIATE, is_of_chain: false };
        let link = LinkParties { buyer: ASSOCIATE, seller: COLLEAGUE };
        let books = Parties { host: Some(LEAD), partners: vec![LEAD] };
        let all = |parties: &ContractParties| {
            let paying = PaymentParties {
                contract: parties.clone(),
                books: books.clone(),
                ..PaymentParties::default()
            };
            [
                commissioner.may_change_contract_status(parties),
                commissioner.may_vary_contract(parties),
                commissioner.may_define_outcomes(parties),
                commissioner.may_record_pay(parties),
                commissioner.may_run_payment(parties),
                commissioner.may_validate_measurement(parties, (by.0, submitted)),
                commissioner.may_record_measure_feed(parties, link),
                commissioner.may_approve_subcontract(parties, link),
                commissioner.may_accept_payment(&paying),
                host.may_decide_payment_run(&paying, by),
            ]
        };
        assert_eq!(all(&parties()), [Ok(()); 10]);
        let denied = [Err(Denied::InterestInContract); 10];
        assert_eq!(all(&ContractParties { asker_is_interested: true, ..parties() }), denied);
        assert_eq!(all(&ContractParties { interested: vec![LEAD], ..parties() }), denied);
        let another = ContractParties { interested: vec![ASSOCIATE], ..parties() };
        assert_eq!(all(&another), [Ok(()); 10]);
    }
}
