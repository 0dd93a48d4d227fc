//! Who records, answers and withdraws what is paid down a supply chain (rule C11).

use entities::{membership::Role, relation::RelationKind};

use super::{Actor, LinkParties, subcontract::allowed};
use crate::policy::{Denied, Rights, matrix::FieldGroup};

/// What is paid down the chain.
pub(super) const PAYING: &[Role] = &[Role::Finance, Role::ContractManager];

impl Actor {
    /// A buyer's finance role or contract manager records what it paid, and withdraws what it
    /// recorded wrongly.
    ///
    /// # Errors
    /// Why not.
    pub fn may_record_chain_payment(&self, link: LinkParties) -> Result<(), Denied> {
        self.needs(PAYING)?;
        self.acts_itself()?;
        if self.organisation != link.buyer {
            return Err(Denied::NotBuyer);
        }
        allowed(RelationKind::Buyer, Rights::WRITE, FieldGroup::ChainPayments)
    }

    /// A seller's finance role or contract manager confirms or contests what its buyer recorded.
    ///
    /// # Errors
    /// Why not.
    pub fn may_answer_chain_payment(&self, link: LinkParties) -> Result<(), Denied> {
        self.needs(PAYING)?;
        self.acts_itself()?;
        if self.organisation != link.seller {
            return Err(Denied::NotSeller);
        }
        allowed(RelationKind::Seller, Rights::APPROVE_OWN, FieldGroup::ChainPayments)
    }
}

#[cfg(test)]
mod tests {
    use entities::service_account::ServiceScope;
    use uuid::Uuid;

    use super::*;

    const BUYER: Uuid = Uuid::from_u128(2);
    const SELLER: Uuid = Uuid::from_u128(3);
    const LINK: LinkParties = LinkParties { buyer: BUYER, seller: SELLER };

    fn actor(organisation: Uuid, role: Role) -> Actor {
        Actor { organisation, roles: vec![role], scopes: None, team: None }
    }

    #[test]
    fn c11_the_buyer_records_and_the_seller_answers() {
        for role in [Role::Finance, Role::ContractManager] {
            assert_eq!(actor(BUYER, role).may_record_chain_payment(LINK), Ok(()));
            assert_eq!(actor(SELLER, role).may_answer_chain_payment(LINK), Ok(()));
            let denied = actor(SELLER, role).may_record_chain_payment(LINK);
            assert_eq!(denied, Err(Denied::NotBuyer));
            let denied = actor(BUYER, role).may_answer_chain_payment(LINK);
            assert_eq!(denied, Err(Denied::NotSeller));
        }
        let needed = Err(Denied::RoleMayNotWrite { needed: PAYING });
        for role in [Role::Commissioner, Role::Approver, Role::Viewer] {
            assert_eq!(actor(BUYER, role).may_record_chain_payment(LINK), needed);
            assert_eq!(actor(SELLER, role).may_answer_chain_payment(LINK), needed);
        }
    }

    #[test]
    fn a_program_records_what_was_paid_in_the_scope_of_money() {
        let scoped = |scope| Actor { scopes: Some(vec![scope]), ..actor(BUYER, Role::Finance) };
        let may = |scope| scoped(scope).may_record_chain_payment(LINK);
        assert_eq!(may(ServiceScope::RecordMoney), Ok(()));
        let scope = ServiceScope::RecordMoney;
        assert_eq!(may(ServiceScope::Plan), Err(Denied::ScopeMayNotWrite { scope }));
    }

    #[test]
    fn what_is_done_to_a_payment_is_within_the_matrix() {
        let may = |kind, right| allowed(kind, right, FieldGroup::ChainPayments);
        let denied = Err(Denied::NotWithinMatrix);
        assert_eq!(may(RelationKind::Seller, Rights::WRITE), denied);
        assert_eq!(may(RelationKind::Buyer, Rights::APPROVE_OWN), denied);
    }
}
