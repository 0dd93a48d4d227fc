//! Who records, confirms and approves the links of a supply chain (rules C3 and C10).

use entities::{membership::Role, relation::RelationKind};
use uuid::Uuid;

use super::{Actor, ContractParties, TERMS};
use crate::policy::{
    Denied, Relation, Rights,
    matrix::{self, FieldGroup},
};

/// Supply chains.
const CHAINS: &[Role] = &[Role::ContractManager];

/// The two organisations between which a link is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkParties {
    /// Who buys.
    pub buyer: Uuid,
    /// Who sells.
    pub seller: Uuid,
}

impl Actor {
    /// A buyer's contract manager records its subcontracts, their clauses and their end.
    ///
    /// # Errors
    /// Why not.
    pub fn may_keep_subcontract(&self, link: LinkParties) -> Result<(), Denied> {
        self.needs(CHAINS)?;
        self.acts_itself()?;
        if self.organisation != link.buyer {
            return Err(Denied::NotBuyer);
        }
        allowed(RelationKind::Buyer, Rights::WRITE, FieldGroup::LinkTerms)?;
        allowed(RelationKind::Buyer, Rights::WRITE, FieldGroup::LinkValue)
    }

    /// A seller's contract manager confirms or contests what its buyer recorded.
    ///
    /// # Errors
    /// Why not.
    pub fn may_answer_subcontract(&self, link: LinkParties) -> Result<(), Denied> {
        self.needs(CHAINS)?;
        self.acts_itself()?;
        if self.organisation != link.seller {
            return Err(Denied::NotSeller);
        }
        allowed(RelationKind::Seller, Rights::APPROVE_OWN, FieldGroup::LinkTerms)
    }

    /// The lead provider's contract manager shares with the members of its consortium what a link is
    /// worth in which it buys or sells itself: another's price is not its to share. `leads` says whether
    /// it leads them.
    ///
    /// # Errors
    /// Why not.
    pub fn may_share_with_consortium(&self, link: LinkParties, leads: bool) -> Result<(), Denied> {
        self.needs(CHAINS)?;
        self.acts_itself()?;
        if !leads {
            return Err(Denied::NotLeadProvider);
        }
        if ![link.buyer, link.seller].contains(&self.organisation) {
            return Err(Denied::NotPartyOfLink);
        }
        allowed(RelationKind::LeadProvider, Rights::WRITE_OWN, FieldGroup::LinkValue)
    }

    /// The co-ordinating commissioner's COMMISSIONER approves or refuses a material subcontract,
    /// unless it buys or sells there itself.
    ///
    /// # Errors
    /// Why not.
    pub fn may_approve_subcontract(
        &self,
        parties: &ContractParties,
        link: LinkParties,
    ) -> Result<(), Denied> {
        self.needs(TERMS)?;
        self.co_ordinates(parties)?;
        self.has_no_conflict(parties)?;
        if [link.buyer, link.seller].contains(&self.organisation) {
            return Err(Denied::ProvidesHere);
        }
        let kind = RelationKind::CoordinatingCommissioner;
        allowed(kind, Rights::APPROVE, FieldGroup::LinkTerms)
    }
}

pub(super) fn allowed(kind: RelationKind, right: Rights, group: FieldGroup) -> Result<(), Denied> {
    let cell = matrix::cell(Relation::Stands(kind), group);
    if cell.grants(right) { Ok(()) } else { Err(Denied::NotWithinMatrix) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAD: Uuid = Uuid::from_u128(1);
    const TRUST: Uuid = Uuid::from_u128(2);
    const CHARITY: Uuid = Uuid::from_u128(3);
    const LINK: LinkParties = LinkParties { buyer: TRUST, seller: CHARITY };

    fn actor(organisation: Uuid, role: Role) -> Actor {
        Actor { organisation, roles: vec![role], scopes: None, team: None }
    }

    fn parties() -> ContractParties {
        ContractParties {
            co_ordinating: Some(LEAD),
            associates: Vec::new(),
            providers: vec![Uuid::from_u128(9)],
            ..ContractParties::default()
        }
    }

    #[test]
    fn what_is_done_to_a_link_is_within_the_matrix() {
        let may = |kind| allowed(kind, Rights::WRITE, FieldGroup::LinkTerms);
        assert_eq!(may(RelationKind::Buyer), Ok(()));
        assert_eq!(may(RelationKind::Seller), Err(Denied::NotWithinMatrix));
    }

    #[test]
    fn c10_the_buyer_records_and_the_seller_answers() {
        let manager = |who| actor(who, Role::ContractManager);
        assert_eq!(manager(TRUST).may_keep_subcontract(LINK), Ok(()));
        assert_eq!(manager(CHARITY).may_keep_subcontract(LINK), Err(Denied::NotBuyer));
        assert_eq!(manager(CHARITY).may_answer_subcontract(LINK), Ok(()));
        assert_eq!(manager(TRUST).may_answer_subcontract(LINK), Err(Denied::NotSeller));
        let needed = Err(Denied::RoleMayNotWrite { needed: CHAINS });
        assert_eq!(actor(TRUST, Role::Commissioner).may_keep_subcontract(LINK), needed);
        assert_eq!(actor(CHARITY, Role::Finance).may_answer_subcontract(LINK), needed);
    }

    #[test]
    fn whoever_leads_a_consortium_shares_its_own_links_and_no_other() {
        let manager = actor(TRUST, Role::ContractManager);
        let theirs = LinkParties { buyer: CHARITY, seller: LEAD };
        let sold = LinkParties { buyer: CHARITY, seller: TRUST };
        assert_eq!(manager.may_share_with_consortium(LINK, true), Ok(()));
        assert_eq!(manager.may_share_with_consortium(sold, true), Ok(()));
        assert_eq!(manager.may_share_with_consortium(LINK, false), Err(Denied::NotLeadProvider));
        assert_eq!(manager.may_share_with_consortium(theirs, true), Err(Denied::NotPartyOfLink));
        let commissioner = actor(TRUST, Role::Commissioner).may_share_with_consortium(LINK, true);
        assert_eq!(commissioner, Err(Denied::RoleMayNotWrite { needed: CHAINS }));
    }

    #[test]
    fn c3_the_co_ordinating_commissioner_approves_and_never_what_it_buys_or_sells_itself() {
        let may = |who, role, link| actor(who, role).may_approve_subcontract(&parties(), link);
        assert_eq!(may(LEAD, Role::Commissioner, LINK), Ok(()));
        assert!(may(LEAD, Role::ContractManager, LINK).is_err());
        assert_eq!(may(TRUST, Role::Commissioner, LINK), Err(Denied::NotCoordinating));
        for own in [LinkParties { buyer: LEAD, ..LINK }, LinkParties { seller: LEAD, ..LINK }] {
            assert_eq!(may(LEAD, Role::Commissioner, own), Err(Denied::ProvidesHere));
        }
        let own = ContractParties { providers: vec![LEAD], ..parties() };
        let denied = actor(LEAD, Role::Commissioner).may_approve_subcontract(&own, LINK);
        assert_eq!(denied, Err(Denied::ProvidesHere));
    }
}
