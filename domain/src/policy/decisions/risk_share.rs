//! Agreeing how over- and underspend is shared, and settling a year (rules R5, R6, G1, M13).

use uuid::Uuid;

use super::{Actor, Decision, Denied, MONEY, Parties, TERMS, proposal::APPROVES_MONEY};
use crate::policy::{Rights, approval::Person, matrix::FieldGroup};

impl Actor {
    /// A partner's commissioner proposes how over- and underspend is shared.
    ///
    /// # Errors
    /// Why not.
    pub fn may_propose_risk_share(&self, parties: &Parties) -> Result<(), Denied> {
        self.needs(TERMS)?;
        self.is_partner(parties)?;
        self.within(parties, Rights::WRITE, &[FieldGroup::AgreementExit])
    }

    /// The host's commissioner records what was agreed elsewhere; while no host is named, any
    /// partner's.
    ///
    /// # Errors
    /// Why not.
    pub fn may_record_risk_share(&self, parties: &Parties, by: Decision<'_>) -> Result<(), Denied> {
        self.may_edit_agreement(parties)?;
        by.is_named()
    }

    /// The host's finance role claims what a closed year comes to.
    ///
    /// # Errors
    /// Why not.
    pub fn may_claim_settlement(&self, parties: &Parties) -> Result<(), Denied> {
        self.needs(MONEY)?;
        self.is_host(parties)?;
        self.within(parties, Rights::WRITE, &[FieldGroup::PositionByPartner])
    }

    /// Somebody of the partner that stands for a line says what it says of it: nobody else, no
    /// program, and not the person who claimed it (rule M13). `stands_for` is who answers for the
    /// line today: the partner, or its successor.
    ///
    /// # Errors
    /// Why not.
    pub fn may_answer_settlement(
        &self,
        parties: &Parties,
        (account, claimed_by): (Option<Uuid>, Person),
        stands_for: Option<Uuid>,
    ) -> Result<(), Denied> {
        self.acts_itself()?;
        if stands_for != Some(self.organisation) {
            return Err(Denied::NotYourOrganisation);
        }
        if self.scopes.is_some() {
            return Err(Denied::OnlyPeopleDecide);
        }
        if !self.roles.iter().any(|role| APPROVES_MONEY.contains(role)) {
            return Err(Denied::RoleMayNotWrite { needed: APPROVES_MONEY });
        }
        let all = self.within(parties, Rights::APPROVE, &[FieldGroup::PositionByPartner]);
        all.or_else(|_| {
            self.within(parties, Rights::APPROVE_OWN, &[FieldGroup::PositionByPartner])
        })?;
        if (Person { account, organisation: self.organisation }).may_be(claimed_by) {
            return Err(Denied::ProposedByYou);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use entities::membership::Role;

    use super::*;

    const HOST: Uuid = Uuid::from_u128(1);
    const PARTNER: Uuid = Uuid::from_u128(2);
    const STRANGER: Uuid = Uuid::from_u128(3);
    const CLAIMER: Option<Uuid> = Some(Uuid::from_u128(10));
    const OTHER: Option<Uuid> = Some(Uuid::from_u128(11));
    const BOARD: Decision<'_> = Decision { deciding_body: "Board", minute_reference: "7" };

    fn actor(organisation: Uuid, role: Role) -> Actor {
        Actor { organisation, roles: vec![role], scopes: None, team: None }
    }

    fn parties() -> Parties {
        Parties { host: Some(HOST), partners: vec![HOST, PARTNER] }
    }

    #[test]
    fn g1_a_partner_proposes_a_risk_share_and_the_host_records_one_that_names_its_decision() {
        let at = &parties();
        assert_eq!(actor(PARTNER, Role::Commissioner).may_propose_risk_share(at), Ok(()));
        let stranger = actor(STRANGER, Role::Commissioner).may_propose_risk_share(at);
        assert_eq!(stranger, Err(Denied::NotPartner));
        let needed = Err(Denied::RoleMayNotWrite { needed: TERMS });
        assert_eq!(actor(PARTNER, Role::Finance).may_propose_risk_share(at), needed);
        let host = actor(HOST, Role::Commissioner);
        assert_eq!(host.may_record_risk_share(at, BOARD), Ok(()));
        for unnamed in
            [Decision { minute_reference: " ", ..BOARD }, Decision { deciding_body: "", ..BOARD }]
        {
            let denied = host.may_record_risk_share(at, unnamed);
            assert_eq!(denied, Err(Denied::DecisionNotNamed));
        }
        let partner = actor(PARTNER, Role::Commissioner).may_record_risk_share(at, BOARD);
        assert_eq!(partner, Err(Denied::NotHost));
    }

    #[test]
    fn m13_the_host_claims_and_each_partner_answers_for_itself_by_another_person() {
        let at = &parties();
        assert_eq!(actor(HOST, Role::Finance).may_claim_settlement(at), Ok(()));
        assert_eq!(actor(PARTNER, Role::Finance).may_claim_settlement(at), Err(Denied::NotHost));
        let claimed = Person { account: CLAIMER, organisation: HOST };
        let answers = |who: Uuid, role, account, line| {
            actor(who, role).may_answer_settlement(at, (account, claimed), Some(line))
        };
        assert_eq!(answers(PARTNER, Role::Finance, OTHER, PARTNER), Ok(()));
        assert_eq!(answers(HOST, Role::Approver, OTHER, HOST), Ok(()));
        let own = answers(HOST, Role::Approver, CLAIMER, HOST);
        assert_eq!(own, Err(Denied::ProposedByYou));
        let others = answers(HOST, Role::Approver, OTHER, PARTNER);
        assert_eq!(others, Err(Denied::NotYourOrganisation));
        let needed = Err(Denied::RoleMayNotWrite { needed: APPROVES_MONEY });
        assert_eq!(answers(PARTNER, Role::Commissioner, OTHER, PARTNER), needed);
        let outside = answers(STRANGER, Role::Finance, OTHER, STRANGER);
        assert_eq!(outside, Err(Denied::NotWithinMatrix));
        let program = Actor { scopes: Some(Vec::new()), ..actor(PARTNER, Role::Finance) };
        let denied = program.may_answer_settlement(at, (None, claimed), Some(PARTNER));
        assert_eq!(denied, Err(Denied::OnlyPeopleDecide));
    }
}
