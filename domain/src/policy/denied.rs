use entities::{
    membership::Role, service_account::ServiceScope, team_limit::LimitKind, value::Pence,
};

/// Why somebody may not do something, in words that say what would help.
///
/// Whether they may know that it exists was decided before: a resource that an organisation cannot
/// see is not found, and no decision is made about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// None of the roles held allows it.
    #[error("your roles do not allow this: it needs {}", either(needed))]
    RoleMayNotWrite {
        /// The roles of which one is needed.
        needed: &'static [Role],
    },
    /// The scopes of a service account do not allow it.
    #[error("the scopes of this service account do not allow this: it needs {}", name(*scope))]
    ScopeMayNotWrite {
        /// The scope that is needed.
        scope: ServiceScope,
    },
    /// Only the host does this.
    #[error("only the host of the fund may do this: ask the host, or act as it")]
    NotHost,
    /// The host of the agreement is unknown.
    #[error("the agreement names no host, and only a host may do this: name the host first")]
    HostUnknown,
    /// Only partners of the agreement do this.
    #[error("only a partner of the agreement may do this: act as one of its partners")]
    NotPartner,
    /// The organisation meant is not a partner.
    #[error("the organisation named is not a partner of the agreement: add it as a partner first")]
    OtherNotPartner,
    /// It concerns the money of another organisation.
    #[error(
        "you may enter this for your own organisation only: ask the one it concerns, or the host"
    )]
    NotYourOrganisation,
    /// It was recorded for another organisation.
    #[error("only the organisation that posted this, or the host, may reverse it")]
    NotYourPosting,
    /// It was granted by another organisation.
    #[error("only the organisation that granted this, or the host, may end it")]
    NotYourGrant,
    /// Another organisation gave the notice.
    #[error("only the organisation that gave this notice may withdraw it")]
    NotYourNotice,
    /// The dispute is between others.
    #[error("only the partners between which this dispute is, or the host, may do this")]
    NotYourDispute,
    /// Of a body that kept the books and closed, its successors and the partners name one.
    #[error(
        "only a partner of the agreement, or a successor of the body that closed, may do this: \
         act as one of them"
    )]
    NotSuccessor,
    /// Only the commissioner that leads the others does this (rule C1).
    #[error("only the co-ordinating commissioner of the contract may do this: ask it")]
    NotCoordinating,
    /// Whoever provides under a contract approves nothing of it.
    #[error(
        "the organisation that you act as provides under this contract, and approves nothing of it"
    )]
    ProvidesHere,
    /// Only who is paid does this (rule C11).
    #[error("only the organisation that this line pays may do this")]
    NotPayee,
    /// Only the two sides of a payment ask and answer (rule C11).
    #[error("only who is paid, the co-ordinating commissioner or the host of the fund may do this")]
    NeitherPaysNorIsPaid,
    /// Only the buyer of a subcontract does this (rule C10).
    #[error("only the organisation that buys under this subcontract may do this")]
    NotBuyer,
    /// Only the seller of a subcontract does this (rule C10).
    #[error("only the organisation that sells under this subcontract may do this")]
    NotSeller,
    /// Only who leads a consortium does this.
    #[error("only the lead provider of the head contract may do this: ask it")]
    NotLeadProvider,
    /// Only the two parties of a subcontract do this.
    #[error("only an organisation that buys or sells under this subcontract may do this")]
    NotPartyOfLink,
    /// Only who holds a delegated budget does this.
    #[error("only the organisation that holds this budget may do this: ask it")]
    NotHolder,
    /// The access matrix does not grant it to how the organisation or team stands to the agreement.
    #[error("how you stand to the agreement does not allow this: ask the host, or act as it")]
    NotWithinMatrix,
    /// No decision was named.
    #[error("name the body that decided, and the reference of its minute")]
    DecisionNotNamed,
    /// A team does not do this, whatever its members may do for their own organisations.
    #[error("a team does not do this: act as the host or as a partner, or ask them")]
    NotAsTeam,
    /// The team was given no limit for it.
    #[error("the team was given no limit for {}: the host decides", thing(*kind))]
    NotDelegated {
        /// For what.
        kind: LimitKind,
    },
    /// It comes to more than the team decides alone (rule M13).
    #[error("the team {} at most {limit} at once: above it the host decides", verb(*kind))]
    AboveLimit {
        /// Of what.
        kind: LimitKind,
        /// The limit, which the team reads.
        limit: Pence,
    },
    /// The person works for somebody else.
    #[error(
        "an organisation seats its own staff, and another's needs the approval of its ADMIN: \
         propose it by proposeTeamMembership"
    )]
    NotYourStaff,
    /// The proposal needs others' approvals.
    #[error("this proposal does not need the approval of the organisation that you act as")]
    ApprovalNotNeeded,
    /// Programs and tokens without an account propose, and decide nothing.
    #[error("only somebody with an account of their own may do this: sign in as yourself")]
    OnlyPeopleDecide,
    /// Programs preview no view (rule V7).
    #[error("only a person may preview another organisation's view: sign in as yourself")]
    OnlyPeoplePreview,
    /// Whoever proposes does not approve (rule M13).
    #[error("whoever proposed this does not decide on it: ask a colleague")]
    ProposedByYou,
    /// Whoever submits does not approve (rule M13).
    #[error("whoever submitted this does not approve it: ask a colleague")]
    SubmittedByYou,
    /// Whoever submits, or is measured, does not validate (rule C5).
    #[error(
        "rule C5: the organisation that you act as submitted this, or it is about it, and does not \
         decide whether it counts"
    )]
    SubmittedByYours,
    /// Only whom a measurement is about says whether it is so (rule C10).
    #[error("only the organisation that this measurement is about may do this")]
    NotYourMeasurement,
    /// A declared interest shuts out from the decision (rule G3).
    #[error("you declared an interest in this, so that a colleague has to decide on it")]
    InterestDeclared,
    /// A declared interest shuts out from deciding on a contract (rule G3).
    #[error(
        "rule G3: you, or the organisation that you act as, declared an interest in this contract, \
         so that somebody else has to do this: ask a colleague, or another commissioner"
    )]
    InterestInContract,
    /// The interest was declared for another organisation.
    #[error("only the organisation for which this interest was declared may withdraw it")]
    NotYourInterest,
    /// Whoever declared an interest does not withdraw it.
    #[error("rule G3: whoever declared this interest does not withdraw it: ask a colleague")]
    DeclaredByYou,
    /// An interest is declared before the decision (rule G3).
    #[error("you have decided on this already: an interest is declared before the decision")]
    DecidedBeforeInterest,
    /// An organisation decides once.
    #[error("the organisation that you act as has decided on this already")]
    AlreadyDecided,
    /// Somebody would let itself in.
    #[error("nobody grants itself access: ask another partner to grant it")]
    GrantToItself,
    /// It was proposed by another organisation, in whose place this one does not stand.
    #[error("only the organisation that proposed this, or its successor, may withdraw it")]
    NotProposer,
    /// It was applied.
    #[error("this proposal was approved and applied: nothing is left to decide")]
    ProposalApplied,
    /// It was refused.
    #[error("this proposal was refused: make another one")]
    ProposalRefused,
    /// It was withdrawn.
    #[error("this proposal was withdrawn: make another one")]
    ProposalWithdrawn,
    /// Its last day has passed.
    #[error("this proposal has expired: make another one")]
    ProposalExpired,
}

