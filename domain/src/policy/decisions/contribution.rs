use uuid::Uuid;

use super::{Actor, Denied, MONEY, Parties};
use crate::policy::matrix::FieldGroup;

impl Actor {
    /// A partner's finance role says that it withholds some of its own contribution, and that it no
    /// longer does: nobody says so on its behalf.
    ///
    /// # Errors
    /// Why not.
    pub fn may_withhold(&self, parties: &Parties, partner: Uuid) -> Result<(), Denied> {
        self.needs(MONEY)?;
        self.is_partner(parties)?;
        if self.organisation != partner {
            return Err(Denied::NotYourOrganisation);
        }
        self.within_own(parties, partner, FieldGroup::ContributionsOwn)
    }
}

#[cfg(test)]
mod tests {
    use entities::membership::Role;

    use super::*;

    const HOST: Uuid = Uuid::from_u128(1);
    const PARTNER: Uuid = Uuid::from_u128(2);

    #[test]
    fn a_partner_withholds_its_own_contribution_and_nobody_does_so_for_it() {
        let parties = Parties { host: Some(HOST), partners: vec![HOST, PARTNER] };
        let actor = |organisation, role| Actor {
            organisation,
            roles: vec![role],
            scopes: None,
            team: None,
        };
        let finance = |organisation| actor(organisation, Role::Finance);
        assert_eq!(finance(PARTNER).may_withhold(&parties, PARTNER), Ok(()));
        assert_eq!(finance(HOST).may_withhold(&parties, HOST), Ok(()));
        let for_it = finance(HOST).may_withhold(&parties, PARTNER);
        assert_eq!(for_it, Err(Denied::NotYourOrganisation));
        let stranger = Uuid::from_u128(9);
        assert_eq!(finance(stranger).may_withhold(&parties, stranger), Err(Denied::NotPartner));
        assert!(actor(PARTNER, Role::Commissioner).may_withhold(&parties, PARTNER).is_err());
    }
}
