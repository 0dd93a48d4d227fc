//! What is decided without an answer of `viewerCan`, and the rights to do something that nothing
//! asks.

use domain::policy::{
    Denied, Parties, Relation, Rights,
    approval::{Person, Touched, affected, needs},
    decisions::{ActingTeam, Actor, ContractParties, Limits, LinkParties, Posting},
    matrix::{
        FieldGroup::{
            AgreementExit, AgreementTerms, Approvals, BudgetMovements, Cash, ContractInterests,
            ContractStatus, ContractTerms, ContractValue, ContributionsOwn, FundTerms,
            Measurements, OutcomeMeasures, OutcomePay, PeriodClosings, Position, SchemeBudget,
            SchemeName, SchemeTerms, TeamPosts,
        },
        cell,
    },
};
use entities::{
    membership::Role,
    proposal::ProposalKind,
    relation::RelationKind::{
        self, AssociateCommissioner, Buyer, CoordinatingCommissioner, FundedProvider, Host,
        LeadProvider, Partner, Seller, TeamMember,
    },
    value::Pence,
};
use tests::oracle::deeds::{DECLARING, doing};
use uuid::Uuid;

use crate::exempt::Exempt;

const HOST: Uuid = Uuid::from_u128(1);
const PARTNER: Uuid = Uuid::from_u128(2);
const OTHER: Uuid = Uuid::from_u128(3);
const ROLES: [Role; 4] = [Role::Commissioner, Role::Finance, Role::Approver, Role::ContractManager];

type Decision = (&'static str, &'static [RelationKind], fn(&Actor, &Parties) -> Result<(), Denied>);

/// Decisions that no object answers, with who may, in every role.
const DECISIONS: &[Decision] = &[
    ("record an agreement", &[Host, Partner], |it, at| it.may_create_agreement(at)),
    ("enter another's contribution", &[Host], |it, at| it.may_plan_contribution(at, OTHER)),
    ("move the host's books", &[Host], |it, at| it.may_post(at, Posting::HostsBooks)),
    ("post what it spent itself", &[Host, Partner], |it, at| {
        it.may_post(at, Posting::SpentBy { partner: it.organisation })
    }),
    ("post what another spent", &[Host], |it, at| {
        it.may_post(at, Posting::SpentBy { partner: OTHER })
    }),
    ("reverse what it posted", &[Host, Partner], |it, at| it.may_reverse(at, it.organisation)),
    ("reverse what another posted", &[Host], |it, at| it.may_reverse(at, OTHER)),
    ("save a forecast", &[Host, TeamMember], |it, at| it.may_save_forecast(at)),
    ("propose a movement", &[Host, Partner], |it, at| it.may_propose_movement(at)),
    ("propose a change of terms", &[Host, Partner], |it, at| it.may_propose_change(at)),
    ("save a return", &[Host, TeamMember], |it, at| it.may_save_return(at)),
    ("submit a return", &[Host], |it, at| it.may_submit_return(at)),
    ("answer a return", &[Partner], |it, at| it.may_answer_return(at)),
    ("approve a return", &[Host], |it, at| it.may_approve_return(at, (Some(HOST), None))),
    ("raise a dispute", &[Host, Partner], |it, at| it.may_raise_dispute(at)),
    ("record in the dispute of others", &[Host], |it, at| it.may_record_in_dispute(at, &[OTHER])),
    ("record what was published", &[Host, Partner, TeamMember], |it, at| {
        it.may_record_published_statement(at)
    }),
    ("propose a risk share", &[Host, Partner], |it, at| it.may_propose_risk_share(at)),
    ("claim a settlement", &[Host], |it, at| it.may_claim_settlement(at)),
    ("answer its own line of a settlement", &[Host, Partner], |it, at| {
        let claimed = Person { account: Some(OTHER), organisation: OTHER };
        it.may_answer_settlement(at, (Some(HOST), claimed), Some(it.organisation))
    }),
];

type OfContract =
    (&'static str, &'static [RelationKind], fn(&Actor, &ContractParties) -> Result<(), Denied>);

