//! Proposing, deciding and withdrawing (rules M13, G1, G3).

use chrono::NaiveDate;
use entities::{membership::Role, proposal::ProposalKind};
use uuid::Uuid;

use super::{Actor, MONEY, Posting, TERMS};
use crate::policy::{
    Denied, Parties, Rights,
    approval::{Person, Proposal},
    matrix::FieldGroup,
};

/// Who approves what moves money.
const APPROVES_MONEY: &[Role] = &[Role::Finance, Role::Approver];
/// Who approves what is agreed between the partners.
const APPROVES_TERMS: &[Role] = &[Role::Commissioner, Role::Approver];
/// Who approves above the delegated limit.
const APPROVES_ABOVE: &[Role] = &[Role::Approver];
/// Who declares interests: everybody who could decide something.
const DECIDES: &[Role] = &[Role::Finance, Role::Commissioner, Role::Approver];

impl Actor {
    /// A partner's finance role proposes movements of budget.
    ///
    /// # Errors
    /// Why not.
    pub fn may_propose_movement(&self, parties: &Parties) -> Result<(), Denied> {
        self.needs(MONEY)?;
        self.is_partner(parties)?;
        self.within(parties, Rights::PROPOSE, &[FieldGroup::BudgetMovements])
    }

    /// A partner's finance role proposes to vary its own contribution, the host's any partner's.
    ///
    /// # Errors
    /// Why not.
    pub fn may_propose_variation(&self, parties: &Parties, partner: Uuid) -> Result<(), Denied> {
        self.may_plan_contribution(parties, partner)
    }

    /// Whoever may post proposes postings: what is above the limit is posted by nobody else.
    ///
    /// # Errors
    /// Why not.
    pub fn may_propose_posting(&self, parties: &Parties, posting: Posting) -> Result<(), Denied> {
        self.may_post(parties, posting)
    }

    /// A partner's commissioner proposes changes of the agreement.
    ///
    /// # Errors
    /// Why not.
    pub fn may_propose_change(&self, parties: &Parties) -> Result<(), Denied> {
        self.needs(TERMS)?;
        self.is_partner(parties)?;
        self.within(parties, Rights::WRITE, &[FieldGroup::AgreementTerms])
    }

    /// The host's commissioner sets above how much a posting needs an approval; while no host is
    /// named, any partner's.
    ///
    /// # Errors
    /// Why not.
    pub fn may_set_posting_limit(&self, parties: &Parties) -> Result<(), Denied> {
        self.may_edit_agreement(parties)
    }

    /// Somebody of an organisation whose approval is needed decides, for it, once: not whoever
    /// proposed it (rule M13), not who declared an interest (rule G3), no program, and nobody who
    /// acts as a team, whatever organisation seats them on it.
    ///
    /// # Errors
    /// Why not.
    pub fn may_decide(
        &self,
        account: Option<Uuid>,
        on: &Proposal,
        today: NaiveDate,
    ) -> Result<(), Denied> {
        self.acts_itself()?;
        let need = on.need_of(self.organisation).ok_or(Denied::ApprovalNotNeeded)?;
        if self.scopes.is_some() {
            return Err(Denied::OnlyPeopleDecide);
        }
        let needed = match (need.role, on.kind) {
            (Some(_), _) => APPROVES_ABOVE,
            (None, ProposalKind::AgreementChange) => APPROVES_TERMS,
            (None, _) => APPROVES_MONEY,
        };
        if !self.roles.iter().any(|role| needed.contains(role)) {
            return Err(Denied::RoleMayNotWrite { needed });
        }
        on.is_open(today)?;
        if on.has_decided(self.organisation) {
            return Err(Denied::AlreadyDecided);
        }
        if (Person { account, organisation: self.organisation }).may_be(on.proposer) {
            return Err(Denied::ProposedByYou);
        }
        if on.has_interest(account) {
            return Err(Denied::InterestDeclared);
        }
        Ok(())
    }

    /// The organisation that proposed it withdraws it, in the role that proposes such things.
    ///
    /// # Errors
    /// Why not.
    pub fn may_withdraw(&self, proposal: &Proposal, today: NaiveDate) -> Result<(), Denied> {
        self.acts_itself()?;
        if self.organisation != proposal.proposer.organisation {
            return Err(Denied::NotProposer);
        }
        self.needs(match proposal.kind {
            ProposalKind::AgreementChange => TERMS,
            _ => MONEY,
        })?;
        proposal.is_open(today)
    }

    /// Somebody who decides such things declares an interest, before it is decided and before it
    /// has decided itself (rule G3). An interest is a person's, so that it needs an account.
    ///
    /// # Errors
    /// Why not.
    pub fn may_declare_interest(
        &self,
        account: Option<Uuid>,
        proposal: &Proposal,
        today: NaiveDate,
    ) -> Result<(), Denied> {
        if self.scopes.is_some() || account.is_none() {
            return Err(Denied::OnlyPeopleDecide);
        }
        if !self.roles.iter().any(|role| DECIDES.contains(role)) {
            return Err(Denied::RoleMayNotWrite { needed: DECIDES });
        }
        proposal.is_open(today)?;
        if proposal.decisions.iter().any(|decided| decided.by.account == account) {
            return Err(Denied::DecidedBeforeInterest);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use entities::proposal_decision::Verdict;

    use super::*;
    use crate::policy::approval::{Decided, Need};

    const HOST: Uuid = Uuid::from_u128(1);
    const PARTNER: Uuid = Uuid::from_u128(2);
    const PROPOSER: Option<Uuid> = Some(Uuid::from_u128(10));
    const OTHER: Option<Uuid> = Some(Uuid::from_u128(11));

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, 10, 1).expect("a day")
    }

