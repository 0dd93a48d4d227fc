use entities::membership::Role;
use uuid::Uuid;

use super::{Actor, Decision, Denied, MONEY, Parties};
use crate::policy::{Rights, matrix::FieldGroup};

/// Who says what a partner thinks of a return.
const ANSWERS: &[Role] = &[Role::Finance, Role::Approver];
/// Who approves a return for the host.
const APPROVES: &[Role] = &[Role::Approver];

impl Actor {
    /// The host's commissioner records above which variance returns say why, as partners have decided
    /// elsewhere, and names who decided.
    ///
    /// # Errors
    /// Why not.
    pub fn may_record_narrative_threshold(
        &self,
        parties: &Parties,
        by: Decision<'_>,
    ) -> Result<(), Denied> {
        self.may_edit_agreement(parties)?;
        by.is_named()
    }

    /// The host's finance role drafts a return, and so does a team's.
    ///
    /// # Errors
    /// Why not.
    pub fn may_save_return(&self, parties: &Parties) -> Result<(), Denied> {
        self.needs(MONEY)?;
        if self.team.is_none() {
            self.is_host(parties)?;
        }
        self.within(parties, Rights::WRITE, &[FieldGroup::ReturnDraft])
    }

    /// The host's finance role submits a return, and answers what partners ask about it.
    ///
    /// # Errors
    /// Why not.
    pub fn may_submit_return(&self, parties: &Parties) -> Result<(), Denied> {
        self.needs(MONEY)?;
        self.is_host(parties)?;
        self.within(parties, Rights::WRITE, &[FieldGroup::ReturnSubmitted])
    }

    /// A partner's finance role or approver asks about a return that was submitted to it, or agrees
    /// it. No program does.
    ///
    /// # Errors
    /// Why not.
    pub fn may_answer_return(&self, parties: &Parties) -> Result<(), Denied> {
        if self.scopes.is_some() {
            return Err(Denied::OnlyPeopleDecide);
        }
        self.needs(ANSWERS)?;
        self.is_partner(parties)?;
        self.within(parties, Rights::APPROVE_OWN, &[FieldGroup::ReturnSubmitted])
    }

    /// The host's approver approves a return that every partner has agreed: not whoever submitted
    /// it (rule M13), and no program.
    ///
    /// # Errors
    /// Why not.
    pub fn may_approve_return(
        &self,
        parties: &Parties,
        (account, submitted_by): (Option<Uuid>, Option<Uuid>),
    ) -> Result<(), Denied> {
        if self.scopes.is_some() || account.is_none() {
            return Err(Denied::OnlyPeopleDecide);
        }
        self.needs(APPROVES)?;
        self.is_host(parties)?;
        self.within(parties, Rights::APPROVE, &[FieldGroup::ReturnSubmitted])?;
        if account == submitted_by {
            return Err(Denied::SubmittedByYou);
        }
        Ok(())
    }

