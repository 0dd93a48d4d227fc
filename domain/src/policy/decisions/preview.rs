use super::{Actor, ContractParties, Denied, PLANS, Parties};

impl Actor {
    /// The host's commissioner or finance role previews the view of another organisation of its
    /// agreement (rule V7).
    ///
    /// # Errors
    /// Why not.
    pub fn may_preview(&self, parties: &Parties) -> Result<(), Denied> {
        self.needs(PLANS)?;
        self.is_host(parties)?;
        self.is_a_person()
    }

    /// The commissioner or finance role of the co-ordinating commissioner previews the view of another
    /// organisation of its contract; not one that provides under it, or has declared an interest in it.
    ///
    /// # Errors
    /// Why not.
    pub fn may_preview_contract(&self, parties: &ContractParties) -> Result<(), Denied> {
        self.needs(PLANS)?;
        self.co_ordinates(parties)?;
        self.has_no_conflict(parties)?;
        self.is_a_person()
    }

    fn is_a_person(&self) -> Result<(), Denied> {
        // A program has a view of its own to read, and nobody to show another's.
        if self.scopes.is_some() { Err(Denied::OnlyPeoplePreview) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use entities::{membership::Role, service_account::ServiceScope};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn v7_the_hosts_commissioner_and_finance_role_preview_and_nobody_else() {
        let [host, partner] = [1, 2].map(Uuid::from_u128);
        let parties = Parties { host: Some(host), partners: vec![host, partner] };
        let may = |organisation, role| {
            let actor = Actor { organisation, roles: vec![role], scopes: None, team: None };
            actor.may_preview(&parties)
        };
        assert_eq!(may(host, Role::Commissioner), Ok(()));
        assert_eq!(may(host, Role::Finance), Ok(()));
        assert_eq!(may(host, Role::Viewer), Err(Denied::RoleMayNotWrite { needed: PLANS }));
        assert_eq!(may(partner, Role::Commissioner), Err(Denied::NotHost));
        let scopes = Some(vec![ServiceScope::Plan]);
        let program =
            Actor { organisation: host, roles: vec![Role::Commissioner], scopes, team: None };
        assert_eq!(program.may_preview(&parties), Err(Denied::OnlyPeoplePreview));
        let leads = ContractParties { co_ordinating: Some(host), ..ContractParties::default() };
        assert_eq!(program.may_preview_contract(&leads), Err(Denied::OnlyPeoplePreview));
    }

    #[test]
    fn v7_the_commissioner_that_leads_previews_a_contract_that_it_does_not_provide() {
        let [leads, other] = [1, 2].map(Uuid::from_u128);
        let parties = ContractParties { co_ordinating: Some(leads), ..ContractParties::default() };
        let may = |organisation, role, parties: &ContractParties| {
            let actor = Actor { organisation, roles: vec![role], scopes: None, team: None };
            actor.may_preview_contract(parties)
        };
        assert_eq!(may(leads, Role::Commissioner, &parties), Ok(()));
        assert_eq!(may(leads, Role::Finance, &parties), Ok(()));
        let needed = Err(Denied::RoleMayNotWrite { needed: PLANS });
        assert_eq!(may(leads, Role::Approver, &parties), needed);
        assert_eq!(may(other, Role::Commissioner, &parties), Err(Denied::NotCoordinating));
        let provides = ContractParties { providers: vec![leads], ..parties.clone() };
        assert_eq!(may(leads, Role::Commissioner, &provides), Err(Denied::ProvidesHere));
        let interested = ContractParties { asker_is_interested: true, ..parties };
        let denied = Err(Denied::InterestInContract);
        assert_eq!(may(leads, Role::Commissioner, &interested), denied);
    }
}