/// The same of contracts.
const OF_CONTRACTS: &[OfContract] = &[
    ("draft a contract", &[CoordinatingCommissioner], Actor::may_draft_contract),
    ("plan its value", &[CoordinatingCommissioner], Actor::may_plan_contract_value),
    ("keep its conditions", &[CoordinatingCommissioner], Actor::may_keep_contract),
    ("change its status", &[CoordinatingCommissioner], Actor::may_change_contract_status),
    ("vary it", &[CoordinatingCommissioner], Actor::may_vary_contract),
    ("define its outcomes", &[CoordinatingCommissioner], Actor::may_define_outcomes),
    ("record what it pays", &[CoordinatingCommissioner], Actor::may_record_pay),
    ("withhold of what it pays", &[CoordinatingCommissioner], Actor::may_withhold_pay),
    ("submit a measurement for a provider", &[CoordinatingCommissioner], |actor, parties| {
        actor.may_submit_measurement(parties, (Rights::NONE, true))
    }),
    ("say what a link feeds", &[CoordinatingCommissioner], |actor, parties| {
        actor.may_record_measure_feed(parties, link(Host))
    }),
    ("approve a link of its chain", &[CoordinatingCommissioner], |actor, parties| {
        actor.may_approve_subcontract(parties, link(Host))
    }),
    ("publish it", &[CoordinatingCommissioner], Actor::may_withdraw_contract_publication),
    ("preview a view of it", &[CoordinatingCommissioner], Actor::may_preview_contract),
    ("delegate a budget", &[CoordinatingCommissioner], Actor::may_delegate_budget),
];

/// That who holds a budget says what it spent of it.
const SPENT: (&str, RelationKind) = ("say what was spent of a budget", FundedProvider);

type OfLink =
    (&'static str, &'static [RelationKind], fn(&Actor, LinkParties) -> Result<(), Denied>);

/// The same of the links of supply chains.
const OF_LINKS: &[OfLink] = &[
    ("keep a link", &[Buyer], Actor::may_keep_subcontract),
    ("answer a link", &[Seller], Actor::may_answer_subcontract),
    ("record a payment", &[Buyer], Actor::may_record_chain_payment),
    ("answer a payment", &[Seller], Actor::may_answer_chain_payment),
    ("submit what was measured", &[Seller], |actor, link| {
        actor.may_submit_measurement_of_link(link, false)
    }),
    ("submit it for a seller", &[Buyer], |actor, link| {
        actor.may_submit_measurement_of_link(link, true)
    }),
];

/// A link to which the actor of a kind stands so, and nobody else of these.
fn link(kind: RelationKind) -> LinkParties {
    let own = |stands| if kind == stands { actor(kind).organisation } else { OTHER };
    LinkParties { buyer: own(Buyer), seller: own(Seller) }
}

/// A contract to which the actor of a kind stands so, and nobody else of these.
fn contract(kind: RelationKind) -> ContractParties {
    let own = actor(kind).organisation;
    let leads = kind == CoordinatingCommissioner;
    ContractParties {
        co_ordinating: Some(if leads { own } else { OTHER }),
        associates: (kind == AssociateCommissioner).then_some(own).into_iter().collect(),
        ..ContractParties::default()
    }
}

fn actor(kind: RelationKind) -> Actor {
    let organisation = match kind {
        Host => HOST,
        Partner => PARTNER,
        _ => Uuid::from_u128(9),
    };
    let amount = Some(Pence(100));
    let limits = Limits { posting: amount, commitment: amount, virement: amount };
    let team = (kind == TeamMember).then_some(ActingTeam { id: Uuid::from_u128(8), limits });
    Actor { organisation, roles: ROLES.to_vec(), scopes: None, team }
}

