use entities::membership::Role;

use super::{Actor, ContractParties, Decision, Denied, Parties};

/// Who publishes: whoever approves for the host.
const PUBLISHERS: &[Role] = &[Role::Approver];

impl Actor {
    /// The host's approver publishes what a body has decided to publish, and withdraws it.
    ///
    /// # Errors
    /// Why not.
    pub fn may_publish(&self, parties: &Parties, by: Decision<'_>) -> Result<(), Denied> {
        self.needs(PUBLISHERS)?;
        self.is_host(parties)?;
        by.is_named()
    }

    /// The co-ordinating commissioner's approver publishes what a body has decided to publish of a
    /// contract; not one that provides under it, or has declared an interest in it.
    ///
    /// # Errors
    /// Why not.
    pub fn may_publish_contract(
        &self,
        parties: &ContractParties,
        by: Decision<'_>,
    ) -> Result<(), Denied> {
        self.may_withdraw_contract_publication(parties)?;
        by.is_named()
    }

    /// The co-ordinating commissioner's approver withdraws what was published of a contract.
    ///
    /// # Errors
    /// Why not.
    pub fn may_withdraw_contract_publication(
        &self,
        parties: &ContractParties,
    ) -> Result<(), Denied> {
        self.needs(PUBLISHERS)?;
        self.co_ordinates(parties)?;
        self.has_no_conflict(parties)
    }

    /// The host's approver withdraws what was published.
    ///
    /// # Errors
    /// Why not.
    pub fn may_withdraw_publication(&self, parties: &Parties) -> Result<(), Denied> {
        self.needs(PUBLISHERS)?;
        self.is_host(parties)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const HOST: Uuid = Uuid::from_u128(1);
    const PARTNER: Uuid = Uuid::from_u128(2);
    const BOARD: Decision<'_> = Decision { deciding_body: "Board", minute_reference: "7" };

    fn actor(organisation: Uuid, role: Role) -> Actor {
        Actor { organisation, roles: vec![role], scopes: None, team: None }
    }

    #[test]
    fn v5_the_hosts_approver_publishes_what_a_body_decided() {
        let parties = Parties { host: Some(HOST), partners: vec![HOST, PARTNER] };
        let approver = actor(HOST, Role::Approver);
        assert_eq!(approver.may_publish(&parties, BOARD), Ok(()));
        assert_eq!(approver.may_withdraw_publication(&parties), Ok(()));
        let others = actor(PARTNER, Role::Approver);
        assert_eq!(others.may_publish(&parties, BOARD), Err(Denied::NotHost));
        assert_eq!(others.may_withdraw_publication(&parties), Err(Denied::NotHost));
        let needed = Err(Denied::RoleMayNotWrite { needed: PUBLISHERS });
        assert_eq!(actor(HOST, Role::Finance).may_publish(&parties, BOARD), needed);
        assert_eq!(actor(HOST, Role::Finance).may_withdraw_publication(&parties), needed);
        for unminuted in
            [Decision { minute_reference: " ", ..BOARD }, Decision { deciding_body: "", ..BOARD }]
        {
            let denied = approver.may_publish(&parties, unminuted);
            assert_eq!(denied, Err(Denied::DecisionNotNamed));
        }
    }

    #[test]
    fn v5_the_co_ordinating_commissioners_approver_publishes_a_contract_that_it_does_not_provide() {
        let parties = ContractParties { co_ordinating: Some(HOST), ..ContractParties::default() };
        let may = |who, role, parties: &ContractParties, by| {
            let actor = actor(who, role);
            let published = actor.may_publish_contract(parties, by);
            (published, actor.may_withdraw_contract_publication(parties))
        };
        assert_eq!(may(HOST, Role::Approver, &parties, BOARD), (Ok(()), Ok(())));
        let other = Err(Denied::NotCoordinating);
        assert_eq!(may(PARTNER, Role::Approver, &parties, BOARD), (other, other));
        let needed = Err(Denied::RoleMayNotWrite { needed: PUBLISHERS });
        assert_eq!(may(HOST, Role::Commissioner, &parties, BOARD), (needed, needed));
        let unminuted = Decision { minute_reference: " ", ..BOARD };
        let unnamed = (Err(Denied::DecisionNotNamed), Ok(()));
        assert_eq!(may(HOST, Role::Approver, &parties, unminuted), unnamed);
        let provides = ContractParties { providers: vec![HOST], ..parties.clone() };
        let denied = Err(Denied::ProvidesHere);
        assert_eq!(may(HOST, Role::Approver, &provides, BOARD), (denied, denied));
        let interested = ContractParties { asker_is_interested: true, ..parties };
        let denied = Err(Denied::InterestInContract);
        assert_eq!(may(HOST, Role::Approver, &interested, BOARD), (denied, denied));
    }
}
