//! Proposing, deciding and withdrawing (rules M13, G1, G3, G5).

use chrono::NaiveDate;
use entities::{membership::Role, proposal::ProposalKind};
use uuid::Uuid;

use super::{Actor, MONEY, Posting, TERMS, is_party};
use crate::policy::{
    Denied, Parties, Rights,
    approval::{Person, Proposal},
    matrix::FieldGroup,
};

/// Who approves what moves money.
pub(super) const APPROVES_MONEY: &[Role] = &[Role::Finance, Role::Approver];
/// Who approves what is agreed between the partners.
const APPROVES_TERMS: &[Role] = &[Role::Commissioner, Role::Approver];
/// Who approves above the delegated limit.
const APPROVES_ABOVE: &[Role] = &[Role::Approver];
/// Who approves that an organisation's staff sits on a team: memberships are theirs.
const APPROVES_STAFF: &[Role] = &[Role::Admin];
/// Who declares interests: everybody who could decide something.
const DECIDES: &[Role] = &[Role::Finance, Role::Commissioner, Role::Approver, Role::Admin];

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

    /// Whoever manages a team proposes that the staff of another partner sits on it.
    ///
    /// # Errors
    /// Why not.
    pub fn may_propose_seat(&self, parties: &Parties, employer: Uuid) -> Result<(), Denied> {
        self.may_manage_team(parties)?;
        if is_party(parties, employer) { Ok(()) } else { Err(Denied::OtherNotPartner) }
    }

    /// The host's commissioner sets above how much a posting needs an approval; while no host is
    /// named, any partner's.
    ///
    /// # Errors
    /// Why not.
    pub fn may_set_posting_limit(&self, parties: &Parties) -> Result<(), Denied> {
        self.may_edit_agreement(parties)
    }

    /// Somebody of an organisation whose approval is needed, or that stands in the place of one that
    /// has closed (rule G5), decides, for it, once: not whoever proposed it (rule M13), not who
    /// declared an interest (rule G3), no program, and nobody as a team.
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
        let need = on.need_of(self.organisation, today).ok_or(Denied::ApprovalNotNeeded)?;
        if self.scopes.is_some() {
            return Err(Denied::OnlyPeopleDecide);
        }
        let needed = match (need.role, on.kind) {
            (Some(_), _) => APPROVES_ABOVE,
            (None, ProposalKind::AgreementChange | ProposalKind::RiskShare) => APPROVES_TERMS,
            (None, ProposalKind::TeamMembership) => APPROVES_STAFF,
            (None, _) => APPROVES_MONEY,
        };
        if !self.roles.iter().any(|role| needed.contains(role)) {
            return Err(Denied::RoleMayNotWrite { needed });
        }
        on.is_open(today)?;
        if on.has_decided(need) {
            return Err(Denied::AlreadyDecided);
        }
        if on.may_be_proposer(Person { account, organisation: self.organisation }, today) {
            return Err(Denied::ProposedByYou);
        }
        if on.has_interest(account) {
            return Err(Denied::InterestDeclared);
        }
        Ok(())
    }

    /// The organisation that proposed it, or the one that stands in its place today (rule G5),
    /// withdraws it, in the role that proposes such things.
    ///
    /// # Errors
    /// Why not.
    pub fn may_withdraw(&self, proposal: &Proposal, today: NaiveDate) -> Result<(), Denied> {
        self.acts_itself()?;
        let proposer = proposal.proposer.organisation;
        if proposal.heirs.stands_for(proposer, today) != Some(self.organisation) {
            return Err(Denied::NotProposer);
        }
        self.needs(match proposal.kind {
            ProposalKind::AgreementChange
            | ProposalKind::TeamMembership
            | ProposalKind::RiskShare => TERMS,
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
        self.acts_itself()?;
        proposal.need_of(self.organisation, today).ok_or(Denied::ApprovalNotNeeded)?;
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
    use crate::policy::{
        approval::{Decided, Need},
        derive::Succession,
        heirs::Heirs,
    };

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
            heirs: Heirs::default(),
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
        on.decisions.push(Decided { by, verdict: Verdict::Approved, on: today() });
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
        on.decisions.push(Decided { by, verdict: Verdict::Approved, on: today() });
        let late = partner.may_declare_interest(OTHER, &on, today());
        assert_eq!(late, Err(Denied::DecidedBeforeInterest));
        let reader = actor(Uuid::from_u128(9), &[Role::Approver]);
        let reads = reader.may_declare_interest(Some(Uuid::from_u128(13)), &on, today());
        assert_eq!(
            reads,
            Err(Denied::ApprovalNotNeeded),
            "whoever only reads has nothing to declare"
        );
    }

    #[test]
    fn g3_an_interest_is_declared_by_people_who_decide_and_by_no_program() {
        let on = proposal(None);
        let viewer = actor(PARTNER, &[Role::Viewer]).may_declare_interest(OTHER, &on, today());
        assert_eq!(viewer, Err(Denied::RoleMayNotWrite { needed: DECIDES }));
        let mut program = actor(PARTNER, &[Role::Approver]);
        program.scopes = Some(vec![entities::service_account::ServiceScope::AgreeTerms]);
        let denied = program.may_declare_interest(OTHER, &on, today());
        assert_eq!(denied, Err(Denied::OnlyPeopleDecide));
    }

    #[test]
    fn g1_each_partner_decides_for_itself_whatever_another_has_decided() {
        let mut on = proposal(None);
        let by = Person { account: OTHER, organisation: PARTNER };
        on.decisions.push(Decided { by, verdict: Verdict::Approved, on: today() });
        let colleague = Some(Uuid::from_u128(12));
        assert_eq!(actor(HOST, &[Role::Finance]).may_decide(colleague, &on, today()), Ok(()));
    }

    #[test]
    fn terms_are_proposed_approved_and_withdrawn_by_commissioners_and_money_by_finance() {
        let terms = Proposal { kind: ProposalKind::AgreementChange, ..proposal(None) };
        let commissioner = actor(HOST, &[Role::Commissioner]);
        let finance = actor(HOST, &[Role::Finance]);
        let needed = Err(Denied::RoleMayNotWrite { needed: APPROVES_TERMS });
        assert_eq!(commissioner.may_decide(OTHER, &terms, today()), Ok(()));
        assert_eq!(finance.may_decide(OTHER, &terms, today()), needed);
        let needed = Err(Denied::RoleMayNotWrite { needed: APPROVES_MONEY });
        assert_eq!(commissioner.may_decide(OTHER, &proposal(None), today()), needed);
        let needed = Err(Denied::RoleMayNotWrite { needed: TERMS });
        assert_eq!(commissioner.may_withdraw(&terms, today()), Ok(()));
        assert_eq!(finance.may_withdraw(&terms, today()), needed);
        let needed = Err(Denied::RoleMayNotWrite { needed: MONEY });
        assert_eq!(commissioner.may_withdraw(&proposal(None), today()), needed);
    }

    #[test]
    fn m13_whoever_may_do_it_may_propose_it_and_partners_propose_what_concerns_them() {
        let parties = Parties { host: Some(HOST), partners: vec![HOST, PARTNER] };
        let finance = |organisation| actor(organisation, &[Role::Finance]);
        let commissioner = |organisation| actor(organisation, &[Role::Commissioner]);
        let outsider = Uuid::from_u128(9);
        assert_eq!(finance(PARTNER).may_propose_movement(&parties), Ok(()));
        assert_eq!(finance(outsider).may_propose_movement(&parties), Err(Denied::NotPartner));
        assert_eq!(finance(PARTNER).may_propose_variation(&parties, PARTNER), Ok(()));
        let others = finance(PARTNER).may_propose_variation(&parties, HOST);
        assert_eq!(others, Err(Denied::NotYourOrganisation));
        let own = Posting::SpentBy { partner: PARTNER };
        assert_eq!(finance(PARTNER).may_propose_posting(&parties, own), Ok(()));
        let books = finance(PARTNER).may_propose_posting(&parties, Posting::HostsBooks);
        assert_eq!(books, Err(Denied::NotHost));
        assert_eq!(commissioner(PARTNER).may_propose_change(&parties), Ok(()));
        assert_eq!(commissioner(outsider).may_propose_change(&parties), Err(Denied::NotPartner));
        assert_eq!(commissioner(HOST).may_set_posting_limit(&parties), Ok(()));
        let partners = commissioner(PARTNER).may_set_posting_limit(&parties);
        assert_eq!(partners, Err(Denied::NotHost));
    }

    #[test]
    fn g5_a_successor_decides_and_withdraws_in_the_place_of_one_that_has_closed() {
        let successor = Uuid::from_u128(3);
        let mut on = proposal(None);
        let closed = |predecessor| Succession { predecessor, successor, effective_on: today() };
        on.heirs.successions = vec![closed(PARTNER), closed(HOST)];
        let heir = actor(successor, &[Role::Finance]);
        assert_eq!(heir.may_decide(OTHER, &on, today()), Ok(()));
        assert_eq!(heir.may_withdraw(&on, today()), Ok(()));
        assert_eq!(heir.may_decide(PROPOSER, &on, today()), Err(Denied::ProposedByYou));
        let partner = actor(PARTNER, &[Role::Finance]);
        assert_eq!(partner.may_decide(OTHER, &on, today()), Err(Denied::ApprovalNotNeeded));
        let host = actor(HOST, &[Role::Finance]);
        assert_eq!(host.may_withdraw(&on, today()), Err(Denied::NotProposer));
        let before = today().pred_opt().expect("a day");
        assert_eq!(heir.may_decide(OTHER, &on, before), Err(Denied::ApprovalNotNeeded));
        // What the partner approved before it closed stays approved; the host's is left.
        let by = Person { account: OTHER, organisation: PARTNER };
        on.decisions.push(Decided { by, verdict: Verdict::Approved, on: before });
        assert_eq!(heir.may_decide(OTHER, &on, today()), Ok(()));
        assert!(!on.is_approved(today()));
        let by = Person { account: OTHER, organisation: successor };
        on.decisions.push(Decided { by, verdict: Verdict::Approved, on: today() });
        assert!(on.is_approved(today()));
        assert_eq!(heir.may_decide(OTHER, &on, today()), Err(Denied::AlreadyDecided));
    }

    #[test]
    fn g5_what_an_organisation_approved_for_itself_it_did_not_approve_for_one_that_closed_later() {
        let mut on = proposal(None);
        let before = today().pred_opt().expect("a day");
        let by = Person { account: OTHER, organisation: PARTNER };
        on.decisions.push(Decided { by, verdict: Verdict::Approved, on: before });
        on.heirs.successions =
            vec![Succession { predecessor: HOST, successor: PARTNER, effective_on: today() }];
        assert!(!on.is_approved(today()));
        let partner = actor(PARTNER, &[Role::Finance]);
        assert_eq!(partner.may_decide(OTHER, &on, today()), Ok(()));
    }

    #[test]
    fn of_its_staff_an_employers_admin_decides_and_a_teams_manager_proposes() {
        let parties = Parties { host: Some(HOST), partners: vec![HOST, PARTNER] };
        let commissioner = actor(HOST, &[Role::Commissioner]);
        assert_eq!(commissioner.may_propose_seat(&parties, PARTNER), Ok(()));
        let stranger = commissioner.may_propose_seat(&parties, Uuid::from_u128(9));
        assert_eq!(stranger, Err(Denied::OtherNotPartner));
        assert!(actor(HOST, &[Role::Admin]).may_propose_seat(&parties, PARTNER).is_err());
        let on = Proposal { kind: ProposalKind::TeamMembership, ..proposal(None) };
        assert_eq!(actor(PARTNER, &[Role::Admin]).may_decide(OTHER, &on, today()), Ok(()));
        let others = actor(PARTNER, &[Role::Commissioner, Role::Finance, Role::Approver]);
        let denied = others.may_decide(OTHER, &on, today());
        assert_eq!(denied, Err(Denied::RoleMayNotWrite { needed: APPROVES_STAFF }));
        assert_eq!(commissioner.may_withdraw(&on, today()), Ok(()));
        assert!(actor(HOST, &[Role::Finance]).may_withdraw(&on, today()).is_err());
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