/// The decisions that come out otherwise than is written above.
pub fn otherwise(kind: RelationKind) -> Vec<&'static str> {
    let parties = Parties { host: Some(HOST), partners: vec![PARTNER, OTHER] };
    let decided = |it: &&Decision| it.2(&actor(kind), &parties).is_ok() != it.1.contains(&kind);
    let bought =
        |it: &&OfContract| it.2(&actor(kind), &contract(kind)).is_ok() != it.1.contains(&kind);
    let of_contracts = OF_CONTRACTS.iter().filter(bought).map(|it| it.0);
    let linked = |it: &&OfLink| it.2(&actor(kind), link(kind)).is_ok() != it.1.contains(&kind);
    let of_links = OF_LINKS.iter().filter(linked).map(|it| it.0);
    let decided = DECISIONS.iter().filter(decided).map(|it| it.0);
    let holder = (kind == SPENT.1).then_some(actor(kind).organisation);
    let may_spend = actor(kind).may_record_delegated_spending(holder).is_ok();
    let spent = (may_spend != (kind == SPENT.1)).then_some(SPENT.0);
    let may = cell(Relation::Stands(kind), ContractInterests);
    let declares = actor(kind).may_declare_contract_interest(Some(HOST), (may, false));
    let interested =
        (declares.is_ok() != DECLARING.contains(&kind)).then_some("declare an interest");
    let own = LinkParties { buyer: actor(kind).organisation, seller: OTHER };
    let leads = kind == LeadProvider;
    let may_share = actor(kind).may_share_with_consortium(own, leads).is_ok();
    let shared = (may_share != leads).then_some("share what a link is worth");
    let spent = spent.into_iter().chain(shared);
    decided.chain(of_contracts).chain(of_links).chain(spent).chain(interested).collect()
}

/// What is approved by proposals of a kind.
const APPROVED: [(&str, ProposalKind); 4] = [
    ("AgreementTerms", ProposalKind::AgreementChange),
    ("AgreementExit", ProposalKind::AgreementChange),
    ("ContributionsOwn", ProposalKind::ContributionVariation),
    ("BudgetMovements", ProposalKind::Virement),
];

/// The groups whose table grants a relation another approval than proposals ask of it, where a
/// partner's money and the scope of the agreement are touched.
pub fn approves_otherwise(kind: RelationKind) -> Vec<&'static str> {
    let parties = Parties { host: Some(HOST), partners: vec![HOST, PARTNER, OTHER] };
    let own = actor(kind).organisation;
    let asked = |proposed: ProposalKind| {
        let scope = proposed == ProposalKind::AgreementChange;
        let touched = Touched { contributions: vec![PARTNER], scope, ..Touched::default() };
        let affected = affected(&parties, &touched);
        let needs = needs(&parties, (proposed, OTHER), &affected, false);
        needs.iter().any(|need| need.organisation == own)
    };
    let grants = |group| {
        let granted = doing(kind, group);
        granted.contains(&Rights::APPROVE) || granted.contains(&Rights::APPROVE_OWN)
    };
    let wrong =
        |(group, proposed): &(&'static str, ProposalKind)| grants(group) != asked(*proposed);
    APPROVED.iter().filter(|it| wrong(it)).map(|it| it.0).collect()
}

const fn unasked(
    groups: &'static [domain::policy::matrix::FieldGroup],
    right: &'static str,
    reason: &'static str,
) -> Exempt {
    Exempt { groups, right, kinds: &[], is_of_outsiders: false, reason }
}

const BY_NEED: &str = "whose approval something needs follows from what it touches (rule G1), and \
                       is fixed when it is proposed: no code asks the cell, which is held against \
                       the rule of needs";
const NOT_APPROVED: &str = "nothing of this kind is proposed and approved here yet";

const MEASURED: &str = "who measures submits by the rights with which it found the contract: \
                        tests/it/contract_pay.rs";

/// Rights to do something that the matrix grants and no code asks.
pub const UNASKED: &[Exempt] = &[
    unasked(
        &[AgreementTerms, AgreementExit, BudgetMovements, Approvals, ContractTerms],
        "APPROVE",
        BY_NEED,
    ),
    unasked(&[ContributionsOwn, BudgetMovements, ContractTerms], "APPROVE_OWN", BY_NEED),
    unasked(
        &[FundTerms, SchemeName, SchemeBudget, SchemeTerms, Cash, PeriodClosings],
        "APPROVE",
        NOT_APPROVED,
    ),
    unasked(&[ContractValue, ContractStatus, OutcomeMeasures, OutcomePay], "APPROVE", NOT_APPROVED),
    unasked(&[Measurements], "WRITE", MEASURED),
    unasked(&[SchemeTerms, TeamPosts], "APPROVE_OWN", NOT_APPROVED),
    unasked(&[Approvals], "PROPOSE", "what a team may propose, the host proposes for it so far"),
    unasked(&[Position], "WRITE", "a position is computed, and written by nobody"),
];