fn thing(kind: LimitKind) -> &'static str {
    match kind {
        LimitKind::Posting => "postings",
        LimitKind::Commitment => "commitments",
        LimitKind::Virement => "virements",
    }
}

fn verb(kind: LimitKind) -> &'static str {
    match kind {
        LimitKind::Posting => "posts",
        LimitKind::Commitment => "commits",
        LimitKind::Virement => "moves",
    }
}

fn name(scope: ServiceScope) -> &'static str {
    match scope {
        ServiceScope::Read => "READ",
        ServiceScope::RecordMoney => "RECORD_MONEY",
        ServiceScope::Plan => "PLAN",
        ServiceScope::AgreeTerms => "AGREE_TERMS",
    }
}

fn either(roles: &[Role]) -> String {
    let name = |role: &Role| match role {
        Role::Admin => "ADMIN",
        Role::Finance => "FINANCE",
        Role::Commissioner => "COMMISSIONER",
        Role::ContractManager => "CONTRACT_MANAGER",
        Role::Approver => "APPROVER",
        Role::Auditor => "AUDITOR",
        Role::Viewer => "VIEWER",
    };
    roles.iter().map(name).collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_roles_that_would_help() {
        let denied = Denied::RoleMayNotWrite { needed: &[Role::Commissioner, Role::Finance] };
        let text = "your roles do not allow this: it needs COMMISSIONER or FINANCE";
        assert_eq!(denied.to_string(), text);
    }

    #[test]
    fn a_refusal_names_the_scope_that_would_help() {
        for (scope, name) in [
            (ServiceScope::Read, "READ"),
            (ServiceScope::RecordMoney, "RECORD_MONEY"),
            (ServiceScope::Plan, "PLAN"),
            (ServiceScope::AgreeTerms, "AGREE_TERMS"),
        ] {
            let text = Denied::ScopeMayNotWrite { scope }.to_string();
            assert!(text.ends_with(&format!("it needs {name}")), "{text}");
        }
    }

    #[test]
    fn m13_a_team_is_told_of_what_it_has_no_limit_or_too_small_a_one() {
        for (kind, thing, verb) in [
            (LimitKind::Posting, "postings", "posts"),
            (LimitKind::Commitment, "commitments", "commits"),
            (LimitKind::Virement, "virements", "moves"),
        ] {
            let without = Denied::NotDelegated { kind }.to_string();
            let text = format!("the team was given no limit for {thing}: the host decides");
            assert_eq!(without, text);
            let above = Denied::AboveLimit { kind, limit: Pence(5) }.to_string();
            let text = format!("the team {verb} at most 0.05 at once: above it the host decides");
            assert_eq!(above, text);
        }
    }
}
