use uuid::Uuid;

use super::{Actor, Denied, PLANS, Parties};
use crate::policy::{Rights, matrix::FieldGroup};

impl Actor {
    /// The host's commissioner sets the ladder by which disputes go; while no host is named, any
    /// partner's.
    ///
    /// # Errors
    /// Why not.
    pub fn may_set_dispute_ladder(&self, parties: &Parties) -> Result<(), Denied> {
        self.may_edit_agreement(parties)
    }

    /// A partner's commissioner or finance role raises a dispute of its own.
    ///
    /// # Errors
    /// Why not.
    pub fn may_raise_dispute(&self, parties: &Parties) -> Result<(), Denied> {
        self.needs(PLANS)?;
        self.is_partner(parties)?;
        self.within_own(parties, self.organisation, FieldGroup::Disputes)
    }

    /// The commissioner or finance role of a partner between which a dispute is records what came of
    /// it, and the host's of any.
    ///
    /// # Errors
    /// Why not.
    pub fn may_record_in_dispute(&self, parties: &Parties, between: &[Uuid]) -> Result<(), Denied> {
        self.may_raise_dispute(parties)?;
        if between.contains(&self.organisation) {
            return Ok(());
        }
        self.within(parties, Rights::WRITE, &[FieldGroup::Disputes])
            .map_err(|_| Denied::NotYourDispute)
    }

    /// The commissioner or finance role of whoever raised a dispute withdraws it.
    ///
    /// # Errors
    /// Why not.
    pub fn may_withdraw_dispute(&self, parties: &Parties, raised_by: Uuid) -> Result<(), Denied> {
        self.may_raise_dispute(parties)?;
        if self.organisation == raised_by { Ok(()) } else { Err(Denied::NotYourDispute) }
    }
}

#[cfg(test)]
mod tests {
    use entities::membership::Role;

    use super::*;

    const HOST: Uuid = Uuid::from_u128(1);
    const RAISER: Uuid = Uuid::from_u128(2);
    const OTHER: Uuid = Uuid::from_u128(3);
    const THIRD: Uuid = Uuid::from_u128(4);

    fn actor(organisation: Uuid) -> Actor {
        Actor { organisation, roles: vec![Role::Finance], scopes: None, team: None }
    }

    #[test]
    fn those_between_whom_a_dispute_is_and_the_host_say_what_came_of_it() {
        let parties = Parties { host: Some(HOST), partners: vec![HOST, RAISER, OTHER, THIRD] };
        let may = |who| actor(who).may_record_in_dispute(&parties, &[RAISER, OTHER]);
        assert_eq!([HOST, RAISER, OTHER].map(may), [Ok(()); 3]);
        assert_eq!(may(THIRD), Err(Denied::NotYourDispute));
        assert_eq!(may(Uuid::from_u128(9)), Err(Denied::NotPartner));
        assert_eq!(actor(RAISER).may_withdraw_dispute(&parties, RAISER), Ok(()));
        let denied = Err(Denied::NotYourDispute);
        assert_eq!(actor(HOST).may_withdraw_dispute(&parties, RAISER), denied);
        assert_eq!(actor(THIRD).may_raise_dispute(&parties), Ok(()));
        let needed = Err(Denied::RoleMayNotWrite { needed: PLANS });
        let approver = Actor { roles: vec![Role::Approver], ..actor(RAISER) };
        assert_eq!(approver.may_raise_dispute(&parties), needed);
        assert!(approver.may_set_dispute_ladder(&parties).is_err());
        let commissioner = Actor { roles: vec![Role::Commissioner], ..actor(HOST) };
        assert_eq!(commissioner.may_set_dispute_ladder(&parties), Ok(()));
    }
}
