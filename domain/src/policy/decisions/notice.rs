use uuid::Uuid;

use super::{Actor, Decision, Denied, Parties, TERMS};
use crate::policy::{Rights, matrix::FieldGroup};

impl Actor {
    /// A partner's commissioner gives notice that a body of its own has decided.
    ///
    /// # Errors
    /// Why not.
    pub fn may_give_notice(&self, parties: &Parties, by: Decision<'_>) -> Result<(), Denied> {
        self.may_leave(parties)?;
        by.is_named()
    }

    /// The commissioner of the partner that gave notice withdraws it.
    ///
    /// # Errors
    /// Why not.
    pub fn may_withdraw_notice(&self, parties: &Parties, given_by: Uuid) -> Result<(), Denied> {
        self.may_leave(parties)?;
        if self.organisation == given_by { Ok(()) } else { Err(Denied::NotYourNotice) }
    }

    fn may_leave(&self, parties: &Parties) -> Result<(), Denied> {
        self.needs(TERMS)?;
        self.acts_itself()?;
        if !parties.partners.contains(&self.organisation) {
            return Err(Denied::NotPartner);
        }
        self.within(parties, Rights::WRITE, &[FieldGroup::AgreementExit])
    }
}

#[cfg(test)]
mod tests {
    use entities::membership::Role;

    use super::*;

    const HOST: Uuid = Uuid::from_u128(1);
    const PARTNER: Uuid = Uuid::from_u128(2);
    const CABINET: Decision<'_> = Decision { deciding_body: "Cabinet", minute_reference: "7" };

    fn actor(organisation: Uuid, role: Role) -> Actor {
        Actor { organisation, roles: vec![role], scopes: None, team: None }
    }

    #[test]
    fn a_partner_gives_notice_for_itself_and_nobody_withdraws_anothers() {
        let parties = Parties { host: Some(HOST), partners: vec![HOST, PARTNER] };
        let partner = actor(PARTNER, Role::Commissioner);
        assert_eq!(partner.may_give_notice(&parties, CABINET), Ok(()));
        let unminuted = Decision { minute_reference: " ", ..CABINET };
        assert_eq!(partner.may_give_notice(&parties, unminuted), Err(Denied::DecisionNotNamed));
        let unnamed = Decision { deciding_body: "", ..CABINET };
        assert_eq!(partner.may_give_notice(&parties, unnamed), Err(Denied::DecisionNotNamed));
        assert_eq!(partner.may_withdraw_notice(&parties, PARTNER), Ok(()));
        let host = actor(HOST, Role::Commissioner);
        assert_eq!(host.may_withdraw_notice(&parties, PARTNER), Err(Denied::NotYourNotice));
        let stranger = actor(Uuid::from_u128(9), Role::Commissioner);
        assert_eq!(stranger.may_give_notice(&parties, CABINET), Err(Denied::NotPartner));
        let needed = Err(Denied::RoleMayNotWrite { needed: TERMS });
        assert_eq!(actor(PARTNER, Role::Finance).may_give_notice(&parties, CABINET), needed);
    }
}
