//! Who delegates a budget within a contract, and who says what was spent of it.

use entities::{membership::Role, relation::RelationKind};
use uuid::Uuid;

use super::{Actor, ContractParties, PLANS, subcontract::allowed};
use crate::policy::{Denied, Rights, matrix::FieldGroup};

/// What is spent of a delegated budget.
pub(super) const SPENDING: &[Role] = &[Role::Finance, Role::Commissioner];

impl Actor {
    /// The co-ordinating commissioner's COMMISSIONER or FINANCE records that a budget is delegated
    /// within the contract, changed or withdrawn; not one that provides under it: it would decide who
    /// pays it.
    ///
    /// # Errors
    /// Why not.
    pub fn may_delegate_budget(&self, parties: &ContractParties) -> Result<(), Denied> {
        self.needs(PLANS)?;
        self.co_ordinates(parties)?;
        self.has_no_conflict(parties)?;
        self.within_contract(parties, Rights::WRITE, &[FieldGroup::DelegatedBudgets])
    }

    /// The FINANCE or COMMISSIONER of who holds a budget records what it spent of it, and takes back
    /// what it recorded wrongly.
    ///
    /// # Errors
    /// Why not.
    pub fn may_record_delegated_spending(&self, holder: Option<Uuid>) -> Result<(), Denied> {
        self.needs(SPENDING)?;
        self.acts_itself()?;
        if holder != Some(self.organisation) {
            return Err(Denied::NotHolder);
        }
        allowed(RelationKind::FundedProvider, Rights::WRITE_OWN, FieldGroup::DelegatedBudgets)
    }
}

#[cfg(test)]
mod tests {
    use entities::service_account::ServiceScope;

    use super::*;

    const LEAD: Uuid = Uuid::from_u128(1);
    const ASSOCIATE: Uuid = Uuid::from_u128(2);
    const PROVIDER: Uuid = Uuid::from_u128(3);
    const HOLDER: Uuid = Uuid::from_u128(4);

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

    #[test]
    fn the_co_ordinating_commissioner_delegates_and_nobody_else() {
        for role in [Role::Commissioner, Role::Finance] {
            let may = |who| actor(who, role).may_delegate_budget(&parties());
            assert_eq!(may(LEAD), Ok(()));
            for other in [ASSOCIATE, PROVIDER, HOLDER] {
                assert_eq!(may(other), Err(Denied::NotCoordinating));
            }
        }
        let denied = actor(LEAD, Role::ContractManager).may_delegate_budget(&parties());
        assert_eq!(denied, Err(Denied::RoleMayNotWrite { needed: PLANS }));
        let provides = ContractParties { providers: vec![LEAD], ..parties() };
        let denied = actor(LEAD, Role::Finance).may_delegate_budget(&provides);
        assert_eq!(denied, Err(Denied::ProvidesHere));
    }

    #[test]
    fn the_holder_says_what_it_spent_and_nobody_else() {
        for role in [Role::Commissioner, Role::Finance] {
            let may = |who| actor(who, role).may_record_delegated_spending(Some(HOLDER));
            assert_eq!(may(HOLDER), Ok(()));
            assert_eq!(may(LEAD), Err(Denied::NotHolder));
            let nobody = actor(HOLDER, role).may_record_delegated_spending(None);
            assert_eq!(nobody, Err(Denied::NotHolder));
        }
        let needed = Err(Denied::RoleMayNotWrite { needed: SPENDING });
        for role in [Role::ContractManager, Role::Approver, Role::Viewer, Role::Auditor] {
            let denied = actor(HOLDER, role).may_record_delegated_spending(Some(HOLDER));
            assert_eq!(denied, needed);
        }
    }

    #[test]
    fn a_program_says_what_was_spent_in_the_scope_of_money() {
        let scoped = |scope| Actor { scopes: Some(vec![scope]), ..actor(HOLDER, Role::Finance) };
        let may = |scope| scoped(scope).may_record_delegated_spending(Some(HOLDER));
        assert_eq!(may(ServiceScope::RecordMoney), Ok(()));
        let scope = ServiceScope::RecordMoney;
        assert_eq!(may(ServiceScope::Plan), Err(Denied::ScopeMayNotWrite { scope }));
    }

    #[test]
    fn what_is_done_to_a_budget_is_within_the_matrix() {
        let may = |kind, right| allowed(kind, right, FieldGroup::DelegatedBudgets);
        let denied = Err(Denied::NotWithinMatrix);
        assert_eq!(may(RelationKind::FundedProvider, Rights::WRITE), denied);
        assert_eq!(may(RelationKind::LeadProvider, Rights::WRITE_OWN), denied);
        assert_eq!(may(RelationKind::AssociateCommissioner, Rights::WRITE), denied);
    }
}