    fn actor(organisation: Uuid, roles: &[Role]) -> Actor {
        Actor { organisation, roles: roles.to_vec(), scopes: None, team: None }
    }

    fn proposal(role: Option<Role>) -> Proposal {
        Proposal {
            kind: ProposalKind::Posting,
            proposer: Person { account: PROPOSER, organisation: HOST },
            needs: vec![
                Need { organisation: HOST, role },
                Need { organisation: PARTNER, role: None },
            ],
            decisions: Vec::new(),
            interested: Vec::new(),
            is_applied: false,
            expires_on: today(),
        }
    }

    #[test]
    fn m13_whoever_proposes_does_not_approve_whatever_it_acts_as() {
        let on = proposal(None);
        let finance = |organisation| actor(organisation, &[Role::Finance]);
        assert_eq!(finance(HOST).may_decide(PROPOSER, &on, today()), Err(Denied::ProposedByYou));
        assert_eq!(finance(PARTNER).may_decide(PROPOSER, &on, today()), Err(Denied::ProposedByYou));
        assert_eq!(finance(HOST).may_decide(None, &on, today()), Err(Denied::ProposedByYou));
        assert_eq!(finance(HOST).may_decide(OTHER, &on, today()), Ok(()));
        let outsider = finance(Uuid::from_u128(9));
        assert_eq!(outsider.may_decide(OTHER, &on, today()), Err(Denied::ApprovalNotNeeded));
    }

    #[test]
    fn m13_whoever_acts_as_a_team_neither_decides_nor_withdraws_for_its_employer() {
        use super::super::{ActingTeam, Limits};
        let on = proposal(None);
        let team = Some(ActingTeam { id: Uuid::from_u128(8), limits: Limits::default() });
        let seated = |of| Actor { team, ..actor(of, &[Role::Finance, Role::Approver]) };
        for employer in [HOST, PARTNER] {
            let decided = seated(employer).may_decide(OTHER, &on, today());
            assert_eq!(decided, Err(Denied::NotAsTeam));
        }
        assert_eq!(seated(HOST).may_withdraw(&on, today()), Err(Denied::NotAsTeam));
        assert_eq!(actor(HOST, &[Role::Finance]).may_withdraw(&on, today()), Ok(()));
    }

    #[test]
    fn m13_above_the_limit_finance_is_not_enough() {
        let above = proposal(Some(Role::Approver));
        let decides = |role| actor(HOST, &[role]).may_decide(OTHER, &above, today());
        assert!(matches!(decides(Role::Finance), Err(Denied::RoleMayNotWrite { .. })));
        assert_eq!(decides(Role::Approver), Ok(()));
    }

    #[test]
    fn an_organisation_decides_once_and_nothing_that_has_ended() {
        let mut on = proposal(None);
        let by = Person { account: OTHER, organisation: PARTNER };
        on.decisions.push(Decided { by, verdict: Verdict::Approved });
        let again = actor(PARTNER, &[Role::Approver]).may_decide(None, &on, today());
        assert_eq!(again, Err(Denied::AlreadyDecided));
        on.is_applied = true;
        let late = actor(HOST, &[Role::Finance]).may_decide(OTHER, &on, today());
        assert_eq!(late, Err(Denied::ProposalApplied));
        let tomorrow = today().succ_opt().expect("a day");
        let expired = actor(HOST, &[Role::Finance]);
        on.is_applied = false;
        assert_eq!(expired.may_decide(OTHER, &on, tomorrow), Err(Denied::ProposalExpired));
        assert_eq!(expired.may_withdraw(&on, tomorrow), Err(Denied::ProposalExpired));
    }

    #[test]
    fn g3_an_interest_is_declared_before_the_decision_and_shuts_out_from_it() {
        let mut on = proposal(None);
        let partner = actor(PARTNER, &[Role::Approver]);
        assert_eq!(partner.may_declare_interest(OTHER, &on, today()), Ok(()));
        let nameless = partner.may_declare_interest(None, &on, today());
        assert_eq!(nameless, Err(Denied::OnlyPeopleDecide));
        on.interested.push(OTHER.expect("an account"));
        assert_eq!(partner.may_decide(OTHER, &on, today()), Err(Denied::InterestDeclared));
        assert_eq!(partner.may_decide(Some(Uuid::from_u128(12)), &on, today()), Ok(()));
        on.interested.clear();
        let by = Person { account: OTHER, organisation: PARTNER };
        on.decisions.push(Decided { by, verdict: Verdict::Approved });
        let late = partner.may_declare_interest(OTHER, &on, today());
        assert_eq!(late, Err(Denied::DecidedBeforeInterest));
    }

    #[test]
    fn only_the_proposers_organisation_withdraws() {
        let on = proposal(None);
        assert_eq!(actor(HOST, &[Role::Finance]).may_withdraw(&on, today()), Ok(()));
        let partner = actor(PARTNER, &[Role::Finance]).may_withdraw(&on, today());
        assert_eq!(partner, Err(Denied::NotProposer));
        let viewer = actor(HOST, &[Role::Viewer]).may_withdraw(&on, today());
        assert!(matches!(viewer, Err(Denied::RoleMayNotWrite { .. })));
    }

    #[test]
    fn a_program_proposes_and_never_decides() {
        let mut program = actor(PARTNER, &[Role::Finance]);
        program.scopes = Some(vec![entities::service_account::ServiceScope::RecordMoney]);
        let parties = Parties { host: Some(HOST), partners: vec![HOST, PARTNER] };
        assert_eq!(program.may_propose_movement(&parties), Ok(()));
        let decides = program.may_decide(OTHER, &proposal(None), today());
        assert_eq!(decides, Err(Denied::OnlyPeopleDecide));
    }
}