    /// A partner's finance role states how the partner accounts for its share of a fund; the
    /// host's states it for any partner.
    ///
    /// # Errors
    /// Why not.
    pub fn may_state_treatment(&self, parties: &Parties, partner: Uuid) -> Result<(), Denied> {
        self.needs(MONEY)?;
        self.for_partner(parties, partner)?;
        self.within_own(parties, partner, FieldGroup::ContributionsOwn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entities::service_account::ServiceScope;

    const HOST: Uuid = Uuid::from_u128(1);
    const PARTNER: Uuid = Uuid::from_u128(2);
    const OUTSIDER: Uuid = Uuid::from_u128(3);
    const SUBMITTER: Option<Uuid> = Some(Uuid::from_u128(10));
    const OTHER: Option<Uuid> = Some(Uuid::from_u128(11));

    fn actor(organisation: Uuid, role: Role) -> Actor {
        Actor { organisation, roles: vec![role], scopes: None, team: None }
    }

    fn parties() -> Parties {
        Parties { host: Some(HOST), partners: vec![HOST, PARTNER] }
    }

    fn program(organisation: Uuid, role: Role) -> Actor {
        let scopes = Some(vec![ServiceScope::RecordMoney, ServiceScope::Plan]);
        Actor { scopes, ..actor(organisation, role) }
    }

    #[test]
    fn g4_the_hosts_commissioner_records_what_partners_decided_to_explain() {
        let decided = Decision { deciding_body: "Board", minute_reference: "7" };
        let record = |actor: &Actor, by| actor.may_record_narrative_threshold(&parties(), by);
        let host = actor(HOST, Role::Commissioner);
        assert_eq!(record(&host, decided), Ok(()));
        let unnamed = Decision { deciding_body: "", ..decided };
        assert_eq!(record(&host, unnamed), Err(Denied::DecisionNotNamed));
        let partner = actor(PARTNER, Role::Commissioner);
        assert_eq!(record(&partner, decided), Err(Denied::NotHost));
    }

    #[test]
    fn only_the_hosts_finance_drafts_and_submits() {
        let finance = actor(HOST, Role::Finance);
        assert_eq!(finance.may_save_return(&parties()), Ok(()));
        assert_eq!(finance.may_submit_return(&parties()), Ok(()));
        let partner = actor(PARTNER, Role::Finance);
        assert_eq!(partner.may_save_return(&parties()), Err(Denied::NotHost));
        assert_eq!(partner.may_submit_return(&parties()), Err(Denied::NotHost));
        let needed = Err(Denied::RoleMayNotWrite { needed: MONEY });
        assert_eq!(actor(HOST, Role::Commissioner).may_save_return(&parties()), needed);
        assert_eq!(actor(HOST, Role::Commissioner).may_submit_return(&parties()), needed);
        assert_eq!(program(HOST, Role::Finance).may_submit_return(&parties()), Ok(()));
    }

    #[test]
    fn a_partners_people_answer_for_it_and_no_program_does() {
        for role in [Role::Finance, Role::Approver] {
            assert_eq!(actor(PARTNER, role).may_answer_return(&parties()), Ok(()));
            let program = program(PARTNER, role).may_answer_return(&parties());
            assert_eq!(program, Err(Denied::OnlyPeopleDecide));
        }
        let viewer = actor(PARTNER, Role::Viewer).may_answer_return(&parties());
        assert_eq!(viewer, Err(Denied::RoleMayNotWrite { needed: ANSWERS }));
        let outsider = actor(OUTSIDER, Role::Finance).may_answer_return(&parties());
        assert_eq!(outsider, Err(Denied::NotPartner));
    }

    #[test]
    fn m13_whoever_submitted_a_return_does_not_approve_it() {
        let may = |who: &Actor, account, submitted_by| {
            who.may_approve_return(&parties(), (account, submitted_by))
        };
        let approver = actor(HOST, Role::Approver);
        assert_eq!(may(&approver, OTHER, SUBMITTER), Ok(()));
        assert_eq!(may(&approver, OTHER, None), Ok(()), "a program submitted it");
        assert_eq!(may(&approver, SUBMITTER, SUBMITTER), Err(Denied::SubmittedByYou));
        let people = Err(Denied::OnlyPeopleDecide);
        assert_eq!(may(&approver, None, SUBMITTER), people);
        assert_eq!(may(&program(HOST, Role::Approver), OTHER, SUBMITTER), people);
        let finance = may(&actor(HOST, Role::Finance), OTHER, SUBMITTER);
        assert_eq!(finance, Err(Denied::RoleMayNotWrite { needed: APPROVES }));
        let partner = may(&actor(PARTNER, Role::Approver), OTHER, SUBMITTER);
        assert_eq!(partner, Err(Denied::NotHost));
    }

    #[test]
    fn a_partner_states_its_own_treatment_and_the_host_any() {
        let may = |who, of| actor(who, Role::Finance).may_state_treatment(&parties(), of);
        assert_eq!(may(PARTNER, PARTNER), Ok(()));
        assert_eq!(may(HOST, PARTNER), Ok(()));
        assert_eq!(may(PARTNER, HOST), Err(Denied::NotYourOrganisation));
        assert_eq!(may(HOST, OUTSIDER), Err(Denied::OtherNotPartner));
        let needed = Err(Denied::RoleMayNotWrite { needed: MONEY });
        assert_eq!(actor(PARTNER, Role::Viewer).may_state_treatment(&parties(), PARTNER), needed);
    }
}
