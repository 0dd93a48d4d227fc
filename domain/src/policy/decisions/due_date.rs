use uuid::Uuid;

use super::{Actor, Denied, Parties, TERMS};
use crate::policy::{Rights, matrix::FieldGroup};

impl Actor {
    /// The host's commissioner sets what is due under an agreement; while no host is named, any
    /// partner's.
    ///
    /// # Errors
    /// Why not.
    pub fn may_set_due_dates(&self, parties: &Parties) -> Result<(), Denied> {
        self.may_edit_agreement(parties)
    }

    /// The commissioner of the partner that sees to it records that something due was done; the
    /// host's of anything, and any partner's of what all see to.
    ///
    /// # Errors
    /// Why not.
    pub fn may_meet_due_date(&self, parties: &Parties, owner: Option<Uuid>) -> Result<(), Denied> {
        self.needs(TERMS)?;
        self.for_partner(parties, owner.unwrap_or(self.organisation))?;
        self.within(parties, Rights::WRITE, &[FieldGroup::AgreementTerms])
    }
}

#[cfg(test)]
mod tests {
    use entities::membership::Role;

    use super::*;

    const HOST: Uuid = Uuid::from_u128(1);
    const PARTNER: Uuid = Uuid::from_u128(2);
    const OTHER: Uuid = Uuid::from_u128(3);

    fn actor(organisation: Uuid, role: Role) -> Actor {
        Actor { organisation, roles: vec![role], scopes: None, team: None }
    }

    #[test]
    fn the_host_sets_what_is_due_and_whoever_sees_to_it_meets_it() {
        let parties = Parties { host: Some(HOST), partners: vec![HOST, PARTNER, OTHER] };
        let of = |organisation| actor(organisation, Role::Commissioner);
        assert_eq!(of(HOST).may_set_due_dates(&parties), Ok(()));
        assert_eq!(of(PARTNER).may_set_due_dates(&parties), Err(Denied::NotHost));
        assert_eq!(of(PARTNER).may_meet_due_date(&parties, Some(PARTNER)), Ok(()));
        assert_eq!(of(HOST).may_meet_due_date(&parties, Some(PARTNER)), Ok(()));
        assert_eq!(of(OTHER).may_meet_due_date(&parties, None), Ok(()));
        let denied = Err(Denied::NotYourOrganisation);
        assert_eq!(of(OTHER).may_meet_due_date(&parties, Some(PARTNER)), denied);
        let stranger = of(Uuid::from_u128(9)).may_meet_due_date(&parties, None);
        assert_eq!(stranger, Err(Denied::NotPartner));
        let needed = Err(Denied::RoleMayNotWrite { needed: TERMS });
        let finance = actor(HOST, Role::Finance);
        assert_eq!(finance.may_meet_due_date(&parties, None), needed);
        assert_eq!(finance.may_set_due_dates(&parties), needed);
    }
}
