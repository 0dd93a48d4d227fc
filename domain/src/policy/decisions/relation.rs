//! Who lets relations come and go, and who lifts a regulator's or an auditor's view.

use uuid::Uuid;

use super::{Actor, MONEY, TERMS};
use crate::policy::{Denied, Parties, Rights, matrix::FieldGroup};

/// A body that closed, of whose several successors one is to be named (rule G5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed<'a> {
    /// True when it kept the books, or led the commissioners of a contract.
    pub led: bool,
    /// The bodies that took over from it.
    pub successors: &'a [Uuid],
}

impl Actor {
    /// The host's commissioner records that a partner leaves; while no host is named, any
    /// partner's.
    ///
    /// # Errors
    /// Why not.
    pub fn may_end_partner(&self, parties: &Parties) -> Result<(), Denied> {
        self.may_edit_agreement(parties)
    }

    /// The host's commissioner appoints organisations, and ends and revokes appointments; while no
    /// host is named, any partner's.
    ///
    /// # Errors
    /// Why not.
    pub fn may_appoint(&self, parties: &Parties) -> Result<(), Denied> {
        self.needs(TERMS)?;
        self.keeps_record(parties)?;
        self.within(parties, Rights::WRITE, &[FieldGroup::Relations])
    }

    /// The commissioner of the host or of a partner lets a regulator or an auditor in (rule V9).
    ///
    /// # Errors
    /// Why not.
    pub fn may_grant_access(&self, parties: &Parties) -> Result<(), Denied> {
        self.needs(TERMS)?;
        self.is_partner(parties)?;
        self.within(parties, Rights::WRITE_OWN, &[FieldGroup::Relations])
    }

    /// The same, to an organisation: nobody lets itself in, who may be a regulator or an auditor too.
    ///
    /// # Errors
    /// Why not.
    pub fn may_grant_access_to(&self, parties: &Parties, organisation: Uuid) -> Result<(), Denied> {
        self.may_grant_access(parties)?;
        if organisation == self.organisation { Err(Denied::GrantToItself) } else { Ok(()) }
    }

    /// The commissioner of whoever granted it ends a grant, and the host's any.
    ///
    /// # Errors
    /// Why not.
    pub fn may_end_grant(&self, parties: &Parties, granted_by: Uuid) -> Result<(), Denied> {
        self.may_grant_access(parties)?;
        if self.organisation == granted_by || parties.host == Some(self.organisation) {
            return self.within_own(parties, granted_by, FieldGroup::Relations);
        }
        Err(Denied::NotYourGrant)
    }

    /// The host's commissioner names which of several successors takes over; while nobody keeps the
    /// books, a partner's, and where the body that closed kept them, any of its successors'.
    ///
    /// # Errors
    /// Why not.
    pub fn may_name_successor(&self, parties: &Parties, closed: Closed<'_>) -> Result<(), Denied> {
        self.needs(TERMS)?;
        if parties.host.is_some() {
            self.is_host(parties)?;
            return self.within(parties, Rights::WRITE, &[FieldGroup::Relations]);
        }
        if closed.led && closed.successors.contains(&self.organisation) {
            return Ok(());
        }
        let denied = if closed.led { Denied::NotSuccessor } else { Denied::NotPartner };
        self.is_partner(parties).map_err(|_| denied)
    }

    /// The host's finance role releases the postings of a period to the partners (rule V11).
    ///
    /// # Errors
    /// Why not.
    pub fn may_release_period(&self, parties: &Parties) -> Result<(), Denied> {
        self.needs(MONEY)?;
        self.is_host(parties)?;
        self.within(parties, Rights::WRITE, &[FieldGroup::PeriodClosings])
    }
}

#[cfg(test)]
mod tests {
    use entities::membership::Role;

    use super::*;

    const HOST: Uuid = Uuid::from_u128(1);
    const PARTNER: Uuid = Uuid::from_u128(2);
    const SUCCESSOR: Uuid = Uuid::from_u128(3);
    const OUTSIDER: Uuid = Uuid::from_u128(4);

