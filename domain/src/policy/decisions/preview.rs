use super::{Actor, Denied, PLANS, Parties};

impl Actor {
    /// The host's commissioner or finance role previews the view of another organisation of its
    /// agreement (rule V7).
    ///
    /// # Errors
    /// Why not.
    pub fn may_preview(&self, parties: &Parties) -> Result<(), Denied> {
        self.needs(PLANS)?;
        self.is_host(parties)?;
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
    }
}
