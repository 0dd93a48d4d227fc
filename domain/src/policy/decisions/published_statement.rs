use super::{Actor, Denied, PLANS, Parties};
use crate::policy::{Rights, matrix::FieldGroup};

impl Actor {
    /// A partner's or a team's commissioner or finance role records what somebody published.
    ///
    /// # Errors
    /// Why not.
    pub fn may_record_published_statement(&self, parties: &Parties) -> Result<(), Denied> {
        self.needs(PLANS)?;
        if self.team.is_none() {
            self.is_partner(parties)?;
        }
        self.within(parties, Rights::WRITE, &[FieldGroup::PublishedStatements])
    }
}

#[cfg(test)]
mod tests {
    use entities::membership::Role;
    use uuid::Uuid;

    use super::*;
    use crate::policy::decisions::{ActingTeam, Limits};

    const HOST: Uuid = Uuid::from_u128(1);
    const PARTNER: Uuid = Uuid::from_u128(2);
    const OUTSIDER: Uuid = Uuid::from_u128(3);

    #[test]
    fn any_partner_and_a_team_record_what_was_published_whoever_hosts() {
        let actor = |organisation, role| Actor {
            organisation,
            roles: vec![role],
            scopes: None,
            team: None,
        };
        for host in [Some(HOST), None] {
            let parties = Parties { host, partners: vec![HOST, PARTNER] };
            let may = |it: Actor| it.may_record_published_statement(&parties);
            for role in [Role::Commissioner, Role::Finance] {
                assert_eq!(may(actor(HOST, role)), Ok(()));
                assert_eq!(may(actor(PARTNER, role)), Ok(()));
                assert_eq!(may(actor(OUTSIDER, role)), Err(Denied::NotPartner));
            }
            let needed = Err(Denied::RoleMayNotWrite { needed: PLANS });
            assert_eq!(may(actor(PARTNER, Role::Approver)), needed);
            let team = Some(ActingTeam { id: OUTSIDER, limits: Limits::default() });
            assert_eq!(may(Actor { team, ..actor(OUTSIDER, Role::Finance) }), Ok(()));
        }
    }
}