    fn actor(organisation: Uuid, role: Role) -> Actor {
        Actor { organisation, roles: vec![role], scopes: None, team: None }
    }

    fn parties(host: Option<Uuid>) -> Parties {
        Parties { host, partners: vec![PARTNER] }
    }

    #[test]
    fn the_host_keeps_the_record_of_who_stands_in_which_relation() {
        let hosted = parties(Some(HOST));
        let commissioner = |organisation| actor(organisation, Role::Commissioner);
        assert_eq!(commissioner(HOST).may_appoint(&hosted), Ok(()));
        assert_eq!(commissioner(PARTNER).may_appoint(&hosted), Err(Denied::NotHost));
        assert_eq!(commissioner(PARTNER).may_appoint(&parties(None)), Ok(()));
        assert_eq!(commissioner(OUTSIDER).may_appoint(&parties(None)), Err(Denied::NotPartner));
        assert_eq!(commissioner(PARTNER).may_end_partner(&hosted), Err(Denied::NotHost));
        assert!(actor(HOST, Role::Finance).may_appoint(&hosted).is_err());
    }

    #[test]
    fn v9_the_host_and_the_partners_grant_and_end_what_they_granted() {
        let hosted = parties(Some(HOST));
        let commissioner = |organisation| actor(organisation, Role::Commissioner);
        assert_eq!(commissioner(HOST).may_grant_access(&hosted), Ok(()));
        assert_eq!(commissioner(PARTNER).may_grant_access(&hosted), Ok(()));
        assert_eq!(commissioner(OUTSIDER).may_grant_access(&hosted), Err(Denied::NotPartner));
        let to = |organisation| commissioner(PARTNER).may_grant_access_to(&hosted, organisation);
        assert_eq!(to(OUTSIDER), Ok(()));
        assert_eq!(to(PARTNER), Err(Denied::GrantToItself));
        let outside = commissioner(OUTSIDER).may_grant_access_to(&hosted, PARTNER);
        assert_eq!(outside, Err(Denied::NotPartner));
        assert!(actor(HOST, Role::Finance).may_grant_access(&hosted).is_err());
        assert_eq!(commissioner(HOST).may_end_grant(&hosted, PARTNER), Ok(()));
        assert_eq!(commissioner(PARTNER).may_end_grant(&hosted, PARTNER), Ok(()));
        let others = commissioner(PARTNER).may_end_grant(&hosted, HOST);
        assert_eq!(others, Err(Denied::NotYourGrant));
    }

    #[test]
    fn g5_the_host_names_a_successor_and_of_the_host_partners_and_successors_do() {
        let commissioner = |organisation| actor(organisation, Role::Commissioner);
        let of_partner = Closed { led: false, successors: &[SUCCESSOR] };
        let of_host = Closed { led: true, successors: &[SUCCESSOR] };
        let name = |who, host, closed| commissioner(who).may_name_successor(&parties(host), closed);
        assert_eq!(name(HOST, Some(HOST), of_partner), Ok(()));
        assert_eq!(name(PARTNER, Some(HOST), of_partner), Err(Denied::NotHost));
        assert_eq!(name(SUCCESSOR, Some(HOST), of_partner), Err(Denied::NotHost));
        assert_eq!(name(PARTNER, None, of_host), Ok(()));
        assert_eq!(name(SUCCESSOR, None, of_host), Ok(()));
        assert_eq!(name(SUCCESSOR, None, of_partner), Err(Denied::NotPartner));
        assert_eq!(name(OUTSIDER, None, of_host), Err(Denied::NotSuccessor));
    }

    #[test]
    fn v11_the_hosts_finance_releases() {
        let hosted = parties(Some(HOST));
        assert_eq!(actor(HOST, Role::Finance).may_release_period(&hosted), Ok(()));
        let partner = actor(PARTNER, Role::Finance).may_release_period(&hosted);
        assert_eq!(partner, Err(Denied::NotHost));
        assert!(actor(HOST, Role::Commissioner).may_release_period(&hosted).is_err());
    }
}
